"""What a workflow rests on: the items of the audit without which it says what is not so, each with why.

It follows from what the workflow reads: the fields and signals of its conditions, whom its steps reach, what they
write. A field that a text merely shows is no ground that anything stands on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from upbeat import soql
from upbeat.domain import Change, Effect
from upbeat.schema import Field, Schema
from upbeat.timeline import SIGNALS, Signal
from upbeat.workflows import FieldMap, ToolRegister, Workflow

_DEAL: Final = "Opportunity"
_ACTIVITIES: Final = frozenset({"Task", "Event", "EmailMessage"})
_LAST_ACTIVITY: Final = "LastActivityDate"  # of any object: the newest task or event that people see below it
_PUSHES: Final = frozenset({"PushCount", "MonthPushCount", "PushedDates"})
_FORECAST: Final = frozenset({"ForecastCategory", "ForecastCategoryName"})
_OWNER_IDS: Final = frozenset({"OwnerId", "ManagerId"})
_HIGH_STAKES: Final = frozenset(
    {Effect.COMMIT, Effect.CLOSED_WON, Effect.ACCOUNT_OWNER, Effect.PRICE, Effect.MERGE, Effect.CONVERT}
)
_OWNERS: Final = frozenset({Effect.LEAD_OWNER, Effect.ACCOUNT_OWNER, Effect.OPPORTUNITY_OWNER, Effect.OWNER})

Pair = tuple[str, str]  # object, field


@dataclass(frozen=True, slots=True)
class Rest:
    """One item that a workflow rests on. `check` names the one that matters, empty where it is the whole item.

    `why` goes on after the workflow's name: "counts pushes by $Signal.PushCount".
    """

    item: str
    check: str
    why: str


@dataclass(frozen=True)
class Reading:
    """One workflow, read once for all that it may rest on."""

    flow: Workflow
    fields: FieldMap
    tools: ToolRegister

    @cached_property
    def guards(self) -> Mapping[Pair, Field]:
        """What conditions read, the trigger's and the steps', but for what the workflow itself writes."""
        flow = self.flow
        paths = flow.when.fields | flow.when.prior | set(flow.watched)
        paths = paths.union(*(step.when.fields for step in flow.steps if step.when), *_of_pools(flow))
        own = {pair for step in flow.steps for pair in step.writes}
        return {pair: field for pair, field in self._ends(paths) if pair not in own}

    @cached_property
    def compared(self) -> frozenset[Pair]:
        """Of them, those whose value counts: where it is asked whether a field is blank, a blank is an answer."""
        doubted = {pair for pair, _ in self._ends(self.flow.when.doubted)}
        return frozenset(self.guards.keys() - doubted)

    @cached_property
    def people(self) -> tuple[str, ...]:
        """The paths that lead to a person in charge: an owner, a manager."""
        return tuple(path for path in self.flow.fields if _leads_to_owner(path))

    @cached_property
    def writes(self) -> Mapping[Pair, str]:
        """What its steps write, with the name of the step."""
        return {pair: step.name for step in self.flow.steps for pair in step.writes}

    @cached_property
    def effects(self) -> Mapping[Effect, str]:
        """What its steps are bound to do, with the name of the step."""
        return {effect: step.name for step in self.flow.steps for effect in step.effects}

    @property
    def schema(self) -> Schema:
        """The org as the workflow was compiled against."""
        return self.flow.when.scope.schema

    def _ends(self, paths: Iterable[str]) -> Iterator[tuple[Pair, Field]]:
        for path in sorted(paths):
            holder, field = self.schema.along(self.flow.object, path)[-1]
            yield (holder, field.name), field


def rests(flow: Workflow, fields: FieldMap, tools: ToolRegister) -> tuple[Rest, ...]:
    """Give the items that a workflow rests on, in the order of `RULES`: whole ones, or single checks of them once."""
    reading = Reading(flow, fields, tools)
    found: dict[tuple[str, str], Rest] = {}
    for rule in RULES:
        for one in rule(reading):
            found.setdefault((one.item, one.check), one)
    return tuple(one for one in found.values() if not one.check or (one.item, "") not in found)


def _activities(reading: Reading) -> Iterator[Rest]:
    """It goes by what customers and reps did: what is not captured, or hangs on no record, did not happen for it."""
    why = next(iter([*_by_signals(reading, _ACTIVITIES), *_last_activities(reading)]), "")
    if reading.flow.object in _ACTIVITIES and Change.CAPTURED not in reading.flow.starts:  # or it is what captures them
        why = f"starts on each {reading.flow.object}"
    if why:
        yield Rest("activity-capture", "", why)
        yield Rest("linked-participants", "", why)


def _last_activities(reading: Reading) -> Iterator[str]:
    return (f"goes by {_name(pair)}" for pair in reading.guards if pair[1] == _LAST_ACTIVITY)


def _contact_roles(reading: Reading) -> Iterator[Rest]:
    for why in _by_signals(reading, {"OpportunityContactRole"}):
        yield Rest("contact-roles", "contact-roles", why)
    if reading.flow.object == "OpportunityContactRole":
        yield Rest("contact-roles", "contact-roles", "starts on each OpportunityContactRole")


def _pushes(reading: Reading) -> Iterator[Rest]:
    for name in reading.flow.signals:
        if name in _PUSHES:
            yield Rest("required-fields", "push-count", f"counts close-date pushes by $Signal.{name}")
    counter = reading.fields.push_count
    if counter and (_DEAL, counter) in reading.guards:
        yield Rest("required-fields", "push-count", f"goes by the counter {_DEAL}.{counter}")


def _key_fields(reading: Reading) -> Iterator[Rest]:
    if (_DEAL, "Amount") in reading.compared:
        yield Rest("required-fields", "amounts-missing", f"compares {_DEAL}.Amount")
    step = (_DEAL, reading.fields.next_step)
    if step in reading.compared:
        yield Rest("required-fields", "next-steps", f"compares {_name(step)}")
    asked = {name for one in reading.fields.stages.values() for name in one.exit} - {"Amount", step[1]}
    for name in sorted(asked):
        if (_DEAL, name) in reading.compared:
            yield Rest("required-fields", "required-fields", f"compares {_DEAL}.{name}")


def _stages(reading: Reading) -> Iterator[Rest]:
    if (_DEAL, "StageName") in reading.guards:
        yield Rest("stage-exits", "", f"goes by {_DEAL}.StageName")
    if Effect.STAGE in reading.effects:
        yield Rest("stage-exits", "", f"moves deals to another stage in its step {reading.effects[Effect.STAGE]}")


def _forecast(reading: Reading) -> Iterator[Rest]:
    read = [_name(pair) for pair in reading.guards if pair[0] == _DEAL and pair[1] in _FORECAST]
    moved = [step for effect, step in reading.effects.items() if effect in {Effect.FORECAST, Effect.COMMIT}]
    won = [step for effect, step in reading.effects.items() if effect is Effect.CLOSED_WON]
    why = f"goes by {read[0]}" if read else ""
    if moved or won:
        why = f"changes what a deal counts for in the forecast in its step {(moved or won)[0]}"
    if why:
        yield Rest("forecast-categories", "", why)
        yield Rest("forecast-conditions", "", why)
    elif Effect.STAGE in reading.effects:
        step = reading.effects[Effect.STAGE]
        yield Rest("forecast-categories", "", f"sets a stage, which brings its category along, in its step {step}")


def _owners(reading: Reading) -> Iterator[Rest]:
    if reading.people:
        yield Rest("territories-and-owners", "inactive-owners", f"reaches people by {_path(reading, 0)}")
    if reading.flow.pools:
        pool = next(iter(reading.flow.pools))
        yield Rest("territories-and-owners", "", f"assigns owners by the pool {pool}")
    given = [step for effect, step in reading.effects.items() if effect in _OWNERS]
    if given and not reading.flow.pools:
        yield Rest("territories-and-owners", "", f"gives records another owner in its step {given[0]}")
    own = reading.fields.territory
    mapped = {("Account", own.field)} if own else {("Account", "Territory2Id"), (_DEAL, "Territory2Id")}
    for pair in sorted(mapped & reading.guards.keys()):
        yield Rest("territories-and-owners", "territories", f"goes by {_name(pair)}")


def _path(reading: Reading, number: int) -> str:
    return f"{reading.flow.object}.{reading.people[number]}"


def _methodology(reading: Reading) -> Iterator[Rest]:
    method, back = reading.fields.methodology, reading.fields.write_back
    for element, grant in method.elements.items() if method else ():
        if _pair(grant) in reading.guards:
            why = f"goes by {grant}, the {element.replace('_', ' ')} of {method.name if method else ''}"
            yield Rest("methodology", "", why)
            yield Rest("conversation-write-back", "", why)
    for grant in (back.transcript, back.summary, back.next_step):
        if grant and _pair(grant) in reading.compared:
            yield Rest("conversation-write-back", "", f"goes by {grant}, where what was said is written")


def _tiers(reading: Reading) -> Iterator[Rest]:
    tier = reading.fields.icp_tier
    for name in (tier.field, tier.dated) if tier else ():
        if name and ("Account", name) in reading.guards:
            yield Rest("icp-tiers", "", f"goes by Account.{name}")


def _tools(reading: Reading) -> Iterator[Rest]:
    for name, tool in reading.tools.tools.items():
        for one in tool.writes:
            for field in one.fields:
                if (one.object, field) in reading.guards:
                    yield Rest("write-back-rules", "", f"goes by {one.object}.{field}, which {tool.title} writes")
                if (one.object, field) in reading.writes:
                    yield Rest("write-back-rules", "", f"writes {one.object}.{field}, and so does {tool.title}")
        for grant in (tool.ids.account, tool.ids.contact):
            if grant and _pair(grant) in reading.guards:
                yield Rest("shared-ids", "", f"knows records again by {grant}, the id of {name}")
    for pair, field in reading.guards.items():
        if field.external_id:
            yield Rest("shared-ids", "", f"knows records again by {_name(pair)}, an external id")


def _high_stakes(reading: Reading) -> Iterator[Rest]:
    for effect, step in reading.effects.items():
        if effect in _HIGH_STAKES:
            yield Rest("human-queue", "", f"suggests what people must release in its step {step}: {effect}")


def _calls(_reading: Reading) -> Iterator[Rest]:
    yield Rest("api-footprint", "", "spends API calls of the org beside every other tool")


RULES: Final[tuple[Callable[[Reading], Iterator[Rest]], ...]] = (
    _activities, _contact_roles, _pushes, _key_fields, _stages, _forecast, _methodology, _tiers, _owners, _tools,
    _high_stakes, _calls,
)  # fmt: skip


def _by_signals(reading: Reading, objects: Iterable[str]) -> Iterator[str]:
    """Give, for each signal that is read from one of these objects, the words that say so."""
    wanted = frozenset(objects)
    for name in reading.flow.signals:
        read = sorted(wanted & _sources(name))
        if read:
            yield f"goes by $Signal.{name}, which is read from {read[0]}"


def _sources(name: str) -> frozenset[str]:
    """Give the objects that a signal is read from; none for one that the record's own fields tell."""
    signal, found = SIGNALS[name], set[str]()
    source = signal.source if isinstance(signal, Signal) else None
    while source is not None:
        found.add(soql.parse(source.query).select.source.name)
        source = source.otherwise
    return frozenset(found)


def _of_pools(flow: Workflow) -> Iterator[Iterable[str]]:
    return (pool.fields for pool in flow.pools.values())


def _leads_to_owner(path: str) -> bool:
    *before, last = path.split(".")
    return last in _OWNER_IDS or "Owner" in before or "Manager" in before


def _pair(grant: str) -> Pair:
    target, _, name = grant.partition(".")
    return target, name


def _name(pair: Pair) -> str:
    return ".".join(pair)
