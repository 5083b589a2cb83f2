"""Write docs/reference/definition-file.md and the JSON Schema beside it, from the models of a local org's definitions.

python tools/definition_file.py        write them
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from model_tables import fields
from pages import rewritten
from upbeat.localorg.definition_file import OrgDefinition

PAGE = Path(__file__).parents[1] / "docs/reference/definition-file.md"
SCHEMA = PAGE.with_name("schemas") / "org.json"


def made() -> Mapping[Path, str]:
    """Give every file that this program writes, with its text."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **OrgDefinition.model_json_schema()}
    page = rewritten(PAGE.read_text(encoding="utf-8"), _table)
    return {PAGE: page, SCHEMA: json.dumps(schema, indent=1) + "\n"}


def _table(name: str) -> Iterator[str]:
    schema = OrgDefinition.model_json_schema()
    yield from fields(schema if name == "OrgDefinition" else schema["$defs"][name], schema["$defs"])


if __name__ == "__main__":
    for file, text in made().items():
        file.write_text(text, encoding="utf-8")
