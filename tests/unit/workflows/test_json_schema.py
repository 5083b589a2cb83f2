"""The JSON Schema that editors read: every name is explained, and a step's arguments are its function's."""

from collections.abc import Iterator
from typing import Any

import pytest

from upbeat.workflows import FILES, Catalogue, json_schema


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for model in (schema, *schema.get("$defs", {}).values()):
        yield from model.get("properties", {}).items()


@pytest.mark.parametrize("files", FILES)
def test_every_name_is_explained(against: Catalogue, files: str) -> None:
    found = json_schema(files, against.functions)
    assert [name for name, one in _properties(found) if "description" not in one] == []


@pytest.mark.parametrize("files", FILES)
def test_nothing_unknown_is_allowed_at_the_top(against: Catalogue, files: str) -> None:
    assert json_schema(files, against.functions)["additionalProperties"] is False


def test_a_step_takes_the_arguments_of_its_function(against: Catalogue) -> None:
    step = json_schema("workflows/*.yaml", against.functions)["$defs"]["StepDefinition"]
    assert step["properties"]["use"]["enum"] == list(against.functions)
    assign = next(one for one in step["allOf"] if one["if"]["properties"]["use"]["const"] == "assign_owner")
    pool = {"type": "string", "format": "pool", "description": "It takes the name of a pool."}
    given = {"type": "object", "minProperties": 1, "description": "It takes names with their texts."}
    account = {
        "type": ["string", "number"],
        "format": "merge text",
        "description": "It takes a text, with merge fields such as `{!Name}`.",
    }
    assert assign["then"] == {
        "properties": {"pool": pool, "account": account, "with": given},
        "required": ["pool"],
    }
