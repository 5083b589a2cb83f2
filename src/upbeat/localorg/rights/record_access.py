"""UserRecordAccess: how far a user reaches some records, worked out when it is asked (Object Reference)."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from upbeat.localorg.rights.reach import Reach
from upbeat.localorg.rights.sharing import Level
from upbeat.localorg.storage import Storage
from upbeat.soql import Code, SoqlError
from upbeat.soql.bound import Among, Column, Condition, Plan, Test
from upbeat.soql.tree import And, Choice, Operator

RECORD_ACCESS: Final = "UserRecordAccess"

_MOST: Final = 200  # records of one query
_LEVELS: Final = {
    "HasReadAccess": Level.READ,
    "HasEditAccess": Level.EDIT,
    "HasDeleteAccess": Level.DELETE,
    "HasTransferAccess": Level.TRANSFER,
}


def record_access(plan: Plan, reach_of: Callable[[str], Reach], storage: Storage) -> list[dict[str, Any]]:
    """Give the rows that a query of UserRecordAccess is about, one for each record that it names.

    Raises SoqlError (MALFORMED_QUERY) where it does not name one user, and at most two hundred records.
    """
    named: dict[str, set[str]] = {"UserId": set(), "RecordId": set()}
    for column, value in _compared(plan.where):
        named.setdefault(column, set()).add(value)
    users, records = named["UserId"], named["RecordId"]
    if len(users) != 1 or not 0 < len(records) <= _MOST:
        what = f"A query of {RECORD_ACCESS} names one UserId, and one RecordId or a list of at most {_MOST}."
        raise SoqlError(Code.MALFORMED_QUERY, what, fix="WHERE UserId = '005...' AND RecordId IN ('001...')")
    (user,) = users
    reach = reach_of(user)
    return [_row(user, record, reach, storage) for record in sorted(records)]


def _compared(condition: Condition | None) -> Iterator[tuple[str, str]]:
    """Give the fields, with the values, that every row must have."""
    match condition:
        case And(parts):
            for part in parts:
                yield from _compared(part)
        case Test(Column((), field), Operator.EQUAL, str() as value):
            yield field.name, value
        case Among(Column((), field), Choice.IN, values):
            yield from ((field.name, value) for value in values if isinstance(value, str))
        case _:
            pass


def _row(user: str, record: str, reach: Reach, storage: Storage) -> dict[str, Any]:
    name = next((one.name for one in reach.sharing.schema if one.key_prefix == record[:3]), "")
    found = bool(name) and record in storage.fetch(name, [record], ["Id"])
    has = {key: found and not reach.beyond(storage.execute, name, [record], level) for key, level in _LEVELS.items()}
    whole = all(has.values())
    most = max((level for key, level in _LEVELS.items() if has[key]), default=None)
    return {
        "Id": record,
        "UserId": user,
        "RecordId": record,
        **has,
        "HasAllAccess": whole,
        "MaxAccessLevel": "All" if whole else "None" if most is None else most.name.title(),
    }
