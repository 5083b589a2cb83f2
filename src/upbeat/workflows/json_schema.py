"""JSON Schema of the files, for editors that complete and check YAML while it is typed."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from upbeat.base.files import FileModel
from upbeat.workflows.arguments import WANTED
from upbeat.workflows.capture_file import Capture
from upbeat.workflows.catalogue import FunctionSpec, Kind, Parameter
from upbeat.workflows.columns import Cell
from upbeat.workflows.definition import Agent, Definition
from upbeat.workflows.field_map import FieldMap
from upbeat.workflows.findings import FOUND
from upbeat.workflows.methodology import Methodology
from upbeat.workflows.policy import Policy
from upbeat.workflows.pool_file import PoolDefinition
from upbeat.workflows.provider import Provider
from upbeat.workflows.settings import Settings
from upbeat.workflows.tool_register import ToolRegister

FILES: Mapping[str, type[FileModel]] = {  # where files stand in a workspace, and what they hold
    "workflows/*.yaml": Definition,
    "agents/*.yaml": Agent,
    "routing/*.yaml": PoolDefinition,
    "enrichment/*.yaml": Provider,
    "methodologies/*.yaml": Methodology,
    "policy.yaml": Policy,
    "upbeat.yaml": Settings,
    "fields.yaml": FieldMap,
    "tools.yaml": ToolRegister,
    "capture.yaml": Capture,
}

_ARGUMENTS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.TEXT: {"type": ["string", "number"], "format": "merge text"},
    Kind.USER: {"type": "string", "format": "user"},
    Kind.RECIPIENT: {"type": "string", "format": "recipient"},
    Kind.NUMBER: {"type": ["number", "string"], "format": "number"},
    Kind.DURATION: {"type": "string", "format": "duration"},
    Kind.CHOICES: {"type": "array", "items": {"type": "string"}, "minItems": 1},
    Kind.FIELDS: {"type": "object", "format": "fields", "minProperties": 1},
    Kind.POOL: {"type": "string", "format": "pool"},
    Kind.PROVIDER: {"type": "string", "format": "provider"},
    Kind.METHODOLOGY: {"type": "string", "format": "methodology"},
    Kind.FINDINGS: {
        "type": "object",
        "format": "fields",
        "minProperties": 1,
        "additionalProperties": {"enum": list(FOUND)},
    },
    Kind.FILLS: {
        "type": "object",
        "format": "fields",
        "minProperties": 1,
        "additionalProperties": {"type": "string"},
    },
    Kind.TEXTS: {"type": "object", "minProperties": 1},
    Kind.ROWS: {"type": "array", "minItems": 1},
}
_MORE = {Kind.TEXT: ", with merge fields such as `{!Name}`"}
_CELLS: Mapping[Cell, Mapping[str, Any]] = {
    Cell.TEXT: {"type": "string"},
    Cell.NUMBER: {"type": "number"},
    Cell.CONDITION: {"type": "string", "format": "formula"},
    Cell.TEXTS: {"type": "array", "items": {"type": "string"}, "minItems": 1},
}


def json_schema(files: str, functions: Mapping[str, FunctionSpec]) -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of one kind of file, by its key in `FILES`.

    A step's arguments are those of the function that it uses.
    """
    found = json.loads(_of_model(files))
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    if files == "workflows/*.yaml":
        step = found["$defs"]["StepDefinition"]
        step["properties"]["use"] = {"enum": list(functions), "description": "The function it calls."}
        step["allOf"] = [_call(one) for one in functions.values()]
    return found


@cache
def _of_model(files: str) -> str:
    return json.dumps(FILES[files].model_json_schema())


def _call(spec: FunctionSpec) -> dict[str, Any]:
    """Give what a step needs beside `use`, once it uses this function."""
    return {
        "if": {"properties": {"use": {"const": spec.name}}},
        "then": {
            "properties": {name: _argument(one) for name, one in spec.parameters.items()},
            "required": [name for name, one in spec.parameters.items() if one.required],
        },
    }


def _argument(one: Parameter) -> dict[str, Any]:
    found = dict(_ARGUMENTS[one.kind]) | {"description": f"It takes {WANTED[one.kind]}{_MORE.get(one.kind, '')}."}
    if one.columns:
        found["items"] = {
            "type": "object",
            "properties": {name: dict(_CELLS[column.cell]) for name, column in one.columns.items()},
            "required": [name for name, column in one.columns.items() if column.required],
            "additionalProperties": False,
        }
    return found
