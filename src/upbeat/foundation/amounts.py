"""Amounts that are missing: judged by the org's own habit, stage by stage, as an early deal may have none yet.

A stage asks for an amount where most of its deals have one, of those that are in it and those that were; so does every
later stage of the same record type. A stage that fields.yaml asks for one does in any case, and so does Commit where
the deals that were won have one. What only an early stage asks for is told, and scores nothing. Where no stage has the
habit and won deals have, a pipeline of which most is without amounts is told all the same: no report knows its worth.
"""

from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from upbeat.foundation.asks import asked_of
from upbeat.foundation.behind import behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import (
    COMMIT,
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
_EARLY: Final = frozenset({"Pipeline", "Omitted"})  # below Best Case
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

    `commit` is whether every deal in Commit does, `early` those of `pairs` that do by habit alone and early on.
    `silent` are the stages of a pipeline without amounts, where deals have one when they are `won`. `where` is the
    condition of all who ask, empty where nobody does; `history` is why history does not tell.
    """

    now: tuple[AtStage, ...]
    zero: tuple[AtStage, ...]
    pairs: frozenset[Pair]
    early: frozenset[Pair]
    silent: frozenset[Pair]
    won: Habit
    commit: bool
    where: str
    history: str

    def asks(self, kind: str, stage: str, category: str) -> bool:
        """Whether a deal of this record type, stage and forecast category must have an amount."""
        return (kind, stage) in self.pairs or (self.commit and category == COMMIT)


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
    ever = _as_habit(won)
    commit = ever.asks(mark) and ground.has(DEAL, "ForecastCategory")
    early = {(kind, stage) for kind, stage in pairs if stage in _early(ground) and stage not in by_file}
    if ever.deals < ENOUGH:
        [won] = yield (_won(ground, lately=False),)
        ever = _as_habit(won)
    quiet = ever.asks(mark) and not any(stage not in by_file for _, stage in pairs)
    where = [*_where(ground, pairs), *([condition("ForecastCategory = :it", it=COMMIT)] if commit else [])]
    poor = frozenset(_without(ground, habits, pairs) if quiet else ())
    return Asked(
        now=now,
        zero=zero,
        pairs=frozenset(pairs),
        early=frozenset(early),
        silent=poor,
        won=ever,
        commit=commit,
        where=either(where) if where else "",
        history=silent,
    )


def _as_habit(won: Answer) -> Habit:
    return Habit(won.row.get("deals") or 0, won.row.get("amounts") or 0)


def _early(ground: Ground) -> set[str]:
    """Give the open stages below Best Case; the first alone where none is mapped to it, or to Commit."""
    stages = open_stages(ground)
    sure = next((at for at, one in enumerate(stages) if one.forecast_category not in _EARLY), 1)
    return {one.name for one in stages[: max(sure, 1)]}


def _without(ground: Ground, habits: Mapping[Pair, Habit], pairs: Collection[Pair]) -> Iterator[Pair]:
    """Give the stages above the first one that do not ask, if fewer than half of their deals have an amount."""
    above = {one.name for one in open_stages(ground)[1:]}
    there = {pair: one for pair, one in habits.items() if pair[1] in above and pair not in pairs and one.now}
    whole, have = sum(one.now for one in there.values()), sum(one.now_amounts for one in there.values())
    if whole >= ENOUGH and 2 * have < whole:
        yield from there


@dataclass(frozen=True, slots=True)
class _Part:
    """Open deals that must have an amount for one reason: `blank` and `none` are those with no amount, and with 0."""

    key: str
    where: str
    whole: int
    blank: int
    none: int
    why: str  # after the stages
    weight: Weight
    scores: bool = True

    @property
    def name(self) -> str:
        return f"{MISSING.name}{f'/{self.key}' if self.key else ''}"


def _parts(ground: Ground, asked: Asked) -> Iterator[_Part]:
    """Give the parts that have deals: no deal is in two of them."""
    in_commit = condition("ForecastCategory = :it", it=COMMIT)
    others = condition("ForecastCategory != :it", it=COMMIT) if asked.commit else ""
    firm = asked.pairs - asked.early
    sure = [*_where(ground, firm), *([in_commit] if asked.commit else [])]

    def of_commit(one: AtStage) -> bool:
        return asked.commit and one.category == COMMIT

    def part(key: str, where: str, has: Callable[[AtStage], bool], why: str, weight: Weight) -> Iterator[_Part]:
        at = [one for one in asked.now if has(one)]
        if whole := counted(at):
            blank = whole - sum(one.amounts for one in at)
            none = counted(one for one in asked.zero if has(one))
            yield _Part(key, where, whole, blank, none, why, weight, scores=key != "early")

    commit = " or the deal is in Commit" if asked.commit else ""
    why = f", where most have one{commit}: the pipeline is told too low"
    won = f", though {asked.won.amounts:,} of {asked.won.deals:,} deals that were won have one"
    won += ": no report can say what the pipeline is worth"
    if sure:
        yield from part("", either(sure), lambda one: (one.kind, one.stage) in firm or of_commit(one), why, Weight.HIGH)
    for key, pairs, why, weight in (
        ("early", asked.early, ", early on, where most have one: the pipeline is told too low", Weight.LOW),
        (
            "pipeline",
            asked.silent,
            won,
            Weight.MEDIUM,
        ),
    ):
        if pairs:
            where = every(either(list(_where(ground, pairs))), others)
            yield from part(key, where, _outside(asked, pairs), why, weight)


def _outside(asked: Asked, pairs: Collection[Pair]) -> Callable[[AtStage], bool]:
    return lambda one: (one.kind, one.stage) in pairs and not (asked.commit and one.category == COMMIT)


def _missing(ground: Ground) -> Look:
    if blind := unseen(ground, DEAL, "Amount"):
        return Found(unseen=blind)
    asked = yield from asked_for(ground)
    if isinstance(asked, str):
        return Found(unseen=(Unseen(DEAL, "Amount", asked),))
    history = (Unseen("OpportunityHistory", "Amount", asked.history),) if asked.history else ()
    parts = list(_parts(ground, asked))
    if not parts:
        some = sum(one.amounts for one in asked.now)
        says = f"no stage has a habit of amounts: of {deals(counted(asked.now))}, {some:,} have one"
        return Found(measures=(Measure(MISSING.name, 0, 0, says),), unseen=history)
    findings, silent = list[Finding](), [*history]
    for one in parts:
        for count, such, what in (
            (one.blank, "Amount = NULL", "no amount"),
            (one.none, "Amount = 0", "an amount of 0"),
        ):
            if count:
                query = records_where(ground, every(such, one.where), order="StageName, Id")
                some = yield from behind(DEAL, "Amount", first_of(query, count))
                findings.append(_finding(ground, one, what, count, query, some.rows))
                silent += some.unseen
    return Found(tuple(findings), tuple(_measure(ground, one) for one in parts), tuple(dict.fromkeys(silent)))


def _measure(ground: Ground, one: _Part) -> Measure:
    good = one.whole - one.blank - one.none
    which = {"": "that must have an amount", "early": "in early stages, which mostly have an amount,"}
    says = f"{good:,} of {deals(one.whole)} {which.get(one.key, 'above the first stage')} have one"
    says = says if one.key != "pipeline" else says.removesuffix("one") + "an amount"
    queries = (records_where(ground, one.where),)
    return Measure(one.name, good, one.whole, says, scores=one.scores, queries=queries)


def _finding(ground: Ground, part: _Part, what: str, count: int, query: str, rows: Sequence[Row]) -> Finding:
    there = in_order(ground, (stage_of(ground, row) for row in rows))
    blank = what == "no amount"
    have = "has" if count == 1 else "have"
    key = ":".join(filter(None, ("" if blank else "0", part.key)))
    return Finding(
        check=MISSING.name,
        key=f"{MISSING.name}:{DEAL}.Amount:{key}",
        weight=part.weight if blank or part.weight is Weight.LOW else Weight.MEDIUM,
        says=f"{count:,} of {deals(part.whole)} {have} {what}{f', in {listed(there)}' if there else ''}{part.why}.",
        object=DEAL,
        fields=("Amount",),
        count=count,
        of=part.whole,
        fix="Enter what each is worth, and ask for the amount by a validation rule from the first of these stages on.",
        minutes=_MINUTES * count,
        queries=(query,),
        records=as_records(rows, lambda row: f"{what}; {told(row)}"),
        values=tuple(there),
    )


def _won(ground: Ground, *, lately: bool = True) -> Question:
    """Ask how many deals were won, and had an amount: those of two years, or all of them."""
    counts = "COUNT(Id) deals, COUNT(Amount) amounts"
    since = " AND CloseDate >= :since" if lately else ""
    text = f"SELECT {counts} FROM {DEAL} WHERE IsWon = TRUE{since}"  # noqa: S608  our own names
    return Question(Way.QUERY, filled(text, **({"since": ground.today - _LOOKED_BACK} if lately else {})))


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


MISSING = Check("amounts-missing", "Open deals without an amount, where the stage has one", _missing, lambda _: 5)
CHECKS = (MISSING,)
