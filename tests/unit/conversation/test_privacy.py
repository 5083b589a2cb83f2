"""What is never kept, and why: in words that hold nothing of what was said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from upbeat.conversation import Conversation, Medium, Party, Turn
from upbeat.conversation.privacy import Exclusions, Rule, excluded, sided

HOUSE = Exclusions(
    internal=frozenset({"ours.example", "gmail.com", "founder@yahoo.com"}),
    domains=frozenset({"ourlawyers.example"}),
    addresses=frozenset({"coach@tidewater.example"}),
)


def meeting(*addresses: str, title: str = "Pump sensors: terms", **told: object) -> Conversation:
    talk = Conversation(
        medium=Medium.MEETING,
        source="Teams",
        source_id="1",
        title=title,
        began=datetime(2026, 3, 3, 9, tzinfo=UTC),
        seconds=60,
        parties=tuple(Party(one.partition("@")[0].title(), one if "@" in one else "") for one in addresses),
    )
    return replace(talk, **told)  # type: ignore[arg-type]


def said(*lines: tuple[str, str]) -> tuple[Turn, ...]:
    return tuple(Turn(n, label, None, n * 5, n * 5 + 4, 4, text) for n, (label, text) in enumerate(lines))


CUSTOMER = ("ines@ours.example", "joost@tidewater.example")


@pytest.mark.parametrize(
    ("talk", "rule"),
    [
        pytest.param(meeting(*CUSTOMER), None, id="a customer"),
        pytest.param(meeting("ines@ours.example", "bo@ours.example"), Rule.INTERNAL, id="all ours"),
        pytest.param(meeting("ines@ours.example", "zoe@contractors.ours.example"), Rule.INTERNAL, id="a subdomain"),
        pytest.param(meeting("ines@ours.example", "founder@yahoo.com"), Rule.INTERNAL, id="an address of ours"),
        pytest.param(meeting("ines@ours.example", "gil@gmail.com"), None, id="free mail is nobody's own"),
        pytest.param(meeting("ines@ours.example", "Gil"), None, id="somebody of whom nothing is known"),
        pytest.param(meeting("ines@ours.example", "joost@notours.example"), None, id="a domain that ends like ours"),
        pytest.param(
            meeting("ines@ours.example", "bo@ours.example", turns=said(("Boardroom 2", "Hello."))),
            Rule.INTERNAL,
            id="a room's microphone",
        ),
        pytest.param(
            meeting("ines@ours.example", "bo@ours.example", turns=said(("Joost Kramer (External)", "Hello."))),
            None,
            id="a guest whom nobody invited",
        ),
        pytest.param(meeting(*CUSTOMER, "anna@eu.ourlawyers.example"), Rule.DOMAIN, id="an excluded domain"),
        pytest.param(meeting("ines@ours.example", "coach@tidewater.example"), Rule.ADDRESS, id="an excluded address"),
        pytest.param(meeting(*CUSTOMER, sensitivity="confidential"), Rule.PRIVATE, id="the calendar's mark"),
    ],
)
def test_who_takes_part_says_whether_it_is_kept(talk: Conversation, rule: Rule | None) -> None:
    found = excluded(talk, HOUSE)
    assert (found.rule if found else None) == rule


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Performance review - Bo", False),
        ("HR: return to office", False),
        ("[Legal] Tidewater", False),
        ("M&A - Project Heron", False),
        ("Acquisition of Northmoor: next steps", False),
        ("Private", False),
        ("Strictly confidential: Heron", False),
        ("Kündigungsgespräch", False),
        ("Entretien préalable de licenciement", False),
        ("Evaluación de desempeño", False),
        ("Colloquio di lavoro", False),
        ("Avaliação de desempenho", False),
        ("Functioneringsgesprek Bo", False),
        ("Medarbetarsamtal", False),
        ("Przejęcie spółki", False),
        ("HR software demo for Tidewater", True),
        ("Tidewater: legal and procurement next steps", True),
        ("Customer acquisition workshop", True),
        ("Private Cloud Ltd - discovery", True),
        ("Threeway pumps review", True),
        ("Salary benchmarking platform: kick-off", True),
        ("Pump sensors: commercial terms", True),
    ],
)
def test_a_sensitive_title_is_not_kept_and_business_about_such_things_is(title: str, kept: bool) -> None:
    assert (excluded(meeting(*CUSTOMER, title=title), HOUSE) is None) is kept


def test_a_house_adds_words_and_takes_away_those_that_are_its_business() -> None:
    house = replace(HOUSE, words=("Skunkworks",), allowed=frozenset({"Due Diligence"}))
    assert excluded(meeting(*CUSTOMER, title="Due diligence for Tidewater"), house) is None
    found = excluded(meeting(*CUSTOMER, title="The skunkworks, weekly"), house)
    assert found is not None
    assert "skunkworks" not in found.why.casefold()


def test_a_side_is_told_by_address_where_the_source_does_not_say_it() -> None:
    talk = meeting("ines@ours.example", "joost@tidewater.example", "gil@gmail.com", "Somebody")
    assert [one.internal for one in sided(talk, HOUSE).parties] == [True, False, None, None]
    told = replace(talk, parties=(replace(talk.parties[1], internal=True),))
    assert sided(told, HOUSE).parties[0].internal is True


@pytest.mark.parametrize(
    ("answer", "kept", "kept_if_agreed"),
    [("I'd rather not.", False, False), ("Sure, go ahead.", True, True), ("Which pumps are these?", True, False)],
)
def test_an_objection_to_the_recording_keeps_it_out_and_silence_where_the_house_asks_for_consent(
    answer: str, kept: bool, kept_if_agreed: bool
) -> None:
    talk = meeting(*CUSTOMER, turns=said(("Ines", "Do you mind if I record this call?"), ("Joost", answer)))
    assert (excluded(talk, HOUSE) is None) is kept
    assert (excluded(talk, replace(HOUSE, agreed=True)) is None) is kept_if_agreed


def test_a_mail_or_an_invitation_needs_no_consent_to_a_recording() -> None:
    assert excluded(meeting(*CUSTOMER), replace(HOUSE, agreed=True)) is None
