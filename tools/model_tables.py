"""The fields of a pydantic model as a table of the docs, from its JSON Schema."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_WORDS = {  # what a format, a pattern or a type of the models asks for
    "formula": "a formula",
    "merge text": "a text with merge fields",
    "schedule": "a schedule",
    r"^[a-z][a-z0-9-]*$": "a name such as `stalled-deal`",
    r"^[a-z][a-z0-9_]*$": "a name such as `quiet_days`",
    r"^[^\s@]+@[^\s@]+$": "a username",
    r"^[A-Za-z]\w*\.([A-Za-z]\w*|\*)$": "`Object.Field` or `Object.*`",
    r"^[A-Za-z]\w*$": "an API name",
    r"^[A-Za-z0-9]{3}$": "three letters or digits",
    r"^\d{4}-\d{2}-\d{2}$": "a day such as 2026-01-31",
    r"^https?://[^\s/]+/?$": "an address",
    r"^\d+ (week|day|hour|minute|second)s?$": "a duration such as `2 days`",
    r"^([01]\d|2[0-3]):[0-5]\d$": "a time of day such as `07:00`",
    r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$": "a country such as `DE`, or a part of it such as `GB-ENG`",
    r"^[A-Z]{3}$": "a currency such as `EUR`",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def fields(model: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    """Give the lines of the table of a model's fields; `definitions` are those that its JSON Schema refers to."""
    yield from ("| Name | Takes | Left out | Means |", "|---|---|---|---|")
    for name, one in model["properties"].items():
        default = "never" if name in model.get("required", ()) else _default(one)
        yield f"| `{name}` | {_takes(one, definitions)} | {default} | {' '.join(one['description'].split())} |"


def _default(one: Mapping[str, Any]) -> str:
    value = one.get("default")
    return f"`{value}`" if isinstance(value, str | int | float) and not isinstance(value, bool) else "may be"


def _takes(one: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Say what a property of a JSON Schema takes."""
    match one:
        case {"$ref": ref}:
            said = _named(ref.rsplit("/", 1)[1], definitions)
        case {"anyOf": several}:
            said = " or ".join(_takes(each, definitions) for each in several if each.get("type") != "null")
        case {"enum": values}:
            said = ", ".join(f"`{value}`" for value in values)
        case {"type": "array", "items": item}:
            said = f"a list: {_takes(item, definitions)}"
        case {"properties": {"table": _}}:
            said = "[a table](#tables)"
        case {"const": value}:
            said = f"`{value}`"
        case {"additionalProperties": item}:
            said = f"names, each with {_takes(item, definitions)}"
        case {"patternProperties": patterns}:
            said = " or ".join(f"names, each with {_takes(item, definitions)}" for item in patterns.values())
        case _:
            said = _WORDS[one.get("format") or one.get("pattern") or one["type"]]
    return said


def _named(name: str, definitions: Mapping[str, Any]) -> str:
    model = definitions[name]
    if "enum" in model:
        return _takes(model, definitions)
    return f"[{_title(name)}](#{_title(name).replace(' ', '-')})"


def _title(name: str) -> str:
    """Give a model's name as the page's headings have it: `TriggerDefinition` → `trigger`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Definition")).lower()
