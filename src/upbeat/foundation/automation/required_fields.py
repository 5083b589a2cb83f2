"""Key fields: the methodology, the next step, the push counter: whether a rule asks for them, and something counts."""

from collections.abc import Iterator
from typing import Final

from upbeat.foundation.automation.conflicts import targets
from upbeat.foundation.automation.methods import evident
from upbeat.foundation.automation.reading import read_automations
from upbeat.foundation.automation.stage_exits import NO_DEALS, RULES, stage_rules, unknown
from upbeat.foundation.automation.stages import StageRules
from upbeat.foundation.automation.values import Inventory
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import DEAL, listed
from upbeat.foundation.findings import Exhibit, Finding, Found, Measure, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.push_counts import counter
from upbeat.schema import FieldType

_NAME: Final = "required-fields"
_MINUTES: Final = 30  # to write a rule, try it in a sandbox, and deploy it


def _look(ground: Ground) -> Look:
    if not ground.has(DEAL, "StageName"):
        return Found(unseen=(ground.unseen(DEAL, "StageName"),))
    inventory = yield from read_automations(targets(ground))
    if denied := unknown(ground, inventory):
        return Found(unseen=denied)
    if not (ground.fields.stages or _stated(ground)) and ground.count(DEAL) == 0:
        return Found(measures=(Measure(_NAME, 0, 0, NO_DEALS),))
    rules = yield from stage_rules(ground, inventory)
    wanted = tuple(_wanted(ground))
    hidden = tuple(Unseen(DEAL, name, "this user sees no such field") for name in wanted if not ground.has(DEAL, name))
    asked = [name for name in wanted if ground.has(DEAL, name)]
    lost = {one.name.casefold(): one for one in rules.losses}
    said = {
        name.casefold() for at, one in ground.fields.stages.items() if at.casefold() not in lost for name in one.exit
    }
    free = [
        name
        for name in asked
        if not (_always(ground, name) or rules.anywhere(name) or _at_its_loss(ground, rules, name))
    ]
    good = len(asked) - len(free)
    says = f"{good} of {len(asked)} key fields are asked for by a rule at some stage, or always required"
    findings = (
        *(_free(name, rules, len(asked), stated=_stated(ground)) for name in free if name.casefold() not in said),
        *_uncounted(ground, inventory),
    )
    exhibit = _exhibit(ground, rules, asked)
    return Found(findings, (Measure(_NAME, good, len(asked), says),), hidden, (exhibit,) if asked else ())


def _wanted(ground: Ground) -> Iterator[str]:
    """Give the key fields: what fields.yaml names, else what is evident by its name."""
    said = ground.fields.methodology
    paths = said.elements.values() if said else [f"{DEAL}.{one}" for one in evident(ground)[1].values()]
    names = [path.partition(".")[2] for path in paths if path.startswith(f"{DEAL}.")]
    names += [ground.fields.next_step, *(name for one in ground.fields.stages.values() for name in one.exit)]
    spelt: dict[str, str] = {}
    for name in names:
        field = ground.field(DEAL, name)
        if field is None or (field.type is not FieldType.BOOLEAN and not field.formula and field.updateable):
            spelt.setdefault(name.casefold(), field.name if field else name)
    yield from spelt.values()


def _always(ground: Ground, name: str) -> bool:
    field = ground.field(DEAL, name)
    return field is not None and field.required


def _at_its_loss(ground: Ground, rules: StageRules, name: str) -> bool:
    """Whether a rule asks for a field where a deal is lost, and fields.yaml wants it there."""
    wanted = {
        at.casefold() for at, one in ground.fields.stages.items() if name.casefold() in map(str.casefold, one.exit)
    }
    return any(end.name.casefold() in wanted for end, _ in rules.at_a_loss(name))


def _stated(ground: Ground) -> bool:
    """Whether somebody said in fields.yaml which fields are key."""
    return bool({"methodology", "next_step"} & ground.fields.model_fields_set)


def _free(name: str, rules: StageRules, of: int, *, stated: bool) -> Finding:
    lost = {end.name: one.rule.name for end, one in rules.at_a_loss(name)}
    there = f" {listed(dict.fromkeys(lost.values()))} asks for it on the way to {listed(lost)} alone." if lost else ""
    return Finding(
        check=_NAME,
        key=f"{_NAME}:{DEAL}.{name}",
        weight=Weight.MEDIUM if stated else Weight.LOW,
        says=f"No active validation rule asks for {name} on the way to a win: a deal is won without it.{there}",
        object=DEAL,
        fields=(name,),
        count=1,
        of=of,
        fix=f"Say in fields.yaml at which stage {name} must be known, and add a validation rule for it.",
        minutes=_MINUTES,
        queries=(RULES,),
        values=tuple(one.name for one in rules.path),
    )


def _uncounted(ground: Ground, inventory: Inventory) -> Iterator[Finding]:
    """Tell of a push counter that nothing counts: no formula, no automation, no tool and no workflow."""
    field = counter(ground)
    if field is None or field.formula or not field.updateable or not field.custom:
        return
    wanted = (DEAL, field.name.casefold())
    counted = any((one.object, one.field.casefold()) == wanted for each in inventory.automations for one in each.sets)
    written = any(wanted == (target, name.casefold()) for flow in ground.workflows for step in flow.steps
                  for target, name in step.writes)  # fmt: skip
    tools = any(
        wanted[1] in {name.casefold() for name in write.fields}
        for tool in ground.tools.tools.values()
        for write in tool.writes
        if write.object == DEAL
    )
    unsure = [one for one in inventory.of(DEAL) if field.name.casefold() in {each.casefold() for each in one.reads}]
    dark = [one for one in inventory.of(DEAL) if one.unseen] or inventory.unread
    if not (counted or written or tools or unsure or dark):
        yield Finding(
            check=_NAME,
            key=f"{_NAME}:{DEAL}.{field.name}:counter",
            weight=Weight.MEDIUM,
            says=f"{field.name} counts pushes by its name, and no flow, rule, trigger, tool or workflow sets it.",
            object=DEAL,
            fields=(field.name,),
            count=1,
            of=1,
            fix=f"Add a flow that counts {field.name} up when CloseDate moves to a later day.",
            minutes=2 * _MINUTES,
            queries=("SELECT ApiName FROM FlowDefinitionView WHERE IsActive = true",),
        )


def _exhibit(ground: Ground, rules: StageRules, asked: list[str]) -> Exhibit:
    rows: list[tuple[object, ...]] = []
    for name in asked:
        at = rules.anywhere(name) or rules.at_a_loss(name)
        first = next(iter(at), None)
        where = "always" if _always(ground, name) else first[0].name if first else None
        rows.append((name, where, ", ".join(dict.fromkeys(one.rule.name for _, one in at))))
    says = "The first stage at which an active rule asks for each key field."
    return Exhibit(_NAME, "Where key fields are required", says, ("field", "required from", "rules"), rows)


REQUIRED_FIELDS = Check(_NAME, "Key fields required at the right stage", _look)
