"""Which objects a formula asks about, while the schema does not have them all yet."""

from collections.abc import Iterable, Iterator

from upbeat.formula.names import FORMS, RECORDS
from upbeat.formula.syntax import lexed, parse
from upbeat.formula.tree import Call, Name, Node
from upbeat.schema import Schema


def lacking(text: str, target: str, schema: Schema) -> frozenset[str]:
    """Give the objects that a formula on `target` leads to and the schema lacks: describe them, and ask again.

    Names that lead nowhere are passed over. Raises FormulaError where the text is no formula.
    """
    return _lacking(_names(parse(text)), target, schema)


def lacking_so_far(text: str, target: str, schema: Schema) -> frozenset[str]:
    """Give the objects that a formula leads to which is still being written, as far as it can be read."""
    words, _ = lexed(text)
    return _lacking((str(one) for one in words if one.type == "NAME"), target, schema)


def _lacking(paths: Iterable[str], target: str, schema: Schema) -> frozenset[str]:
    found = {one for path in paths for one in _objects(path, target, schema)}
    return frozenset(one for one in {target, *found} if one.isidentifier() and not schema.has(one))


def _names(node: Node) -> Iterator[str]:
    if isinstance(node, Name):
        yield node.path
    elif isinstance(node, Call):
        for arg in node.args:
            yield from _names(arg)


def _objects(path: str, target: str, schema: Schema) -> Iterator[str]:
    """Give the objects along a path, as far as the schema knows the way."""
    start, *steps = path.split(".")
    head = {name.casefold(): name for name in (*RECORDS, *FORMS)}.get(start.casefold(), start)
    if head in FORMS:
        here = steps[:1]
        steps = steps[2:] if head == "$CustomMetadata" else steps[1:]
    elif head in RECORDS:
        here = [RECORDS[head]]
    elif head.casefold() in ("$record", "$record__prior"):
        here = [target]
    elif head.startswith("$"):
        return
    else:
        here, steps = [target], [start, *steps]
    yield from here
    for step in steps[:-1]:
        relationship, _, named = step.partition(":")
        parents = [schema.object(one).parent(relationship) for one in here if schema.has(one)]
        here = [named] if named else [one for parent in parents if parent for one in parent.reference_to]
        yield from here
