"""What each identity can do, as the org tells it: held against what runs, too much and too little alike."""

from collections.abc import Iterator
from typing import Any

import pytest

from upbeat.testing import House

PRIYA = "priya.shah@acme.example"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=["route-inbound-leads", "missing-next-step"]) as one:
        yield one


def the(found: Any, connection: str) -> Any:
    return next(one for one in found["identities"] if one["connection"] == connection)


def of_object(identity: Any, name: str) -> Any:
    return next(one for one in identity["objects"] if one["object"] == name)


def test_the_reader_sees_what_workflows_read_and_changes_nothing(upbeat: Any) -> None:
    reading = the(upbeat("org", "access", "--json").json, "reading")
    assert (reading["username"], reading["profile"], reading["permission_sets"]) == (
        "upbeat.reader@acme.example",
        "Minimum Access - API Only Integrations",
        ["Upbeat Reading"],
    )
    assert (reading["too_much"], reading["too_little"], reading["unknown"]) == ([], [], [])
    assert [(one["creates"], one["edits"], one["deletes"]) for one in reading["objects"]] == [
        ([], [], False) for _ in reading["objects"]
    ]


def test_a_reader_that_may_change_everything_is_told_to_have_too_much(house: House, upbeat: Any) -> None:
    reader = house.ids["upbeat.reader@acme.example"]
    wide = house.create("PermissionSet", Name="Wide", Label="Wide", PermissionsModifyAllData=True)
    house.create("PermissionSetAssignment", PermissionSetId=wide, AssigneeId=reader)
    said = upbeat("org", "access", "--json")
    assert said.code == 1
    much = the(said.json, "reading")["too_much"]
    assert "Modify All Data: it reaches beyond every object that a workflow names" in much


def test_a_reader_that_may_edit_an_object_is_told_to_have_too_much(house: House, upbeat: Any) -> None:
    reader = house.ids["upbeat.reader@acme.example"]
    some = house.create("PermissionSet", Name="Some", Label="Some")
    rights = {"PermissionsRead": True, "PermissionsEdit": True, "PermissionsCreate": False, "PermissionsDelete": False}
    house.create("ObjectPermissions", ParentId=some, SobjectType="Lead", **rights)
    house.create(
        "FieldPermissions",
        ParentId=some,
        SobjectType="Lead",
        Field="Lead.Website",
        PermissionsRead=True,
        PermissionsEdit=True,
    )
    house.create("PermissionSetAssignment", PermissionSetId=some, AssigneeId=reader)
    much = the(upbeat("org", "access", "--json").json, "reading")["too_much"]
    assert much == ["Lead: it may edit records, and no workflow has it do so"]


def test_a_field_that_a_workflow_reads_and_the_reader_does_not_see_is_named_with_the_workflow(
    house: House, upbeat: Any
) -> None:
    hidden = house.query("SELECT Id FROM FieldPermissions WHERE Field = 'Lead.Website'")
    assert all(one.ok for one in house.org.delete([row["Id"] for row in hidden], house.ids[PRIYA]))
    reading = the(upbeat("org", "access", "--json").json, "reading")
    assert reading["too_little"] == ["Lead.Website: it cannot read it (route-inbound-leads: step route)"]


def test_the_writer_is_told_what_it_may_do_beyond_what_runs(upbeat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upbeat.app.workspace.is_loopback", lambda _: False)  # as if the org were somewhere else
    assert upbeat("org", "access").code == 1
    writing = the(upbeat("org", "access", "--json").json, "writing")
    assert "OwnerId" in of_object(writing, "Lead")["edits"]
    assert "Lead: it may create and delete records, and no workflow has it do so" in writing["too_much"]
    assert not [line for line in writing["too_much"] if line.startswith("Task: it may delete")]  # it takes back its own


def test_a_local_org_that_lets_any_workflow_be_tried_is_no_fault(upbeat: Any) -> None:
    said = upbeat("org", "access", "--json")
    writing = the(said.json, "writing")
    assert (said.code, said.json["ok"], writing["too_much"]) == (0, True, [])
    assert "Lead: it may create and delete records, and no workflow has it do so" in writing["to_spare"]
    assert "in your own org, grant less" in upbeat("org", "access").out


def test_a_writer_over_the_whole_of_a_local_org_is_told_to_have_too_much(house: House, upbeat: Any) -> None:
    wide = house.create("PermissionSet", Name="Wide", Label="Wide", PermissionsModifyAllData=True)
    writer = house.ids["upbeat.writer@acme.example"]
    house.create("PermissionSetAssignment", PermissionSetId=wide, AssigneeId=writer)
    said = upbeat("org", "access", "--json")
    assert said.code == 1
    assert [line.partition(":")[0] for line in the(said.json, "writing")["too_much"]] == ["Modify All Data"]


def test_what_never_happens_is_told_whatever_the_org_allows(upbeat: Any) -> None:
    never = upbeat("org", "access", "--json").json["never"]
    assert "the reading identity changes nothing: no write is ever sent over it" in never
    assert "without a person's approval: account owner, closed won, commit, convert, merge, price" in never


def test_it_is_told_in_words_as_well(upbeat: Any) -> None:
    said = upbeat("org", "access").out
    assert "reading: upbeat.reader@acme.example, profile Minimum Access - API Only Integrations" in said
    assert "Never, whatever the org would let them do" in said
