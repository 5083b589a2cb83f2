"""update_record: proposes values for fields of the record that the item is about."""

from collections.abc import Mapping
from typing import Any

from upbeat.domain import Verb
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result, to_json
from upbeat.workflows import FunctionSpec, Kind, Parameter


def _writes(args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    return frozenset((target, name) for name in args["set"])


def _reads(args: Mapping[str, Any], _object: str) -> frozenset[str]:
    return frozenset(args["set"])


def _run(case: Case) -> Result:
    wanted = {name: to_json(value) for name, value in case.args["set"].items()}
    after = {name: value for name, value in wanted.items() if case.record[name] != value}
    if not after:
        return Result({"written": False})
    before = {name: case.record[name] for name in after}
    event = case.item.event
    proposal = case.propose(Verb.UPDATE, event.object, event.record_id, before, after, case.reasons)
    return Result({"written": True}, (proposal,))


UPDATE_RECORD = Function(
    FunctionSpec(
        name="update_record",
        does="Sets fields of the record; a field that has the value already is left as it is.",
        parameters={"set": Parameter(Kind.FIELDS)},
        verbs=frozenset({Verb.UPDATE}),
        writes=_writes,
        reads=_reads,
        gives={"written": Type.BOOLEAN},
    ),
    _run,
)
