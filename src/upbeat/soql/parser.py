"""Text to tree, or to the place where the text stops making sense. The grammar stands in `grammar.lark`."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import cast

from lark import Lark, Token, UnexpectedToken  # pyright: ignore[reportUnknownVariableType]
from lark.exceptions import UnexpectedInput

from upbeat.soql.build import BUILDER, TEXT, Field, WrongError
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.literals import unwritable
from upbeat.soql.tree import And, Condition, Not, Or, Select, Semijoin, Subquery

LONGEST_QUERY = 100_000  # characters, Salesforce's own limit
DEEPEST = 16  # conditions or subqueries inside one another

_Node = Select | Field | Condition

_SHOWN = re.compile(r"\w+|.", re.DOTALL)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]+")
_BIND = re.compile(r"(?<!\w):\s*[\w.]*\s*$")


def parse_select(text: str) -> Select:
    """Read one SELECT statement. Raises SoqlError (MALFORMED_QUERY) with the place of what is wrong."""
    if len(text) > LONGEST_QUERY:
        raise SoqlError(Code.MALFORMED_QUERY, f"SOQL statements cannot be longer than {LONGEST_QUERY} characters.")
    if (at := unwritable(text)) >= 0:
        raise SoqlError(Code.MALFORMED_QUERY, f"no viable alternative at character {text[at]!a}", text=text, at=at)
    try:
        select: Select = _parser().parse(text)  # pyright: ignore[reportAssignmentType, reportUnknownMemberType]
    except WrongError as error:
        what = error.what or _unexpected(text, error.at)
        raise SoqlError(Code.MALFORMED_QUERY, what, text=text, at=error.at) from None
    except UnexpectedInput as error:
        at = _place(error, text)
        raise SoqlError(Code.MALFORMED_QUERY, _unexpected(text, at), text=text, at=at, fix=_fix(text, at)) from None
    if _depth(select) > DEEPEST:
        raise SoqlError(Code.MALFORMED_QUERY, f"the query nests more than {DEEPEST} levels deep", text=text, at=0)
    return select


@cache
def _parser() -> Lark:
    grammar = (files("upbeat.soql") / "grammar.lark").read_text()
    return Lark(grammar, parser="lalr", transformer=BUILDER, maybe_placeholders=True, propagate_positions=False)


def _place(error: UnexpectedInput, text: str) -> int:
    at = error.pos_in_stream
    return len(text) if at is None or at < 0 or _at_end(error) else at


def _at_end(error: UnexpectedInput) -> bool:
    return isinstance(error, UnexpectedToken) and cast("Token", error.token).type == "$END"  # pyright: ignore[reportUnknownMemberType]


def _unexpected(text: str, at: int) -> str:
    shown = _SHOWN.match(text, at)
    if shown is None:
        return "unexpected token: '<EOF>'"
    if shown[0] == "'" and not TEXT.match(text, at):
        return "mismatched character '<EOF>' expecting '''"
    return f"unexpected token: '{shown[0]}'"


def _fix(text: str, at: int) -> str:
    if _MOMENT.match(text, at):
        return "End a datetime with Z or an offset such as +01:00; in a web address a + is written %2B."
    if _BIND.search(text[max(0, at - 200) : at + text.startswith(":", at)]):
        return "A bind is a name, such as :AccountId. Work an expression out first and bind its value."
    return ""


def _inner(node: _Node) -> Iterator[_Node]:
    match node:
        case And(parts) | Or(parts):
            yield from parts
        case Not(part):
            yield part
        case Semijoin() | Subquery():
            yield node.select
        case Select():
            yield from (part for part in (node.where, node.having, *node.fields) if part is not None)
        case _:
            pass


def _depth(select: Select) -> int:
    """Count levels without recursion: a nest too deep to recurse into is what this looks for."""
    depth, level = 0, list[_Node]([select])
    while level:
        level = [part for node in level for part in _inner(node)]
        depth += 1
    return depth
