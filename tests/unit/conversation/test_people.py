"""Who of the org took part in a conversation."""

import json
import os
from pathlib import Path

import pytest

from upbeat.conversation import Party
from upbeat.conversation.people import CONTACT, LEAD, USER, Known, People, Who, plain

CALLS = Path(os.environ.get("UPBEAT_CALLS", "../shared/data/calls"))
HAVELUND, CASTELL = "001HAVELUND", "001CASTELL"

DARIO = Known(USER, "005DARIO", "Dario Feltrin", ("dario.feltrin@nimbrel.example",))
LEFT = Known(USER, "005LEFT", "Ida Moss", ("ida.moss@nimbrel.example",), active=False)
TOM = Known(
    CONTACT, "003TOM", "Tom Bellweather", ("tom.b@havelund.example", "tom@old.example"), HAVELUND, "Havelund Fresh"
)
SIGRID = Known(CONTACT, "003SIGRID", "Sigrid Aasheim", (), HAVELUND, "Havelund Fresh")
GIL = Known(CONTACT, "003GIL", "Gil Hathersage", ("gil@castellfen.example",), CASTELL, "Castell Fen")
TWIN = Known(CONTACT, "003TWIN", "Tom Bellweather", ("tom.b@havelund.example",), CASTELL, "Castell Fen")
RUTH = Known(LEAD, "00QRUTH", "Ruth Ekblad", ("ruth@quarrow.example",), company="Quarrow Cement")
EVERYBODY = (DARIO, LEFT, TOM, SIGRID, GIL, RUTH)


def _find(party: Party, *more: Known, accounts: tuple[str, ...] = (HAVELUND,)) -> Who:
    return People((*EVERYBODY, *more), ["nimbrel.example"]).find(party, accounts)


@pytest.mark.parametrize(
    ("party", "known"),
    [
        pytest.param(Party("Tom", "tom.b@havelund.example"), TOM, id="address"),
        pytest.param(Party("Tom", "Tom.B@Havelund.example"), TOM, id="capitals"),
        pytest.param(Party("Tom", "tom.b+crm@havelund.example"), TOM, id="a tag"),
        pytest.param(Party("Tom", "tom@old.example"), TOM, id="a former address"),
        pytest.param(Party("", "gil@castellfen.example"), GIL, id="of another account"),
        pytest.param(Party("Ruth Ekblad", "ruth@quarrow.example"), RUTH, id="a lead"),
        pytest.param(Party("D. Feltrin", "dario.feltrin@nimbrel.example"), DARIO, id="a user"),
        pytest.param(Party("Ida Moss", "ida.moss@nimbrel.example"), LEFT, id="a user who left"),
        pytest.param(Party("Sigrid Aasheim"), SIGRID, id="name within the account"),
        pytest.param(Party("Aasheim, Sigrid"), SIGRID, id="name, last first"),
        pytest.param(Party("Tom Bellweather"), TOM, id="name, where no address is told"),
        pytest.param(Party("Dario Feltrin"), DARIO, id="name of a user"),
        pytest.param(Party("Sigrid Aasheim", "s.aasheim@havelund.example"), SIGRID, id="a contact without an address"),
    ],
)
def test_who_took_part_is_known_by_address_then_by_name_within_the_account(party: Party, known: Known) -> None:
    assert _find(party).known == known


@pytest.mark.parametrize(
    ("party", "candidates"),
    [
        pytest.param(Party("Gil Hathersage"), (), id="a name of another account"),
        pytest.param(Party("Hanna Berg", "hanna@havelund.example"), (), id="nobody"),
        pytest.param(Party("Tom"), (TOM,), id="a first name alone"),
        pytest.param(Party("Tom Bellweather", "tom.new@havelund.example"), (TOM,), id="another address"),
        pytest.param(Party("Tom Belweather"), (TOM,), id="a misspelt name"),
        pytest.param(Party("Wendell Astor", "gil@castellfen.example"), (GIL,), id="an address somebody else has now"),
        pytest.param(Party("Havelund Team", "team@havelund.example"), (), id="a list"),
    ],
)
def test_a_doubt_about_a_person_names_who_it_may_be_and_guesses_nobody(
    party: Party, candidates: tuple[Known, ...]
) -> None:
    found = _find(party)

    assert (found.known, found.candidates) == (None, candidates)
    assert found.why


def test_of_two_contacts_with_one_address_the_one_in_the_account_took_part() -> None:
    party = Party("Tom", "tom.b@havelund.example")

    assert _find(party, TWIN).known == TOM
    assert _find(party, TWIN, accounts=(HAVELUND, CASTELL)).candidates == (TOM, TWIN)


@pytest.mark.parametrize(
    ("party", "internal"),
    [
        (Party("Dario", "dario.feltrin@nimbrel.example", internal=False), True),
        (Party("Zoë", "zoe@contractors.nimbrel.example"), True),
        (Party("Zoë", "zoe@notnimbrel.example"), False),
        (Party("Tom", "tom.b@havelund.example"), False),
        (Party("Ana", "ana@agency.example", internal=True), True),
        (Party("Speaker 1"), None),
    ],
    ids=lambda one: one.address if isinstance(one, Party) else "",
)
def test_we_are_known_by_users_addresses_and_by_our_domains(party: Party, internal: bool | None) -> None:
    assert _find(party).settled.internal is internal


def test_an_address_is_compared_without_tags_and_at_gmail_without_full_stops() -> None:
    assert plain(" T.B+crm@Gmail.com ") == plain("tb@gmail.com")
    assert plain("t.b@havelund.example") != plain("tb@havelund.example")


@pytest.mark.skipif(not CALLS.is_dir(), reason="the labelled calls are not here: name their folder in UPBEAT_CALLS")
def test_the_labelled_calls_miss_exactly_the_contacts_that_they_miss() -> None:
    for folder in sorted(CALLS.glob("*/")):
        meeting = json.loads((folder / "meeting.json").read_text("utf-8"))
        wanted = json.loads((folder / "labels.json").read_text("utf-8"))["missing_contacts"]
        contacts = [
            Known(CONTACT, f"003{at}", one["name"], (one["email"],), HAVELUND)
            for at, one in enumerate(meeting["crm"]["opportunity"]["existing_contacts"])
        ]
        people = People(contacts, ())
        parties = [
            Party(one["name"], one["email"], one["company"], one["title"], one["internal"])
            for one in meeting["participants"]
        ]

        missing = [one.party for party in parties if (one := people.find(party, [HAVELUND])).is_missing]

        assert [{"name": one.name, "email": one.address, "title": one.title} for one in missing] == wanted, folder.name
