"""match_deal: what a conversation is of, and what is asked where that is a doubt."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from upbeat.conversation import Candidate, Captured, Conversation, Link, Medium, Party
from upbeat.steps import FUNCTIONS, Answer, Case, Result

Make = Callable[..., Case]

PRIYA, MAYA = (f"{name}@acme.example" for name in ("priya.shah", "maya.chen"))
TRAILERS = Candidate(
    "Opportunity", "006000000000002AAA", "Trailers", ("Proposal", "owned by Maya"), "001000000000001AAA"
)
DEPOTS = Candidate("Opportunity", "006000000000003AAA", "Depots", ("Discovery",), "001000000000002AAA")
ACCOUNT = Candidate("Account", "001000000000001AAA", "Havelund", ("Tom belongs to it",), "001000000000001AAA")
DOUBT = Link(candidates=(TRAILERS, DEPOTS, ACCOUNT), why="2 deals were open")


def captured(link: Link, *parties: Party) -> Captured:
    talk = Conversation(
        medium=Medium.MEETING,
        source="Teams",
        source_id="1",
        title="Intro",
        began=datetime(2026, 1, 30, tzinfo=UTC),
        seconds=60,
        parties=parties,
    )
    return Captured(talk, link)


def run(case: Case) -> Result:
    return FUNCTIONS["match_deal"].run(case)


def test_a_certain_deal_is_given_with_why(case: Make) -> None:
    link = Link("001000000000001AAA", "006000000000002AAA", why="the only deal that was open")

    found = run(case(captured=captured(link)))

    assert found.hold is None
    assert found.gives == {
        "account": "001000000000001AAA",
        "deal": "006000000000002AAA",
        "why": "the only deal that was open",
        "by": None,
        "held": False,
    }


@pytest.mark.law(11)
def test_a_doubt_is_asked_of_whoever_took_part_with_the_candidates_side_by_side(case: Make) -> None:
    maya = Party("Maya", MAYA, kind="User", record_id="005000000000002AAA")

    found = run(case(captured=captured(DOUBT, maya)))

    assert found.hold is not None
    assert (found.waits, found.gives["held"], found.gives["deal"], found.hold.owner) == (True, True, None, MAYA)
    assert found.hold.ask == "Which deal is Intro of? 2 deals were open"
    assert found.hold.choices == (
        "Trailers (006000000000002AAA)",
        "Depots (006000000000003AAA)",
        "Havelund (001000000000001AAA)",
        "none of these",
    )
    assert found.hold.reasons[:2] == ("Trailers: Proposal; owned by Maya", "Depots: Discovery")


def test_where_nobody_of_ours_is_known_the_owner_of_the_workflow_is_asked(case: Make) -> None:
    found = run(case(captured=captured(DOUBT)))

    assert found.hold is not None
    assert found.hold.owner == PRIYA


@pytest.mark.parametrize(
    ("choice", "account", "deal"),
    [
        ("Depots (006000000000003AAA)", "001000000000002AAA", "006000000000003AAA"),
        ("Havelund (001000000000001AAA)", "001000000000001AAA", None),
        ("none of these", None, None),
    ],
)
def test_what_a_person_answers_is_given_in_their_name(
    case: Make, choice: str, account: str | None, deal: str | None
) -> None:
    found = run(case(captured=captured(DOUBT), answer=Answer(choice, MAYA)))

    assert (found.gives["account"], found.gives["deal"], found.gives["by"]) == (account, deal, MAYA)
    assert (found.hold, found.gives["held"]) == (None, False)


def test_where_there_is_nothing_to_choose_from_nobody_is_asked(case: Make) -> None:
    found = run(case(captured=captured(Link(why="nobody is known"))))

    assert (found.hold, found.gives["why"]) == (None, "nobody is known")
