"""What Salesforce does not allow, or not in so great a number, whatever the names mean."""

from upbeat.soql.errors import SoqlError
from upbeat.soql.operands import Operands
from upbeat.soql.tree import (
    Access,
    And,
    Call,
    Choice,
    Comparison,
    Condition,
    Membership,
    Operator,
    Or,
    Path,
    Purpose,
    Select,
    Subquery,
)

MOST_CHILDREN = 20  # subqueries of one query
MOST_UNBOUNDED = 200  # rows, where FIELDS(ALL) or FIELDS(CUSTOM) chooses the fields
EVERYTHING = "everything"  # the scope that leaves no record out


def check_root(select: Select, operands: Operands) -> None:
    """Check what holds for a query as a whole. Raises SoqlError."""
    at = select.source.at
    if (found := _children(select)) > MOST_CHILDREN:
        raise operands.error(f"A query may have at most {MOST_CHILDREN} subqueries. {found} were found", at)
    if Purpose.UPDATE in select.purposes and select.order_by:
        raise operands.error(
            "ORDER BY is not allowed in a query that locks with FOR UPDATE", select.order_by[0].operand.at
        )
    if select.scope and select.scope.casefold() != EVERYTHING:
        raise _unevaluated(f"USING SCOPE {select.scope}", operands, at)
    if select.within is not None and not isinstance(select.within, Access):
        raise _unevaluated("WITH", operands, at)


def check_inside(select: Select, operands: Operands) -> None:
    """Check that a subquery or semi-join has no clause that only a query as a whole may have. Raises SoqlError."""
    for word, clause in (
        ("USING SCOPE", select.scope),
        ("WITH", select.within),
        ("ALL ROWS", select.all_rows),
        ("FOR", select.purposes),
        ("UPDATE", select.tracking),
    ):
        if clause:
            raise operands.error(f"{word} is not allowed in a subquery", select.source.at)


def check_bounded(call: Call, select: Select, operands: Operands) -> str:
    """Give the group of FIELDS(), ALL, STANDARD or CUSTOM. Raises SoqlError where it needs a limit of rows."""
    match call.arguments:
        case (Path(name),) if name.upper() in {"ALL", "STANDARD", "CUSTOM"}:
            group = name.upper()
        case _:
            raise operands.error(f"unexpected token: '{call.function}'", call.at)
    few = isinstance(select.limit, int) and select.limit <= MOST_UNBOUNDED
    if group == "STANDARD" or few or _ids(select.where) <= MOST_UNBOUNDED:
        return group
    raise operands.error(f"The SOQL FIELDS function must have a LIMIT of at most {MOST_UNBOUNDED}", call.at)


def _children(select: Select) -> int:
    found, above = 0, [select]
    while above:
        inner = [field.select for field in above.pop().fields if isinstance(field, Subquery)]
        found += len(inner)
        above += inner
    return found


def _ids(condition: Condition | None) -> float:
    """Count the records that a condition can find at most, as far as its ids say."""
    match condition:
        case Comparison(Path(name), Operator.EQUAL) if name.casefold() == "id":
            return 1
        case Membership(Path(name), Choice.IN, tuple() as values) if name.casefold() == "id":
            return len(values)
        case And(parts):
            return min(map(_ids, parts))
        case Or(parts):
            return sum(map(_ids, parts))
        case _:
            return float("inf")


def _unevaluated(what: str, operands: Operands, at: int) -> SoqlError:
    fix = "It can be read, printed and sent to an org, but not run here."
    return operands.error(f"{what} is not evaluated", at, fix=fix)
