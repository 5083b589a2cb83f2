"""Stage exit criteria: those that fields.yaml says, held against those that active validation rules enforce."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.base import nearest
from upbeat.foundation.automation.conflicts import queries, record_of, targets
from upbeat.foundation.automation.reading import read_automations
from upbeat.foundation.automation.stages import StageRules
from upbeat.foundation.automation.standing import MOST_RULES, Standing, standing
from upbeat.foundation.automation.values import Event, Inventory, Kind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import COMMIT, DEAL, as_records, deals, listed, told
from upbeat.foundation.findings import Exhibit, Finding, Found, Measure, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Way
from upbeat.schema import FieldType, Stage

_NAME: Final = "stage-exits"
_MINUTES: Final = 30  # to write a rule, try it in a sandbox, and deploy it
MOST_KINDS: Final = 12
"""Record types whose stages are asked for."""
NO_DEALS: Final = "there are no deals, and fields.yaml says nothing of them"


@dataclass(frozen=True, slots=True)
class _Exit:
    """A field that must be filled before a deal leaves a stage.

    `past` are the next stages to which no rule asks for it on the way, `later` those after them where one does; no deal
    can be without it where it is `always` so.
    """

    stage: Stage
    field: str
    past: tuple[Stage, ...]
    later: tuple[Stage, ...]
    always: bool

    @property
    def holds(self) -> bool:
        return self.always or not self.past


def stage_rules(ground: Ground, inventory: Inventory) -> Generator[Sequence[Question], Sequence[Answer], StageRules]:
    """Give the rules of Opportunity with the org's stages, as each record type offers them."""
    kinds = [one for one in ground.schema.object(DEAL).record_types if one.active][:MOST_KINDS]
    answers = (yield [Question(Way.OFFERED, f"{DEAL}/{one.id}") for one in kinds]) if kinds[1:] else ()
    offered = tuple(
        frozenset(row["values"]) for answer in answers for row in answer.rows if row["field"] == "StageName"
    )
    return StageRules(ground.schema.stages, inventory.of(DEAL, Kind.VALIDATION_RULE), offered)


def unknown(ground: Ground, inventory: Inventory) -> tuple[Unseen, ...]:
    """Say why nothing can be said of stages: the rules are not told, or the stages are not."""
    denied = tuple(Unseen("validation rules", "", one.why) for one in inventory.denied(Kind.VALIDATION_RULE))
    if not ground.schema.stages:
        return (*denied, ground.unseen("OpportunityStage"))
    return denied


def _look(ground: Ground) -> Look:
    if not ground.has(DEAL, "StageName"):
        return Found(unseen=(ground.unseen(DEAL, "StageName"),))
    inventory = yield from read_automations(targets(ground))
    if denied := unknown(ground, inventory):
        return Found(unseen=denied)
    if not ground.fields.stages and ground.count(DEAL) == 0:
        return Found(measures=(Measure(_NAME, 0, 0, NO_DEALS),))
    rules = yield from stage_rules(ground, inventory)
    exits = tuple(_exits(ground, rules))
    against = yield from standing(ground, rules)
    found = [
        *_unknown_stages(ground),
        *(_missing(one, rules, inventory) for one in exits if not one.holds),
        *_contradicted(ground, rules),
        *(() if ground.fields.stages else _open_gates(rules, inventory)),
        *_dead(rules),
        *(_standing(one) for one in against),
    ]
    measure = _measured(exits) if ground.fields.stages else _gated(rules)
    return Found(tuple({one.key: one for one in found}.values()), (measure,), _unread(rules), _exhibits(rules))


def _exits(ground: Ground, rules: StageRules) -> Iterator[_Exit]:
    known = {one.name.casefold(): one for one in rules.path}
    for name, wanted in ground.fields.stages.items():
        stage = known.get(name.casefold())
        if stage is None or not (nexts := rules.nexts(stage)):
            continue
        for field in wanted.exit:
            found = ground.field(DEAL, field)
            if found is None or found.type is FieldType.BOOLEAN:
                continue
            past = tuple(end for end in nexts if not rules.demanding(field, stage, end))
            rest = (end for end in rules.after(stage) if end not in nexts)
            later = tuple(end for end in rest if rules.demanding(field, stage, end))
            yield _Exit(stage, found.name, past, later, not found.nillable)


def _measured(exits: tuple[_Exit, ...]) -> Measure:
    good = sum(one.holds for one in exits)
    return Measure(_NAME, good, len(exits), f"{good} of {len(exits)} exit criteria of fields.yaml are enforced")


def _gated(rules: StageRules) -> Measure:
    late = _late(rules)
    good = sum(bool(rules.guards(one)) for one in late)
    says = f"{good} of {len(late)} late stages ({', '.join(one.name for one in late)}) are guarded by a validation rule"
    return Measure(_NAME, good, len(late), says)


def _late(rules: StageRules) -> tuple[Stage, ...]:
    """Give the stages at which a deal counts as committed, or the last open one where none does; and those of a win."""
    open_ones = [one for one in rules.path if not one.closed]
    commit = [one for one in open_ones if one.forecast_category == COMMIT] or open_ones[-1:]
    return (*commit, *(one for one in rules.path if one.won))


def _unknown_stages(ground: Ground) -> Iterator[Finding]:
    names = {one.name.casefold() for one in ground.schema.stages}
    for name in ground.fields.stages:
        if name.casefold() not in names:
            close = nearest(name, [one.name for one in ground.schema.stages])
            yield Finding(
                check=_NAME,
                key=f"{_NAME}:fields.yaml:{name}",
                weight=Weight.MEDIUM,
                says=f"fields.yaml says what a deal needs before it leaves {name}, and the org has no such stage.",
                object=DEAL,
                fields=("StageName",),
                count=1,
                of=len(ground.fields.stages),
                fix=f"Write {close} in fields.yaml." if close else "Write one of the org's stages in fields.yaml.",
                minutes=5,
                queries=(_STAGES,),
                values=(name,),
                corrections=((name, close),) if close else (),
            )


_STAGES: Final = "SELECT ApiName, IsActive FROM OpportunityStage ORDER BY SortOrder"


def _missing(one: _Exit, rules: StageRules, inventory: Inventory) -> Finding:
    then = listed([end.name for end in one.past])
    late = f", only from {one.later[0].name} on" if one.later else ""
    off = [name for _, target, name in inventory.off if target == DEAL]
    more = (
        f" {listed(off)} on {DEAL} {'are' if off[1:] else 'is'} switched off: see whether it is meant." if off else ""
    )
    return Finding(
        check=_NAME,
        key=f"{_NAME}:{DEAL}.{one.field}:{one.stage.name}",
        weight=Weight.MEDIUM,
        says=f"{one.field} must be known before a deal leaves {one.stage.name}, and no active rule asks for it on the "
        f"way to {then}{late}.",
        object=DEAL,
        fields=(one.field,),
        count=1,
        of=len(rules.path),
        fix=f"Add a validation rule: refuse {then} and what comes after it where {one.field} is blank.{more}",
        minutes=_MINUTES,
        queries=(RULES,),
        values=(one.stage.name,),
    )


RULES: Final = (
    "SELECT Id, ValidationName, Active FROM ValidationRule WHERE EntityDefinition.QualifiedApiName = 'Opportunity'"
)


def _contradicted(ground: Ground, rules: StageRules) -> Iterator[Finding]:
    """Give each rule that refuses a deal for having what fields.yaml says it must have."""
    for one in _exits(ground, rules):
        for end in rules.after(one.stage):
            for asked in rules.forbidding(one.field, one.stage, end)[:1]:
                yield Finding(
                    check=_NAME,
                    key=f"{_NAME}:{DEAL}.{one.field}:{asked.rule.name}",
                    weight=Weight.HIGH,
                    says=f"{one.field} must be known before a deal leaves {one.stage.name}, and the rule "
                    f"{asked.rule.name} refuses {end.name} where it is filled.",
                    object=DEAL,
                    fields=(one.field,),
                    count=1,
                    of=len(rules.rules),
                    fix=f"Turn the test of {one.field} in {asked.rule.name} round, or change fields.yaml.",
                    minutes=_MINUTES,
                    queries=queries((asked.rule,)),
                    records=(record_of(asked.rule, asked.rule.when),),
                    values=(asked.rule.name,),
                )


def _open_gates(rules: StageRules, inventory: Inventory) -> Iterator[Finding]:
    """Give each late stage that no rule guards; one finding where no rule tests the stage at all."""
    late = [one for one in _late(rules) if not rules.guards(one)]
    others = [one.key for one in inventory.of(DEAL, Kind.TRIGGER, Kind.FLOW) if one.may_refuse(Event.UPDATE)]
    more = f" See first whether {listed(others)} refuses such a save." if others else ""
    if not late:
        return
    none = not rules.staged
    names = listed([one.name for one in late])
    yield Finding(
        check=_NAME,
        key=f"{_NAME}:{DEAL}.StageName:{'none' if none else 'late'}",
        weight=Weight.MEDIUM,
        says=f"No active validation rule tests the stage of a deal: no field is asked for on the way to {names}."
        if none
        else f"No active validation rule asks for a field on the way to {names}.",
        object=DEAL,
        fields=("StageName",),
        count=len(late),
        of=len(rules.path),
        fix="Say in fields.yaml (`stages:`) what must be known before a deal leaves each stage, and add a validation "
        f"rule for each.{more}",
        minutes=_MINUTES * len(late),
        queries=(RULES,),
        values=tuple(one.name for one in late),
    )


def _dead(rules: StageRules) -> Iterator[Finding]:
    """Give each stage that a rule names and the org does not have, or only as an inactive one."""
    for rule, name, meant, whole in rules.unknown():
        inactive = meant is not None and meant.name == name
        if inactive and not whole:
            continue  # deals may still come from there, and the rule has others to guard
        why = "is switched off" if inactive else "the org does not have"
        close = None if inactive else meant.name if meant else nearest(name, [one.name for one in rules.stages])
        yield Finding(
            check=_NAME,
            key=f"{_NAME}:{DEAL}.{rule.name}:{name}",
            weight=Weight.LOW if inactive else Weight.MEDIUM,
            says=f"The rule {rule.name} names the stage {name}, which {why}: "
            f"{'the rule guards no deal' if whole else 'that part of it holds for no deal'}.",
            object=DEAL,
            fields=("StageName",),
            count=1,
            of=len(rules.rules),
            fix=f"Write {close} in {rule.name}." if close else f"Name an active stage in {rule.name}, or delete it.",
            minutes=15,
            queries=(*queries((rule,)), _STAGES),
            records=(record_of(rule, rule.when),),
            values=(name,),
            corrections=((name, close),) if close else (),
        )


def _standing(one: Standing) -> Finding:
    name = one.rule.name
    against = (
        f"in a stage where the rule {name} refuses a save" if one.staged else f"against {name}, a rule of any stage"
    )
    return Finding(
        check=_NAME,
        key=f"{_NAME}:{DEAL}.{one.rule.name}:standing",
        weight=Weight.MEDIUM,
        says=f"{deals(one.count)} {'stands' if one.count == 1 else 'stand'} {against}: "
        f"{'it was' if one.count == 1 else 'they were'} there before the rule, or came past it.",
        object=DEAL,
        fields=tuple(dict.fromkeys(("StageName", *one.rule.reads))),
        count=one.count,
        of=one.of,
        fix=f"Give them what {name} asks for{', or move the deals back' if one.staged else ''}: the next person "
        "who saves one is refused.",
        minutes=5 * one.count,
        queries=(one.query,),
        records=as_records(one.rows, told),
        values=(one.rule.name,),
    )


def _unread(rules: StageRules) -> tuple[Unseen, ...]:
    """Name the rules whose condition could not be read: what they ask for is not known."""
    read = {rule for rule, _ in rules.read}
    return tuple(
        Unseen("validation rule", one.name, one.unseen or "its condition could not be read")
        for one in rules.rules
        if one not in read
    )


def _exhibits(rules: StageRules) -> tuple[Exhibit, ...]:
    """Show what is asked for on the way to each stage, and by which rule."""
    rows: list[tuple[object, ...]] = []
    for end in rules.path:
        gates = frozenset(rules.gates(end))
        for one in dict.fromkeys(rules.asked(rules.before(end), end)):
            if one.rule not in gates:
                continue
            wants = [f"{' or '.join(sorted(one.demand.filled))} filled"] if one.demand.filled else []
            wants += [f"{' or '.join(sorted(one.demand.blank))} blank"] if one.demand.blank else []
            rows.append(
                (end.name, ", or ".join(wants) or "something else", " and ".join(one.demand.unless), one.rule.name)
            )
    if not rows:
        return ()
    says = (
        "What active validation rules ask for when a deal comes from the stage before; only where the condition holds."
    )
    columns = ("stage", "asks for", "where", "rule")
    return (Exhibit("stage-exits", "Stage exits that rules enforce", says, columns, rows),)


STAGE_EXITS = Check(
    _NAME, "Stage exits, and the rules that enforce them", _look, lambda _: 1 + 2 * MOST_RULES + MOST_KINDS
)
