"""Values that a person writes as JSON: fields and globals, nested or by their dotted names, made what formulas take."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, cast

from upbeat.formula import Scope, Type
from upbeat.operations.house import Refused
from upbeat.schema import SchemaError

Values = Mapping[str, Any]

_OURS = {name.casefold(): name for name in ("$Threshold", "$Signal", "$Step", "$Memory", "$Run")}
"""Globals whose types are those of the values given."""
_MOST_PARENTS = 10
_MOST_NAMES = 10  # of a global


def as_record(scope: Scope, values: Values) -> dict[str, Any]:
    """Give fields' values nested, under the names that the schema has. Raises Refused for a field that there is not."""
    record: dict[str, Any] = {}

    def take(path: str, value: Any) -> None:
        if path.rpartition(".")[2] == "attributes":  # which REST puts into every record
            return
        keys, parent = _keys(scope, path)
        if parent and isinstance(value, dict):
            if len(keys) > _MOST_PARENTS:
                raise Refused(f"{path} is more than {_MOST_PARENTS} parents away")
            for name, inner in cast("dict[str, Any]", value).items():
                take(f"{path}.{name}", inner)
        elif parent and value is not None:
            raise Refused(f"{path} is a parent record", fix=f'Give its fields: {{"{path}": {{"Name": ...}}}}.')
        else:
            _put(record, keys, value)

    for path, value in values.items():
        take(path, value)
    return record


def fill(record: dict[str, Any], paths: Iterable[str]) -> tuple[str, ...]:
    """Let what a record lacks of these paths be blank, and give those."""
    blank = tuple(path for path in sorted(paths) if not _has(record, path.split(".")))
    for path in blank:
        _put(record, path.split("."), None)
    return blank


def _keys(scope: Scope, path: str) -> tuple[list[str], bool]:
    """Give the keys that lead to a path in a record, and whether it is a parent."""
    try:
        *parents, _ = scope.schema.path(scope.object, f"{path}.Id")
        return [one.relationship for one in parents], True
    except SchemaError:
        pass
    try:
        *parents, last = scope.schema.path(scope.object, path)
    except SchemaError as error:
        raise Refused(error.what, fix=error.fix) from None
    return [*(one.relationship for one in parents), last.name], False


def _has(record: Values, keys: list[str]) -> bool:
    for key in keys:
        if key not in record:
            return False
        if record[key] is None:
            return True
        record = record[key]
    return True


def _put(record: dict[str, Any], keys: list[str], value: Any) -> None:
    *parents, last = keys
    for key in parents:
        if not isinstance(record.get(key), dict):
            record[key] = {}
        record = record[key]
    record[last] = value


def nested(given: Values) -> dict[str, Any]:
    """Give globals nested, as formulas take them, whether they were given so or by their dotted names.

    Raises Refused for a name that is no global's.
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        written, _, rest = name.partition(".")
        head = _OURS.get(written.casefold(), written)
        if not head.startswith("$"):
            raise Refused(f"{name} is no global", fix='Write {"$Threshold": {"quiet_days": 14}}.')
        if rest:
            _put(found, [head, *rest.split(".")], value)
        elif isinstance(value, dict):
            found[head] = {**found.get(head, {}), **value}
        else:
            raise Refused(f"{head} alone names no value", fix=f'Write {{"{head}": {{"name": ...}}}}.')
    return found


def types_of(given: Values) -> dict[str, Type]:
    """Give the types of the nested globals that are Upbeat's own, each by its value."""
    found: dict[str, Type] = {}

    def take(path: str, value: Any) -> None:
        if path.count(".") > _MOST_NAMES:
            raise Refused(f"{path[:40]}... is more than {_MOST_NAMES} names deep")
        match value:
            case dict():
                for name, inner in cast("dict[str, Any]", value).items():
                    take(f"{path}.{name}", inner)
            case bool():
                found[path] = Type.BOOLEAN
            case int() | Decimal():
                found[path] = Type.NUMBER
            case str():
                found[path] = Type.TEXT
            case _:
                pass  # a value of no type is not known, and said to be so where a formula names it

    for head, values in given.items():
        if head in _OURS.values():
            take(head, values)
    return found
