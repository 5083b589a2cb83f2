"""Amounts that are missing: judged by the org's own habit, stage by stage, as an early deal may have none yet.

A stage asks for an amount where most of its deals have one, of those that are in it and those that were; so does every
later stage of the same record type. A stage that fields.yaml asks for one does in any case, and so does Commit where
the deals that were won have one.
"""

from collections import Counter
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from upbeat.foundation.asks import asked_of
from upbeat.foundation.behind import behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import (
    DEAL,
    AtStage,
    as_records,
    at_stages,
    by_stage,
    condition,
    counted,
    deals,
    either,
    every,
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
from upbeat.foundation.questions import Answer, Question, Row, Way, filled

Pair = tuple[str, str]  # a record type's id, empty where the org has none, and a stage's name

ENOUGH: Final = 5
"""So many deals make a habit."""
_LOOKED_BACK: Final = timedelta(days=730)
_MINUTES = 5  # to ask what a deal is worth, and to enter it
_COMMIT = "Forecast"  # Commit's API value, whatever an org calls it
_WORTH = "Amount != NULL AND Amount != 0"


@dataclass(frozen=True, slots=True)
class Habit:
    """Of so many deals that are or were in a stage, how many have or had an amount there; and of those in it now."""

    deals: int
    amounts: int
    now: int = 0
    now_amounts: int = 0

    def asks(self, mark: int) -> bool:
        """Whether enough of them had one, at a mark out of 100, and, where there are enough now, half of these have."""
        habit = self.deals >= ENOUGH and 100 * self.amounts >= mark * self.deals
        return habit and (self.now < ENOUGH or 2 * self.now_amounts >= self.now)


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
    now: Iterable[AtStage], zero: Iterable[AtStage], were: Mapping[Pair, int], had: Mapping[Pair, int]
) -> dict[Pair, Habit]:
    """Give the habit of each stage: by its history where that knows of as many deals, else by the deals in it now."""
    deals, amounts = Counter[Pair](), Counter[Pair]()
    for one in now:
        deals[one.kind, one.stage] += one.deals
        amounts[one.kind, one.stage] += one.amounts
    for one in zero:
        amounts[one.kind, one.stage] -= one.deals
    found = dict[Pair, Habit]()
    for pair in {*deals, *were}:
        known = were.get(pair, 0) >= deals[pair]
        ever = (were[pair], had.get(pair, 0)) if known else (deals[pair], amounts[pair])
        found[pair] = Habit(*ever, deals[pair], amounts[pair])
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What the org said of amounts: the open deals, those of them with an amount of 0, and who asks for one.

    `commit` is whether every deal in Commit does. `where` is the condition of all who do, empty where nobody does;
    `history` is why history does not tell.
    """

    now: tuple[AtStage, ...]
    zero: tuple[AtStage, ...]
    pairs: frozenset[Pair]
    commit: bool
    where: str
    history: str

    def asks(self, kind: str, stage: str, category: str) -> bool:
        """Whether a deal of this record type, stage and forecast category must have an amount."""
        return (kind, stage) in self.pairs or (self.commit and category == _COMMIT)


def asked_for(ground: Ground) -> Generator[Sequence[Question], Sequence[Answer], Asked | str]:
    """Ask which deals must have an amount; a text says why the org does not tell of the deals."""
    questions = (
        by_stage(ground),
        by_stage(ground, "Amount = 0"),
        _won(ground),
        _history(ground),
        _history(ground, _WORTH),
    )
    stages, zeroes, won, were, had = yield questions
    if denied := stages.denied or zeroes.denied or won.denied:
        return denied
    now, zero, silent = at_stages(ground, stages), at_stages(ground, zeroes), were.denied or had.denied
    habits = habits_of(now, zero, *(({}, {}) if silent else (_by_pair(ground, were), _by_pair(ground, had))))
    by_file = [one for one, fields in asked_of(ground).items() if "Amount" in fields]
    mark = ground.marks.amounts_known
    pairs = asking(habits, [one.name for one in open_stages(ground)], mark, by_file)
    commit = Habit(won.row.get("deals") or 0, won.row.get("amounts") or 0).asks(mark)
    commit = commit and ground.has(DEAL, "ForecastCategory")
    where = [*_where(ground, pairs), *([condition("ForecastCategory = :it", it=_COMMIT)] if commit else [])]
    return Asked(now, zero, frozenset(pairs), commit, either(where) if where else "", silent)


def _missing(ground: Ground) -> Look:
    if blind := unseen(ground, DEAL, "Amount"):
        return Found(unseen=blind)
    asked = yield from asked_for(ground)
    if isinstance(asked, str):
        return Found(unseen=(Unseen(DEAL, "Amount", asked),))
    at = [one for one in asked.now if asked.asks(one.kind, one.stage, one.category)]
    whole, blank = counted(at), counted(at) - sum(one.amounts for one in at)
    none = counted(one for one in asked.zero if asked.asks(one.kind, one.stage, one.category))
    history = (Unseen("OpportunityHistory", "Amount", asked.history),) if asked.history else ()
    if not whole:
        some = sum(one.amounts for one in asked.now)
        says = f"no stage has a habit of amounts: of {deals(counted(asked.now))}, {some:,} have one"
        return Found(measures=(Measure(MISSING.name, 0, 0, says),), unseen=history)
    says = f"{whole - blank - none:,} of {deals(whole)} that must have an amount have one"
    there = records_where(ground, asked.where)
    measure = Measure(MISSING.name, whole - blank - none, whole, says, queries=(there,))
    findings, silent = list[Finding](), [*history]
    for count, such, what in ((blank, "Amount = NULL", "no amount"), (none, "Amount = 0", "an amount of 0")):
        if count:
            query = records_where(ground, every(such, asked.where), order="StageName, Id")
            some = yield from behind(DEAL, "Amount", first_of(query, count))
            findings.append(_finding(ground, what, count, whole, query, some.rows, commit=asked.commit))
            silent += some.unseen
    return Found(tuple(findings), (measure,), tuple(dict.fromkeys(silent)))


def _finding(
    ground: Ground, what: str, count: int, whole: int, query: str, rows: Sequence[Row], *, commit: bool
) -> Finding:
    there = in_order(ground, (stage_of(ground, row) for row in rows))
    blank = what == "no amount"
    have = "has" if count == 1 else "have"
    at, why = f", in {listed(there)}" if there else "", " or the deal is in Commit" if commit else ""
    return Finding(
        check=MISSING.name,
        key=f"{MISSING.name}:{DEAL}.Amount:{'' if blank else '0'}",
        weight=Weight.HIGH if blank else Weight.MEDIUM,
        says=f"{count:,} of {deals(whole)} {have} {what}{at}, where most have one{why}: the pipeline is told too low.",
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


def _won(ground: Ground) -> Question:
    counts = "COUNT(Id) deals, COUNT(Amount) amounts"
    text = f"SELECT {counts} FROM {DEAL} WHERE IsWon = TRUE AND CloseDate >= :since"  # noqa: S608  our own names
    return Question(Way.QUERY, filled(text, since=ground.today - _LOOKED_BACK))


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


def _where(ground: Ground, pairs: Iterable[Pair]) -> Iterator[str]:
    """Write the conditions that a deal is of one of these record types and stages."""
    for kind, stages in grouped(sorted(pairs)).items():
        of = "RecordTypeId = :kind AND " if ground.has(DEAL, "RecordTypeId") else ""
        yield condition(f"({of}StageName IN :stages)", kind=kind or None, stages=in_order(ground, stages))


MISSING = Check("amounts-missing", "Open deals without an amount, where the stage has one", _missing, lambda _: 2)
CHECKS = (MISSING,)
