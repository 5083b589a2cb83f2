"""A workflow's file as forms, made from the JSON Schema that editors check it by.

A form is of one part: what the workflow is, its trigger, one step, its outcomes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeGuard, cast

from upbeat.base import encode
from upbeat.workflows.catalogue import FunctionSpec
from upbeat.workflows.json_schema import json_schema

Values = Mapping[str, Any]

ABOUT = (
    "title",
    "function",
    "family",
    "owner",
    "problem",
    "metric",
    "mode",
    "rollback",
    "limits",
    "completeness",
    "despite",
)
TRIGGER = ("trigger", "thresholds")
OUTCOMES = ("outcomes",)

_FILE = "workflows/*.yaml"
KEY = "name"  # the column that names a row of a table


class Takes(StrEnum):
    """What is written into a field."""

    LINE = "line"
    NUMBER = "number"
    SCALAR = "scalar"  # a number, true or false, else a text
    CHOICE = "choice"
    FORMULA = "formula"
    MERGE = "merge"  # text with merge fields
    LIST = "list"  # texts, one a line
    TABLE = "table"
    FIXED = "fixed"  # written by hand in a form of its own: shown, and left as it is


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: its name in the form, what people call it, what it takes, and what stands in it.

    `of` says of what kind its text is: `user`, `agent`, `object`, `field`, `pool`, `duration`. A table has `columns`,
    each a field without a value, the first of a `keyed` one named `name`, and `rows`, each a text a column.
    """

    name: str
    label: str
    help: str
    takes: Takes
    value: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    of: str = ""
    keyed: bool = False
    columns: tuple["FormField", ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def form(part: str, values: Values, functions: Mapping[str, FunctionSpec]) -> tuple[FormField, ...]:
    """Give the fields of a part: `about`, `trigger`, `outcomes`, or a step's name; none for no such step."""
    schema = json_schema(_FILE, functions)
    shapes = _Shapes(schema["$defs"])
    names = {"about": ABOUT, "trigger": TRIGGER, "outcomes": OUTCOMES}.get(part)
    if names is not None:
        found = [
            one
            for name in names
            for one in shapes.fields(name, schema["properties"][name], values.get(name), name in schema["required"])
        ]
        return tuple(_named(one) for one in found)
    at = step_at(values, part)
    if at is None:
        return ()
    step: Values = values["steps"][at]
    shape = _step_shape(schema["$defs"]["StepDefinition"], str(step.get("use")))
    return tuple(_named(one) for one in shapes.inside("", shape, step))


def _step_shape(node: Values, use: str) -> Values:
    """Give what a step that uses a function holds: its own names first, those that are seldom used last."""
    calls: list[Values] = [one["then"] for one in node["allOf"] if one["if"]["properties"]["use"]["const"] == use]
    own: dict[str, Any] = {**node["properties"]}
    late = {name: own.pop(name) for name in ("tier", "owner", "unread")}
    taken: dict[str, Any] = calls[0]["properties"] if calls else {}
    needed: list[str] = [*node["required"], *(calls[0]["required"] if calls else ())]
    return {"properties": {**own, **taken, **late}, "required": needed}


def step_at(values: Values, name: str) -> int | None:
    """Give the position of a step, by its name; None where there is none."""
    steps = values.get("steps")
    named = [one.get("step") if is_mapping(one) else None for one in steps] if is_list(steps) else []
    return named.index(name) if name in named else None


def is_mapping(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a value of a file holds names with values."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether a value of a file is a list."""
    return isinstance(value, list)


# --- from the schema to fields --------------------------------------------------------------------


class _Shapes:
    """Turns nodes of a JSON Schema into fields."""

    def __init__(self, definitions: Values) -> None:
        self.definitions = definitions

    def inside(self, prefix: str, node: Values, values: Values) -> Iterator[FormField]:
        required = node.get("required", ())
        for name, one in node["properties"].items():
            yield from self.fields(f"{prefix}{name}", one, values.get(name), name in required)

    def fields(self, name: str, node: Values, value: Any, required: bool) -> Iterator[FormField]:
        """Give the fields of one name: a mapping with names of its own gives one for each of them."""
        shape = self._resolved(node)
        help_ = str(node.get("description", shape.get("description", "")))
        if "properties" in shape and shape.get("type") == "object":
            inner = value if is_mapping(value) else {}
            yield from self.inside(f"{name}.", shape | ({} if required else {"required": ()}), inner)
            return
        empty = FormField(name, _label(name), help_, Takes.LINE, required=required)
        if shape.get("type") == "object" or (
            shape.get("type") == "array" and _holds_rows(self._resolved(shape.get("items", {})))
        ):
            yield self._table(empty, shape, value)
        else:
            yield _filled(self._plain(empty, shape), value)

    def _table(self, empty: FormField, shape: Values, value: Any) -> FormField:
        keyed = shape["type"] == "object"
        item = self._resolved(shape["items"]) if not keyed else self._resolved(_item_of(shape))
        several = "properties" in item
        of_fields, needed = shape.get("format") == "fields", item.get("required", ())
        key = FormField(KEY, "Field" if of_fields else "Name", "", Takes.LINE, required=True)
        key = replace(key, of="field" if of_fields else "")
        columns: list[FormField] = []
        for name, one in (item["properties"] if several else {"value": item}).items():
            told = str(one.get("description", ""))
            column = FormField(name, name.capitalize(), told, Takes.LINE, required=name in needed)
            columns.append(self._plain(column, self._resolved(one)))
        if of_fields and columns[0].takes is Takes.SCALAR:
            columns[0] = replace(columns[0], of="value")
        columns = [key, *columns] if keyed else columns
        rows = _rows(columns, keyed, several, value)
        table = replace(empty, takes=Takes.TABLE, keyed=keyed, columns=tuple(columns))
        return replace(table, takes=Takes.FIXED, value=encode(value)) if rows is None else replace(table, rows=rows)

    def _plain(self, empty: FormField, shape: Values) -> FormField:
        kind, written = shape.get("type"), str(shape.get("format", ""))
        of = written if written not in {"formula", "merge text", "number"} else ""
        if "@" in str(shape.get("pattern", "")):
            of = "user"
        match shape:
            case {"enum": [*choices]}:
                takes, empty = Takes.CHOICE, replace(empty, choices=tuple(map(str, choices)))
            case {"const": only}:
                takes, empty = Takes.CHOICE, replace(empty, choices=(str(only),))
            case {"format": "formula"}:
                takes = Takes.FORMULA
            case {"anyOf": _} | {"format": "number"}:
                takes = Takes.SCALAR
            case {"format": "merge text" | "recipient" | "user"}:
                takes = Takes.MERGE
            case _ if kind in {"integer", "number"}:
                takes = Takes.NUMBER
            case _:
                takes = Takes.LIST if kind == "array" else Takes.LINE
        return replace(empty, takes=takes, of=of or _OF.get(empty.name, ""))

    def _resolved(self, node: Values) -> dict[str, Any]:
        """Give what a node points to; what may be null as well is the other thing."""
        found = dict(node)
        if "$ref" in found:
            found = {**self.definitions[str(found["$ref"]).rpartition("/")[2]], **found}
            del found["$ref"]
        others = [one for one in found.get("anyOf", ()) if one.get("type") != "null"]
        if len(others) == 1 and len(found["anyOf"]) == 2:
            return self._resolved({**others[0], **{name: one for name, one in found.items() if name != "anyOf"}})
        return found


_OF = {"agent": "agent", "trigger.object": "object", "trigger.watches": "field", "use": "function"}


def _item_of(shape: Values) -> Values:
    """Give what a mapping with free names holds under each."""
    patterns: Values = shape.get("patternProperties") or {}
    free: Any = shape.get("additionalProperties")
    anything: dict[str, Any] = {"anyOf": []}
    return next(iter(patterns.values()), free if is_mapping(free) else anything)


def _holds_rows(item: Values) -> bool:
    return "properties" in item


def _named(one: FormField) -> FormField:
    """Leave out what no form offers: a workflow goes live by people, and not by its file."""
    return replace(one, choices=tuple(each for each in one.choices if each != "live")) if one.name == "mode" else one


_LABELS = {
    "step": "Name",
    "use": "What it does",
    "when": "Only when",
    "set": "Fields to set",
    "trigger.start": "What starts it",
    "trigger.every": "At what times",
    "trigger.when": "Condition",
    "trigger.if_still_true.after": "If it still holds after",
    "trigger.if_still_true.then": "Then",
    "function": "For whom",
    "unread": "If its model is not heard",
    "despite": "Goes live despite",
}


def _label(name: str) -> str:
    """Give what people call a field: its name, where no other word says it better."""
    return _LABELS[name] if name in _LABELS else name.rpartition(".")[2].replace("_", " ").capitalize()


def _filled(empty: FormField, value: Any) -> FormField:
    text = shown(empty, value)
    return replace(empty, takes=Takes.FIXED, value=encode(value)) if text is None else replace(empty, value=text)


def _rows(columns: Sequence[FormField], keyed: bool, several: bool, value: Any) -> tuple[tuple[str, ...], ...] | None:
    """Give the texts of a table's rows; None where what stands there is no such table."""
    if value is None:
        return ()
    if keyed and is_mapping(value):
        items = [(name, one if several else {"value": one}) for name, one in value.items()]
    elif not keyed and is_list(value):
        items = [("", one) for one in value]
    else:
        return None
    rows: list[tuple[str, ...]] = []
    for name, one in items:
        if not is_mapping(one) or not {*one} <= {column.name for column in columns}:
            return None
        cells = [name if keyed and not at else shown(column, one.get(column.name)) for at, column in enumerate(columns)]
        if None in cells:
            return None
        rows.append(tuple(map(str, cells)))
    return tuple(rows)


def shown(field: FormField, value: Any) -> str | None:
    """Give a value as its field shows it; None where a field of this kind cannot hold it."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).casefold()
        case int() | Decimal():
            return format(value, "f") if isinstance(value, Decimal) else str(value)
        case str():
            return value.removesuffix("\n")
        case [*several] if field.takes is Takes.LIST and all(isinstance(one, str) for one in several):
            return "\n".join(cast("list[str]", several))
        case _:
            return None
