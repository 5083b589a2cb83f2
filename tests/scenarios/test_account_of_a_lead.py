"""Which account a lead belongs to, from the event to the ledger: found by likeness, chosen, or asked of a person."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from upbeat import operations
from upbeat.base import ManualClock, encode
from upbeat.engine import Directory
from upbeat.engine import directory as reading
from upbeat.engine.finding import find
from upbeat.ledger import Kind
from upbeat.localorg.merging import MergeRequest, merge
from upbeat.matching import LEAD, told
from upbeat.salesforce import Rejected, Retryable
from upbeat.schema import Schema
from upbeat.testing import House

Make = Callable[..., str]

ROUTE = "route-inbound-leads"
ADMIN, MAYA, LUIS = (f"{name}@acme.example" for name in ("priya.shah", "maya.chen", "luis.ortega"))
POOL = """\
pool: inbound
title: Leads of a small team
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
match:
  account: [website domain, phone, company name, address]
  prefer: [open opportunity, customer]
  customer: 'ISPICKVAL(Type, "Customer")'
members: [{user: lena.vogel@acme.example}, {user: owen.hughes@acme.example}]
otherwise: {hold: A new lead needs an owner, owner: priya.shah@acme.example, due: 1 day}
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as one:
        one.promote(ROUTE)
        yield one


@pytest.fixture
def account(house: House) -> Make:
    def make(name: str, owner: str = MAYA, **values: Any) -> str:
        return house.create("Account", by=owner, Name=name, **values)

    return make


def routed(house: House, lead: str) -> str:
    house.play()
    return house.owner("Lead", lead)


def ran(house: House, lead: str) -> Mapping[str, Any]:
    """Give what the ledger has of the step that routed a lead, as it was run last."""
    with house.space.store.reading() as conn:
        entries = house.space.ledger.about(conn, item_id=house.run(lead).run)
    return [one.payload for one in entries if one.kind is Kind.RAN][-1]


def all_the_same(house: House, lead: str) -> bool:
    found = [one.verdict for run in operations.replay(house.space.house, lead) for one in run.decisions]
    return bool(found) and set(found) == {operations.Replayed.SAME}


def test_a_name_with_a_slip_and_the_same_phone_are_the_account_and_say_why(
    house: House, a_lead: Make, account: Make
) -> None:
    account("Trellwick Instruments Ltd", Phone="+44 20 7946 0018")
    lead = a_lead(Company="Trelwick Instr.", Phone="(020) 7946-0018")
    assert routed(house, lead) == MAYA
    said = ran(house, lead)["gives"]["reason"]
    assert "phone: the same number" in said
    assert "trelwick and trellwick" in said
    assert all_the_same(house, lead)


def test_of_two_of_one_name_the_one_with_an_open_opportunity_is_the_account(
    house: House, a_lead: Make, account: Make
) -> None:
    account("Ashgrove Optical", MAYA)
    seller = account("Ashgrove Optical", LUIS)
    deal = {"Name": "Ashgrove - Lenses", "StageName": "Qualification", "CloseDate": "2027-06-30"}
    house.create("Opportunity", by=LUIS, AccountId=seller, **deal)
    lead = a_lead(Company="Ashgrove Optical GmbH")
    assert routed(house, lead) == LUIS
    assert "the one with 1 open opportunity" in ran(house, lead)["gives"]["reason"]
    assert all_the_same(house, lead)


@pytest.mark.law(11)
def test_a_tie_goes_to_a_person_who_sees_both_and_may_say_that_it_is_neither(
    house: House, a_lead: Make, account: Make
) -> None:
    first, second = account("Bellweather Foods", MAYA), account("Bellweather Foods", LUIS)
    lead = a_lead(Company="Bellweather Foods")
    house.play()
    [asked] = house.reviews(ADMIN)
    assert asked.body.choices == (
        f"Bellweather Foods ({first})",
        f"Bellweather Foods ({second})",
        "none of these accounts",
    )
    beside = [one for one in asked.body.reasons if "company name: the same name" in one]
    assert (len(beside), all("no open opportunity" in one for one in beside)) == (2, True)
    house.approve(asked, ADMIN, "none of these accounts")
    assert routed(house, lead) in {"lena.vogel@acme.example", "owen.hughes@acme.example"}
    assert all_the_same(house, lead)


@pytest.mark.law(11)
def test_a_middling_likeness_goes_to_a_person_and_stands_in_the_ledger_field_by_field(
    house: House, a_lead: Make, account: Make
) -> None:
    maybe = account("Corvane Instruments", Phone="+44 20 7946 0111")
    lead = a_lead(Company="Corvane", Phone="+44 20 7946 0112")
    house.play()
    [asked] = house.reviews(ADMIN)
    assert any("less than 90 % is not certain" in one for one in asked.body.reasons)
    [found] = ran(house, lead)["given"]["share"]["found"]["accounts"]
    assert found["record"]["Id"] == maybe
    score, agreements = found["likeness"]
    assert 0.6 <= score < 0.9
    assert "one digit is another" in [one[-1] for one in agreements]
    house.approve(asked, ADMIN, asked.body.choices[0])
    assert routed(house, lead) == MAYA
    assert all_the_same(house, lead)


def test_an_account_that_came_since_the_last_lead_is_found_and_one_that_was_renamed_is_found_as_it_is_now(
    house: House, a_lead: Make, account: Make
) -> None:
    assert routed(house, a_lead(Company="Dunmore Textiles")) not in {MAYA, LUIS}
    made = account("Dunmore Textiles", LUIS)
    assert routed(house, a_lead(Company="Dunmore Textiles", LastName="Second")) == LUIS
    house.update("Account", made, Name="Eskdale Weaving")
    assert routed(house, a_lead(Company="Dunmore Textiles", LastName="Third")) not in {MAYA, LUIS}
    assert routed(house, a_lead(Company="Eskdale Weaving", LastName="Fourth")) == LUIS


def test_after_a_merge_the_account_that_is_left_has_the_leads_of_both(
    house: House, a_lead: Make, account: Make
) -> None:
    gone, left = account("Fennimore Glass", MAYA), account("Fennimore Glassworks Holding", LUIS)
    assert routed(house, a_lead(Company="Fennimore Glass")) == MAYA
    merge(house.org, MergeRequest("Account", left, [gone], {"Name": "Fennimore Glass"}), house.ids[ADMIN])
    assert routed(house, a_lead(Company="Fennimore Glass", LastName="Second")) == LUIS


def test_an_account_that_was_deleted_has_no_leads_any_more(house: House, a_lead: Make, account: Make) -> None:
    gone = account("Gorsedale Brewing")
    assert routed(house, a_lead(Company="Gorsedale Brewing")) == MAYA
    house.org.delete([gone], house.ids[ADMIN])
    assert routed(house, a_lead(Company="Gorsedale Brewing", LastName="Second")) != MAYA


def test_two_leads_of_one_account_in_one_batch_go_to_its_owner(house: House, a_lead: Make, account: Make) -> None:
    account("Hartsholm Energy", Website="https://www.hartsholm.example")
    leads = [a_lead(LastName=name, Company="?", Email=f"{name}@hartsholm.example") for name in ("amsel", "birke")]
    house.play()
    assert {house.owner("Lead", one) for one in leads} == {MAYA}


def test_two_leads_of_one_person_in_one_batch_go_to_one_owner_and_the_second_says_why(
    house: House, a_lead: Make
) -> None:
    ada = {"FirstName": "Ada", "LastName": "Ilves", "Email": "ada@ilves.example"}
    one, other = (a_lead(Company=company, **ada) for company in ("Ilves", "Ilves & Daughters"))
    house.play()
    assert house.owner("Lead", one) == house.owner("Lead", other)
    assert "is the same person as the lead Ada Ilves" in ran(house, other)["gives"]["reason"]
    assert all_the_same(house, other)


def test_a_lead_whose_contact_is_known_says_which_contact_it_is(house: House, a_lead: Make, account: Make) -> None:
    made = account("Jarrow Shipping")
    contact = house.create(
        "Contact", by=MAYA, FirstName="Nils", LastName="Kranich", Email="nils@jarrow.example", AccountId=made
    )
    lead = a_lead(FirstName="Nils", LastName="Kranich", Company="Jarrow Shipping", Email="NILS@jarrow.example")
    assert routed(house, lead) == MAYA
    assert ran(house, lead)["gives"]["contact"] == contact


def test_what_may_not_be_read_is_left_out_and_that_stands_with_what_was_found(house: House, account: Make) -> None:
    for owner in (MAYA, LUIS):
        account("Ottermill Dairy", owner)
    house.play()
    parts, pool = house.engine._parts, house.space.workflows[ROUTE].pools["inbound"]

    def query(text: str, binds: Mapping[str, Any]) -> Any:
        if "FROM Account" not in text:
            raise Rejected("the connection has no access")
        return parts.query(text, binds)

    lead = {"Id": "00Q000000000001AAA", "Company": "Ottermill Dairy", "LastName": "Rowe", "Email": "jo@rowe.example"}
    found = find(replace(parts, query=query), pool, [lead], house.clock.now())[lead["Id"]]
    assert [one.by for each in found.accounts for one in each.standing] == ["customer", "customer"]
    assert [one.split(" may not")[0] for one in found.lacks.split("; ")] == ["opportunities", "contacts", "leads"]


@pytest.fixture(scope="module")
def kelbrook(house: House) -> str:
    return house.create("Account", Name="Kelbrook Paper", Website="https://kelbrook.example")


class TestDirectory:
    LOST: Final = told({"Company": "Kelbrook Papr", "Email": "jo@kelbrook.example"}, LEAD)

    def test_more_accounts_than_may_be_kept_are_asked_for_by_exact_keys_and_that_is_said(
        self, house: House, kelbrook: str
    ) -> None:
        space = house.space
        directory = Directory(space.reader.query, house.clock, lambda: space.schema, most=1)
        index, lacks = directory.around([self.LOST])
        assert [one.record_id for one in index.find(self.LOST)][:1] == [kelbrook]
        assert "more than 1 accounts" in lacks

    def test_accounts_that_may_not_be_read_are_none_and_that_is_said(self, house: House) -> None:
        space = house.space
        directory = Directory(space.reader.query, house.clock, lambda: Schema(objects={}))
        index, lacks = directory.around([self.LOST])
        assert (len(index), "may not read the names of accounts" in lacks) == (0, True)

    def test_a_first_read_that_was_cut_off_goes_on_where_it_was(
        self, house: House, kelbrook: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reading, "PAGE", 2)
        space, asked = house.space, list[str]()

        def query(text: str, binds: Mapping[str, Any]) -> Any:
            asked.append(binds["last"])
            if len(asked) == 2:
                raise Retryable("the org is away")
            return space.reader.query(text, binds)

        directory = Directory(query, house.clock, lambda: space.schema)
        with pytest.raises(Retryable):
            directory.around([self.LOST])
        index, _ = directory.around([self.LOST])
        assert asked[1] == asked[2] == sorted(asked)[2]
        assert [one.record_id for one in index.find(self.LOST)][:1] == [kelbrook]

    def test_what_changed_is_asked_for_once_in_ten_seconds_and_everything_after_ten_days(self, house: House) -> None:
        space, asked = house.space, list[str]()

        def query(text: str, binds: Mapping[str, Any]) -> Any:
            asked.append(text.partition(" WHERE ")[2].split()[0])
            return space.reader.query(text, binds)

        clock = ManualClock(house.clock.now())
        directory = Directory(query, clock, lambda: space.schema)
        for pause in (0, 9, 1, 86_400, 10 * 86_400 + 1):
            clock.advance(timedelta(seconds=pause))
            directory.around([self.LOST])
        assert asked == ["Id", "SystemModstamp", "SystemModstamp", "Id"]

    def test_an_account_that_was_made_a_moment_before_its_lead_is_found_by_one_query_more(
        self, house: House, account: Make
    ) -> None:
        space, asked, clock = house.space, list[str](), ManualClock(house.clock.now())

        def query(text: str, binds: Mapping[str, Any]) -> Any:
            asked.append(text)
            return space.reader.query(text, binds)

        def near(**companies: str) -> dict[str, list[str]]:
            people = {key: told({"Company": company}, LEAD) for key, company in companies.items()}
            found, _ = directory.near(people, lambda index, one: index.find(one))
            return {key: [one.record_id for one in some] for key, some in found.items()}

        directory = Directory(query, clock, lambda: space.schema)
        assert near(early="Lowick Ceramics", other="Mardale Quarries") == {"early": [], "other": []}
        made = account("Lowick Ceramics")
        before = len(asked)
        clock.advance(timedelta(seconds=1))
        assert near(lead="Lowick Ceramics", other="Mardale Quarries") == {"lead": [made], "other": []}
        assert len(asked) == before + 1
        assert near(again="Lowick Ceramics") == {"again": [made]}  # who finds one asks no more
        assert len(asked) == before + 1


def test_who_is_forgotten_stands_no_more_in_the_run_of_a_lead_that_was_the_same_person(
    house: House, a_lead: Make
) -> None:
    who = {"LastName": "Featherstonehaugh", "Phone": "+44 20 7946 0777", "Company": "Pennyroyal Orchards"}
    first = a_lead(**who, FirstName="Quilla", Email="quilla@pennyroyal.example")
    house.play()
    second = a_lead(**who, FirstName="Q.", Email="q.f@pennyroyal.example")
    house.play()
    assert "quilla@pennyroyal.example" in encode(ran(house, second))
    found = operations.forget(house.space.house, first, ADMIN, "asked by mail")
    with house.space.store.reading() as conn:
        said = [one.payload for one in house.space.ledger.about(conn, item_id=house.run(second).run)]
    assert (found.runs_of_others, [one for one in said if "quilla" in encode(one).casefold()]) == (1, [])
