"""An audit as one table with a row for each record to fix, for whoever does the work."""

from collections.abc import Iterator

from upbeat.cli.pages.audit.words import corrected
from upbeat.cli.pages.document import Cell
from upbeat.foundation import Finding, RecordAt, Told

COLUMNS = (
    "finding", "weight", "what", "object", "id", "name", "field", "value", "should be", "why", "fix", "query",
)  # fmt: skip


def rows(told: Told) -> list[list[Cell]]:
    """Give a row of `COLUMNS` for each record to fix, the most pressing finding first.

    A finding about no single record, or whose records are not at hand, has one row without an id.
    """
    by_key = {one.key: one for one in told.audit.findings}
    return [row for key in told.pressing for row in _rows(by_key[key])]


def _rows(one: Finding) -> Iterator[list[Cell]]:
    pairs = corrected(one)
    for record in one.records or (RecordAt("", one.object, ""),):
        yield [
            one.key, one.weight, one.says, record.object, record.id, record.name, ", ".join(one.fields),
            "; ".join(value for value, _ in pairs), "; ".join(should for _, should in pairs if should), record.why,
            one.fix, next(iter(one.queries), ""),
        ]  # fmt: skip
