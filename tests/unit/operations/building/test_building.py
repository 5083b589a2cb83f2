"""A workflow built in forms: nothing of anybody is lost, nothing goes beyond the policy, and the file stays theirs."""

import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import delete

from upbeat import operations
from upbeat.operations import building
from upbeat.operations.building import StaleError, WorkflowDraft, saving
from upbeat.store import tables
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS, FileKind, Named, load

PRIYA = "priya.shah@acme.example"  # RevOps
IRIS = "iris.nolan@acme.example"  # RevOps too
MAYA = "maya.chen@acme.example"  # a rep
BUILDERS = "\npermissions: {build: [revops], why: Whoever answers for the result changes the rules}\n"
NAME = "missing-next-step"
COMMENT = "/* from Needs Analysis on: the two stages before it are still finding out */"


@pytest.fixture(scope="module")
def shared() -> Iterator[House]:
    policy = (PLAYBOOKS / "policy.yaml").read_text(encoding="utf-8")
    with House(only=[NAME], files={"policy.yaml": policy + BUILDERS}) as house:
        house.play()
        yield house


@pytest.fixture
def house(shared: House) -> Iterator[House]:
    """Give the shared house; what a test left in drafts and files goes after it."""
    file = shared.folder / f"workflows/{NAME}.yaml"
    text = file.read_bytes()
    yield shared
    inner = shared.space.house
    with inner.store.writing() as conn:
        conn.execute(delete(tables.drafts))
    file.write_bytes(text)


def fill(
    house: House,
    part: str,
    values: Mapping[str, str],
    *,
    revision: int | None = None,
    by: str = PRIYA,
    name: str = NAME,
) -> building.WorkflowDraft:
    """Post a form, made from the file where no revision is given."""
    return building.fill_in(house.space.house, name, of_file(house) if revision is None else revision, part, values, by)


def of_file(house: House) -> int:
    """Give the revision of the file as it stands."""
    text = building.file_text(house.space.house, NAME)
    return WorkflowDraft.of_file(NAME, text).revision


def build_flag(house: House) -> building.WorkflowDraft:
    """Build the flag of large deals with few contact roles, as forms post it."""
    inner = house.space.house
    problem = "A larger deal is lost when its only contact leaves"
    draft = building.begin_empty(inner, "Flag thin deals", problem, "Opportunity", "schedule", PRIYA)
    name, when = draft.workflow, "AND(NOT(IsClosed), Amount > 50000, $Signal.ContactRoles < 3)"
    fill(house, "trigger", {"trigger.when": when}, revision=1, name=name)
    building.add_step(inner, name, 2, "update_record", "deal-inspector", PRIYA)
    row = {"set.rows": "2", "set.0.name": "Risk_Flag__c", "set.0.value": "Single-threaded"}
    return fill(house, "update_record", row, revision=3, name=name)


def test_a_field_of_a_form_changes_its_own_line_of_the_file(house: House) -> None:
    before = building.file_text(house.space.house, NAME).split("\n")
    draft = fill(house, "ask", {"due": "3 days"})
    changed = [(one, other) for one, other in zip(before, draft.text.split("\n"), strict=True) if one != other]
    assert changed == [("    due: 2 days", "    due: 3 days")]
    assert (draft.revision, draft.by, draft.what) == (1, PRIYA, "the step ask")


def test_what_two_people_change_at_once_is_all_kept(house: House) -> None:
    fill(house, "ask", {"due": "3 days"})
    draft = fill(house, "about", {"title": "Ask what comes next"}, by=IRIS)  # she still saw the file
    assert ("due: 3 days" in draft.text, "title: Ask what comes next" in draft.text) == (True, True)


def test_one_value_that_two_people_change_is_chosen_and_neither_is_lost(house: House) -> None:
    fill(house, "ask", {"due": "3 days"})
    with pytest.raises(StaleError) as stale:
        fill(house, "ask", {"due": "4 days"}, by=IRIS)
    [clash] = stale.value.clashes
    assert (clash.what, clash.was, clash.theirs, clash.mine) == ("step ask, due", "2 days", "3 days", "4 days")
    chosen = building.fill_in(
        house.space.house, NAME, of_file(house), "ask", {"due": "4 days"}, IRIS, {clash.key: "mine"}
    )
    assert "due: 4 days" in chosen.text


def test_a_change_can_be_taken_back_and_the_first_one_leaves_the_file(house: House) -> None:
    inner = house.space.house
    fill(house, "ask", {"due": "3 days"})
    fill(house, "ask", {"due": "4 days"}, revision=1)
    assert "due: 3 days" in building.undo(inner, NAME, 2, PRIYA).text
    with pytest.raises(StaleError, match="somebody else"):
        building.undo(inner, NAME, 2, PRIYA)
    assert building.undo(inner, NAME, 1, PRIYA).is_file


def test_a_problem_leads_to_the_field_of_its_form(house: House) -> None:
    draft = fill(house, "ask", {"to": "{!$Record.Nobody}", "tier": "review"})
    draft = fill(house, "trigger", {"trigger.when": 'StageName = "Won"'}, revision=1)
    found = {(one.part, one.field): one for one in building.problems(house.space.house, draft)}
    assert "ISPICKVAL" in found["trigger", "trigger.when"].what
    assert "Nobody" in found["ask", "to"].what


def test_a_draft_that_lacks_something_says_where(house: House) -> None:
    inner = house.space.house
    draft = building.begin_empty(inner, "Flag thin deals", "", "Opportunity", "schedule", PRIYA)
    found = {(one.part, one.field): one.what for one in building.problems(inner, draft)}
    assert found["about", "problem"] == "problem is empty"
    assert found["trigger", "trigger.when"] == "Condition is missing"
    assert found["steps", ""] == "there is no step yet"


def test_forms_alone_take_an_empty_page_into_monitor_mode(house: House) -> None:
    inner = house.space.house
    draft = build_flag(house)
    assert building.problems(inner, draft) == ()
    saved = building.save(inner, draft.workflow, draft.revision, PRIYA, publishing=True)
    assert [(str(one.named), one.number) for one in saved.published] == [("workflow/flag-thin-deals", 1)]
    assert inner.versions.modes()["flag-thin-deals"] == "monitor"
    assert building.find_draft(inner, draft.workflow).is_file
    deal = house.create("Opportunity", Name="Thin", StageName="Prospecting", CloseDate="2027-01-31", Amount=60000)
    operations.look_now(inner, "flag-thin-deals")
    house.play()
    assert [one.workflow for one in house.runs(deal)] == ["flag-thin-deals"]
    assert house.written() == []
    nodes = {one.name: one.count for one in building.flow(inner, draft.workflow, draft.values).nodes}
    assert nodes["Opportunity"] == 1
    (house.folder / "workflows/flag-thin-deals.yaml").unlink()


def sets(field: str, value: str) -> dict[str, str]:
    return {"use": "update_record", "set.rows": "1", "set.0.name": field, "set.0.value": value}


TELL = {"use": "notify", "to": "{!$Record.OwnerId}", "text": "x"}
BEYOND = {
    "a tier below the policy's": ("ask", sets("StageName", "Prospecting") | {"tier": "auto"}, "policy asks approval"),
    "a field that the agent may not write": ("ask", sets("Amount", "5"), "may not write Opportunity.Amount"),
    "a function that the agent may not call": ("ask", TELL, "may not call notify"),
    "an agent that there is not": ("ask", {"agent": "me"}, "there is no agent me"),
    "an owner who is nobody": ("about", {"owner": "nobody@acme.example"}, "no user nobody@acme.example"),
}


@pytest.mark.parametrize("case", BEYOND)
def test_no_form_goes_beyond_the_policy(house: House, case: str) -> None:
    """F3: what is refused in the file is refused in the form, in the same words, and the file stays as it was."""
    part, posted, why = BEYOND[case]
    inner, before = house.space.house, building.file_text(house.space.house, NAME)
    draft = fill(house, part, posted)
    draft = fill(house, part, posted, revision=draft.revision)  # the form of the new function has its fields
    assert why in "\n".join(one.what for one in building.problems(inner, draft))
    with pytest.raises(operations.Refused):
        building.save(inner, NAME, draft.revision, PRIYA, publishing=True)
    assert building.file_text(inner, NAME) == before
    (house.folder / f"workflows/{NAME}.yaml").write_text(draft.text, encoding="utf-8")
    assert why in "\n".join(one.what for one in inner.check_files(load(house.folder)))


def test_who_may_not_build_changes_no_draft_and_saves_none(house: House) -> None:
    with pytest.raises(operations.Refused):
        fill(house, "ask", {"due": "3 days"}, by=MAYA)


def test_a_file_that_changed_meanwhile_is_not_written_over(house: House) -> None:
    inner, file = house.space.house, house.folder / f"workflows/{NAME}.yaml"
    draft = fill(house, "ask", {"due": "3 days"})
    file.write_text(file.read_text().replace("per_day: 2000", "per_day: 900"), encoding="utf-8")
    with pytest.raises(StaleError, match="was changed since"):
        building.save(inner, NAME, draft.revision, PRIYA)
    both = building.bring_in(inner, NAME, draft.revision, PRIYA)
    building.save(inner, NAME, both.revision, PRIYA)
    text = file.read_text()
    assert ("due: 3 days" in text, "per_day: 900" in text.replace("}", ""), COMMENT in text) == (
        True,
        True,
        True,
    )


def test_a_saved_file_is_committed_alone_and_in_the_persons_name(house: House) -> None:
    inner, folder = house.space.house, house.folder

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
        ).stdout.strip()

    git("init", "--quiet")
    git("config", "user.name", "Somebody else")
    git("config", "user.email", "else@acme.example")
    git("add", "workflows", "agents")
    git("commit", "--quiet", "-m", "As it was")
    (folder / "policy.yaml").touch()
    git("add", "policy.yaml")  # staged by hand, and none of ours
    draft = fill(house, "ask", {"due": "3 days"})
    saved = building.save(inner, NAME, draft.revision, PRIYA)
    assert saved.committed.startswith("Committed as ")
    assert (
        git("log", "-1", "--format=%an <%ae> %cn %s")
        == "Priya Shah <priya.shah@acme.example> Priya Shah Change missing-next-step"
    )
    assert git("show", "--name-only", "--format=") == f"workflows/{NAME}.yaml"
    assert git("diff", "--cached", "--name-only") == "policy.yaml"
    (folder / ".git/hooks/pre-commit").write_text("#!/bin/sh\necho 'not on a Friday' >&2\nexit 1\n")
    (folder / ".git/hooks/pre-commit").chmod(0o755)
    draft = fill(house, "ask", {"due": "5 days"})
    assert (
        building.save(inner, NAME, draft.revision, PRIYA).committed == "It is not committed: git says not on a Friday"
    )
    assert "due: 5 days" in building.file_text(inner, NAME)


def test_what_publishing_refuses_leaves_the_file_and_the_draft_as_they_were(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, before = house.space.house, building.file_text(house.space.house, NAME)
    draft = fill(house, "ask", {"due": "6 days"})

    def refuse(*_: object) -> None:
        assert "due: 6 days" in building.file_text(inner, NAME)  # it is published from the file
        raise operations.Refused("somebody else has just published")

    monkeypatch.setattr(saving, "publish_alone", refuse)
    with pytest.raises(operations.Refused, match="just published"):
        building.save(inner, NAME, draft.revision, PRIYA, publishing=True)
    assert building.file_text(inner, NAME) == before
    assert building.find_draft(inner, NAME) == draft


def test_of_several_who_publish_at_once_one_does_and_the_file_says_what_runs(house: House) -> None:
    inner = house.space.house
    draft = fill(house, "about", {"title": "Published once"})
    before = inner.versions.newest[Named(FileKind.WORKFLOW, NAME)].number
    start = Barrier(3)

    def press() -> str:
        start.wait()
        try:
            return str(len(building.save(inner, NAME, draft.revision, PRIYA, publishing=True).published))
        except operations.Refused as refused:
            return refused.what

    with ThreadPoolExecutor(3) as threads:
        said = sorted(one.result() for one in [threads.submit(press) for _ in range(3)])
    assert said == ["1", *[f"workflows/{NAME}.yaml says already what you saw: it was saved meanwhile"] * 2]
    row = inner.versions.newest[Named(FileKind.WORKFLOW, NAME)]
    assert (row.number, row.file.title) == (before + 1, "Published once")
    assert "title: Published once\n" in building.file_text(inner, NAME)


@pytest.mark.parametrize("ending", ["", '😀<b>"', "a: [x", "9" * 400], ids=["empty", "signs", "yaml", "long"])
def test_an_outcome_is_called_by_words(house: House, ending: str) -> None:
    rows = {"outcomes.rows": "1", "outcomes.0.name": ending, "outcomes.0.due": "2 days"}
    draft = fill(house, "outcomes", rows | {"outcomes.0.then": "escalate", "outcomes.0.to": PRIYA})
    [told] = building.problems(house.space.house, draft)
    assert (told.part, told.field, told.what.partition(" ")[2][:5]) == ("outcomes", "outcomes", "name ")


def test_a_field_that_another_workflow_writes_is_told_at_the_field_of_the_draft(house: House) -> None:
    inner = house.space.house
    first = build_flag(house)
    building.save(inner, first.workflow, first.revision, PRIYA)
    begun = building.begin_empty(inner, "Another flag", "x", "Opportunity", "schedule", PRIYA)
    text = first.text.replace("flag-thin-deals", begun.workflow)
    [told] = building.problems(inner, replace(begun, text=text))
    (house.folder / first.path).unlink()
    assert (told.part, told.field, told.other) == ("update_record", "set", "flag-thin-deals")
    assert told.what == "Opportunity.Risk_Flag__c is written by flag-thin-deals too"
