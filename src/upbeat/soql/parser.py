"""Text to tree: the grammar stands in `grammar.lark`, what each of its rules makes stands here."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, cast

from lark import Lark, Token, Transformer, UnexpectedToken, v_args  # pyright: ignore[reportUnknownVariableType]
from lark.exceptions import UnexpectedInput

from upbeat.soql.dates import is_date_literal
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.literals import checked_text, read_datetime, read_number, read_text, unwritable
from upbeat.soql.tree import (
    And,
    Bind,
    Call,
    Choice,
    Comparison,
    Condition,
    DateLiteral,
    Literal,
    Membership,
    Not,
    Nulls,
    Operand,
    Operator,
    Or,
    Ordering,
    Path,
    Select,
    Selected,
    Semijoin,
    Source,
    Subquery,
)

LONGEST_QUERY = 100_000  # characters, Salesforce's own limit
DEEPEST = 16  # conditions or subqueries inside one another

_Node = Select | Selected | Subquery | Condition

_WORDS: dict[str, Literal] = {"TRUE": True, "FALSE": False, "NULL": None}
_OPERATORS = {**{one.value: one for one in Operator}, "<>": Operator.NOT_EQUAL}
_BODY = re.compile(r"'((?:[^'\\]|\\.)*+)'", re.DOTALL)
_SHOWN = re.compile(r"\w+|.", re.DOTALL)


def parse_select(text: str) -> Select:
    """Read one SELECT statement. Raises SoqlError (MALFORMED_QUERY) with the place of what is wrong."""
    if len(text) > LONGEST_QUERY:
        raise SoqlError(Code.MALFORMED_QUERY, f"SOQL statements cannot be longer than {LONGEST_QUERY} characters.")
    if (at := unwritable(text)) >= 0:
        raise SoqlError(Code.MALFORMED_QUERY, f"no viable alternative at character {text[at]!a}", text=text, at=at)
    try:
        select: Select = _parser().parse(text)  # pyright: ignore[reportAssignmentType, reportUnknownMemberType]
    except _WrongError as error:
        raise SoqlError(Code.MALFORMED_QUERY, error.what, text=text, at=error.at) from None
    except UnexpectedInput as error:
        at = _place(error, text)
        raise SoqlError(Code.MALFORMED_QUERY, _unexpected(text, at), text=text, at=at) from None
    if _depth(select) > DEEPEST:
        raise SoqlError(Code.MALFORMED_QUERY, f"the query nests more than {DEEPEST} levels deep", text=text, at=0)
    return select


class _WrongError(Exception):
    """A token that reads well and means nothing; `parse_select` knows the text that it stands in."""

    def __init__(self, at: int | None, what: str) -> None:
        super().__init__(what)
        self.at = at or 0
        self.what = what


def _read(token: Token, reader: Callable[[str], Any], text: str) -> Any:
    try:
        return reader(text)
    except ValueError as error:
        raise _WrongError(token.start_pos, f"Invalid literal {text[:40]}: {error}") from None


def _text(token: Token, body: str, *, pattern: bool = False) -> str:
    try:
        return checked_text(read_text(body, pattern=pattern))
    except ValueError as error:
        raise _WrongError(token.start_pos, f"Invalid string literal '{body[:40]}'. {error}") from None


def _at(token: Token) -> int:
    return token.start_pos or 0


@v_args(inline=True)
class _Tree(Transformer[Token, Select]):
    """One method a rule, named as the rule is; the parser calls it as soon as the rule is read."""

    def start(self, select: Select) -> Select:
        return select

    def select(
        self,
        fields: tuple[Selected | Subquery, ...],
        source: Source,
        where: Condition | None,
        grouping: tuple[tuple[Path, ...], Condition | None] | None,
        order_by: tuple[Ordering, ...] | None,
        limit: int | Bind | None,
        offset: int | Bind | None,
        all_rows: Token | None,
    ) -> Select:
        group_by, having = grouping or ((), None)
        return Select(fields, source, where, group_by, having, order_by or (), limit, offset, all_rows is not None)

    def fields(self, *fields: Selected | Subquery) -> tuple[Selected | Subquery, ...]:
        return fields

    def subquery(self, select: Select) -> Subquery:
        return Subquery(select)

    def selected(self, operand: Operand, alias: Token | None) -> Selected:
        return Selected(operand, str(alias or ""))

    def path(self, name: Token) -> Path:
        return Path(str(name), _at(name))

    def call(self, name: Token, argument: Path | None) -> Call:
        return Call(name.upper(), argument, _at(name))

    def source(self, name: Token, alias: Token | None) -> Source:
        return Source(str(name), str(alias or ""), _at(name))

    def grouping(self, paths: tuple[Path, ...], having: Condition | None) -> tuple[tuple[Path, ...], Condition | None]:
        return paths, having

    def paths(self, *paths: Path) -> tuple[Path, ...]:
        return paths

    def and_(self, *parts: Condition) -> Condition:
        return And(parts)

    def or_(self, *parts: Condition) -> Condition:
        return Or(parts)

    def not_(self, part: Condition) -> Condition:
        return Not(part)

    def comparison(self, operand: Operand, operator: Token, value: Literal | Bind) -> Condition:
        return Comparison(operand, _OPERATORS[operator], value)

    def like(self, operand: Operand, pattern: Token | Bind) -> Condition:
        value = pattern if isinstance(pattern, Bind) else _text(pattern, pattern[1:-1], pattern=True)
        return Comparison(operand, Operator.LIKE, value)

    def membership(self, operand: Operand, choice: Token, values: tuple[Literal | Bind, ...] | Bind) -> Condition:
        return Membership(operand, _choice(choice), values)

    def semijoin(self, operand: Operand, choice: Token, select: Select) -> Condition:
        kind = _choice(choice)
        if kind not in {Choice.IN, Choice.NOT_IN}:
            raise _WrongError(choice.start_pos, "unexpected token: 'SELECT'")
        return Semijoin(operand, kind, select)

    def orderings(self, *orderings: Ordering) -> tuple[Ordering, ...]:
        return orderings

    def ordering(self, operand: Operand, direction: Token | None, nulls: Token | None) -> Ordering:
        descending = direction is not None and direction.upper() == "DESC"
        return Ordering(operand, descending, Nulls(nulls.split()[1].upper()) if nulls else None)

    def count(self, value: Token | Bind) -> int | Bind:
        return value if isinstance(value, Bind) else int(_read(value, read_number, value))

    def values(self, *values: Literal | Bind) -> tuple[Literal | Bind, ...]:
        return values

    def strings(self, token: Token) -> tuple[str, ...]:
        return tuple(_text(token, body) for body in _BODY.findall(token))

    def string(self, token: Token) -> str:
        return _text(token, token[1:-1])

    def number(self, token: Token) -> Decimal:
        return _read(token, read_number, token)

    def day(self, token: Token) -> date:
        return _read(token, date.fromisoformat, token)

    def moment(self, token: Token) -> datetime:
        return _read(token, read_datetime, token)

    def time_of_day(self, token: Token) -> time:
        return _read(token, time.fromisoformat, token[:-1])

    def word(self, token: Token) -> Literal:
        name, _, n = token.upper().partition(":")
        if name in _WORDS and not n:
            return _WORDS[name]
        if not is_date_literal(name, counted=bool(n)):
            raise _WrongError(token.start_pos, f"unexpected token: '{token}'")
        return DateLiteral(name, int(_read(token, read_number, n)) if n else None)

    def bind(self, token: Token) -> Bind:
        return Bind(token[1:].strip(), _at(token))


def _choice(token: Token) -> Choice:
    return Choice(" ".join(token.upper().split()))


@cache
def _parser() -> Lark:
    grammar = (files("upbeat.soql") / "grammar.lark").read_text()
    return Lark(grammar, parser="lalr", transformer=_Tree(), maybe_placeholders=True, propagate_positions=False)


def _place(error: UnexpectedInput, text: str) -> int:
    at = error.pos_in_stream
    return len(text) if at is None or at < 0 or _at_end(error) else at


def _at_end(error: UnexpectedInput) -> bool:
    return isinstance(error, UnexpectedToken) and cast("Token", error.token).type == "$END"  # pyright: ignore[reportUnknownMemberType]


def _unexpected(text: str, at: int) -> str:
    shown = _SHOWN.match(text, at)
    if shown is None:
        return "unexpected token: '<EOF>'"
    if shown[0] == "'" and not _BODY.match(text, at):
        return "mismatched character '<EOF>' expecting '''"
    return f"unexpected token: '{shown[0]}'"


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
