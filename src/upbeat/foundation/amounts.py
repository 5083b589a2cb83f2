"""Amounts that are missing: judged by the org's own habit, stage by stage, as an early deal may have none yet.

A stage asks for an amount where most of its deals have one, of those that are in it and those that were; so does every
later stage of the same record type. A stage that fields.yaml asks for one does in any case.
"""

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from upbeat.foundation.asks import asked_of
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import (
    DEAL,
    OPEN,
    AtStage,
    as_records,
    at_stages,
    by_stage,
    condition,
    counted,
    deals,
    either,
    first_of,
    grouped,
    in_order,
    listed,
    open_stages,
    records_where,
    stage_of,
    told,
    unseen,
)
from upbeat.foundation.findings import Finding, Found, Measure, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Way, filled

Pair = tuple[str, str]  # a record type's id, empty where the org has none, and a stage's name

ENOUGH: Final = 5
"""So many deals make a habit."""
_LOOKED_BACK: Final = timedelta(days=730)
_MINUTES = 5  # to ask what a deal is worth, and to enter it
_WORTH = "Amount != NULL AND Amount != 0"


@dataclass(frozen=True, slots=True)
class Habit:
    """Of so many deals that are or were in a stage, how many have or had an amount there."""

    deals: int
    amounts: int

    def asks(self, mark: int) -> bool:
        """Whether enough of them had one, at a mark out of 100."""
        return self.deals >= ENOUGH and 100 * self.amounts >= mark * self.deals


def asking(habits: Mapping[Pair, Habit], stages: Sequence[str], mark: int, told_by_file: Collection[str]) -> set[Pair]:
    """Give the stages, of each record type, that ask for an amount; `stages` are the open ones in their order."""
    found = set[Pair]()
    for kind in {kind for kind, _ in habits}:
        since = False
        for stage in stages:
            habit = habits.get((kind, stage))
            since = since or (habit is not None and habit.asks(mark))
            if since or stage in told_by_file:
                found.add((kind, stage))
    return found


def habits_of(
    now: Iterable[AtStage], zero: Mapping[Pair, int], were: Mapping[Pair, int], had: Mapping[Pair, int]
) -> dict[Pair, Habit]:
    """Give the habit of each stage: by its history where that knows of as many deals, else by the deals in it now."""
    found = dict[Pair, Habit]()
    for one in now:
        pair = (one.kind, one.stage)
        before = found.get(pair, Habit(0, 0))
        found[pair] = Habit(before.deals + one.deals, before.amounts + one.amounts)
    for pair, count in zero.items():
        before = found.get(pair, Habit(0, 0))
        found[pair] = Habit(before.deals, before.amounts - count)
    for pair, count in were.items():
        if count >= found.get(pair, Habit(0, 0)).deals:
            found[pair] = Habit(count, had.get(pair, 0))
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What the org said of amounts: the open deals, those with an amount of 0, and who asks for one.

    `where` is the condition of the stages that do, empty where none does; `history` is why history does not tell.
    """

    now: tuple[AtStage, ...]
    zero: Mapping[Pair, int]
    pairs: frozenset[Pair]
    where: str
    history: str


def asked_for(ground: Ground) -> Generator[Sequence[Question], Sequence[Answer], Asked | str]:
    """Ask which stages ask for an amount; a text says why the org does not tell of the deals."""
    [stages, zeroes, were, had] = yield by_stage(ground), _zeroes(ground), _history(ground), _history(ground, _WORTH)
    if denied := stages.denied or zeroes.denied:
        return denied
    now, zero, silent = at_stages(ground, stages), _by_pair(ground, zeroes), were.denied or had.denied
    habits = habits_of(now, zero, *(({}, {}) if silent else (_by_pair(ground, were), _by_pair(ground, had))))
    by_file = [one for one, fields in asked_of(ground).items() if "Amount" in fields]
    pairs = asking(habits, [one.name for one in open_stages(ground)], ground.marks.amounts_known, by_file)
    return Asked(now, zero, frozenset(pairs), _where(ground, pairs) if pairs else "", silent)


def _missing(ground: Ground) -> Look:
    if blind := unseen(ground, DEAL, "Amount"):
        return Found(unseen=blind)
    asked = yield from asked_for(ground)
    if isinstance(asked, str):
        return Found(unseen=(Unseen(DEAL, "Amount", asked),))
    at = [one for one in asked.now if (one.kind, one.stage) in asked.pairs]
    whole, blank = counted(at), counted(at) - sum(one.amounts for one in at)
    none = sum(count for pair, count in asked.zero.items() if pair in asked.pairs)
    history = (Unseen("OpportunityHistory", "Amount", asked.history),) if asked.history else ()
    if not whole:
        some = sum(one.amounts for one in asked.now)
        says = f"no stage has a habit of amounts: of {deals(counted(asked.now))}, {some:,} have one"
        return Found(measures=(Measure(MISSING.name, 0, 0, says),), unseen=history)
    stage_names = in_order(ground, (one.stage for one in at))
    says = f"{whole - blank - none:,} of {deals(whole)} in stages that ask for an amount have one"
    there = records_where(ground, asked.where)
    measure = Measure(MISSING.name, whole - blank - none, whole, says, queries=(there,))
    findings = list[Finding]()
    for count, such, what in ((blank, "Amount = NULL", "no amount"), (none, "Amount = 0", "an amount of 0")):
        if count:
            query = records_where(ground, f"{such} AND {asked.where}", order="StageName, Id")
            [rows] = yield (first_of(query, count),)
            findings.append(_finding(ground, what, count, whole, query, stage_names, rows))
    return Found(tuple(findings), (measure,), history)


def _finding(
    ground: Ground, what: str, count: int, whole: int, query: str, stages: Sequence[str], some: Answer
) -> Finding:
    rows = tuple(some.rows)
    there = in_order(ground, (stage_of(ground, row) for row in rows)) or stages
    blank = what == "no amount"
    have = "has" if count == 1 else "have"
    return Finding(
        check=MISSING.name,
        key=f"{MISSING.name}:{DEAL}.Amount:{'' if blank else '0'}",
        weight=Weight.HIGH if blank else Weight.MEDIUM,
        says=f"{count:,} of {deals(whole)} {have} {what}, in {listed(there)}, "
        f"where at least {ground.marks.amounts_known} of 100 have one: the pipeline is told too small.",
        object=DEAL,
        fields=("Amount",),
        count=count,
        of=whole,
        fix="Enter what each is worth, and ask for the amount by a validation rule from the first of these stages on.",
        minutes=_MINUTES * count,
        queries=(query,),
        records=as_records(rows, lambda row: f"{what}; {told(row)}"),
        values=tuple(there),
    )


def _zeroes(ground: Ground) -> Question:
    kind = ", RecordTypeId kind" if ground.has(DEAL, "RecordTypeId") else ""
    groups = f"StageName{kind.removesuffix(' kind')}"
    text = f"SELECT StageName{kind}, COUNT(Id) deals FROM {DEAL} WHERE {OPEN} AND Amount = 0 GROUP BY {groups}"  # noqa: S608  our own names
    return Question(Way.QUERY, filled(text))


def _history(ground: Ground, worth: str = "") -> Question:
    kind = ", Opportunity.RecordTypeId kind" if ground.has(DEAL, "RecordTypeId") else ""
    groups = f"StageName{kind.removesuffix(' kind')}"
    text = (
        f"SELECT StageName{kind}, COUNT_DISTINCT(OpportunityId) deals FROM OpportunityHistory "  # noqa: S608  our own names
        f"WHERE CreatedDate >= :since{f' AND {worth}' if worth else ''} GROUP BY {groups}"
    )
    return Question(Way.QUERY, filled(text, since=ground.now - _LOOKED_BACK))


def _by_pair(ground: Ground, answer: Answer) -> dict[Pair, int]:
    return {(row.get("kind") or "", stage_of(ground, row)): row["deals"] for row in answer.rows}


def _where(ground: Ground, pairs: Iterable[Pair]) -> str:
    """Write the condition that a deal is of one of these record types and stages."""
    parts = list[str]()
    for kind, stages in grouped(sorted(pairs)).items():
        of = "RecordTypeId = :kind AND " if ground.has(DEAL, "RecordTypeId") else ""
        parts.append(condition(f"({of}StageName IN :stages)", kind=kind or None, stages=in_order(ground, stages)))
    return either(parts)


MISSING = Check("amounts-missing", "Open deals without an amount, where the stage has one", _missing, lambda _: 2)
CHECKS = (MISSING,)
