"""How well calls are read is counted as people would count it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from upbeat.base import UpbeatError
from upbeat.conversation import Conversation, Finding, Injection, Kind, Medium, Party, Place, Reading, Turn
from upbeat.operations.evaluating.labels import ELEMENTS, Labels, Said, Someone, Step, read_labels
from upbeat.operations.evaluating.scoring import score
from upbeat.operations.tally import Tally

SAID = (
    "Who signs this off?",
    "Our finance director Joost Kramer signs. We lost ninety thousand euros to leaks last year.",
    "I'll send you the pilot plan by Friday.",
)
TALK = Conversation(
    medium=Medium.MEETING,
    source="Teams",
    source_id="1",
    title="Pump sensors",
    began=datetime(2026, 3, 3, 9, tzinfo=UTC),
    seconds=20,
    parties=(Party("Ines Amaral", internal=True), Party("Joost Kramer", internal=False)),
    turns=tuple(Turn(n, "", n % 2, n, n + 1, 1, text) for n, text in enumerate(SAID)),
)
BLANK = Labels(dict.fromkeys(ELEMENTS))


def found(kind: Kind, name: str, value: str, turn: int, quote: str, person: int | None = None) -> Finding:
    return Finding(kind, name, value, Place(turn, 0.0, quote), 0.9, "a cue", person=person)


METRICS = found(Kind.METHODOLOGY, "metrics", "EUR 90,000 lost to leaks", 1, "We lost ninety thousand euros to leaks")


@pytest.mark.parametrize(
    ("label", "counts"),
    [
        (Said("We lost ninety thousand", 1, "EUR 90,000 lost"), Tally(right=1)),
        (Said("elsewhere", 7, "EUR 90,000 lost in leaks last year"), Tally(right=1)),
        (Said("elsewhere", 7, "Four days a month of rework"), Tally(wrong=1, missed=1)),
        (None, Tally(wrong=1)),
    ],
)
def test_an_element_is_right_where_it_says_what_the_label_says(label: Said | None, counts: Tally) -> None:
    scored = score(TALK, Reading((METRICS,)), Labels(BLANK.elements | {"metrics": label}))
    assert scored.elements["metrics"] == counts


def test_what_a_call_does_not_establish_and_nobody_finds_counts_nowhere() -> None:
    assert score(TALK, Reading(), BLANK).elements["champion"] == Tally()


def test_a_next_step_is_found_once_and_its_owner_and_date_are_counted_apart() -> None:
    right = Step("Send the pilot plan", "I'll send you the pilot plan", 2, "Ines Amaral", date(2026, 3, 6))
    one = found(Kind.NEXT_STEP, "", "Send the pilot plan", 2, "I'll send you the pilot plan", person=0)
    scored = score(TALK, Reading((one, one)), Labels(BLANK.elements, next_steps=(right,)))
    assert scored.next_steps == Tally(right=1, wrong=1)
    assert scored.owners == Tally(right=1)
    assert scored.dues == Tally(wrong=1)


def test_a_role_is_right_of_the_right_person_alone() -> None:
    labels = Labels(BLANK.elements, new_roles=(Someone("Joost Kramer", role="Economic Buyer"),))
    of = [found(Kind.ROLE, "Economic Buyer", "", 1, "signs", person) for person in (0, 1)]
    assert score(TALK, Reading((of[1],)), labels).roles == Tally(right=1)
    assert score(TALK, Reading((of[0],)), labels).roles == Tally(wrong=1, missed=1)


@pytest.mark.law(5)
def test_a_quote_that_does_not_stand_in_its_turn_is_counted() -> None:
    invented = found(Kind.METHODOLOGY, "champion", "Joost", 0, "I want this")
    scored = score(TALK, Reading((METRICS, invented)), BLANK)
    assert (scored.findings, scored.grounded) == (2, 1)


def test_an_injection_that_nobody_sees_is_a_fault() -> None:
    labels = Labels(BLANK.elements, injection=True)
    assert not score(TALK, Reading(), labels).injection
    assert score(TALK, Reading(injections=(Injection(Place(1, 0.0, "x"), "y"),)), labels).injection


def test_labels_that_are_none_say_in_which_file(tmp_path: Path) -> None:
    file = tmp_path / "labels.json"
    file.write_text('{"metrics": 3}')
    with pytest.raises(UpbeatError, match="these are no labels of a call") as told:
        read_labels(file)
    assert str(told.value.where) == str(file)
