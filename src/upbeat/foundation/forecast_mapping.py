"""What the org's stages say of the forecast, held against itself: only what cannot be meant is a defect."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, groupby

from upbeat.foundation.behind import behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import (
    DEAL,
    AtStage,
    amount_in,
    as_records,
    at_stages,
    by_stage,
    condition,
    counted,
    deals,
    first_of,
    records_where,
    told,
    unseen,
)
from upbeat.foundation.findings import Exhibit, Finding, Found, Measure, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Row
from upbeat.foundation.spelling import variant
from upbeat.schema import Stage
from upbeat.schema.describe import STAGES_QUERY

STAGE = "OpportunityStage"
_RANK: Mapping[str, int] = {"Pipeline": 1, "BestCase": 2, "MostLikely": 3, "Forecast": 4}
"""How sure a category is; a deal that is Omitted or Closed is on no such way."""
_MINUTES = 15  # to change one stage in Setup
_MOVE = 2  # to move one deal to another stage
_SETUP = "Setup > Object Manager > Opportunity > Fields > Stage"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What two settings of the org's stages say that cannot both be meant."""

    stage: str
    field: str
    value: str
    says: str
    weight: Weight
    fix: str


def contradictions(stages: Sequence[Stage], paths: Iterable[Sequence[str]]) -> list[Contradiction]:
    """Give what contradicts itself among the active stages; `paths` are the stages of each record type."""
    active = sorted((one for one in stages if one.active), key=lambda one: one.order)
    found = [*_twice(active), *(one for stage in active for one in _of_one(stage))]
    way = [one for one in active if not one.closed and one.forecast_category in _RANK]
    way = [one for one in way if one is way[0] or not _parked(one, way[0])]
    for path in paths:
        found += _along([one for one in way if one.name in path])
    return list({(one.stage, one.field, one.value): one for one in found}.values())


def paths_of(stages: Sequence[Stage], used: Iterable[tuple[str, str]], *, kinds: bool) -> list[Sequence[str]]:
    """Give the stages that deals of one kind go through: all, or, by record type, those that its deals are in.

    Stages of several sales processes stand in one list, and their order across processes says nothing.
    """
    if not kinds:
        return [[one.name for one in stages]]
    known = sorted(set(used))
    return [[stage for _, stage in some] for _, some in groupby(known, key=lambda one: one[0])]


def _twice(active: Sequence[Stage]) -> Iterator[Contradiction]:
    for one, other in combinations(active, 2):
        if one.name == other.name or variant(one.name, other.name):
            says = f"Two active stages read alike, '{one.name}' and '{other.name}': deals are split between them"
            fix = f"Move the deals of one to the other, and deactivate it under {_SETUP}."
            yield Contradiction(other.name, "ApiName", one.name, says, Weight.MEDIUM, fix)


def _of_one(one: Stage) -> Iterator[Contradiction]:
    category = one.forecast_category
    if one.won and not one.closed:
        says = f"The stage {one.name} counts as won, and its deals as open"
        yield Contradiction(
            one.name, "IsWon", "true", says, Weight.HIGH, f"Make it Closed/Won, or open, under {_SETUP}."
        )
    elif not one.closed and category == "Closed":
        says = f"The open stage {one.name} is forecast as Closed: its deals count as booked before they are won"
        fix = f"Give {one.name} the category that its deals deserve under {_SETUP}."
        yield Contradiction(one.name, "ForecastCategory", category, says, Weight.HIGH, fix)
    elif one.won and category and category != "Closed":
        says = f"The won stage {one.name} is forecast as {category}: what it wins is not in the closed forecast"
        yield Contradiction(
            one.name, "ForecastCategory", category, says, Weight.HIGH, f"Map {one.name} to Closed under {_SETUP}."
        )
    elif one.closed and not one.won and category and category != "Omitted":
        says = f"The lost stage {one.name} is forecast as {category}: lost deals stay in the forecast"
        yield Contradiction(
            one.name, "ForecastCategory", category, says, Weight.HIGH, f"Map {one.name} to Omitted under {_SETUP}."
        )
    if one.closed and one.probability != (100 if one.won else 0):
        kind, wanted = ("won", 100) if one.won else ("lost", 0)
        says = f"The {kind} stage {one.name} has a probability of {one.probability} %, and not of {wanted} %"
        yield Contradiction(
            one.name, "DefaultProbability", str(one.probability), says, Weight.MEDIUM, f"Set {wanted} % under {_SETUP}."
        )


def _along(way: Sequence[Stage]) -> Iterator[Contradiction]:
    """Go through the open stages of one way: neither how sure a deal is nor its category may fall."""
    for at, one in enumerate(way[1:], 1):
        surer = max(way[:at], key=lambda each: _RANK[each.forecast_category])
        if _RANK[one.forecast_category] < _RANK[surer.forecast_category]:
            says = (
                f"The stage {one.name} comes after {surer.name} and is forecast as {one.forecast_category}, "
                f"that one as {surer.forecast_category}: a deal that moves on becomes less sure"
            )
            fix = f"Map {one.name} at least as high as {surer.name} under {_SETUP}, or change their order."
            yield Contradiction(one.name, "ForecastCategory", one.forecast_category, says, Weight.HIGH, fix)
        likelier = max(way[:at], key=lambda each: each.probability)
        if one.probability < likelier.probability:
            says = (
                f"The stage {one.name} comes after {likelier.name} and has a probability of {one.probability} %, "
                f"that one of {likelier.probability} %: a deal that moves on is worth less"
            )
            fix = f"Set a probability of {likelier.probability} % or more for {one.name} under {_SETUP}."
            yield Contradiction(one.name, "DefaultProbability", str(one.probability), says, Weight.MEDIUM, fix)


def _parked(one: Stage, first: Stage) -> bool:
    """Whether deals are set aside there, as On Hold: no surer than where all begin, in category and probability."""
    return _RANK[one.forecast_category] <= _RANK[first.forecast_category] and one.probability <= first.probability


def _mapping(ground: Ground) -> Look:
    stages = ground.schema.stages
    if not stages:
        return Found(unseen=(Unseen(STAGE, "", ground.hidden.get(STAGE, "this user sees no stage of the org")),))
    if blind := unseen(ground, DEAL):
        return Found(unseen=blind)
    [answer] = yield (by_stage(ground),)
    at = at_stages(ground, answer)
    kinds = len(ground.schema.object(DEAL).record_types) > 1
    wrong = contradictions(stages, paths_of(stages, ((one.kind, one.stage) for one in at), kinds=kinds))
    findings, untold = [_finding(ground, one, at) for one in wrong], list[Unseen]()
    for name in sorted({one.stage for one in at if not _active(ground, one.stage)}):
        query = records_where(ground, condition("StageName = :name", name=name))
        here = counted(one for one in at if one.stage == name)
        some = yield from behind(DEAL, "StageName", first_of(query, here))
        findings.append(_left_behind(ground, name, at, query, some.rows))
        untold += some.unseen
    active = [one.name for one in stages if one.active]
    sound = len(active) - len({one.stage for one in wrong})
    says = f"{sound:,} of {len(active):,} active stages agree with the others on category and probability"
    silent = (Unseen(DEAL, "StageName", answer.denied),) if answer.denied else ()
    if not ground.has(DEAL, "ForecastCategory"):
        silent += unseen(ground, DEAL, "ForecastCategory")
    by_hand = () if silent else (_by_hand(ground, at),)
    measures = (Measure(MAPPING.name, sound, len(active), says), *by_hand)
    return Found(tuple(findings), measures, (*silent, *dict.fromkeys(untold)), (_table(ground, at),))


def _active(ground: Ground, name: str) -> bool:
    stage = ground.schema.stage(name)
    return stage is not None and stage.active


def _finding(ground: Ground, one: Contradiction, at: Sequence[AtStage]) -> Finding:
    here = [each for each in at if each.stage == one.stage]
    standing = f" {deals(counted(here)).capitalize()} {'is' if counted(here) == 1 else 'are'} in it." if here else ""
    return Finding(
        check=MAPPING.name,
        key=f"{MAPPING.name}:{STAGE}.{one.field}:{one.stage}",
        weight=one.weight,
        says=f"{one.says}.{standing}",
        object=STAGE,
        fields=(one.field,),
        count=1,
        of=len(ground.schema.stages),
        fix=one.fix,
        minutes=_MINUTES,
        queries=(STAGES_QUERY,),
        values=(one.stage, one.value),
        amount=sum((each.worth for each in here), Decimal()),
    )


def _left_behind(ground: Ground, name: str, at: Sequence[AtStage], query: str, rows: Sequence[Row]) -> Finding:
    here = [one for one in at if one.stage == name]
    count = counted(here)
    why = "is not active any more" if ground.schema.stage(name) else "is none of the org's"
    return Finding(
        check=MAPPING.name,
        key=f"{MAPPING.name}:{DEAL}.StageName:{name}",
        weight=Weight.MEDIUM,
        says=f"{deals(count)} {'stands' if count == 1 else 'stand'} in the stage {name}, which {why}: "
        "nobody can say what it means for the forecast.",
        object=DEAL,
        fields=("StageName",),
        count=count,
        of=counted(at),
        fix=f"Move each to an active stage, or activate {name} under {_SETUP}.",
        minutes=_MOVE * count,
        queries=(query,),
        records=as_records(rows, told),
        values=(name,),
        amount=sum((one.worth for one in here), Decimal()),
    )


def _by_hand(ground: Ground, at: Sequence[AtStage]) -> Measure:
    """Count the deals that have the category of their stage; in another, a person has put them there."""
    known = [(one, stage) for one in at if one.category and (stage := ground.schema.stage(one.stage))]
    whole = counted(one for one, _ in known)
    same = counted(one for one, stage in known if one.category == stage.forecast_category)
    says = f"{same:,} of {deals(whole)} have the forecast category of their stage; in the others a person chose another"
    return Measure(f"{MAPPING.name}/by-hand", same, whole, says, scores=False)


def _table(ground: Ground, at: Sequence[AtStage]) -> Exhibit:
    rows = list[Sequence[str | int]]()
    for one in sorted((one for one in ground.schema.stages if one.active), key=lambda one: one.order):
        here = [each for each in at if each.stage == one.name]
        other = counted(each for each in here if each.category and each.category != one.forecast_category)
        kind = "won" if one.won else "lost" if one.closed else "open"
        worth = round(sum((each.worth for each in here), Decimal()))
        rows.append((one.name, kind, one.forecast_category, one.probability, counted(here), worth, other))
    return Exhibit(
        f"{MAPPING.name}/stages",
        "What each stage means for the forecast",
        "The active stages in their order, their open deals, and how many of these a person forecasts otherwise.",
        ("Stage", "Kind", "Category", "Probability, %", "Open deals", amount_in(ground), "Forecast otherwise"),
        rows,
    )


def _inactive(ground: Ground) -> int:
    """Give how many stages deals can have been left behind in: one call each."""
    return sum(not one.active for one in ground.schema.stages) + 1


MAPPING = Check("forecast-mapping", "Stages and their forecast categories", _mapping, _inactive)
CHECKS = (MAPPING,)
