"""Where a client's rows come in: each field under its one name, before a gate, an upsert or a save reads any."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from upbeat.localorg import problems
from upbeat.localorg.problems import Problem, Saved
from upbeat.schema import Object

Given = Mapping[str, Any]
Save = Callable[[Sequence[Given]], list[Saved]]


def received(one: Object, rows: Sequence[Given], save: Save) -> list[Saved]:
    """Save rows under the names of the schema, and give a result for every row, in order.

    A row that names a field twice, in two spellings, is refused: nobody could say which value was meant, and what one
    step looked at another would not write.
    """
    read = [_named(one, row) for row in rows]
    refused = {n: row for n, row in enumerate(read) if isinstance(row, Problem)}
    return passed([{} if isinstance(row, Problem) else row for row in read], refused, save)


def passed(
    rows: Sequence[Given], refused: Mapping[int, Problem], save: Save, keys: Mapping[int, str] | None = None
) -> list[Saved]:
    """Save the rows that are not refused, and give a result for every row, in order; `keys` are the ids they name."""
    if not refused:
        return save(rows)
    saved, named = iter(save([row for n, row in enumerate(rows) if n not in refused])), keys or {}
    return [Saved(named.get(n, ""), errors=(refused[n],)) if n in refused else next(saved) for n in range(len(rows))]


def _named(one: Object, row: Given) -> Given | Problem:
    """Give a row by the schema's names; what the object does not have keeps the name that it came with."""
    if row.keys() <= one.fields.keys():
        return row
    found: dict[str, Any] = {}
    for key, value in row.items():
        name = key if key in one.fields or not one.has(key) else one.field(key).name
        if name in found:
            return problems.field_named_twice(name)
        found[name] = value
    return found
