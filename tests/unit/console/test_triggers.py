"""The register as a page: what runs, where it meets, and what the org itself does on a save."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.unit.console.conftest import DANA, MAYA, PRIYA, SignIn

from upbeat import operations
from upbeat.console.triggers import meetings
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS, Clash, Conflict

SINGLE = "single-threaded-larger-deals"
HOSTILE = "Deals of <script>alert(1)</script>"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    text = (PLAYBOOKS / "workflows" / f"{SINGLE}.yaml").read_text(encoding="utf-8")
    hostile = text.replace("title: ", f"title: '{HOSTILE}' # ", 1)
    with House(
        only=[SINGLE, "advance-stage", "missing-next-step"], files={f"workflows/{SINGLE}.yaml": hostile}
    ) as house:
        house.play()
        yield house


def test_the_register_shows_each_trigger_with_its_condition_thresholds_tier_owner_and_metric(sign_in: SignIn) -> None:
    [one] = sign_in(DANA).get(f"/api/triggers?q={SINGLE}").json()["triggers"]["rows"]
    assert (one["workflow"], one["object"], one["mode"], one["owner"]) == (SINGLE, "Opportunity", "monitor", PRIYA)
    assert "$Signal.ContactRoles < $Threshold.contacts" in one["condition"]
    assert {each["name"]: each["value"] for each in one["thresholds"]} == {"contacts": "3", "larger": "50000"}
    assert one["metric"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=contactroles+priya", 1),
        ("q=contactroles+lead", 0),
        ("object=Lead", 0),
        ("mode=monitor", 3),
        ("mode=live", 0),
    ],
)
def test_the_register_is_narrowed_by_words_object_and_mode(sign_in: SignIn, query: str, shown: int) -> None:
    assert sign_in(DANA).get(f"/api/triggers?{query}").json()["triggers"]["total"] == shown


def test_where_one_workflow_writes_what_another_looks_at_both_are_told(sign_in: SignIn) -> None:
    browser = sign_in(DANA)
    [met] = browser.get("/api/triggers").json()["meetings"]
    assert (met["workflow"], met["others"], met["about"]) == (
        "advance-stage",
        ["missing-next-step"],
        ["Opportunity.StageName"],
    )
    assert browser.get("/triggers").text.count("meets 1 other") == 2


def test_two_workflows_that_write_one_field_are_one_conflict_whichever_says_it(house: House) -> None:
    found = operations.the_register(house.space.house)
    one, other, _ = found.triggers
    names = [each.row.workflow for each in (one, other)]
    twice = tuple(
        replace(each, meets=(Conflict(Clash.SAME_FIELD, (name,), ("Opportunity.NextStep",)),))
        for each, name in zip((one, other), reversed(names), strict=True)
    )
    [met] = meetings(replace(found, triggers=twice))
    assert ({met.workflow, *met.others}, met.weighs) == (set(names), True)


def test_what_a_workflow_is_called_is_never_markup(sign_in: SignIn) -> None:
    page = sign_in(DANA).get("/triggers").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_the_map_of_the_org_teaches_how_to_draw_it_until_an_audit_has(sign_in: SignIn, house: House) -> None:
    browser = sign_in(DANA)
    assert "Nobody has looked yet" in browser.get("/triggers/org").text
    inside = house.space.house
    operations.audit(inside, operations.plan_audit(inside))
    assert "The org has no automations" in browser.get("/triggers/org").text


def test_a_rep_does_not_see_the_register(sign_in: SignIn) -> None:
    assert sign_in(MAYA).get("/triggers").status_code == 403
