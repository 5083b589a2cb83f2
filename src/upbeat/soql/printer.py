"""Tree to text, in one form: keywords in capitals, one space between words, parentheses where they are needed."""

from collections.abc import Iterator
from decimal import Decimal

from upbeat.soql.functions import spelt
from upbeat.soql.literals import write, write_pattern
from upbeat.soql.tree import (
    Access,
    And,
    Argument,
    Bind,
    Call,
    Category,
    Comparison,
    Condition,
    Context,
    Membership,
    Not,
    Operator,
    Or,
    Ordering,
    Path,
    Purpose,
    Select,
    Selected,
    Semijoin,
    Source,
    Subquery,
    TypeOf,
    Within,
)


def print_select(select: Select) -> str:
    """Give a statement as text. Reading that text gives the same tree."""
    return " ".join(_clauses(select))


def print_condition(condition: Condition) -> str:  # noqa: PLR0911 - one a kind of condition
    """Give a condition as it stands after WHERE."""
    match condition:
        case And():
            return " AND ".join(map(_nested, condition.parts))
        case Or():
            return " OR ".join(map(_nested, condition.parts))
        case Not():
            return f"NOT {_nested(condition.part)}"
        case Comparison(operand, Operator.LIKE, str() as pattern):
            return f"{print_operand(operand)} LIKE {write_pattern(pattern)}"
        case Comparison(operand, operator, value):
            return f"{print_operand(operand)} {operator} {write(value)}"
        case Membership(operand, choice, values):
            among = write(values) if isinstance(values, Bind) else f"({', '.join(map(write, values))})"
            return f"{print_operand(operand)} {choice} {among}"
        case Semijoin(operand, choice, select):
            return f"{print_operand(operand)} {choice} ({print_select(select)})"


def print_operand(operand: Argument) -> str:
    """Give a field or a function, or an argument of one."""
    match operand:
        case Path(name):
            return name
        case Call(function, arguments):
            return f"{spelt(function)}({', '.join(map(print_operand, arguments))})"
        case Bind() | Decimal() | str():
            return write(operand)


def _nested(condition: Condition) -> str:
    text = print_condition(condition)
    return f"({text})" if isinstance(condition, And | Or | Not) else text


def _clauses(select: Select) -> Iterator[str]:
    yield f"SELECT {', '.join(map(_field, select.fields))}"
    yield f"FROM {', '.join(map(_named, (select.source, *select.parents)))}"
    if select.scope:
        yield f"USING SCOPE {select.scope}"
    if select.where is not None:
        yield f"WHERE {print_condition(select.where)}"
    if select.within is not None:
        yield f"WITH {_within(select.within)}"
    if select.group_by:
        groups = ", ".join(map(print_operand, select.group_by))
        yield f"GROUP BY {f'{select.subtotals}({groups})' if select.subtotals else groups}"
    if select.having is not None:
        yield f"HAVING {print_condition(select.having)}"
    if select.order_by:
        yield f"ORDER BY {', '.join(map(_ordering, select.order_by))}"
    yield from _tail(select)


def _tail(select: Select) -> Iterator[str]:
    for word, count in (("LIMIT", select.limit), ("OFFSET", select.offset)):
        if count is not None:
            yield f"{word} {write(count) if isinstance(count, Bind) else count}"
    if select.all_rows:
        yield "ALL ROWS"
    yield from (f"FOR {purpose}" for purpose in select.purposes if purpose is not Purpose.UPDATE)
    if select.tracking:
        yield f"UPDATE {', '.join(select.tracking)}"
    yield from (f"FOR {purpose}" for purpose in select.purposes if purpose is Purpose.UPDATE)


def _field(field: Selected | Subquery | TypeOf) -> str:
    match field:
        case Selected(operand, alias):
            return f"{print_operand(operand)} {alias}".rstrip()
        case Subquery(select):
            return f"({print_select(select)})"
        case TypeOf(relationship, whens, otherwise):
            branches = [f"WHEN {when.object} THEN {_paths(when.fields)}" for when in whens]
            branches += [f"ELSE {_paths(otherwise)}"] if otherwise else []
            return f"TYPEOF {relationship.name} {' '.join(branches)} END"


def _paths(paths: tuple[Path, ...]) -> str:
    return ", ".join(path.name for path in paths)


def _named(source: Source) -> str:
    return f"{source.name} {source.alias}".rstrip()


def _within(within: Within) -> str:
    match within:
        case Access():
            return within
        case Context(name, settings):
            return f"{name} ({', '.join(f'{key} = {write(value)}' for key, value in settings)})"
        case Comparison():
            return print_condition(within)
        case _:
            return f"DATA CATEGORY {' AND '.join(map(_category, within))}"


def _category(category: Category) -> str:
    names = category.names[0] if len(category.names) == 1 else f"({', '.join(category.names)})"
    return f"{category.group} {category.selector} {names}"


def _ordering(term: Ordering) -> str:
    words = [print_operand(term.operand), "DESC" if term.descending else ""]
    return " ".join(filter(None, [*words, f"NULLS {term.nulls}" if term.nulls else ""]))
