"""Who took part in captured conversations and which deal they are of, asked of an org."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from upbeat.conversation import Captured, Conversation, Medium, Party, Turn
from upbeat.domain import Record
from upbeat.engine.resolving import resolve
from upbeat.localorg import sample
from upbeat.testing import House

OURS = ["acme.example"]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House() as house:
        yield house


@pytest.fixture(scope="module")
def ids(house: House) -> dict[str, str]:
    """Give Havelund with its people, an open deal, a closed one and one of another's; and a lead."""
    made = dict[str, str]()
    made["havelund"] = house.create("Account", Name="Havelund Fresh", Website="https://www.havelund.example/en")
    made["castell"] = house.create("Account", Name="Castell Fen Growers")
    made["tom"] = _contact(house, made["havelund"], "Tom", "Bellweather", "Tom.B@havelund.example")
    made["sigrid"] = _contact(house, made["havelund"], "Sigrid", "Aasheim", "sigrid@havelund.example")
    made["nuno"] = _contact(house, made["havelund"], "Nuno", "Caldeira", None)
    made["gil"] = _contact(house, made["castell"], "Gil", "Hathersage", "gil@castellfen.example")
    made["lead"] = house.create("Lead", LastName="Ekblad", Company="Quarrow", Email="ruth@quarrow.example")
    day = sample.NOW.date().isoformat()
    fields = {"CloseDate": day, "StageName": "Prospecting", "AccountId": made["havelund"]}
    made["open"] = house.create("Opportunity", Name="Havelund - trailers", Amount=85000, **fields)
    made["won"] = house.create("Opportunity", Name="Havelund - pilot", **fields)
    made["grain"] = house.create("Opportunity", Name="Castell - grain", **{**fields, "AccountId": made["castell"]})
    house.create("OpportunityContactRole", OpportunityId=made["open"], ContactId=made["tom"], Role="Evaluator")
    house.clock.advance(timedelta(days=1))
    house.update("Opportunity", made["won"], StageName="Closed Won")
    house.clock.advance(timedelta(days=2))
    return made


def _contact(house: House, account: str, first: str, last: str, email: str | None) -> str:
    return house.create("Contact", AccountId=account, FirstName=first, LastName=last, Email=email)


def _talk(house: House, *parties: Party, said: Sequence[str] = (), number: int = 1) -> Conversation:
    return Conversation(
        medium=Medium.MEETING,
        source="Teams",
        source_id=str(number),
        title="Intro",
        began=house.clock.now() - timedelta(hours=1),
        seconds=60,
        parties=parties,
        turns=tuple(Turn(at, label, None, at, at + 1, 1, "x") for at, label in enumerate(said)),
    )


def _resolve(house: House, *talks: Conversation, asked: list[str] | None = None) -> list[Captured]:
    opened = house.space.house

    def query(text: str, binds: Mapping[str, Any]) -> Sequence[Record]:
        if asked is not None:
            asked.append(text)
        return opened.query(text, binds)

    return resolve(query, opened.get_schema(), opened.get_people().all().values(), OURS, talks)


PRIYA = Party("Priya Shah", "priya.shah@acme.example")


def test_a_conversation_is_of_the_open_deal_of_those_who_took_part(house: House, ids: dict[str, str]) -> None:
    talk = _talk(
        house,
        PRIYA,
        Party("Tom Bellweather", "tom.b+sales@havelund.example"),
        Party("Hanna Berg", "hanna@havelund.example"),
        Party("Nuno Caldeira"),
        said=["Priya Shah", "Bellweather, Tom (Havelund)", "Nuno"],
    )

    (found,) = _resolve(house, talk)

    assert (found.link.account, found.link.opportunity) == (ids["havelund"], ids["open"])
    assert [(one.kind, one.record_id) for one in found.conversation.parties] == [
        ("User", house.ids["priya.shah@acme.example"]),
        ("Contact", ids["tom"]),
        ("", ""),
        ("Contact", ids["nuno"]),
    ]
    assert [turn.party for turn in found.conversation.turns] == [0, 1, 3]


def test_who_is_on_no_record_leads_to_the_account_by_its_domain(house: House, ids: dict[str, str]) -> None:
    by_site, by_contacts = _resolve(
        house,
        _talk(house, PRIYA, Party("Hanna Berg", "hanna@havelund.example", company="Havelund Fresh")),
        _talk(house, PRIYA, Party("Ida Fen", "ida@castellfen.example"), number=2),
    )

    assert by_site.link.opportunity == ids["open"]
    assert by_contacts.link.opportunity == ids["grain"]


def test_a_lead_is_known_and_a_stranger_is_of_nothing(house: House, ids: dict[str, str]) -> None:
    lead, stranger = _resolve(
        house,
        _talk(house, PRIYA, Party("Ruth Ekblad", "ruth@quarrow.example")),
        _talk(house, PRIYA, Party("Kim Roe", "kim@gmail.com"), number=2),
    )

    assert lead.conversation.parties[1].record_id == ids["lead"]
    assert (lead.link.account, stranger.link.account, stranger.link.candidates) == ("", "", ())


def test_a_former_address_of_a_contact_is_theirs(house: House, ids: dict[str, str]) -> None:
    house.update("Contact", ids["sigrid"], Email="sigrid.aasheim@havelund.example")

    (found,) = _resolve(house, _talk(house, PRIYA, Party("S. Aasheim", "sigrid@havelund.example")))

    assert found.conversation.parties[1].record_id == ids["sigrid"]


def test_a_deal_that_was_closed_that_day_or_later_was_open_then(house: House, ids: dict[str, str]) -> None:
    talk = _talk(house, PRIYA, Party("Tom Bellweather", "tom.b@havelund.example"))
    then = replace(talk, began=house.clock.now() - timedelta(days=3))

    (found,) = _resolve(house, then)

    assert found.link.opportunity == ids["open"]  # in which Tom has a role
    (beside,) = _resolve(house, replace(then, parties=(PRIYA, Party("Nuno Caldeira", "n@havelund.example"))))
    assert {one.record_id for one in beside.link.candidates} == {ids["open"], ids["won"]}


@pytest.mark.usefixtures("ids")
def test_two_hundred_conversations_cost_the_org_as_many_queries_as_one(house: House) -> None:
    one, many = list[str](), list[str]()
    talks = [
        _talk(
            house,
            PRIYA,
            Party("Tom Bellweather", "tom.b@havelund.example"),
            Party(f"Nuno {n}", f"nuno.{n}@castellfen.example"),
            number=n,
        )
        for n in range(200)
    ]

    _resolve(house, talks[0], asked=one)
    found = _resolve(house, *talks, asked=many)

    assert len(found) == len(talks)
    assert len(many) <= len(one) + 2  # the same, each in portions that fit into a request
