"""A workspace's folder: what is read, what is told at once, what never passes unseen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from upbeat.domain import Tier
from upbeat.schema import Schema
from upbeat.workflows import Catalogue, DefinitionError, compile_workflow, load

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
Said = Callable[[Path], list[str]]


def test_mistakes_in_several_files_are_told_at_once(workspace: Path, said: Said) -> None:
    (workspace / "agents/router.yaml").write_text("- a list\n", encoding="utf-8")
    (workspace / "policy.yaml").write_text("", encoding="utf-8")
    (workspace / "workflows/advance-stage.yaml").write_text("workflow: [\n", encoding="utf-8")
    assert [one.split(":", 1)[0] for one in said(workspace)] == [
        "agents/router.yaml",
        "policy.yaml",
        "workflows/advance-stage.yaml",
    ]


def test_a_workflow_is_not_blamed_for_an_agent_that_cannot_be_read(workspace: Path, said: Said) -> None:
    (workspace / "agents/router.yaml").write_text("agent: router\n", encoding="utf-8")
    assert {one.split(":", 1)[0] for one in said(workspace)} == {"agents/router.yaml"}


def test_nor_for_a_pool_that_cannot_be_read(workspace: Path, said: Said) -> None:
    (workspace / "routing/inbound.yaml").write_text("pool: inbound\n", encoding="utf-8")
    assert {one.split(":", 1)[0] for one in said(workspace)} == {"routing/inbound.yaml"}


def test_a_workflow_whose_agent_cannot_be_read_does_not_compile(workspace: Path, against: Catalogue) -> None:
    (workspace / "agents/router.yaml").write_text("agent: router\n", encoding="utf-8")
    definitions = load(workspace)
    route = next(one for one in definitions.workflows if one.workflow == "route-inbound-leads")
    with pytest.raises(DefinitionError, match="role is missing"):
        compile_workflow(route, definitions, against)


def test_a_formulas_number_is_set_as_its_field_keeps_it(workspace: Path, against: Catalogue) -> None:
    file = workspace / "workflows/advance-stage.yaml"
    sets = "Probability: '{!Probability + 0.105}'\n      ExpectedRevenue: '{!Amount / 3}'"
    file.write_text(file.read_text("utf-8").replace("StageName: Negotiation/Review", sets), "utf-8")
    against = replace(against, schema=with_settable(against.schema, "ExpectedRevenue"))
    definitions = load(workspace)
    advance = next(one for one in definitions.workflows if one.workflow == "advance-stage")
    values = compile_workflow(advance, definitions, against).steps[0].values["set"]
    record = {"Probability": 50, "Amount": 100}
    assert {name: one.render(record, now=NOW) for name, one in values.items()} == {
        "Probability": Decimal(61),
        "ExpectedRevenue": Decimal("33.33"),
    }


def with_settable(schema: Schema, name: str) -> Schema:
    deal = schema.object("Opportunity")
    return schema.with_objects(
        [replace(deal, fields={**deal.fields, name: replace(deal.field(name), updateable=True)})]
    )


def test_without_a_policy_file_everything_would_be_refused(workspace: Path, said: Said) -> None:
    (workspace / "policy.yaml").unlink()
    assert said(workspace) == ["policy.yaml: the file is missing\n  Copy the shipped one, and put your people in."]
    assert load(workspace).policy.tier(["task"], Tier.AUTO) is Tier.APPROVAL  # type: ignore[list-item]


def test_a_file_that_would_be_passed_over_is_told(workspace: Path, said: Said) -> None:
    (workspace / "workflows/advance-stage.yaml").rename(workspace / "workflows/advance-stage.yml")
    assert said(workspace) == [
        "workflows/advance-stage.yml: files are read as .yaml only\n  Rename it to advance-stage.yaml."
    ]


def test_a_file_that_cannot_be_read_is_told(workspace: Path, said: Said) -> None:
    (workspace / "workflows/odd.yaml").mkdir()
    assert said(workspace) == ["workflows/odd.yaml: the file cannot be read: Is a directory"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="there is no such folder"):
        load(tmp_path / "nowhere")


def test_one_workflow_is_enough(workspace: Path, said: Said) -> None:
    for file in (workspace / "workflows").iterdir():
        if file.name != "route-inbound-leads.yaml":
            file.unlink()
    assert said(workspace) == []
