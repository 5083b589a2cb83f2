"""What definition files say, as values of the catalogue; with every mistake that can be seen beside the org's own."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from upbeat.base import nearest
from upbeat.base.files import Path, Problem
from upbeat.formula import FormulaError
from upbeat.localorg.currencies import Currency, merged
from upbeat.localorg.definition_file.fields import custom_field, in_words, key_of, metadata, picklist
from upbeat.localorg.definition_file.model import (
    DuplicateRuleDefinition,
    FieldDefinition,
    ObjectDefinition,
    OrgDefinition,
    RecordTypeDefinition,
    StageDefinition,
)
from upbeat.localorg.definitions import Automation, Flow, custom_object, free_prefix, with_fields, with_lookups
from upbeat.localorg.duplicates import Criterion, DuplicateRule, MatchingRule, checked
from upbeat.localorg.formulas import FormulaField
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import OrgError, Refused
from upbeat.localorg.record_types import with_record_types
from upbeat.localorg.rights import SharingModel, models_of
from upbeat.localorg.rules import Rules, ValidationRule
from upbeat.localorg.tooling.metadata import below
from upbeat.schema import Field, Object, RecordType, Schema, SchemaError, Stage


@dataclass
class Gathered:
    """What the files add up to, and what is wrong with them."""

    org: LocalOrg
    schema: Schema  # with the objects so far
    objects: dict[str, Object] = field(default_factory=dict[str, Object])
    fields: dict[str, list[Field]] = field(default_factory=dict[str, list[Field]])
    rules: list[ValidationRule] = field(default_factory=list[ValidationRule])
    record_types: dict[str, list[RecordType]] = field(default_factory=dict[str, list[RecordType]])
    duplicate_rules: list[DuplicateRule] = field(default_factory=list[DuplicateRule])
    sharing: dict[str, SharingModel] = field(default_factory=dict[str, SharingModel])
    flows: list[Flow] = field(default_factory=list[Flow])
    automations: list[Automation] = field(default_factory=list[Automation])
    currencies: list[Currency] = field(default_factory=list[Currency])
    stages: list[Stage] | None = None
    streamed: tuple[str, ...] | None = None
    problems: list[Problem] = field(default_factory=list[Problem])

    def wrong(self, file: OrgDefinition, path: Path, what: str, fix: str = "") -> None:
        """Note a mistake at a place of a file."""
        self.problems.append(Problem(file.place(*path), what, fix))

    def caught(self, file: OrgDefinition, path: Path, error: OrgError | SchemaError) -> None:
        """Note what the org says of a value; a formula's mistake at its own line and column."""
        cause = error.__cause__
        if isinstance(cause, FormulaError):
            place = file.source.within(path, cause.where.line, cause.where.column) if cause.where.line else None
            self.problems.append(Problem(place or file.place(*path), cause.what, cause.fix))
        else:
            self.wrong(file, path, error.what, error.fix)


def gather(files: Iterable[OrgDefinition], org: LocalOrg) -> Gathered:
    """Add up what the files say. Nothing of the org is changed."""
    found = Gathered(org, org.schema)
    every = list(files)
    for file in every:
        _objects(file, found)
    for file in every:
        for name, one in file.objects.items():
            if found.schema.has(name):
                _fields(file, name, one, found)
    candidate = _candidate(found)
    for file in every:
        for name, one in file.objects.items():
            if candidate.has(name):
                _compile(file, candidate.object(name), one, found, candidate)
        _the_rest(file, found, candidate)
    return found


def _objects(file: OrgDefinition, found: Gathered) -> None:
    for name, written in file.objects.items():
        path = ("objects", name)
        if found.schema.has(name):
            one = found.schema.object(name)
        elif name.endswith("__c"):
            label = written.label or in_words(name)
            one = custom_object(name, label, written.key_prefix or free_prefix(found.schema))
        else:
            close = nearest(name, found.schema.objects)
            fix = f"Did you mean {close}?" if close else "End the name of an object of your own with __c."
            found.wrong(file, path, f"there is no standard object {name}", fix)
            continue
        if written.key_prefix and written.key_prefix != one.key_prefix:
            found.wrong(file, (*path, "key_prefix"), f"ids of {one.name} begin with {one.key_prefix} already")
        label = written.label or one.label
        plural = written.plural_label or (f"{label}s" if written.label else one.label_plural)
        if one.name not in found.org.schema.objects or (label, plural) != (one.label, one.label_plural):
            found.objects[one.name] = one = replace(one, label=label, label_plural=plural)
        found.schema = found.schema.with_objects([one])


def _fields(file: OrgDefinition, name: str, written: ObjectDefinition, found: Gathered) -> None:
    one = found.schema.object(name)
    known = {each.name for each in found.fields.get(one.name, ())}
    for own, definition in written.fields.items():
        path = ("objects", name, "fields", own)
        try:
            made = _field(own, definition, one, found)
            with_fields(found.schema, {one.name: [made]})
        except Refused as refused:
            problem = refused.problems[0]
            found.wrong(file, (*path, *map(key_of, problem.fields)), problem.message)
        except OrgError as error:
            found.wrong(file, path, error.what, error.fix)
        else:
            if made.name in known:
                found.wrong(file, path, f"{one.name}.{made.name} is defined twice", "Keep one of the two.")
            known.add(made.name)
            found.fields.setdefault(one.name, []).append(made)


def _field(name: str, written: FieldDefinition, one: Object, found: Gathered) -> Field:
    if name.endswith("__c"):
        if written.type is None:
            raise OrgError(f"{name} has no type", fix="Write 'type: Text', or another type of Salesforce's metadata.")
        target = written.reference_to
        if target and not found.schema.has(target):
            close = nearest(target, found.schema.objects)
            raise OrgError(f"there is no object {target}", fix=f"Did you mean {close}?" if close else "")
        for parent in below(name, metadata(name, written), one, found.schema):
            found.schema = found.schema.with_objects([parent])
            found.objects[parent.name] = parent
        return custom_field(name, written)
    if not one.has(name):
        close = nearest(name, one.fields)
        fix = f"Did you mean {close}?" if close else "End the name of a field of your own with __c."
        raise OrgError(f"{one.name} has no standard field {name}", fix=fix)
    others = written.model_fields_set - {"label", "values", "restricted", "track_history"}
    if others:
        fix = "Of a standard field, label, values, restricted and track_history can be told."
        raise OrgError(f"{min(others)} of the standard field {name} is Salesforce's own", fix=fix)
    field = one.field(name)
    return replace(
        field,
        label=written.label or field.label,
        picklist=field.picklist if written.values is None else picklist(written.values),
        restricted=field.restricted if written.restricted is None else written.restricted,
        history=field.history if written.track_history is None else written.track_history,
    )


def _candidate(found: Gathered) -> Schema:
    """Give the catalogue as it would be, whatever is wrong with it."""
    return with_lookups(with_fields(found.schema, found.fields))


def _compile(file: OrgDefinition, one: Object, written: ObjectDefinition, found: Gathered, candidate: Schema) -> None:
    zone, path = found.org.time_zone, ("objects", next(name for name in file.objects if candidate.object(name) is one))
    for name, definition in written.fields.items():
        if definition.formula and one.has(name) and one.field(name).formula:
            try:
                FormulaField(one.field(name), one, candidate, zone)
            except OrgError as error:
                found.caught(file, (*path, "fields", name, "formula"), error)
    for name, rule in written.validation_rules.items():
        here = (*path, "validation_rules", name)
        if rule.field and not one.has(rule.field):
            close = nearest(rule.field, one.fields)
            fix = f"Did you mean {close}?" if close else ""
            found.wrong(file, (*here, "field"), f"{one.name} has no field {rule.field}", fix)
            continue
        shown = one.field(rule.field).name if rule.field else ""
        made = ValidationRule(one.name, name, rule.when, rule.message, shown, rule.active, rule.description)
        try:
            Rules([replace(made, active=True)], one, candidate, zone)
        except OrgError as error:
            found.caught(file, (*here, "when"), error)
        if any((each.object, each.name) == (made.object, made.name) for each in found.rules):
            found.wrong(file, here, f"the rule {one.name}.{name} is defined twice", "Keep one of the two.")
        found.rules.append(made)
    _kinds(file, path, one, written, found, candidate)


def _kinds(
    file: OrgDefinition, path: Path, one: Object, written: ObjectDefinition, found: Gathered, candidate: Schema
) -> None:
    """Take record types, duplicate rules and the org-wide default of an object."""
    for name, kind in written.record_types.items():
        made = _record_type(name, kind)
        try:
            with_record_types(candidate, {one.name: [made]})
        except (OrgError, SchemaError) as error:
            found.caught(file, (*path, "record_types", name), error)
        found.record_types.setdefault(one.name, []).append(made)
    for name, rule in written.duplicate_rules.items():
        try:
            found.duplicate_rules += checked(candidate, [_duplicate_rule(one, name, rule)])
        except (OrgError, SchemaError) as error:
            found.caught(file, (*path, "duplicate_rules", name), error)
    if written.sharing:
        try:
            found.sharing |= models_of(candidate, {one.name: written.sharing})
        except OrgError as error:
            found.caught(file, (*path, "sharing"), error)


def _duplicate_rule(one: Object, name: str, rule: DuplicateRuleDefinition) -> DuplicateRule:
    matching = tuple(
        MatchingRule(
            key,
            tuple(Criterion(each.field, each.method, each.against or "", each.match_blanks) for each in told.criteria),
            told.object or "",
        )
        for key, told in rule.matching.items()
    )
    made = DuplicateRule(
        one.name,
        name,
        matching,
        on_create=rule.on_create,
        on_update=rule.on_update,
        alert=rule.alert,
        report=rule.report,
        label=rule.label or "",
        active=rule.active,
    )
    return replace(made, message=rule.message) if rule.message else made


def _record_type(name: str, kind: RecordTypeDefinition) -> RecordType:
    return RecordType(
        name=name,
        label=kind.label or in_words(name),
        description=kind.description,
        active=kind.active,
        default=kind.default,
        picklists={key: picklist(values) for key, values in kind.picklists.items()},
    )


def _the_rest(file: OrgDefinition, found: Gathered, candidate: Schema) -> None:
    for name, flow in file.flows.items():
        if flow.object is None or _check_object(file, ("flows", name, "object"), flow.object, found, candidate):
            found.flows.append(
                Flow(
                    name,
                    label=flow.label or "",
                    process_type=flow.type,
                    trigger=flow.trigger or "",
                    object=candidate.object(flow.object).name if flow.object else "",
                    record_trigger=flow.record_trigger or "",
                    active=flow.active,
                    description=flow.description,
                    sets=flow.sets,
                    updates=flow.updates,
                    when=flow.when or "",
                    order=flow.order,
                )
            )
    for name, one in file.automations.items():
        if _check_object(file, ("automations", name, "object"), one.object, found, candidate):
            target = candidate.object(one.object).name
            made = Automation(one.kind, name, target, one.on, one.sets, one.body, one.active)
            found.automations.append(replace(made, when=one.when or "", description=one.description))
    for name, queue in file.queues.items():
        for index, owned in enumerate(queue.objects):
            _check_object(file, ("queues", name, "objects", index), owned, found, candidate)
    _currencies(file, found)
    if file.streamed is not None:
        for index, name in enumerate(file.streamed):
            _check_object(file, ("streamed", index), name, found, candidate)
        found.streamed = file.streamed
    if file.stages is not None:
        _stages(file, file.stages, found)


def _check_object(file: OrgDefinition, path: Path, name: str, found: Gathered, candidate: Schema) -> bool:
    if not candidate.has(name):
        close = nearest(name, candidate.objects)
        found.wrong(file, path, f"there is no object {name}", f"Did you mean {close}?" if close else "")
    return candidate.has(name)


def _currencies(file: OrgDefinition, found: Gathered) -> None:
    found.currencies += [
        Currency(code, one.rate, one.corporate, one.active, one.decimal_places, tuple(one.dated.items()))
        for code, one in file.currencies.items()
    ]
    try:
        merged(found.org.definitions.currencies, found.currencies)
    except OrgError as error:
        found.caught(file, ("currencies",), error)


def _stages(file: OrgDefinition, stages: Iterable[StageDefinition], found: Gathered) -> None:
    if found.stages is not None:
        found.wrong(file, ("stages",), "stages stand in two files", "Keep one list: it takes the place of all.")
    found.stages = [
        Stage(one.name, order, one.forecast_category, one.closed, one.won, one.probability, one.active)
        for order, one in enumerate(stages, 1)
    ]
