"""Write docs/reference/workflow-files.md and the JSON Schemas beside it, from the models, functions and signals.

python tools/workflow_files.py        write them
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pages import rewritten
from upbeat.steps import FUNCTIONS
from upbeat.timeline import SIGNALS
from upbeat.workflows import json_schema

PAGE = Path(__file__).parents[1] / "docs/reference/workflow-files.md"
SCHEMAS = {  # a JSON Schema for each kind of file
    PAGE.with_name("schemas") / f"{name}.json": files
    for name, files in (
        ("workflow", "workflows/*.yaml"),
        ("agent", "agents/*.yaml"),
        ("pool", "routing/*.yaml"),
        ("policy", "policy.yaml"),
        ("settings", "upbeat.yaml"),
    )
}
_SPECS = {name: one.spec for name, one in FUNCTIONS.items()}
_WORDS = {  # what a format, a pattern or a type of the models asks for
    "formula": "a formula",
    "merge text": "a text with merge fields",
    "schedule": "a schedule",
    r"^[a-z][a-z0-9-]*$": "a name such as `stalled-deal`",
    r"^[a-z][a-z0-9_]*$": "a name such as `quiet_days`",
    r"^[^\s@]+@[^\s@]+$": "a username",
    r"^[A-Za-z]\w*\.([A-Za-z]\w*|\*)$": "`Object.Field` or `Object.*`",
    r"^[A-Za-z]\w*$": "an API name",
    r"^https?://[^\s/]+/?$": "an address",
    r"^\d+ (week|day|hour|minute|second)s?$": "a duration such as `2 days`",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def made() -> Mapping[Path, str]:
    """Give every file that this program writes, with its text."""
    schemas = {file: json.dumps(json_schema(files, _SPECS), indent=1) + "\n" for file, files in SCHEMAS.items()}
    return {PAGE: rewritten(PAGE.read_text(encoding="utf-8"), _table), **schemas}


def _table(name: str) -> Iterator[str]:
    if name == "functions":
        yield from ("| Function | Arguments | Gives | Does |", "|---|---|---|---|")
        for one in _SPECS.values():
            arguments = ", ".join(f"`{key}` ({value.kind})" for key, value in one.parameters.items())
            gives = ", ".join(f"`{key}` ({value})" for key, value in one.gives.items())
            yield f"| `{one.name}` | {arguments} | {gives} | {one.does} |"
    elif name == "signals":
        yield from ("| Signal | Of | Type | Is |", "|---|---|---|---|")
        for one in SIGNALS.values():
            yield f"| `$Signal.{one.name}` | {one.object} | {one.type} | {one.does} |"
    else:
        files, _, model = name.partition(" ")
        schema = json_schema(files, _SPECS)
        yield from _fields(schema["$defs"][model] if model else schema, schema.get("$defs", {}))


def _fields(model: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
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


if __name__ == "__main__":
    for file, text in made().items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
