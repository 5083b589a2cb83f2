"""What fields.yaml says that a forecast category is, against the deals that are in it."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from upbeat.formula import Formula, FormulaError, Scope, compile  # noqa: A004 - as re.compile
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import DEAL, OPEN, as_records, at_stages, by_stage, counted, deals, told, unseen
from upbeat.foundation.findings import MOST_RECORDS, Finding, Found, Measure, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, Way, filled
from upbeat.timeline import SIGNALS, Signal, Source, formulas_of, globals_of

_CATEGORIES: Final = ("Pipeline", "BestCase", "Forecast", "Closed")
_SURE: Final = frozenset({"Forecast", "Closed"})
_CLOSED = "Closed"
_A_YEAR: Final = timedelta(days=365)
_AT_ONCE: Final = 200  # deals whose signals are asked for together, and so many of a category
_MINUTES = 4  # to look at one deal, and to forecast it as what it is

Speech = Generator[Sequence[Question], Sequence[Answer], Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a category is, as a formula, and where to look for deals that are not: `exact` where that is all of them.

    `signals` are the names of those that it reads from history or related records.
    """

    category: str
    when: Formula
    of: str
    where: str
    exact: bool
    signals: tuple[str, ...]

    @property
    def most(self) -> int:
        """How many deals are looked at."""
        return _AT_ONCE if self.signals else MOST_RECORDS


@dataclass(frozen=True, slots=True)
class Judged:
    """The deals of a category that are not what it says: `count` of them, or at least so many, each with its reason."""

    count: int
    at_least: bool
    rows: Sequence[Row]
    reasons: Mapping[str, str]


def understood(ground: Ground, category: str) -> Condition:
    """Give a category's condition as the org can be asked about it. Raises FormulaError where it does not fit."""
    schema, signals = ground.schema, SIGNALS.values()
    scope = Scope(
        schema, DEAL, globals_of(signals, DEAL), formulas_of(signals, DEAL, schema), time_zone=str(ground.zone)
    )
    text = ground.fields.forecast[category].when
    when = compile(text, scope)
    not_true = compile(f"IF({text}, FALSE, TRUE)", scope).to_soql(now=ground.now)
    known = members(ground, category)
    named = tuple(sorted(one.removeprefix("$Signal.") for one in when.globals))
    return Condition(category, when, known, not_true.where, not_true.exact and not named, named)


def members(ground: Ground, category: str) -> str:
    """Give the condition that a deal is of a category and counts: open, or won within a year."""
    open_or_won = "IsWon = TRUE AND CloseDate >= :since" if category == _CLOSED else OPEN
    head = f"SELECT Id FROM {DEAL} WHERE "  # noqa: S608  our own names
    values = {"category": category, "since": ground.today - _A_YEAR}
    return filled(f"{head}{open_or_won} AND ForecastCategory = :category", **values).removeprefix(head)


def untrue(
    one: Condition, rows: Iterable[Row], facts: Mapping[str, Mapping[str, Any]], ground: Ground
) -> Mapping[str, str]:
    """Give why each deal is not what its category says, by id; one of which that cannot be computed is left out."""
    found = dict[str, str]()
    for row in rows:
        given = {"$Signal": facts[row["Id"]]} if row["Id"] in facts else None
        try:
            if one.when.evaluate(row, None, given, now=ground.now) is not True:
                found[row["Id"]] = one.when.explain(row, None, given, now=ground.now).words
        except FormulaError:
            continue
    return found


def _conditions(ground: Ground) -> Look:
    if blind := unseen(ground, DEAL, "ForecastCategory"):
        return Found(unseen=blind)
    known, silent = _understood(ground)
    named = sum(one in _CATEGORIES for one in ground.fields.forecast)
    documented = f"fields.yaml says of {named} of the four categories what a deal in them must be"
    told_of = Measure(f"{CONDITIONS.name}/documented", named, len(_CATEGORIES), documented, scores=False)
    if not known:
        return Found(measures=(Measure(CONDITIONS.name, 0, 0, documented), told_of), unseen=tuple(silent))
    open_ones, won, *answers = yield by_stage(ground), _won(ground), *(_rows(ground, one) for one in known)
    findings, part, of = list[Finding](), 0, 0
    for one, answer in zip(known, answers, strict=True):
        judged = yield from _judged(ground, one, answer)
        if denied := won.denied if one.category == _CLOSED else open_ones.denied:
            judged = denied
        if isinstance(judged, str):
            silent.append(Unseen(DEAL, "ForecastCategory", judged))
            continue
        here = counted(each for each in at_stages(ground, open_ones) if each.category == one.category)
        whole = won.total if one.category == _CLOSED else here
        part, of = part + whole - judged.count, of + whole
        if judged.count:
            findings.append(_finding(ground, one, judged, whole))
    says = f"{part:,} of {of:,} deals are what fields.yaml says of their forecast category"
    return Found(tuple(findings), (Measure(CONDITIONS.name, part, of, says), told_of), tuple(silent))


def _understood(ground: Ground) -> tuple[list[Condition], list[Unseen]]:
    """Give the conditions that fit the org, and say of the others why they do not."""
    known, silent = list[Condition](), list[Unseen]()
    for category in ground.fields.forecast:
        try:
            known.append(understood(ground, category))
        except FormulaError as error:
            silent.append(Unseen(DEAL, "", f"the condition of {category} does not fit the org: {error.what}"))
    return known, silent


def _won(ground: Ground) -> Question:
    text = f"SELECT COUNT() FROM {DEAL} WHERE {members(ground, _CLOSED)}"  # noqa: S608  our own names
    return Question(Way.COUNT, filled(text))


def _rows(ground: Ground, one: Condition) -> Question:
    return Question(Way.QUERY, f"{_query(ground, one)} LIMIT {one.most}", rows=one.most)


def _judged(
    ground: Ground, one: Condition, answer: Answer
) -> Generator[Sequence[Question], Sequence[Answer], Judged | str]:
    if answer.denied:
        return answer.denied
    rows = tuple(answer.rows)
    facts: Mapping[str, Mapping[str, Any]] | str = {}
    if one.signals and rows:
        facts = yield from _signals(one.signals, [row["Id"] for row in rows])
        if isinstance(facts, str):
            return facts
    reasons = untrue(one, rows, facts, ground)
    count, cut_off = len(reasons), len(rows) == one.most
    if cut_off and one.exact:
        text = f"SELECT COUNT() FROM {DEAL} WHERE {one.of} AND ({one.where})"  # noqa: S608  our own names
        [every] = yield (Question(Way.COUNT, filled(text)),)
        count, cut_off = every.total, bool(every.denied)
    return Judged(count, cut_off, [row for row in rows if row["Id"] in reasons], reasons)


def _signals(names: Sequence[str], ids: Sequence[str]) -> Speech:
    """Ask for signals of some deals: `{id: {name: value}}`, or why the org does not tell."""
    known = [(name, one) for name in names if isinstance(one := SIGNALS[name], Signal)]
    facts: dict[str, dict[str, Any]] = {one: {} for one in ids}
    for name, signal in known:
        said = yield from _told(signal.source, ids)
        if isinstance(said, str):
            return said
        for one in ids:
            facts[one][name] = signal.value(said[one])
    return facts


def _told(source: Source, ids: Sequence[str]) -> Speech:
    [answer] = yield (Question(Way.QUERY, filled(source.query, ids=list(ids)), rows=MOST_RECORDS),)
    if answer.denied and source.otherwise is None:
        return answer.denied
    rows: dict[str, list[Row]] = {one: [] for one in ids}
    for row in answer.rows:
        rows[row[source.of]].append(row)
    said = dict.fromkeys(ids) if answer.denied else {one: source.tell([dict(row) for row in rows[one]]) for one in ids}
    silent = [one for one, what in said.items() if what is None]
    if source.otherwise is None or not silent:
        return said
    more = yield from _told(source.otherwise, silent)
    return more if isinstance(more, str) else said | more


def _query(ground: Ground, one: Condition) -> str:
    usual = ["Id", "Name", "StageName", "Owner.Name", *(["Amount"] if ground.has(DEAL, "Amount") else [])]
    columns = ", ".join(dict.fromkeys([*usual, *sorted(one.when.fields)]))
    where = f" AND ({one.where})" if one.where else ""
    return filled(f"SELECT {columns} FROM {DEAL} WHERE {one.of}{where} ORDER BY Id")  # noqa: S608  names from the schema


def _finding(ground: Ground, one: Condition, judged: Judged, whole: int) -> Finding:
    called = {"Forecast": "Commit", "BestCase": "Best Case"}.get(one.category, one.category)
    least = "At least " if judged.at_least else ""
    what = deals(whole) if one.category != _CLOSED else f"{whole:,} deals won in the past year"
    return Finding(
        check=CONDITIONS.name,
        key=f"{CONDITIONS.name}:{DEAL}.ForecastCategory:{one.category}",
        weight=Weight.HIGH if one.category in _SURE else Weight.MEDIUM,
        says=f"{least}{judged.count:,} of {what} in {called} {'is' if judged.count == 1 else 'are'} not what "
        f"fields.yaml says of it: {ground.fields.forecast[one.category].why.rstrip('.')}.",
        object=DEAL,
        fields=("ForecastCategory", *sorted(name for name in one.when.fields if "." not in name)),
        count=judged.count,
        of=whole,
        fix="Forecast each as what it is, or enter what it lacks.",
        minutes=_MINUTES * judged.count,
        queries=(_query(ground, one),),
        records=as_records(judged.rows, lambda row: f"{judged.reasons[row['Id']]}; {told(row)}"),
        values=(one.category,),
    )


def _more(ground: Ground) -> int:
    """Count, for each category, the number that is asked where rows are cut off, and two sources of each signal."""
    texts = [one.when for one in ground.fields.forecast.values()]
    return sum(1 + 2 * text.count("$Signal.") for text in texts)


CONDITIONS = Check(
    "forecast-conditions", "Deals against what their forecast category is said to be", _conditions, _more
)
CHECKS = (CONDITIONS,)
