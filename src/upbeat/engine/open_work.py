"""How much open work stands with whom, in units, counted by the org itself where its query language can.

What a formula says exactly in SOQL is counted by GROUP BY: one row a person. Where a part of it stays for us, the
records that may fit are read and looked at one by one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from upbeat.formula import Formula
from upbeat.intake import Query

_OWNERS = 200  # ids in one query: a longer address is refused


def open_work(query: Query, name: str, when: Formula, owners: Sequence[str], now: datetime) -> Mapping[str, int]:
    """Give how many records of an object each of these users owns for which the condition is true, by user id.

    Raises SalesforceError, and FormulaError where the condition has no answer for a record.
    """
    pushed = when.to_soql(now=now)
    counts = Counter[str]()
    for start in range(0, len(owners), _OWNERS):
        binds = {"owners": owners[start : start + _OWNERS]}
        mine = "OwnerId IN :owners" + (f" AND ({pushed.where})" if pushed.where else "")
        if pushed.exact:
            text = f"SELECT OwnerId, COUNT(Id) n FROM {name} WHERE {mine} GROUP BY OwnerId"  # noqa: S608  our own text
            counts.update({row["OwnerId"]: row["n"] for row in query(text, binds)})
        else:
            fields = ", ".join(dict.fromkeys(["Id", "OwnerId", *sorted(when.fields)]))
            text = f"SELECT {fields} FROM {name} WHERE {mine}"  # noqa: S608  names from the schema
            counts.update(row["OwnerId"] for row in query(text, binds) if when.evaluate(row, now=now) is True)
    return counts
