"""Formulas asked of formulon and sformula beside ours, and each disagreement brought down to the call that makes it."""

import json
import re
import runpy
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from oracles.org import NOW, RECORDS, SCOPE, ZERO, typed
from oracles.voice import Answer, Disagreement, Findings, ask
from upbeat import formula
from upbeat.formula import FormulaError
from upbeat.formula.functions import TABLE
from upbeat.formula.syntax import parse
from upbeat.formula.tree import INFIX, Call, Name, Node, write

HERE = Path(__file__).parent
GENERATOR = HERE.parents[1] / "tests" / "unit" / "formula" / "test_laws.py"
ORACLES = ("formulon", "sformula")
GENERATED = 1_000
_LEFT_OUT = frozenset(
    {
        *("^", "EXP"),  # sformula computes their every digit, be there a million
        *("HYPERLINK", "IMAGE"),  # to sformula they are no texts
        *("IFERROR", "ISNEW", "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "ATAN2"),  # known to neither
    }
)
_CLOSE = Decimal("1E-12")  # they calculate with doubles, or bring their result into one
_SETUP = {"now": int(NOW.timestamp() * 1000), "records": {name: typed(record) for name, record in RECORDS.items()}}


@dataclass(frozen=True)
class Question:
    """A formula over a record; `zero` where blank numbers are taken as zero, which formulon cannot."""

    oracle: str
    text: str
    record: str
    zero: bool = False


def written() -> list[str]:
    """Give the formulas of formulas.txt."""
    lines = HERE.joinpath("formulas.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("# ")]


def generated(without: Iterable[str] = ()) -> list[str]:
    """Give formulas that the laws' own generator makes, the same every time, without the functions named."""
    made = runpy.run_path(str(GENERATOR))
    leaves = made["LEAVES"]
    for kind, texts in leaves.items():
        leaves[kind] = [text for text in texts if "PRIORVALUE" not in text]
    made["SIGNED"][:] = [row for row in made["SIGNED"] if row.name not in _LEFT_OUT.union(without)]
    found = dict[str, None]()

    @seed(3)
    @settings(max_examples=GENERATED, database=None, phases=[Phase.generate], deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.sampled_from(sorted(leaves)).flatmap(made["formulas"]))
    def collect(text: str) -> None:
        with suppress(FormulaError):
            if not re.search(r"\bNULL\b|\$", text) and formula.compile(text, SCOPE):
                found[text] = None

    collect()
    return list(found)


@cache
def ours(text: str, record: str, zero: bool) -> Answer:  # noqa: PLR0911 - one a kind of value
    """Give our own answer."""
    try:
        one = formula.compile(text, ZERO if zero else SCOPE)
        value = one.evaluate(RECORDS[record], now=NOW)
    except FormulaError as error:
        return Answer(error=error.what)
    match value:
        case None:
            return Answer(blank=True)
        case bool():
            return Answer(value="true" if value else "false", kind="boolean")
        case Decimal():
            return Answer(value=f"{value:f}", kind="number")
        case datetime():
            return Answer(value=f"{value:%Y-%m-%d %H:%M:%S}", kind="datetime")
        case date():
            return Answer(value=value.isoformat(), kind="date")
        case time():
            return Answer(value=value.isoformat("milliseconds"), kind="time")
        case str():
            return Answer(value=value, kind="text")


def agree(own: Answer, theirs: Answer) -> bool:
    """Whether two answers are the same: errors of any wording, numbers as near as doubles are.

    Texts are compared without spaces at their ends, which sformula takes off.
    """
    if own.error or theirs.error:
        return bool(own.error and theirs.error)
    if own.blank or theirs.blank:
        return (own.blank or own.value.strip() in ("false", "")) and (theirs.blank or not theirs.value.strip())
    if own.kind == "number":
        with suppress(ArithmeticError):
            number, other = Decimal(own.value), Decimal(theirs.value)
            return abs(number - other) <= _CLOSE * max(abs(number), 1)
    return own.value.strip() == theirs.value.strip()


# --- the innermost call that disagrees ------------------------------------------------------------


def findings(oracle: str, texts: Iterable[str]) -> Findings:
    """Ask one implementation each formula over each record that it reads."""
    questions = [question for text in texts for question in _over_records(oracle, text)]
    answers = _asked(questions)
    found = Findings()
    differing = list[Question]()
    for question in questions:
        answer = answers[question]
        if answer.lacks:
            found.lacking[answer.lacks] += 1
            continue
        found.asked += 1
        if agree(ours(question.text, question.record, question.zero), answer):
            found.agreed += 1
        else:
            differing.append(question)
    parts = {question: list(_parts(question)) for question in differing}
    answers |= _asked(dict.fromkeys(part for inner in parts.values() for part, _ in inner))
    for question in differing:
        found.disagreements += _innermost(question, parts[question], answers)
    return found


def _asked(questions: Iterable[Question]) -> dict[Question, Answer]:
    listed = list(questions)
    lines = [json.dumps(_SETUP), *(json.dumps(vars(question)) for question in listed)]
    return {question: _heard(question, answer) for question, answer in zip(listed, ask(lines), strict=True)}


def _heard(question: Question, answer: Answer) -> Answer:
    """Take a name that is not known there for a lacking function only where we have the function, and it stands so."""
    name = answer.lacks.upper()
    if not name or (name in TABLE and f"{name}(" in question.text):
        return replace(answer, lacks=name)
    return Answer(error=f"{answer.lacks} is not known")


def _over_records(oracle: str, text: str) -> Iterator[Question]:
    reads = True
    with suppress(FormulaError):
        reads = bool(formula.compile(text, SCOPE).fields)
    modes = (False, True) if oracle == "sformula" and reads else (False,)
    for record in RECORDS if reads else ("full",):
        for zero in modes:
            yield Question(oracle, text, record, zero)


def _parts(question: Question) -> Iterator[tuple[Question, Node]]:
    """Give every part of a formula as a question of its own, innermost first."""
    with suppress(FormulaError):
        for node in _nodes(parse(question.text)):
            yield Question(question.oracle, write(node), question.record, question.zero), node


def _nodes(node: Node) -> Iterator[Node]:
    for arg in node.args if isinstance(node, Call) else ():
        yield from _nodes(arg)
    yield node


def _innermost(
    whole: Question, parts: list[tuple[Question, Node]], answers: dict[Question, Answer]
) -> Iterator[Disagreement]:
    """Give the parts that disagree though what they are made of agrees; or the whole, where none does by itself."""
    differs = dict[str, bool]()
    found = False
    for part, node in parts:
        own, theirs = ours(part.text, part.record, part.zero), answers[part]
        inner = node.args if isinstance(node, Call) else ()
        differs[part.text] = not isinstance(node, Name) and (bool(theirs.lacks) or not agree(own, theirs))
        if differs[part.text] and not theirs.lacks and not any(differs[write(arg)] for arg in inner):
            found = True
            yield Disagreement(part.oracle, _told(node, part), own.told, theirs.told)
    if not found and not any(answers[part].lacks for part, _ in parts):
        own = ours(whole.text, whole.record, whole.zero)
        yield Disagreement(whole.oracle, whole.text, own.told, answers[whole].told)


def _told(node: Node, part: Question) -> str:
    """Write a call with its arguments' values in their places: `LEFT("Acme", blank)`."""
    if not isinstance(node, Call):
        return write(node)
    args = [ours(write(arg), part.record, part.zero).told for arg in node.args]
    return f" {node.name} ".join(args) if node.name in INFIX and len(args) == 2 else f"{node.name}({', '.join(args)})"
