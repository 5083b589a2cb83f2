"""Whose voice a label of a transcript is."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.conversation import Conversation, Medium, Party, Turn
from upbeat.conversation.speakers import hear, is_person, with_speakers

TOM = Party("Tom Bellweather", "tom.b@havelund.example", "Havelund Fresh Logistics", internal=False)
LUKASZ = Party("Łukasz Bednarczyk", "l.bednarczyk@havelund.example", "Havelund Fresh Logistics", internal=False)
JANA = Party("Jana Müller", "jana.mueller@nimbrel.example", "Nimbrel", internal=True)
YULIA = Party("Julia Ivanova", "j.ivanova@orrin.example", "Orrin Vale", internal=False)
EVERYBODY = (TOM, LUKASZ, JANA, YULIA)
CALLS = Path(os.environ.get("UPBEAT_CALLS", "../shared/data/calls"))


def _talk(parties: Sequence[Party], *said: tuple[str, str] | str) -> Conversation:
    """Give a conversation in which each label says something; `x` where nothing else is told."""
    told = [one if isinstance(one, tuple) else (one, "x") for one in said]
    turns = tuple(Turn(at, label, None, at, at + 1, 1, text) for at, (label, text) in enumerate(told))
    return Conversation(
        medium=Medium.MEETING,
        source="Teams",
        source_id="1",
        title="Intro",
        began=datetime(2026, 3, 3, 9, tzinfo=UTC),
        seconds=len(turns),
        parties=tuple(parties),
        turns=turns,
    )


def _speakers(parties: Sequence[Party], *said: tuple[str, str] | str) -> list[Party | None]:
    return [None if one.party is None else parties[one.party] for one in hear(_talk(parties, *said))]


@pytest.mark.parametrize(
    ("label", "party"),
    [
        pytest.param("Tom Bellweather", TOM, id="the name"),
        pytest.param("tom.b@havelund.example", TOM, id="the address"),
        pytest.param("Bellweather, Tom (Havelund)", TOM, id="as a directory sorts it"),
        pytest.param("BELLWEATHER Tom", TOM, id="last name first"),
        pytest.param("Thomas Bellweather", TOM, id="the long form of a short name"),
        pytest.param("Tom Belweather", TOM, id="a slip of the pen"),
        pytest.param("Tom Bellweather, CFO", TOM, id="with a title"),
        pytest.param("Tom | Havelund", TOM, id="first name and company"),
        pytest.param("Tom B.", TOM, id="first name and initial"),
        pytest.param("tbellweather", TOM, id="a login"),
        pytest.param("TomBellweather", TOM, id="in one word"),
        pytest.param("Toms iPad", TOM, id="a device, German"),
        pytest.param("Tom's iPhone (2)", TOM, id="a device, English"),
        pytest.param("iPhone von Jana", JANA, id="a device of"),
        pytest.param("iPhone (Jana)", JANA, id="a device, and whose in brackets"),
        pytest.param("MacBook Pro de Jana", JANA, id="a device of, French"),
        pytest.param("Jana Mueller", JANA, id="an umlaut written out"),
        pytest.param("Jana (she/her)", JANA, id="with pronouns"),
        pytest.param("Jana Müller (External)", JANA, id="with a remark of the software"),
        pytest.param("Lukasz Bednarczyk", LUKASZ, id="without accents"),
        pytest.param("Юлия Иванова", YULIA, id="in another script"),
        pytest.param("Agent", JANA, id="the only one on our side"),
    ],
)
def test_a_label_is_whose_name_it_has(label: str, party: Party) -> None:
    assert _speakers(EVERYBODY, label) == [party]


@pytest.mark.parametrize(
    "label",
    [
        "Speaker 1",
        "Unknown",
        "+44 20 7946 0123",
        "Meeting Room 4",
        "iPhone",
        "Customer",
        "Everyone",
        "王伟",
        "",
        "SM-G991B",
        "Call-in User_2",
    ],
)
def test_a_label_that_names_nobody_of_several_is_left_open(label: str) -> None:
    assert _speakers(EVERYBODY, label) == [None]


def test_of_two_who_have_one_first_name_none_is_guessed_and_both_are_named() -> None:
    other = Party("Tom Maier", "maier@havelund.example", "Havelund Fresh Logistics", internal=False)

    (found,) = hear(_talk([TOM, other], "Tom"))

    assert (found.party, found.candidates) == (None, (0, 1))


def test_a_first_name_is_the_one_who_has_no_other_label() -> None:
    other = Party("Tom Maier", "maier@havelund.example", "Havelund Fresh Logistics", internal=False)

    assert _speakers([TOM, other], "Tom", "Tom Maier") == [TOM, other]


def test_a_second_voice_of_one_first_name_is_not_taken_for_the_first() -> None:
    assert _speakers([TOM, JANA], "Tom Bellweather", "Tom") == [TOM, None]


def test_two_who_have_one_name_are_told_apart_by_their_company() -> None:
    other = replace(TOM, address="tom@castellfen.example", company="Castell Fen Growers")

    assert _speakers([TOM, other], "Tom Bellweather (Castell)") == [other]
    assert _speakers([TOM, other], "Tom Bellweather") == [None]


def test_a_first_name_with_a_company_that_is_not_theirs_stays_open() -> None:
    (found,) = hear(_talk(EVERYBODY, "Tom (Contoso)"))

    assert (found.party, found.candidates) == (None, (0,))


def test_an_initial_fits_a_name_that_the_invitation_has_last_name_first() -> None:
    siobhan = Party("O'Brien, Siobhán", "siobhan@dunmere.example", internal=False)

    assert _speakers([siobhan, TOM, JANA], "S. OBrien") == [siobhan]


@pytest.mark.parametrize("label", ["Speaker 3", "Meeting Room 4", "+44 20 7946 0123", "iPhone", "Gast"])
def test_the_one_label_that_is_left_is_the_one_person_who_is_left(label: str) -> None:
    assert _speakers([TOM, JANA], "Jana Müller", label) == [JANA, TOM]


def test_a_silent_person_leaves_two_to_choose_from() -> None:
    assert _speakers([TOM, LUKASZ, JANA], "Jana Müller", "Speaker 2") == [JANA, None]


def test_who_came_uninvited_makes_what_is_left_uncertain() -> None:
    assert _speakers([TOM, JANA], "Jana Müller", "Hanna Berg", "Speaker 2") == [JANA, None, None]


def test_a_machine_that_takes_notes_is_no_voice_that_is_left() -> None:
    talk = _talk([TOM, JANA], "Jana Müller", "Otter.ai Notetaker")

    assert _speakers(talk.parties, "Jana Müller", "Otter.ai Notetaker") == [JANA, None]
    assert with_speakers(talk).parties == (TOM, replace(JANA, labels=("Jana Müller",)))


def test_a_room_that_was_invited_is_no_person_who_is_left() -> None:
    room = Party("Meeting Room 4", "room-4@nimbrel.example", internal=True)

    assert _speakers([TOM, JANA, room], "Jana Müller", "Speaker 2") == [JANA, TOM]


def test_a_speaker_without_a_name_is_who_they_say_they_are() -> None:
    said = [
        ("Speaker 1", "Hi everybody, I'm Jana from Nimbrel."),
        ("Speaker 2", "Morning. This is Tom Bellweather speaking."),
        ("Speaker 3", "Hello, this is Jana, she looks after us. I'm Łukasz's manager."),
    ]

    assert _speakers([TOM, LUKASZ, JANA, YULIA], *said) == [JANA, TOM, None]


@pytest.mark.parametrize(
    "labels", [["Jana Müller", "Hanna Berg", "Speaker 2"], ["Tom", "Speaker 1"], ["Tom", "Tomasz"]]
)
def test_to_ask_once_more_whose_voice_it_is_changes_nothing(labels: list[str]) -> None:
    once = with_speakers(_talk([TOM, JANA], *labels))

    assert with_speakers(once) == once


def test_a_full_name_on_no_list_becomes_a_party_of_its_own() -> None:
    talk = with_speakers(_talk([TOM, JANA], "Jana Müller", "Berg, Hanna (Havelund)"))

    assert talk.speaker(talk.turns[1]) == Party(
        "Hanna Berg", company="Havelund Fresh Logistics", internal=False, labels=("Berg, Hanna (Havelund)",)
    )


def test_what_is_open_is_told_with_those_it_may_be() -> None:
    talk = with_speakers(_talk([TOM, LUKASZ, JANA], "Jana Müller", "Speaker 2"))

    assert [turn.party for turn in talk.turns] == [2, None]
    assert talk.odd == (
        "who speaks as Speaker 2 is open: the label names nobody; it may be Tom Bellweather, Łukasz Bednarczyk",
    )


def test_what_the_source_says_of_a_speaker_stands() -> None:
    talk = _talk(EVERYBODY, "Jana Müller")
    told = replace(talk, turns=(replace(talk.turns[0], party=0),))

    assert with_speakers(told).turns == told.turns


@pytest.mark.parametrize(
    ("party", "alone"),
    [
        (TOM, True),
        (Party("Marco Sala", "marco.sala@orrin.example"), True),
        (Party("", "tom.b@havelund.example"), True),
        (Party("Sales Team", "sales-team@havelund.example"), False),
        (Party("", "info@havelund.example"), False),
        (Party("Boardroom", "boardroom@havelund.example"), False),
        (Party("Sala Picasso", "sala.picasso@orrin.example"), False),
        (Party("Fireflies.ai Notetaker", "fred@fireflies.example"), False),
        (Party("Kepler", "c_188@resource.calendar.google.com"), False),
    ],
    ids=lambda one: one.name or one.address if isinstance(one, Party) else "",
)
def test_rooms_lists_and_offices_are_no_people(party: Party, alone: bool) -> None:
    assert is_person(party) is alone


_LABELS = ["Tom", "Tom B.", "Bednarczyk", "Jana Müller", "Julia's iPad", "Speaker 1", "Speaker 2", "Room 3", "Tomasz"]


@pytest.mark.law(11)
@given(st.lists(st.sampled_from(_LABELS), min_size=1, unique=True), st.permutations(EVERYBODY), st.data())
def test_no_order_of_labels_or_of_people_changes_whose_voice_is_heard(
    labels: list[str], parties: list[Party], data: st.DataObject
) -> None:
    turned = data.draw(st.permutations(labels))

    one = dict(zip(labels, _speakers(EVERYBODY, *labels), strict=True))
    other = dict(zip(turned, _speakers(parties, *turned), strict=True))

    assert one == other


@pytest.mark.law(11)
@given(st.integers(2, 4), st.integers(2, 4))
def test_nobody_is_heard_where_labels_name_nobody_and_several_are_left(voices: int, people: int) -> None:
    assert _speakers(EVERYBODY[:people], *(f"Speaker {at}" for at in range(voices))) == [None] * voices


@pytest.mark.skipif(not CALLS.is_dir(), reason="the labelled calls are not here: name their folder in UPBEAT_CALLS")
def test_the_labelled_calls_have_every_speaker_right() -> None:
    for folder in sorted(CALLS.glob("*/")):
        meeting = json.loads((folder / "meeting.json").read_text("utf-8"))
        wanted = json.loads((folder / "labels.json").read_text("utf-8"))["speaker_map"]
        parties = [
            Party(one["name"], one["email"], one["company"], one["title"], one["internal"])
            for one in meeting["participants"]
        ]

        heard = _speakers(parties, *wanted)

        assert {label: one and one.address for label, one in zip(wanted, heard, strict=True)} == wanted, folder.name
