"""add_people: which contacts and roles a conversation lacks, and which of its people are asked about."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from upbeat.conversation import Captured, Conversation, Finding, Kind, Link, Medium, Party, Reading, Role, Turn
from upbeat.conversation import Place as Words
from upbeat.conversation.attendance import Attendance, HeldRole, Place
from upbeat.conversation.people import CONTACT, LEAD, Known
from upbeat.domain import Proposal, Tier
from upbeat.steps import FUNCTIONS, Answer, Beside, Case, Result, contact_roles

Make = Callable[..., Case]

HAVELUND = Place("001000000000001AAA", "Havelund Fresh", "havelund.example")
DEAL = "006000000000001AAA"
TOM = Known(CONTACT, "003000000000001AAA", "Tom Bellweather", ("tom@havelund.example",), HAVELUND.account, "Havelund")
RUTH = Known(CONTACT, "003000000000002AAA", "Ruth Ekblad", (), HAVELUND.account, "Havelund")
LEAD_ = Known(LEAD, "00Q000000000001AAA", "Kim Roe", ("kim@quarrow.example",), company="Quarrow")
MAYA = Party("Maya Chen", "maya.chen@acme.example", internal=True)
TOM_ = Party("Tom Bellweather", "Tom@Havelund.example", "Havelund Fresh", internal=False)
HANNA = Party("Berg, Hanna", "hanna@havelund.example", "Havelund Fresh", "Head of Quality", internal=False)
ANA = Party("Ana Brandt", "ana@agency.example", "Agency", internal=False)


def run(
    case: Make,
    *parties: Party,
    said: str = "",
    there: Attendance = Attendance(people=(TOM, RUTH, LEAD_), places=(HAVELUND,)),  # noqa: B008  frozen
    target: str = "Opportunity",
    **more: Any,
) -> Result:
    """Run the step on a conversation in which the second party says something."""
    talk = Conversation(
        medium=Medium.MEETING,
        source="Teams",
        source_id="1",
        title="Intro",
        began=datetime(2026, 1, 30, 10, tzinfo=UTC),
        seconds=60,
        parties=(MAYA, *parties),
        turns=(Turn(0, "x", 1, 0, 5, 5, said),) if said else (),
    )
    one = Captured(talk, Link(HAVELUND.account, DEAL))
    return FUNCTIONS["add_people"].run(case(target, captured=one, beside=Beside(attendance=there), **more))


def made(found: Result, name: str) -> list[Proposal]:
    return [one for one in found.proposals if one.object == name]


def test_who_took_part_and_is_no_contact_becomes_one_of_the_right_account(case: Make) -> None:
    found = run(case, TOM_, HANNA)

    (contact,) = made(found, "Contact")
    assert contact.after == {
        "AccountId": HAVELUND.account,
        "FirstName": "Hanna",
        "LastName": "Berg",
        "Title": "Head of Quality",
        "Email": "hanna@havelund.example",
    }
    assert contact.reasons[:3] == (
        "Berg, Hanna <hanna@havelund.example> took part in the meeting of 30 January 2026: Intro",
        "no contact has hanna@havelund.example",
        "havelund.example is the domain of Havelund Fresh",
    )


@pytest.mark.parametrize(
    "party",
    [
        pytest.param(MAYA, id="one of ours"),
        pytest.param(TOM_, id="a contact, in capitals"),
        pytest.param(replace(TOM_, address="tom+crm@havelund.example"), id="a contact, with a tag"),
        pytest.param(Party("Kim Roe", "kim@quarrow.example", internal=False), id="a lead"),
        pytest.param(Party("Meeting Room 4", "room4@havelund.example", internal=False), id="a room"),
        pytest.param(Party("", "info@havelund.example", internal=False), id="an office"),
        pytest.param(Party("Hanna Berg", internal=False), id="a name without an address"),
        pytest.param(replace(HANNA, role=Role.BCC), id="a blind copy"),
    ],
)
def test_nobody_becomes_a_contact_twice_and_no_room_ever(case: Make, party: Party) -> None:
    found = run(case, party)

    assert (made(found, "Contact"), found.hold) == ([], None)


def test_what_another_conversation_suggests_is_not_suggested_again(case: Make) -> None:
    there = Attendance(people=(TOM,), places=(HAVELUND,), suggested=("hanna@havelund.example", TOM.record_id))

    assert run(case, TOM_, HANNA, there=there).proposals == ()


@pytest.mark.law(11)
@pytest.mark.parametrize(
    ("party", "choices"),
    [
        pytest.param(ANA, ("a new contact of Havelund Fresh", "leave them out"), id="an unknown domain"),
        pytest.param(
            Party("Hanna Berg", "hanna@gmail.com"), ("a new contact of Havelund Fresh", "leave them out"), id="public"
        ),
        pytest.param(
            replace(TOM_, address="bellweather@havelund.example"),
            ("Tom Bellweather (003000000000001AAA)", "a new contact", "leave them out"),
            id="another address",
        ),
    ],
)
def test_a_doubt_about_a_person_is_asked_before_anything_is_suggested(
    case: Make, party: Party, choices: tuple[str, ...]
) -> None:
    found = run(case, party, HANNA)

    assert found.hold is not None
    assert (found.hold.choices, found.waits, found.proposals) == (choices, True, ())


@pytest.mark.parametrize(
    ("choice", "emails"),
    [
        ("a new contact of Havelund Fresh", ["ana@agency.example", "hanna@havelund.example"]),
        ("leave them out", ["hanna@havelund.example"]),
    ],
)
def test_what_a_person_says_of_somebody_is_done(case: Make, choice: str, emails: list[str]) -> None:
    asked = run(case, ANA, HANNA)

    found = run(case, ANA, HANNA, before=asked.gives, answer=Answer(choice, "maya.chen@acme.example"))

    assert [one.after["Email"] for one in made(found, "Contact")] == emails
    assert all(one.after["AccountId"] == HAVELUND.account for one in made(found, "Contact"))


def test_one_doubt_after_another_is_asked_and_no_answer_is_lost(case: Make) -> None:
    gmail = Party("Kay Voss", "kay@gmail.com")
    first = run(case, ANA, gmail)

    second = run(case, ANA, gmail, before=first.gives, answer=Answer("leave them out", "maya"))
    third = run(case, ANA, gmail, before=second.gives, answer=Answer("a new contact of Havelund Fresh", "maya"))

    assert second.hold is not None
    assert "kay@gmail.com" in second.hold.ask
    assert [one.after["Email"] for one in third.proposals] == ["kay@gmail.com"]


def test_who_took_part_has_a_role_in_the_deal_once_and_blank_where_nothing_says_which(case: Make) -> None:
    (role,) = made(run(case, TOM_), "OpportunityContactRole")
    assert role.after == {"OpportunityId": DEAL, "ContactId": TOM.record_id}

    there = Attendance(people=(TOM,), places=(HAVELUND,), roles=(HeldRole("00K1", TOM.record_id, "Evaluator"),))
    assert run(case, TOM_, there=there).proposals == ()


SIGNS = "I sign it off, and Ruth Ekblad looks at the terms."


@pytest.fixture
def signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have it found that the second party is the Economic Buyer, and that Ruth, who is not there, is of Legal."""
    buyer = Finding(
        Kind.ROLE, "Economic Buyer", "Tom Bellweather", Words(0, 0, "I sign it off"), 0.9, "signs", person=1
    )
    legal = Finding(Kind.ROLE, "Legal", "Ruth Ekblad", Words(0, 0, "Ruth Ekblad looks at the terms"), 0.8, "terms")
    monkeypatch.setattr(contact_roles, "reading_of", lambda _case: Reading((buyer, legal)))


@pytest.mark.law(5)
@pytest.mark.usefixtures("signs")
def test_a_role_that_the_talk_says_stands_with_its_words(case: Make) -> None:
    tom, ruth = made(run(case, TOM_, said=SIGNS), "OpportunityContactRole")

    assert (tom.after["ContactId"], tom.after["Role"], tom.confidence) == (TOM.record_id, "Economic Buyer", 0.9)
    assert (ruth.after["ContactId"], ruth.after["Role"]) == (RUTH.record_id, "Legal")
    assert all(one.field == "Role" and one.text in SIGNS for role in (tom, ruth) for one in role.quotes)


@pytest.mark.usefixtures("signs")
@pytest.mark.parametrize(
    ("stands", "after", "tier"),
    [
        ("", "Economic Buyer", Tier.AUTO),
        ("Business User", "Economic Buyer", Tier.REVIEW),
        ("Economic Buyer", None, None),
        ("Decision Maker", None, None),
    ],
)
def test_a_role_is_raised_by_a_person_and_never_lowered_or_doubled(
    case: Make, stands: str, after: str | None, tier: Tier | None
) -> None:
    there = Attendance(people=(TOM,), places=(HAVELUND,), roles=(HeldRole("00K1", TOM.record_id, stands),))

    found = run(case, TOM_, said=SIGNS, there=there).proposals

    assert [(one.record_id, one.after, one.raise_to) for one in found] == (
        [] if after is None else [("00K1", {"Role": after}, tier)]
    )


def test_a_copy_of_a_mail_makes_nobody_a_part_of_the_deal(case: Make) -> None:
    assert run(case, replace(TOM_, role=Role.CC)).proposals == ()


def test_on_an_account_contacts_are_made_and_no_roles(case: Make) -> None:
    record = {"Id": HAVELUND.account, "Name": HAVELUND.name}

    found = run(case, TOM_, HANNA, target="Account", record=record)

    assert [one.object for one in found.proposals] == ["Contact"]
