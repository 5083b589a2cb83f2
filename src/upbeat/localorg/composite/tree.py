"""sObject Tree: parents with their children, created in one call, all of them or none."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, cast

from upbeat.localorg import problems
from upbeat.localorg.problems import Problem, Refused, Saved
from upbeat.localorg.rest import Call, Reply
from upbeat.localorg.storage import RollBack
from upbeat.schema import Object

_MOST: Final = 200
_MOST_TYPES: Final = 5
_DEEPEST: Final = 5


@dataclass(frozen=True, slots=True)
class _Node:
    """A record to be created: `link` is the field that holds the id of the record that `parent` names."""

    object: Object
    reference_id: str
    values: Mapping[str, Any]
    children: tuple["_Node", ...]
    link: str = ""
    parent: str = ""


def tree(call: Call) -> Reply:
    """`POST composite/tree/<object>`: 201 with an id a record, or 400 with what was wrong and nothing created."""
    root = call.org.object(call.path["name"], call.user_id)
    levels = _levels(_nodes(call, root, call.json(), 1))
    nodes = [node for level in levels for node in level]
    _check(nodes)
    named = Counter(node.reference_id for node in nodes)
    twice = [node.reference_id for node in nodes if named[node.reference_id] > 1]
    if twice:
        return _failed((name, Saved(errors=_named_twice(name))) for name in twice)
    held = call.row_fault("")
    if held is not None and nodes:
        return _failed([(nodes[0].reference_id, Saved(errors=(held,)))])
    results: dict[str, Saved] = {}
    try:
        with call.org.transaction():
            for level in levels:
                _create(call, level, results)
                if not all(result.ok for result in results.values()):
                    raise RollBack
    except RollBack:
        return _failed((name, result) for name, result in results.items() if not result.ok)
    shown = [{"referenceId": name, "id": result.id} for name, result in results.items()]
    return Reply(201, {"hasErrors": False, "results": shown})


def _create(call: Call, level: list[_Node], results: dict[str, Saved]) -> None:
    """Create the records of one level, those of one object together, as their triggers would see them."""
    by_object = sorted(level, key=lambda node: node.object.name)
    for name, group in groupby(by_object, lambda node: node.object.name):
        alike = list(group)
        rows = [{**one.values, **({one.link: results[one.parent].id} if one.link else {})} for one in alike]
        saved = call.org.create(name, rows, call.user_id)
        results.update(zip((one.reference_id for one in alike), saved, strict=True))


def _nodes(
    call: Call, owner: Object, collection: Mapping[str, Any], depth: int, link: str = "", parent: str = ""
) -> tuple[_Node, ...]:
    rows = collection.get("records")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in cast("list[Any]", rows)):
        raise Refused(400, problems.no_json("'records' is not a list of objects"))
    if depth > _DEEPEST:
        raise _invalid(f"The sObject tree is deeper than {_DEEPEST} levels.")
    return tuple(_node(call, owner, row, depth, link, parent) for row in cast("list[dict[str, Any]]", rows))


def _node(call: Call, owner: Object, row: Mapping[str, Any], depth: int, link: str, parent: str) -> _Node:
    attributes = row.get("attributes")
    known = cast("dict[str, Any]", attributes) if isinstance(attributes, dict) else {}
    reference_id, kind = known.get("referenceId"), known.get("type")
    if not isinstance(reference_id, str) or not reference_id[:1].isalnum():
        raise _invalid("Include a reference ID for each record in the request.")
    if not isinstance(kind, str) or kind.casefold() != owner.name.casefold():
        raise _invalid(f"The record {reference_id} is of the type {kind}, and {owner.name} is expected there.")
    values: dict[str, Any] = {}
    children: list[_Node] = []
    for name, value in row.items():
        nested = cast("dict[str, Any]", value) if isinstance(value, dict) and "records" in value else None
        relationship = owner.child(name) if nested is not None else None
        if nested is None or relationship is None:
            values[name] = value
        else:
            below = call.org.object(relationship.object, call.user_id)
            children += _nodes(call, below, nested, depth + 1, relationship.field, reference_id)
    return _Node(owner, reference_id, values, tuple(children), link, parent)


def _levels(roots: tuple[_Node, ...]) -> list[list[_Node]]:
    levels: list[list[_Node]] = []
    level = list(roots)
    while level:
        levels.append(level)
        level = [child for node in level for child in node.children]
    return levels


def _check(nodes: list[_Node]) -> None:
    if len(nodes) > _MOST:
        raise Refused(400, problems.too_many_rows())
    if len({node.object.name for node in nodes}) > _MOST_TYPES:
        raise _invalid(f"The request has records of more than {_MOST_TYPES} types.")


def _invalid(text: str) -> Refused:
    return Refused(400, Problem("INVALID_INPUT", text))


def _named_twice(reference_id: str) -> tuple[Problem, ...]:
    return (
        Problem("INVALID_INPUT", "Duplicate ReferenceId provided in the request."),
        Problem("PROCESSING_HALTED", f"Duplicate ReferenceId found: {reference_id}"),
    )


def _failed(results: Iterable[tuple[str, Saved]]) -> Reply:
    shown = [{"referenceId": name, "errors": [problem.row() for problem in result.errors]} for name, result in results]
    return Reply(400, {"hasErrors": True, "results": shown})
