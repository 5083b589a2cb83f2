"""What waits for a person is called by the record's name, with people's names for their ids."""

from typing import Any

import pytest

from upbeat.domain import Proposal, Verb
from upbeat.engine.wording import about, names_in, title

NAMES = {"005A": "Maya Chen", "00GA": "New Leads"}
DEAL = {"Id": "006A", "Name": "Lowell - Platform"}


def a_proposal(verb: Verb, target: str, before: dict[str, Any], after: dict[str, Any]) -> Proposal:
    return Proposal("p", "i", "w", "v", "s", "a", verb, target, "id", before, after, ("why",), "g")


@pytest.mark.parametrize(
    ("verb", "target", "before", "after", "words"),
    [
        pytest.param(
            Verb.UPDATE,
            "Opportunity",
            {"StageName": "Qualification"},
            {"StageName": "Negotiation/Review"},
            "Lowell - Platform: StageName Qualification → Negotiation/Review",
            id="a change",
        ),
        pytest.param(
            Verb.UPDATE,
            "Opportunity",
            {"OwnerId": "00GA", "Risk__c": None},
            {"OwnerId": "005A", "Risk__c": "Stalled"},
            "Lowell - Platform: OwnerId New Leads → Maya Chen, Risk__c blank → Stalled",
            id="people and blanks",
        ),
        pytest.param(
            Verb.CREATE, "Task", {}, {"Subject": "Call"}, "Lowell - Platform: new Task “Call”", id="a new record"
        ),
        pytest.param(
            Verb.DELETE,
            "Task",
            {"Subject": "Call"},
            {},
            "Lowell - Platform: Task “Call” to the recycle bin",
            id="a deletion",
        ),
    ],
)
def test_a_suggested_change_is_one_line(
    verb: Verb, target: str, before: dict[str, Any], after: dict[str, Any], words: str
) -> None:
    assert title(DEAL, [a_proposal(verb, target, before, after)], NAMES) == words


def test_words_that_name_the_record_are_left_as_they_are() -> None:
    assert about(DEAL, "What about Lowell - Platform?") == "What about Lowell - Platform?"


def test_only_the_names_that_are_needed_go_along() -> None:
    assert names_in([a_proposal(Verb.UPDATE, "Lead", {"OwnerId": "00GX"}, {"OwnerId": "005A"})], NAMES) == {
        "005A": "Maya Chen"
    }
