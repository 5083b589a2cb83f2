"""Tree to text, in one form: keywords in capitals, one space between words, parentheses where they are needed."""

from collections.abc import Iterator

from upbeat.soql.literals import write, write_pattern
from upbeat.soql.tree import (
    And,
    Bind,
    Call,
    Comparison,
    Condition,
    Membership,
    Not,
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
            return f"{_operand(operand)} LIKE {write_pattern(pattern)}"
        case Comparison(operand, operator, value):
            return f"{_operand(operand)} {operator} {write(value)}"
        case Membership(operand, choice, values):
            among = write(values) if isinstance(values, Bind) else f"({', '.join(map(write, values))})"
            return f"{_operand(operand)} {choice} {among}"
        case Semijoin(operand, choice, select):
            return f"{_operand(operand)} {choice} ({print_select(select)})"


def _nested(condition: Condition) -> str:
    text = print_condition(condition)
    return f"({text})" if isinstance(condition, And | Or | Not) else text


def _clauses(select: Select) -> Iterator[str]:
    yield f"SELECT {', '.join(map(_field, select.fields))}"
    yield f"FROM {_named(select.source)}"
    if select.where is not None:
        yield f"WHERE {print_condition(select.where)}"
    if select.group_by:
        yield f"GROUP BY {', '.join(path.name for path in select.group_by)}"
    if select.having is not None:
        yield f"HAVING {print_condition(select.having)}"
    if select.order_by:
        yield f"ORDER BY {', '.join(map(_ordering, select.order_by))}"
    for word, count in (("LIMIT", select.limit), ("OFFSET", select.offset)):
        if count is not None:
            yield f"{word} {write(count) if isinstance(count, Bind) else count}"
    if select.all_rows:
        yield "ALL ROWS"


def _field(field: Selected | Subquery) -> str:
    if isinstance(field, Subquery):
        return f"({print_select(field.select)})"
    return f"{_operand(field.operand)} {field.alias}".rstrip()


def _named(source: Source) -> str:
    return f"{source.name} {source.alias}".rstrip()


def _operand(operand: Operand) -> str:
    match operand:
        case Path(name):
            return name
        case Call(function, argument):
            return f"{function}({argument.name if argument else ''})"


def _ordering(term: Ordering) -> str:
    words = [_operand(term.operand), "DESC" if term.descending else "", f"NULLS {term.nulls}" if term.nulls else ""]
    return " ".join(filter(None, words))
