"""Write docs/reference/workflow-files.md and the JSON Schemas beside it, from the models, functions and signals.

python tools/workflow_files.py        write them
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from model_tables import fields
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
        ("provider", "enrichment/*.yaml"),
        ("methodology", "methodologies/*.yaml"),
        ("policy", "policy.yaml"),
        ("settings", "upbeat.yaml"),
        ("fields", "fields.yaml"),
        ("tools", "tools.yaml"),
        ("capture", "capture.yaml"),
    )
}
_SPECS = {name: one.spec for name, one in FUNCTIONS.items()}


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
        yield from fields(schema["$defs"][model] if model else schema, schema.get("$defs", {}))


if __name__ == "__main__":
    for file, text in made().items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
