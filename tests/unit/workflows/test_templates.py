"""Templates: nothing is wrong with one that is added, those that look at other records stand beside each other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from upbeat.app import add_template
from upbeat.base import UpbeatError
from upbeat.workflows import TEMPLATES, load, templates

ALL = {one.name: one for one in templates()}
ROOT = Path(__file__).parents[3]
ROUTE = "workflows/route-inbound-leads.yaml"
Said = Callable[[Path], list[str]]


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_wrong_with_a_template_in_the_place_of_the_shipped_routing(
    workspace: Path, said: Said, name: str
) -> None:
    (workspace / ROUTE).unlink()
    tools = (workspace / "tools.yaml").read_text(encoding="utf-8")  # Acme's other tool writes summaries of meetings
    (workspace / "tools.yaml").write_text(tools.replace("[Description, Transcript__c]", "[Transcript__c]"), "utf-8")
    add_template(workspace, ALL[name])
    assert said(workspace) == []


def test_requests_partners_leads_and_all_others_stand_beside_each_other(workspace: Path, said: Said) -> None:
    (workspace / ROUTE).unlink()
    for name in ("route-by-fit-and-territory", "route-demo-requests", "route-partner-leads", "hand-over-accounts"):
        add_template(workspace, ALL[name])
    assert said(workspace) == []


@pytest.mark.parametrize("other", [ROUTE.removeprefix("workflows/").removesuffix(".yaml"), "route-demo-requests"])
def test_two_that_a_lead_can_start_both_are_refused(workspace: Path, said: Said, other: str) -> None:
    if other in ALL:
        (workspace / ROUTE).unlink()
        add_template(workspace, ALL[other])
    add_template(workspace, ALL["route-in-turn"])
    assert "Lead.OwnerId is written by" in "\n".join(said(workspace))


def test_every_file_of_the_library_belongs_to_a_template() -> None:
    there = {one.relative_to(TEMPLATES).as_posix() for one in TEMPLATES.rglob("*.*")}
    assert there == {path for one in ALL.values() for path in one.files}


def test_the_pages_on_routing_and_on_talk_list_every_template() -> None:
    pages = "".join(
        (ROOT / f"docs/how-to/{one}.md").read_text(encoding="utf-8") for one in ("route-leads", "read-calls-and-mail")
    )
    assert [name for name in ALL if f"| `{name}` |" not in pages] == []


def test_a_template_is_its_workflow_with_its_agents_its_pools_and_their_tables() -> None:
    assert ALL["route-in-turn"].files == (
        "workflows/route-in-turn.yaml", "agents/lead-router.yaml", "routing/team.yaml", "routing/team-members.csv",
    )  # fmt: skip


def test_a_file_that_says_something_else_is_left_as_it_is_and_nothing_is_copied(workspace: Path) -> None:
    (workspace / "routing/team.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(UpbeatError, match=r"routing/team\.yaml: the file is there already"):
        add_template(workspace, ALL["route-in-turn"])
    assert not (workspace / "workflows/route-in-turn.yaml").exists()


def test_whoever_adds_a_template_owns_it(workspace: Path) -> None:
    add_template(workspace, ALL["route-in-turn"], "ana.diaz@yours.example")
    [flow] = [one for one in load(workspace).workflows if one.workflow == "route-in-turn"]
    assert (flow.owner, load(workspace).pools["team"].owner) == ("ana.diaz@yours.example",) * 2
    assert add_template(workspace, ALL["route-in-turn"], "ana.diaz@yours.example") == []
