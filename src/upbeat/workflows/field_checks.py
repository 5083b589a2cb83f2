"""What must hold of fields.yaml: that it names what there is, and that its conditions can be asked of a deal."""

from collections.abc import Iterator, Mapping

from upbeat.base import nearest
from upbeat.base.files import Path, Problem, Severity
from upbeat.formula import Scope
from upbeat.schema import SchemaError
from upbeat.schema.describe import FORECAST_CATEGORIES
from upbeat.timeline import formulas_of, globals_of
from upbeat.workflows.catalogue import Catalogue
from upbeat.workflows.field_map import FieldMap
from upbeat.workflows.methodology import Methodology
from upbeat.workflows.texts import Texts

_DEAL = "Opportunity"
_ACCOUNT = "Account"


def check_fields(fields: FieldMap, catalogue: Catalogue) -> Iterator[Problem]:
    """Give everything wrong with fields.yaml, but for its owner."""
    for path, target, name in _named(fields):
        try:
            catalogue.schema.object(target).field(name)
        except SchemaError as error:
            yield Problem(fields.place(*path), error.what, error.fix)
    yield from _stages(fields, catalogue)
    yield from _categories(fields, catalogue)
    yield from _conditions(fields, catalogue)


def check_methodologies(fields: FieldMap, methodologies: Mapping[str, Methodology]) -> Iterator[Problem]:
    """Advise where an element's answer is looked for in another field than the one that talk is written to."""
    said = fields.methodology
    if said is None:
        return
    for one in methodologies.values():
        for name, path in said.elements.items() if said.name.casefold() == one.title.casefold() else ():
            kept = f"{one.object}.{one.elements[name].field}" if name in one.elements else path
            if kept.casefold() != path.casefold():
                place = fields.place("methodology", "elements", name)
                what = f"{name} is looked for in {path}, and methodologies/{one.methodology}.yaml keeps it in {kept}"
                yield Problem(place, what, "Name one field in both.", Severity.ADVICE)


def _named(fields: FieldMap) -> Iterator[tuple[Path, str, str]]:
    """Give every field that the file names: where, its object, itself."""
    for path, grant in fields.grants():
        target, _, name = grant.partition(".")
        yield path, target, name
    for stage, one in fields.stages.items():
        for index, name in enumerate(one.exit):
            yield ("stages", stage, "exit", index), _DEAL, name
    if "next_step" in fields.model_fields_set:
        yield ("next_step",), _DEAL, fields.next_step
    if fields.push_count is not None:
        yield ("push_count",), _DEAL, fields.push_count
    if fields.icp_tier is not None:
        yield ("icp_tier", "field"), _ACCOUNT, fields.icp_tier.field
        if fields.icp_tier.dated is not None:
            yield ("icp_tier", "dated"), _ACCOUNT, fields.icp_tier.dated
    if fields.territory is not None:
        yield ("territory", "field"), _ACCOUNT, fields.territory.field


def _stages(fields: FieldMap, catalogue: Catalogue) -> Iterator[Problem]:
    """Every stage is one of the org's, where the reading user sees them."""
    schema = catalogue.schema
    active = [one.name for one in schema.stages if one.active]
    for name in fields.stages if schema.stages else ():
        stage, place = schema.stage(name), fields.place("stages", name)
        if stage is None:
            close = nearest(name, active)
            fix = f"Did you mean {close}?" if close else f"The org has: {', '.join(active)}."
            yield Problem(place, f"the org has no stage {name}", fix)
        elif not stage.active:
            what = f"the stage {stage.name} is not active: no deal comes into it"
            yield Problem(place, what, "Remove it, or name the stage that took its place.", Severity.ADVICE)


def _categories(fields: FieldMap, catalogue: Catalogue) -> Iterator[Problem]:
    """Every category is called by its API name, by which deals are asked for: Commit is a label, of Forecast."""
    labels = _labels(catalogue)
    for name in fields.forecast:
        if name in labels:
            continue
        meant = next((one for one, label in labels.items() if name.casefold() == label.casefold()), "")
        if meant and meant.casefold() != name.casefold():
            what = f"{name} is the label of the forecast category {meant}, and no API name: no deal is found by it"
            yield Problem(fields.place("forecast", name), what, f"Write {meant}.")
            continue
        close = nearest(name, labels)
        fix = f"Did you mean {close}?" if close else f"The org has: {', '.join(labels)}."
        yield Problem(fields.place("forecast", name), f"the org has no forecast category {name}", fix)


def _labels(catalogue: Catalogue) -> dict[str, str]:
    """Give the label of each forecast category by its API name: the org's, else as Salesforce ships them."""
    schema = catalogue.schema
    if not (schema.has(_DEAL) and schema.object(_DEAL).has("ForecastCategory")):
        return dict(FORECAST_CATEGORIES)
    values = schema.object(_DEAL).field("ForecastCategory").picklist
    return {one.value: one.label or one.value for one in values} or dict(FORECAST_CATEGORIES)


def _conditions(fields: FieldMap, catalogue: Catalogue) -> Iterator[Problem]:
    """Every condition is a formula on a deal that is true or false, of the deal as it stands."""
    schema, signals = catalogue.schema, catalogue.signals.values()
    if not schema.has(_DEAL):
        return
    known, formulas = globals_of(signals, _DEAL), formulas_of(signals, _DEAL, schema)
    texts = Texts(fields, Scope(schema, _DEAL, known, formulas, time_zone=catalogue.time_zone))
    for name, one in fields.forecast.items():
        path = ("forecast", name, "when")
        found = texts.condition(path, one.when)
        if found is not None and found.prior:
            what = f"the condition asks what {min(found.prior)} was before, and a deal is looked at as it stands"
            texts.refuse(path, what, "Ask for what it is now.")
    yield from texts.problems
