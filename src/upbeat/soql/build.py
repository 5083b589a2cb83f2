"""What each rule of the grammar makes: tokens and what their rules made, to the values of the tree."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from lark import Token, Transformer, v_args  # pyright: ignore[reportUnknownVariableType]

from upbeat.soql.dates import is_date_literal
from upbeat.soql.literals import checked_text, read_datetime, read_number, read_text
from upbeat.soql.tree import (
    Access,
    And,
    Argument,
    Bind,
    Call,
    Category,
    Choice,
    Comparison,
    Condition,
    Context,
    DateLiteral,
    Literal,
    Membership,
    Money,
    Not,
    Nulls,
    Operand,
    Operator,
    Or,
    Ordering,
    Path,
    Purpose,
    Select,
    Selected,
    Selector,
    Semijoin,
    Source,
    Subquery,
    Subtotals,
    Tracking,
    TypeOf,
    When,
    Within,
)

TEXT = re.compile(r"'((?:[^'\\]|\\.)*+)'", re.DOTALL)

_WORDS: dict[str, Literal] = {"TRUE": True, "FALSE": False, "NULL": None}
_OPERATORS = {**{one.value: one for one in Operator}, "<>": Operator.NOT_EQUAL}
_NAME = re.compile(r"[A-Za-z][\w.]*")

Field = Selected | Subquery | TypeOf
Grouping = tuple[tuple[Operand, ...], Subtotals | None, Condition | None]


class WrongError(Exception):
    """A token that reads well and means nothing; who asked for the tree knows the text that it stands in."""

    def __init__(self, at: int | None, what: str = "") -> None:
        """Keep the offset and the sentence, of which none says that the token is not expected there."""
        super().__init__(what)
        self.at = at or 0
        self.what = what


@v_args(inline=True)
class _Tree(Transformer[Token, Select]):
    """One method a rule, named as the rule is; the parser calls it as soon as the rule is read."""

    def start(self, select: Select) -> Select:
        return select

    def select(
        self,
        fields: tuple[Field, ...],
        sources: tuple[Source, ...],
        scope: Token | None,
        where: Condition | None,
        within: Within | None,
        grouping: Grouping | None,
        order_by: tuple[Ordering, ...] | None,
        limit: int | Bind | None,
        offset: int | Bind | None,
        tail: tuple[bool, tuple[Purpose, ...], tuple[Tracking, ...]],
    ) -> Select:
        group_by, subtotals, having = grouping or ((), None, None)
        return Select(
            fields,
            sources[0],
            sources[1:],
            str(scope or ""),
            where,
            within,
            group_by,
            subtotals,
            having,
            order_by or (),
            limit,
            offset,
            *tail,
        )

    def fields(self, *fields: Field | tuple[Selected, ...]) -> tuple[Field, ...]:
        return tuple(one for field in fields for one in (field if isinstance(field, tuple) else (field,)))

    def run(self, names: Token) -> tuple[Selected, ...]:
        start = _at(names)
        return tuple(Selected(Path(found[0], start + found.start())) for found in _NAME.finditer(names))

    def selected(self, operand: Operand, alias: Token | None) -> Selected:
        return Selected(operand, _alias(alias))

    def subquery(self, select: Select) -> Subquery:
        return Subquery(select)

    def typeof(self, relationship: Path, *parts: When | tuple[Path, ...] | None) -> TypeOf:
        whens = tuple(part for part in parts if isinstance(part, When))
        return TypeOf(relationship, whens, next((part for part in parts if isinstance(part, tuple)), ()))

    def when(self, name: Token, fields: tuple[Path, ...]) -> When:
        return When(str(name), fields, _at(name))

    def paths(self, *paths: Path) -> tuple[Path, ...]:
        return paths

    def path(self, name: Token) -> Path:
        return Path(str(name), _at(name))

    def call(self, name: Token, *arguments: Argument) -> Call:
        inner = (one for argument in arguments if isinstance(argument, Call) for one in argument.arguments)
        if deep := next((one for one in inner if isinstance(one, Call)), None):
            raise WrongError(deep.at)  # no function stands three deep
        return Call(name.upper(), arguments, _at(name))

    def sources(self, *sources: Source) -> tuple[Source, ...]:
        return sources

    def source(self, name: Token, alias: Token | None) -> Source:
        return Source(str(name), _alias(alias), _at(name))

    def access(self, word: Token) -> Access:
        return Access(word.upper())

    def categories(self, *categories: Category) -> tuple[Category, ...]:
        return categories

    def category(self, group: Token, selector: Token, *names: Token) -> Category:
        return Category(str(group), Selector(selector.upper()), tuple(map(str, names)))

    def context(self, name: Token, *settings: tuple[str, Literal]) -> Context:
        return Context(str(name), settings)

    def setting(self, name: Token, sign: Token, value: Literal | Bind) -> tuple[str, Literal]:
        if sign != "=" or isinstance(value, Bind):
            raise WrongError(sign.start_pos)
        return str(name), value

    def grouping(self, *parts: Token | tuple[Operand, ...] | Condition | None) -> Grouping:
        *mark, operands, having = parts
        return operands, Subtotals(str(mark[0]).upper()) if mark else None, having  # pyright: ignore[reportReturnType]

    def operands(self, *operands: Operand) -> tuple[Operand, ...]:
        return operands

    def and_(self, *parts: Condition) -> Condition:
        return And(parts)

    def or_(self, *parts: Condition) -> Condition:
        return Or(parts)

    def not_(self, part: Condition) -> Condition:
        return Not(part)

    def comparison(self, operand: Operand, operator: Token, value: Literal | Bind) -> Comparison:
        return Comparison(operand, _OPERATORS[operator], value)

    def like(self, operand: Operand, pattern: Token | Bind) -> Condition:
        value = pattern if isinstance(pattern, Bind) else _text(pattern, pattern[1:-1], pattern=True)
        return Comparison(operand, Operator.LIKE, value)

    def membership(self, operand: Operand, choice: Token, values: tuple[Literal | Bind, ...] | Bind) -> Condition:
        return Membership(operand, _choice(choice), values)

    def semijoin(self, operand: Operand, choice: Token, select: Select) -> Condition:
        kind = _choice(choice)
        if kind not in {Choice.IN, Choice.NOT_IN}:
            raise WrongError(choice.start_pos, "unexpected token: 'SELECT'")
        return Semijoin(operand, kind, select)

    def orderings(self, *orderings: Ordering) -> tuple[Ordering, ...]:
        return orderings

    def ordering(self, operand: Operand, direction: Token | None, nulls: Token | None) -> Ordering:
        descending = direction is not None and direction.upper() == "DESC"
        return Ordering(operand, descending, Nulls(nulls.split()[1].upper()) if nulls else None)

    def count(self, value: Token | Bind) -> int | Bind:
        return value if isinstance(value, Bind) else int(_read(value, read_number, value))

    def tail(self, *tokens: Token) -> tuple[bool, tuple[Purpose, ...], tuple[Tracking, ...]]:
        words = [word for token in tokens for word in token.replace(",", " ").upper().split()[1:]]
        if len(set(words)) < len(words):
            raise WrongError(tokens[-1].start_pos)
        purposes = tuple(one for one in Purpose if one in words)
        return "ROWS" in words, purposes, tuple(one for one in Tracking if one in words)

    def values(self, *values: Literal | Bind) -> tuple[Literal | Bind, ...]:
        return values

    def strings(self, token: Token) -> tuple[str, ...]:
        return tuple(_text(token, body) for body in TEXT.findall(token))

    def string(self, token: Token) -> str:
        return _text(token, token[1:-1])

    def number(self, token: Token) -> Decimal:
        return _read(token, read_number, token)

    def money(self, token: Token) -> Money:
        return Money(token[:3].upper(), _read(token, read_number, token[3:]))

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
            raise WrongError(token.start_pos)
        return DateLiteral(name, int(_read(token, read_number, n)) if n else None)

    def bind(self, token: Token) -> Bind:
        return Bind(token[1:].strip(), _at(token))


def _read(token: Token, reader: Callable[[str], Any], text: str) -> Any:
    try:
        return reader(text)
    except ValueError as error:
        raise WrongError(token.start_pos, f"Invalid literal {text[:40]}: {error}") from None


def _text(token: Token, body: str, *, pattern: bool = False) -> str:
    try:
        return checked_text(read_text(body, pattern=pattern))
    except ValueError as error:
        raise WrongError(token.start_pos, f"Invalid string literal '{body[:40]}'. {error}") from None


def _choice(token: Token) -> Choice:
    return Choice(" ".join(token.upper().split()))


def _alias(token: Token | None) -> str:
    if token and token.upper() in {"FIRST", "LAST"}:
        raise WrongError(token.start_pos)  # words of ORDER BY, and names of fields, but of nothing else
    return str(token or "")


def _at(token: Token) -> int:
    return token.start_pos or 0


BUILDER: Transformer[Token, Select] = _Tree()  # pyright: ignore[reportUnknownVariableType]
