"""The reference page of the definition file, and the JSON Schema beside it, say what the models say."""

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from upbeat.localorg.definition_file import OrgDefinition


def test_the_reference_is_up_to_date() -> None:
    tool = runpy.run_path(str(Path(__file__).parents[3] / "tools/definition_file.py"))
    stale = [file.name for file, text in tool["made"]().items() if file.read_text(encoding="utf-8") != text]
    assert stale == [], "run: python tools/definition_file.py"


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for model in (schema, *schema["$defs"].values()):
        yield from model.get("properties", {}).items()


def test_every_name_is_explained() -> None:
    schema = OrgDefinition.model_json_schema()
    assert [name for name, one in _properties(schema) if "description" not in one] == []
    assert schema["additionalProperties"] is False
