"""Deals that an active validation rule would refuse: there before the rule, or come past it."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from upbeat.formula import Formula, FormulaError, Scope, Type, compile  # noqa: A004 - as re.compile
from upbeat.formula.partial import compared, globals_of
from upbeat.formula.tree import Call, Literal, Name, Node, write
from upbeat.foundation.automation.stages import STAGE, StageRules
from upbeat.foundation.automation.values import Automation
from upbeat.foundation.deals import DEAL, OPEN, records_where
from upbeat.foundation.findings import MOST_RECORDS
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, Way
from upbeat.soql import SoqlError

MOST_RULES: Final = 15
"""Rules whose deals one audit counts."""
_ALL: Final = f"SELECT COUNT() FROM {DEAL} WHERE {OPEN}"  # noqa: S608  our own names


@dataclass(frozen=True, slots=True)
class Standing:
    """The open deals that a rule would refuse: how many of all, some of them, and the query that gives them."""

    rule: Automation
    staged: bool  # whether it names a stage; else it holds for deals of any
    count: int
    of: int
    rows: tuple[Row, ...]
    query: str


@dataclass(frozen=True, slots=True)
class _Asks:
    rule: Automation
    staged: bool
    formula: Formula
    query: str
    count: str
    exact: bool


def standing(
    ground: Ground, rules: StageRules
) -> Generator[Sequence[Question], Sequence[Answer], tuple[Standing, ...]]:
    """Count the deals that stand against the rules that name a stage, then against the others, where a query can tell.

    Rules that ask who saves, what a field was before, or what day it is say nothing of a record that nobody saves.
    """
    asking = list(_asking(ground, rules))[:MOST_RULES]
    if not asking:
        return ()
    whole, *counts = yield [Question(Way.COUNT, _ALL), *(Question(Way.COUNT, one.count) for one in asking)]
    found = [(one, told.total) for one, told in zip(asking, counts, strict=True) if told.total and not told.denied]
    few = [(one, count) for one, count in found if one.exact or count <= MOST_RECORDS]
    asked = [Question(Way.QUERY, f"{one.query} LIMIT {MOST_RECORDS}", rows=min(n, MOST_RECORDS)) for one, n in few]
    answers = (yield asked) if asked else ()
    result: list[Standing] = []
    for (one, count), told in zip(few, answers, strict=True):
        rows = tuple(told.rows)
        if not one.exact:
            rows = tuple(row for row in rows if _refused(one.formula, row, ground))
        if rows:
            result.append(
                Standing(one.rule, one.staged, count if one.exact else len(rows), whole.total, rows, one.query)
            )
    return tuple(result)


def _asking(ground: Ground, rules: StageRules) -> Iterator[_Asks]:
    told = [(rule, tree, any(compared(tree, STAGE))) for rule, tree in rules.read if not any(globals_of(tree))]
    for rule, tree, staged in sorted(told, key=lambda one: not one[2]):
        formula = _as_it_stands(ground, tree, entering=staged)
        if formula is None or formula.reads_clock or formula.prior or formula.type is not Type.BOOLEAN:
            continue
        pushed = formula.to_soql(now=ground.now)
        if not pushed.where:
            continue
        try:
            query = records_where(ground, f"({pushed.where})", *sorted(formula.fields - {STAGE}))
        except SoqlError:
            continue
        count = f"SELECT COUNT() FROM {DEAL} WHERE {query.partition(' WHERE ')[2].rpartition(' ORDER BY ')[0]}"  # noqa: S608
        yield _Asks(rule, staged, formula, query, count, pushed.exact)


def _as_it_stands(ground: Ground, tree: Node, *, entering: bool) -> Formula | None:
    """Give a rule as it would judge a deal that is saved now, or enters its stage; None where Upbeat cannot."""
    scope = Scope(ground.schema, DEAL, time_zone=str(ground.zone))
    try:
        return compile(write(_saved(tree, entering=entering)), scope)
    except FormulaError:
        return None


def _saved(node: Node, *, entering: bool) -> Node:
    """Take the deal as an old one, and the stage as changed where it enters one."""
    match node:
        case Call(name="ISCHANGED", args=(Name(path=path),)) if (
            entering and path.rpartition(".")[2].casefold() == STAGE.casefold()
        ):
            return Literal(True, Type.BOOLEAN)
        case Call(name="ISNEW"):
            return Literal(False, Type.BOOLEAN)
        case Call():
            return replace(node, args=tuple(_saved(arg, entering=entering) for arg in node.args))
        case _:
            return node


def _refused(formula: Formula, row: Row, ground: Ground) -> bool:
    try:
        return formula.evaluate(row, now=ground.now) is True
    except FormulaError:
        return False
