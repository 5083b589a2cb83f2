"""Automations in each other's way, and the map of all of them."""

from collections.abc import Iterable, Iterator
from typing import Final

from upbeat.base import nearest
from upbeat.formula.partial import compared
from upbeat.foundation.automation.clashing import Clash, Refusal, circles, clashes, field_of, refusals
from upbeat.foundation.automation.contradicting import Contradiction, contradictions
from upbeat.foundation.automation.mapping import exhibits
from upbeat.foundation.automation.reading import first_calls, read_automations
from upbeat.foundation.automation.values import SAVES, Automation, Inventory, Kind, Setting
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import DEAL, listed
from upbeat.foundation.findings import Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import filled

_OBJECTS: Final = ("Opportunity", "Lead", "Account", "Contact", "Task", "Event", "OpportunityContactRole")
_HEAVY: Final = frozenset({"amount", "closedate", "forecastcategoryname", "ownerid", "stagename", "accountid"})
_NAME: Final = "automation-conflicts"
_MINUTES: Final = 60  # to see what two automations are for, and let one of them set the field


def targets(ground: Ground) -> tuple[str, ...]:
    """Give the objects whose automations an audit reads: those of the sales process, and what our workflows write."""
    written = sorted({target for flow in ground.workflows for step in flow.steps for target, _ in step.writes})
    return tuple(dict.fromkeys(name for name in (*_OBJECTS, *written) if name in ground.objects))


def unseen(inventory: Inventory, *kinds: Kind) -> tuple[Unseen, ...]:
    """Say what of the automations was not told."""
    return tuple(Unseen(f"{one.kind}s", "", one.why) for one in inventory.unread if not kinds or one.kind in kinds)


def record_of(one: Automation, why: str = "") -> RecordAt:
    """Name an automation behind a finding."""
    return RecordAt(one.id or one.name, _ROWS[one.kind][0], one.name, why)


def _look(ground: Ground) -> Look:
    inventory = yield from read_automations(targets(ground))
    found = [
        *(_clash(one, inventory) for one in clashes(inventory)),
        *_beside(ground, inventory),
        *(_refusal(one) for one in refusals(inventory, ground.schema)),
        *(_contradiction(one, inventory) for one in contradictions(inventory, ground.schema.stages)),
        *_unlisted(ground, inventory),
        *_unknown_stages(ground, inventory),
        *(_circle(one) for one in circles(inventory)),
    ]
    mine = [one for one in inventory.automations if one.object]
    troubled = {record.id for one in found for record in one.records}
    clean = sum((one.id or one.name) not in troubled for one in mine)
    says = f"{clean:,} of {len(mine):,} automations on {', '.join(inventory.objects)} are in nobody's way"
    measures = (Measure(_NAME, clean, len(mine), says),) if mine or not inventory.unread else ()
    unique = {one.key: one for one in found}
    return Found(tuple(unique.values()), measures, unseen(inventory), exhibits(inventory))


def _clash(one: Clash, inventory: Inventory) -> Finding:
    names = listed([each.key for each in one.automations])
    events = " or ".join(f"{event}d" for event in one.events)
    last = one.automations[-1]
    stays = f"the value of {last.key} stays, for it runs last" if one.ordered else "which value stays is not certain"
    return Finding(
        check=_NAME,
        key=f"{_NAME}:{one.object}.{one.field}",
        weight=Weight.HIGH if one.field.casefold() in _HEAVY else Weight.MEDIUM,
        says=f"{names} {'all' if one.automations[2:] else 'both'} set {one.object}.{one.field} when a record is "
        f"{events}: {stays}.",
        object=one.object,
        fields=(one.field,),
        count=len(one.automations),
        of=len(inventory.of(one.object)),
        fix=f"Let one automation set {one.field}, or give them conditions that cannot both hold.",
        minutes=_MINUTES,
        queries=queries(one.automations),
        records=tuple(record_of(each, f"sets {one.field} at {_moments(each)}") for each in one.automations),
        values=tuple(each.key for each in one.automations),
    )


def _beside(ground: Ground, inventory: Inventory) -> Iterator[Finding]:
    """Give each field that one of our workflows writes and an automation of the org sets."""
    writers: dict[tuple[str, str], list[str]] = {}
    for flow in ground.workflows:
        for target, name in {pair for step in flow.steps for pair in step.writes}:
            writers.setdefault((target, name), []).append(flow.name)
    for (target, name), flows in sorted(writers.items()):
        path = Setting(target, name)
        others = [
            one
            for one in inventory.automations
            if one.kind is not Kind.ASSIGNMENT_RULE and one.events & SAVES and _sets(one, path)
        ]
        if others:
            yield Finding(
                check=_NAME,
                key=f"{_NAME}:{target}.{name}:upbeat",
                weight=Weight.HIGH if name.casefold() in _HEAVY else Weight.MEDIUM,
                says=f"{listed([one.key for one in others])} {'set' if others[1:] else 'sets'} {target}.{name}, which "
                f"{'the workflows' if flows[1:] else 'the workflow'} {listed(sorted(flows))} "
                f"{'write' if flows[1:] else 'writes'} too: each can undo the other's work.",
                object=target,
                fields=(name,),
                count=len(others),
                of=len(inventory.of(target)),
                fix=f"Say which of them owns {target}.{name}, and switch the writing off in the others.",
                minutes=_MINUTES,
                queries=queries(others),
                records=tuple(record_of(one, f"sets {name} at {_moments(one)}") for one in others),
                values=(*sorted(flows), *(one.key for one in others)),
            )


def _sets(one: Automation, path: Setting) -> bool:
    wanted = (path.object, path.field.casefold())
    return any((each.object, each.field.casefold()) == wanted for each in one.sets)


def _refusal(one: Refusal) -> Finding:
    target, rule = one.settings[0].object, one.rule
    values = listed([f"{each.field} to {each.value}" for each in one.settings if each.value is not None])
    return Finding(
        check=_NAME,
        key=f"{_NAME}:{target}.{rule.name}:{one.automation.name}",
        weight=Weight.HIGH,
        says=f"{one.automation.key} sets {values}, and the validation rule {rule.name} on {target} refuses that: "
        "such a save fails.",
        object=target,
        fields=tuple(each.field for each in one.settings),
        count=2,
        of=2,
        fix=f"Let {one.automation.key} set what {rule.name} accepts, or let the rule leave it alone.",
        minutes=_MINUTES,
        queries=queries((one.automation, rule)),
        records=(record_of(one.automation, f"sets {values}"), record_of(rule, rule.when)),
        values=(one.automation.key, rule.key),
    )


def _contradiction(one: Contradiction, inventory: Inventory) -> Finding:
    names = listed([rule.name for rule in one.rules])
    where = f" in {listed([stage.name for stage in one.stages])}" if one.stages else ""
    return Finding(
        check=_NAME,
        key=f"{_NAME}:{one.object}.{'+'.join(rule.name for rule in one.rules)}:contradict",
        weight=Weight.HIGH,
        says=f"The validation rules {names} on {one.object} contradict each other: whatever {listed(one.fields)} "
        f"{'hold' if one.fields[1:] else 'holds'}, one of them refuses each save{where}.",
        object=one.object,
        fields=one.fields,
        count=2,
        of=len(inventory.of(one.object, Kind.VALIDATION_RULE)),
        fix=f"Turn one of {names} round, or give it a condition under which the other asks for nothing.",
        minutes=_MINUTES,
        queries=queries(one.rules),
        records=tuple(record_of(rule, rule.when) for rule in one.rules),
        values=tuple(rule.key for rule in one.rules),
    )


def _unlisted(ground: Ground, inventory: Inventory) -> Iterator[Finding]:
    """Give each value that an automation sets and its picklist does not have."""
    for one in inventory.automations:
        for setting in one.sets:
            field = field_of(ground.schema, setting.object, setting.field)
            staged = setting.path == "Opportunity.StageName" and ground.schema.stages
            if field is None or not setting.value or not (field.restricted or staged):
                continue
            values = {each.value for each in field.picklist if each.active}
            if staged:
                values = {each.name for each in ground.schema.stages if each.active}
            if values and setting.value not in values:
                yield Finding(
                    check=_NAME,
                    key=f"{_NAME}:{setting.path}:{setting.value}:{one.name}",
                    weight=Weight.HIGH,
                    says=f"{one.key} sets {setting.path} to {setting.value}, which is no active value of it.",
                    object=setting.object,
                    fields=(setting.field,),
                    count=1,
                    of=len(inventory.automations),
                    fix=f"Let {one.key} set one of {listed(sorted(values))}.",
                    minutes=15,
                    queries=queries((one,)),
                    records=(record_of(one, f"sets {setting.value}"),),
                    values=(setting.value,),
                )


def _unknown_stages(ground: Ground, inventory: Inventory) -> Iterator[Finding]:
    """Give each stage that starts a flow, a process or a workflow rule, and that no deal can be in."""
    names = [one.name for one in ground.schema.stages]
    for one in inventory.of(DEAL, Kind.FLOW, Kind.PROCESS, Kind.WORKFLOW_RULE) if names else ():
        tree = one.condition()
        asked = dict.fromkeys(compared(tree, "StageName")) if tree is not None else {}
        for value in asked:
            if value and value not in names:
                close = nearest(value, names)
                yield Finding(
                    check=_NAME,
                    key=f"{_NAME}:{DEAL}.StageName:{value}:{one.name}:starts",
                    weight=Weight.MEDIUM,
                    says=f"{one.key} asks for the stage {value}, which the org does not have: no deal starts it so.",
                    object=DEAL,
                    fields=("StageName",),
                    count=1,
                    of=len(inventory.of(DEAL)),
                    fix=f"Write {close} in its condition."
                    if close
                    else "Name one of the org's stages in its condition.",
                    minutes=15,
                    queries=queries((one,)),
                    records=(record_of(one, one.when),),
                    values=(value,),
                    corrections=((value, close),) if close else (),
                )


def _circle(path: tuple[Automation, ...]) -> Finding:
    names = [f"{one.key} on {one.object}" for one in path]
    return Finding(
        check=_NAME,
        key=f"{_NAME}:circle:{'+'.join(sorted(one.name for one in path))}",
        weight=Weight.MEDIUM,
        says=f"{' starts '.join([*names, names[0]])}: each sets what the next one runs on.",
        object=path[0].object,
        fields=tuple(dict.fromkeys(setting.path for one in path for setting in one.sets)),
        count=len(path),
        of=len(path),
        fix="Let one of them run only where the field really changes, or take one of them away.",
        minutes=_MINUTES,
        queries=queries(path),
        records=tuple(record_of(one, f"on {one.on}") for one in path),
        values=tuple(one.key for one in path),
    )


def _moments(one: Automation) -> str:
    return " and ".join(moment.words for moment in one.moments)


_ROWS: Final = {
    Kind.FLOW: ("FlowDefinitionView", "ApiName"),
    Kind.PROCESS: ("FlowDefinitionView", "ApiName"),
    Kind.TRIGGER: ("ApexTrigger", "Name"),
    Kind.VALIDATION_RULE: ("ValidationRule", "ValidationName"),
    Kind.WORKFLOW_RULE: ("WorkflowRule", "Name"),
    Kind.ASSIGNMENT_RULE: ("AssignmentRule", "Name"),
    Kind.DUPLICATE_RULE: ("DuplicateRule", "DeveloperName"),
}


def queries(automations: Iterable[Automation]) -> tuple[str, ...]:
    """Give the queries that show automations again: those of rules and triggers are of the Tooling API."""
    named: dict[tuple[str, str], list[str]] = {}
    for one in automations:
        named.setdefault(_ROWS[one.kind], []).append(one.name)
    text = "SELECT Id, {1} FROM {0} WHERE {1} IN :names"
    return tuple(filled(text.format(*row), names=names) for row, names in named.items())


CONFLICTS = Check(_NAME, "Automations that are in each other's way", _look, lambda _: first_calls())
