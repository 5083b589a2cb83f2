"""A version is its content, and a published version can be run again from it."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from upbeat.workflows import Catalogue, Workflow, compile_workflow, load, restore

FLAG = "workflows/single-threaded-larger-deals.yaml"
ROUTE = "workflows/route-inbound-leads.yaml"


def _compiled(folder: Path, against: Catalogue) -> dict[str, Workflow]:
    definitions = load(folder)
    assert definitions.problems == ()
    return {one.workflow: compile_workflow(one, definitions, against) for one in definitions.workflows}


def _versions(folder: Path, against: Catalogue) -> dict[str, str]:
    return {name: one.version for name, one in _compiled(folder, against).items()}


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(FLAG, "limits:", "# a comment\nlimits:", id="a comment"),
        pytest.param(FLAG, "Single-threaded", "'Single-threaded'", id="quotes"),
        pytest.param(FLAG, "{per_hour: 500, per_day: 2000}", "{per_day: 2000, per_hour: 500}", id="order of keys"),
        pytest.param(FLAG, "after: 14 days", "after: 2 weeks", id="the same length of time"),
        pytest.param(FLAG, "    tier: auto\n", "    tier: auto\n\n", id="an empty line"),
        pytest.param(FLAG, "mode: monitor", "mode: live", id="the mode, which people decide"),
        pytest.param(ROUTE, "mode: monitor\n", "", id="what is the default anyway"),
        pytest.param("policy.yaml", "Commit is what", "A commit is what", id="the policy, which is not the workflow's"),
    ],
)
def test_what_is_no_content_changes_no_version(
    workspace: Path, against: Catalogue, file: str, old: str, new: str
) -> None:
    before = _versions(workspace, against)
    _edit(workspace / file, old, new)
    assert _versions(workspace, against) == before


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        pytest.param(FLAG, "mode: monitor", "mode: paused", {"single-threaded-larger-deals"}, id="a pause"),
        pytest.param(FLAG, "value: 50000", "value: 60000", {"single-threaded-larger-deals"}, id="a threshold"),
        pytest.param(FLAG, "Amount >", "Amount >=", {"single-threaded-larger-deals"}, id="the condition"),
        pytest.param(ROUTE, "owner: priya", "owner: dana", {"route-inbound-leads"}, id="the owner"),
        pytest.param("agents/router.yaml", "Gives", "Hands", {"route-inbound-leads"}, id="its agent"),
        pytest.param("routing/inbound.yaml", "weight: 2", "weight: 3", {"route-inbound-leads"}, id="its pool"),
    ],
)
def test_content_changes_the_version_of_what_names_it_and_no_other(
    workspace: Path, against: Catalogue, file: str, old: str, new: str, changed: set[str]
) -> None:
    before = _versions(workspace, against)
    _edit(workspace / file, old, new)
    after = _versions(workspace, against)
    assert {name for name in after if after[name] != before[name]} == changed


def test_the_order_of_outcomes_is_content(workspace: Path, against: Catalogue) -> None:
    before = _versions(workspace, against)
    file = workspace / ROUTE
    lines = re.findall(r"  (?:routed|held): .*\n", file.read_text(encoding="utf-8"))
    _edit(file, "".join(lines), "".join(reversed(lines)))
    assert _versions(workspace, against)["route-inbound-leads"] != before["route-inbound-leads"]


def test_a_published_version_is_restored_from_its_text(shipped: Mapping[str, Workflow], against: Catalogue) -> None:
    for flow in shipped.values():
        definitions = restore(flow.text)
        again = compile_workflow(definitions.workflows[0], definitions, against)
        assert (again.version, again.text) == (flow.version, flow.text)
        assert [one.name for one in again.outcomes] == [one.name for one in flow.outcomes]
        assert (again.fields, again.thresholds, again.when.canonical) == (
            flow.fields,
            flow.thresholds,
            flow.when.canonical,
        )
