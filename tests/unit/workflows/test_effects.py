"""What the register says of a write's effects is what the gate finds when it comes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from upbeat.domain import Effect, Mode, Proposal, Verb
from upbeat.gate import Facts, effects
from upbeat.schema import Schema
from upbeat.workflows import FunctionSpec, Kind, Parameter
from upbeat.workflows.effects import effects_of

NOW = datetime(2026, 11, 16, tzinfo=UTC)
OPEN = {"StageName": "Prospecting", "ForecastCategory": "Pipeline", "IsWon": False}


def _found_by_gate(verb: Verb, target: str, after: Mapping[str, Any], schema: Schema) -> frozenset[Effect]:
    proposal = Proposal(
        id="p", item_id="i", workflow="w", version="v", step="s", agent="a", verb=verb, object=target,
        record_id="" if verb is Verb.CREATE else "x", before={}, after=after, reasons=("why",), group="g",
    )  # fmt: skip
    return effects(proposal, Facts(schema=schema, mode=Mode.LIVE, author="a@b.example", now=NOW, deal=OPEN))


def _planned(verb: Verb, target: str, after: Mapping[str, Any], schema: Schema) -> frozenset[Effect]:
    spec = FunctionSpec(
        name="f",
        does="",
        parameters={"set": Parameter(Kind.FIELDS)},
        verbs=frozenset({verb}),
        writes=lambda args, given: frozenset((given, name) for name in args["set"]),
    )
    return effects_of(spec, {"set": after}, target, schema)


@pytest.mark.parametrize("verb", [Verb.CREATE, Verb.UPDATE])
def test_no_field_of_any_object_is_read_differently_by_the_gate(schema: Schema, verb: Verb) -> None:
    differ = [
        (target.name, field.name, planned, found)
        for target in schema
        for field in target.fields.values()
        if field.updateable
        if (planned := _planned(verb, target.name, {field.name: None}, schema))
        != (found := _found_by_gate(verb, target.name, {field.name: None}, schema)) & planned
        or (Effect.PRICE in found) != (Effect.PRICE in planned)
    ]
    assert differ == []


@pytest.mark.parametrize("stage", ["Qualification", "Negotiation/Review", "Closed Won", "Closed Lost", "No such stage"])
def test_no_stage_is_read_differently_by_the_gate(schema: Schema, stage: str) -> None:
    planned = _planned(Verb.UPDATE, "Opportunity", {"StageName": stage}, schema)
    assert planned <= _found_by_gate(Verb.UPDATE, "Opportunity", {"StageName": stage}, schema)


def test_a_stage_of_commit_is_commit_whatever_it_is_called(schema: Schema) -> None:
    assert Effect.COMMIT in _planned(Verb.UPDATE, "Opportunity", {"StageName": "Negotiation/Review"}, schema)


@pytest.mark.parametrize("verb", [Verb.DELETE, Verb.UNDELETE, Verb.MERGE, Verb.CONVERT])
def test_what_a_verb_means_does_not_depend_on_fields(schema: Schema, verb: Verb) -> None:
    assert _planned(verb, "Lead", {}, schema) == {Effect(verb)}
