"""Where a client's rows come in: each field under its one name, before a gate, an upsert or a save reads any."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from upbeat.localorg import problems
from upbeat.localorg.parents import Linked, Parents
from upbeat.localorg.problems import Problem, Saved, Unfit
from upbeat.schema import Field, Object

Given = Mapping[str, Any]
Save = Callable[[Sequence[Given]], list[Saved]]


@dataclass(frozen=True, slots=True)
class _Link:
    """A parent that a row names by a value."""

    by: Linked
    value: Any


def received(one: Object, rows: Sequence[Given], parents: Parents, save: Save) -> list[Saved]:
    """Save rows under the names of the schema, and give a result for every row, in order.

    A row that names a field twice, in two spellings, is refused: nobody could say which value was meant, and what one
    step looked at another would not write. A parent within a row (`{"Account": {"Key__c": "K1"}}`) becomes its id.
    """
    read = _linked([_named(one, row, parents) for row in rows], parents)
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


def _named(one: Object, row: Given, parents: Parents) -> Given | Problem:
    """Give a row by the schema's names; what the object does not have keeps the name that it came with."""
    if row.keys() <= one.fields.keys():
        return row
    found: dict[str, Any] = {}
    for key, value in row.items():
        reference = None if one.has(key) else one.parent(key)
        name = reference.name if reference else one.field(key).name if one.has(key) else key
        if name in found and bool(reference) != isinstance(found[name], _Link):
            return problems.parent_named_twice(one.field(name))
        if name in found:
            return problems.field_named_twice(name)
        try:
            found[name] = _parent(one, reference, value, parents) if reference else value
        except Unfit as unfit:
            return unfit.problem
    return found


def _parent(one: Object, reference: Field, value: Any, parents: Parents) -> _Link | None:
    """Read what stands under a relationship's name. Raises Unfit where it is not one value of one field."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Unfit(problems.unreadable(reference.relationship, value))
    given = cast("dict[str, Any]", value)
    fields = [name for name in given if name != "attributes"]
    if len(fields) != 1:
        what = f"{'More' if fields else 'Less'} than 1 field provided in an external foreign key reference in entity"
        raise Unfit(Problem("INVALID_FIELD", f"{what}: {one.name}"))
    attributes = given.get("attributes")
    kind = cast("dict[str, Any]", attributes).get("type") if isinstance(attributes, dict) else None
    by = parents.linked(one, reference.relationship, fields[0], kind if isinstance(kind, str) else "")
    return _Link(by, given[fields[0]])


def _linked(rows: Sequence[Given | Problem], parents: Parents) -> list[Given | Problem]:
    """Put ids in the place of the parents that rows name, looking each kind of them up once."""
    links = [_links(row) for row in rows]
    values: dict[tuple[str, str, str], list[_Link]] = defaultdict(list)
    for link in (link for some in links for link in some.values()):
        values[_way(link)].append(link)
    found = {way: parents.find(some[0].by, [link.value for link in some]) for way, some in values.items()}
    read = list(rows)
    for n, some in enumerate(links):
        ids = {name: found[_way(link)].id(link.value) for name, link in some.items()}
        wrong = next((one for one in ids.values() if isinstance(one, Problem)), None)
        if ids:
            read[n] = wrong or {**cast("Given", rows[n]), **ids}
    return read


def _links(row: Given | Problem) -> dict[str, _Link]:
    return {} if isinstance(row, Problem) else {name: one for name, one in row.items() if isinstance(one, _Link)}


def _way(link: _Link) -> tuple[str, str, str]:
    return link.by.reference.name, link.by.parent.name, link.by.key.name
