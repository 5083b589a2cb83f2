"""A lead arrives with a name and an address: what is known of its company is asked before anybody gets it."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from provider_server import KEY, ProviderServer, facts, hang_up, status
from upbeat import operations
from upbeat.schema import Field, FieldType
from upbeat.store.tables import lookup_records, proposals
from upbeat.testing import House

FLOW, CONTACTS = "enrich-and-route", "enrich-contacts"
PRIYA, LENA, OWEN, IRIS = (f"{one}@acme.example" for one in ("priya.shah", "lena.vogel", "owen.hughes", "iris.nolan"))
WORKFLOW = """\
workflow: enrich-and-route
title: Know a company before its lead is given to somebody
function: sdr
family: hygiene
owner: priya.shah@acme.example
problem: Leads come with a name and an address, and territory and fit are guessed
metric: first_touch_right
rollback: automatic
trigger:
  start: changed
  watches: [Rating]
  object: Lead
  when: 'NOT(IsConverted)'
steps:
  - step: match
    agent: enricher
    use: match_account
    when: 'NOT(ISBLANK(Website))'
    pool: inbound
  - step: know
    agent: enricher
    use: enrich
    provider: facts
    ask: {domain: '{!BLANKVALUE(Website, Email)}'}
    account: '{!$Step.match.account}'
    fill_account: {BillingCity: city}
    fill: {Industry: industry, NumberOfEmployees: employees, City: city}
    stamp: {Enrichment_Source__c: facts, Enriched_At__c: '{!NOW()}'}
  - step: fit
    agent: enricher
    use: qualify
    tiers:
      - {tier: A, when: 'AND(NumberOfEmployees >= 1000, ISPICKVAL(Industry, "Banking"))'}
    otherwise: B
  - step: route
    agent: enricher
    use: assign_owner
    pool: inbound
outcomes:
  enriched: {when: '{!AND(NOT(ISBLANK($Step.route.owner)), $Step.know.status = "found")}'}
  without: {when: '{!NOT(ISBLANK($Step.route.owner))}'}
  waiting: {due: 1 day, then: escalate, to: priya.shah@acme.example}
"""
OF_CONTACTS = """\
workflow: enrich-contacts
title: Know the company of a new contact
function: sdr
family: hygiene
owner: priya.shah@acme.example
problem: Accounts lack what territories go by
metric: filled
rollback: automatic
trigger:
  start: created
  object: Contact
  when: 'NOT(ISBLANK(AccountId))'
steps:
  - step: know
    agent: enricher
    use: enrich
    provider: facts
    ask: {domain: '{!Email}'}
    account: '{!AccountId}'
    fill_account: {Industry: industry, NumberOfEmployees: employees}
    stamp_account: {Enrichment_Source__c: '{!"fa" & "cts"}'}
outcomes:
  done: {when: '{!NOT(ISBLANK($Step.know.status))}'}
  waiting: {due: 1 day, then: escalate, to: priya.shah@acme.example}
"""
AGENT = """\
agent: enricher
role: Asks for facts of companies, and gives leads an owner by them.
may_call: [match_account, enrich, qualify, assign_owner]
reads: [Lead.*, Contact.Email, Contact.AccountId]
writes:
  - Lead.Industry
  - Lead.NumberOfEmployees
  - Lead.City
  - Lead.Enrichment_Source__c
  - Lead.Enriched_At__c
  - Lead.OwnerId
  - Account.Industry
  - Account.BillingCity
  - Account.NumberOfEmployees
  - Account.Enrichment_Source__c
sends: [Lead.Website, Lead.Email, Contact.Email]
model: none
"""
POOL = """\
pool: inbound
title: Banks to Lena, everybody else to Owen
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
match: {account: [website domain, company name], doubles: ignore}
territories:
  - {name: Banks, industries: [Banking]}
  - {name: All others, when: 'TRUE'}
members:
  - {user: lena.vogel@acme.example, territories: [Banks]}
  - {user: owen.hughes@acme.example, territories: [All others]}
otherwise: {hold: Nobody is free, owner: priya.shah@acme.example, due: 1 day}
"""
PROVIDER = """\
provider: facts
title: Facts of companies by their domain
owner: priya.shah@acme.example
takes: {{domain: domain}}
http:
  url: '{url}/companies?domain={{!domain}}'
  secret: {{secret_env: FACTS_KEY}}
  timeout: 1 second
  keeps: 2 minutes
  calls_per_day: {most}
  cost: 0.05
  in_monitor: {in_monitor}
wait: 1 minute
gives:
  industry: {{at: company.industry, values: {{fin_services: Banking}}}}
  employees: {{at: company.employees, type: number}}
  city: company.city
"""
IN_DATABASE = """\
provider: facts
title: Facts of companies by their domain
owner: priya.shah@acme.example
takes: {domain: domain}
table:
  query: 'SELECT * FROM companies WHERE domain = :domain'
  database: sqlite:///facts.db
  in_monitor: false
wait: 1 minute
gives:
  industry: {at: industry, values: {fin_services: Banking}}
  employees: {at: employees, type: number}
  city: city
"""
BANK = {"company": {"industry": "fin_services", "employees": 4200, "city": "Frankfurt"}}
Make = Callable[..., str]


@pytest.fixture(scope="module")
def companies() -> Iterator[ProviderServer]:
    with pytest.MonkeyPatch.context() as patch, ProviderServer() as one:
        patch.setenv("FACTS_KEY", KEY)
        yield one


@pytest.fixture
def provider(companies: ProviderServer) -> ProviderServer:
    companies.companies.clear()
    companies.asked.clear()
    companies.answer = facts
    return companies


def a_house(url: str, *, most: int = 100, in_monitor: bool = False, workflow: str = WORKFLOW) -> House:
    return a_house_of(PROVIDER.format(url=url, most=most, in_monitor=str(in_monitor).lower()), workflow)


def a_house_of(provider: str, workflow: str = WORKFLOW) -> House:
    return House(
        only=["none of the shipped ones"],
        files={
            f"workflows/{FLOW}.yaml": workflow,
            f"workflows/{CONTACTS}.yaml": OF_CONTACTS,
            "agents/enricher.yaml": AGENT,
            "routing/inbound.yaml": POOL,
            "enrichment/facts.yaml": provider,
        },
    )


def with_stamps(house: House) -> House:
    stamps = [
        Field(name="Enrichment_Source__c", type=FieldType.STRING, length=80),
        Field(name="Enriched_At__c", type=FieldType.DATETIME),
    ]
    house.org.define(fields={"Lead": stamps, "Account": stamps})
    return house


@pytest.fixture(scope="module")
def house(companies: ProviderServer) -> Iterator[House]:
    """Live, on a source that is asked over HTTP."""
    with a_house(companies.url) as one:
        with_stamps(one).promote(FLOW, CONTACTS)
        yield one


@pytest.fixture
def arrive(house: House) -> Make:
    """A lead of a domain, in the queue, and the engine has seen it."""

    def make(domain: str, **values: Any) -> str:
        lead = a_lead(house, domain, **values)
        house.play("1 second")
        return lead

    return make


def a_lead(house: House, domain: str, **values: Any) -> str:
    plain = {"LastName": "Rowe", "Company": domain, "Email": f"jo@{domain}"}
    return house.create("Lead", OwnerId=house.ids["New Leads"], **{**plain, **values})


def told(house: House, lead: str) -> str:
    return "\n".join(line for one in house.run(lead).told for line in (one.what, *one.details))


def test_a_lead_is_given_out_by_what_was_found_and_says_where_that_is_from(
    house: House, arrive: Make, provider: ProviderServer
) -> None:
    provider.companies["mainbank.example"] = BANK
    lead = arrive("mainbank.example")
    row = house.get("Lead", lead)
    assert (row["Industry"], row["NumberOfEmployees"], row["City"]) == ("Banking", 4200, "Frankfurt")
    assert (row["Enrichment_Source__c"], row["Enriched_At__c"][:10]) == ("facts", f"{house.clock.now():%Y-%m-%d}")
    assert (house.run(lead).outcome, house.owner("Lead", lead)) == ("enriched", LENA)
    assert [one.query for one in provider.asked] == [{"domain": "mainbank.example"}]


@pytest.mark.law(5)
@pytest.mark.law(13)
def test_the_ledger_has_what_left_the_machine_and_the_sources_own_words(
    house: House, arrive: Make, provider: ProviderServer
) -> None:
    provider.companies["oldbank.example"] = BANK
    said = told(house, arrive("oldbank.example"))
    assert "facts was asked with domain oldbank.example\nfor 0.05 USD" in said
    assert "Industry: \u201cfin_services\u201d (facts)" in said
    assert KEY not in said


@pytest.mark.law(3)
def test_a_company_is_asked_about_once_whoever_comes_from_it(
    house: House, arrive: Make, provider: ProviderServer
) -> None:
    provider.companies["onebank.example"] = BANK
    arrive("onebank.example")
    house.restart()
    second = arrive("onebank.example")
    assert (len(provider.asked), house.get("Lead", second)["Industry"]) == (1, "Banking")


def test_a_lead_waits_for_an_answer_and_is_given_out_once_it_is_there(
    house: House, arrive: Make, provider: ProviderServer
) -> None:
    provider.companies["slowbank.example"], provider.answer = BANK, status(503)
    lead = arrive("slowbank.example")
    assert (house.owner("Lead", lead), house.run(lead).state) == ("New Leads", "retry")
    provider.answer = facts
    house.play("5 seconds")
    assert (house.owner("Lead", lead), len(provider.asked)) == (LENA, 2)


def test_it_asks_no_sooner_than_the_source_wants(house: House, arrive: Make, provider: ProviderServer) -> None:
    provider.companies["busy.example"], provider.answer = BANK, status(429, Retry_After="40")
    lead = arrive("busy.example")
    provider.answer = facts
    house.play("30 seconds")
    assert (len(provider.asked), house.owner("Lead", lead)) == (1, "New Leads")
    house.play("12 seconds")
    assert (len(provider.asked), house.owner("Lead", lead)) == (2, LENA)


@pytest.mark.parametrize(
    ("answer", "state"),
    [pytest.param(status(500), "timed out", id="broken"), pytest.param(hang_up, "timed out", id="away"),
     pytest.param(status(401), "refused", id="a login that is refused")],
)  # fmt: skip
def test_without_an_answer_a_lead_is_given_out_when_its_time_is_over_and_says_so(
    house: House, arrive: Make, provider: ProviderServer, answer: Any, state: str
) -> None:
    provider.answer = answer
    lead = arrive(f"{state.replace(' ', '')}-{answer.__name__}.example")
    for _ in range(8):
        house.play("10 seconds")
    assert (house.run(lead).outcome, house.owner("Lead", lead)) == ("without", OWEN)
    assert f"found status: {state}" in told(house, lead)
    assert 1 <= len(provider.asked) <= 6


@pytest.mark.parametrize("email", ["jo@nobody.example", "jo@gmail.com", None])
def test_of_whom_nothing_is_known_waits_for_nothing(
    house: House, arrive: Make, provider: ProviderServer, email: str | None
) -> None:
    lead = arrive("nobody", Email=email)
    assert (house.run(lead).outcome, house.owner("Lead", lead)) == ("without", OWEN)
    assert [one.query["domain"] for one in provider.asked] == [
        one for one in ["nobody.example"] if email == f"jo@{one}"
    ]


def test_what_somebody_typed_stays_and_decides(house: House, arrive: Make, provider: ProviderServer) -> None:
    provider.companies["typed.example"] = BANK
    lead = arrive("typed.example", Industry="Education", NumberOfEmployees=12)
    row = house.get("Lead", lead)
    assert (row["Industry"], row["NumberOfEmployees"], row["City"]) == ("Education", 12, "Frankfurt")
    assert house.owner("Lead", lead) == OWEN
    assert "Industry kept: Education is no value of a source" in told(house, lead)


def test_a_word_that_the_picklist_does_not_offer_is_dropped_and_counted(
    house: House, arrive: Make, provider: ProviderServer
) -> None:
    company = {"industry": "asteroid mining", "employees": "many", "city": "Vaduz"}
    provider.companies["odd.example"] = {"company": company}
    lead = arrive("odd.example")
    row = house.get("Lead", lead)
    assert (row["Industry"], row["NumberOfEmployees"], row["City"]) == (None, None, "Vaduz")
    assert "found dropped: 2" in told(house, lead)


def test_a_sources_own_older_value_is_replaced_and_what_people_changed_since_is_not(
    house: House, arrive: Make, provider: ProviderServer
) -> None:
    provider.companies["moved.example"] = BANK
    lead = arrive("moved.example")
    house.update("Lead", lead, NumberOfEmployees=99, City=None)
    provider.companies["moved.example"] = {"company": {"industry": "Consulting", "employees": 5000, "city": "Mainz"}}
    house.clock.advance(timedelta(minutes=3))
    house.update("Lead", lead, Rating="Hot")  # it is looked at again
    house.play("1 second")
    row = house.get("Lead", lead)
    assert (row["Industry"], row["NumberOfEmployees"], row["City"]) == ("Consulting", 99, None)
    assert "City kept: somebody emptied it since facts filled it" in told(house, lead)


def test_a_matched_account_is_filled_in_too(house: House, provider: ProviderServer) -> None:
    provider.companies["holding.example"] = BANK
    account = house.create("Account", Name="Holding", NumberOfEmployees=7)
    house.create("Contact", LastName="Ahn", Email="ahn@holding.example", AccountId=account)
    house.play("1 second")
    row = house.get("Account", account)
    assert (row["Industry"], row["NumberOfEmployees"]) == ("Banking", 7)
    assert row["Enrichment_Source__c"] == "facts"


def test_the_account_that_a_lead_matches_for_certain_is_filled_in_with_the_lead(
    house: House, arrive: Make, provider: ProviderServer
) -> None:
    provider.companies["certain.example"] = BANK
    account = house.create("Account", Name="Certain", Website="www.certain.example")
    house.play("10 minutes")  # new accounts are read now and then
    lead = arrive("certain.example", Company="Certain", Website="certain.example")
    assert (house.get("Account", account)["BillingCity"], house.get("Lead", lead)["City"]) == ("Frankfurt",) * 2


def test_every_run_is_decided_the_same_again_with_the_source_away(
    house: House, arrive: Make, provider: ProviderServer
) -> None:
    provider.companies["again.example"] = BANK
    lead = arrive("again.example", NumberOfEmployees=3)
    provider.answer = hang_up
    asked = len(provider.asked)
    [replayed] = operations.replay(house.space.house, lead)
    assert {str(one.verdict) for one in replayed.decisions} == {"same"}
    assert len(provider.asked) == asked


def test_what_was_asked_for_a_forgotten_record_is_erased(house: House, arrive: Make, provider: ProviderServer) -> None:
    provider.companies["private.example"] = BANK
    lead = arrive("private.example")
    operations.forget(house.space.house, lead, PRIYA, "asked by mail")
    with house.space.store.reading() as conn:
        left = conn.execute(select(lookup_records).where(lookup_records.c.record_id == lead)).all()
        bodies = conn.scalars(select(proposals.c.body).where(proposals.c.record_id == lead)).all()
    assert (left, len(bodies) > 0, [one for one in bodies if BANK["company"]["city"] in one]) == ([], True, [])


def test_what_a_source_was_asked_and_what_that_cost_is_told(
    house: House, arrive: Make, provider: ProviderServer
) -> None:
    provider.companies["paid.example"] = BANK
    [before] = operations.sources(house.space.house)
    arrive("paid.example")
    arrive("unpaid.example")
    [use] = operations.sources(house.space.house)
    assert (use.source, use.calls_today - before.calls_today, use.cost - before.cost) == ("facts", 2, Decimal("0.10"))
    assert use.answers["found"] == before.answers.get("found", 0) + 1
    assert use.answers["nothing known"] == before.answers.get("nothing known", 0) + 1


@pytest.mark.law(15)
def test_while_everything_is_stopped_no_source_is_asked(house: House, arrive: Make, provider: ProviderServer) -> None:
    provider.companies["halted.example"] = BANK
    operations.stop(house.space.house, PRIYA, "a fault")
    lead = arrive("halted.example")
    assert provider.asked == []
    operations.resume(house.space.house, PRIYA)
    house.play("1 second")
    assert (len(provider.asked), house.owner("Lead", lead)) == (1, LENA)


@pytest.mark.law(7)
def test_monitor_mode_asks_nobody_unless_the_file_says_so(house: House, provider: ProviderServer) -> None:
    provider.companies["quiet.example"] = BANK
    house.close()  # one engine a process
    with a_house(provider.url) as other:
        lead = a_lead(with_stamps(other), "quiet.example")
        other.play()
        assert ("monitor mode sends nothing" in told(other, lead), provider.asked) == (True, [])


@pytest.mark.law(7)
def test_what_monitor_mode_found_is_seen_by_later_steps_and_never_written_and_the_days_budget_holds(
    house: House, provider: ProviderServer
) -> None:
    provider.companies |= {"first.example": BANK, "second.example": BANK}
    house.close()
    with a_house(provider.url, most=1, in_monitor=True) as other:
        leads = [a_lead(with_stamps(other), domain) for domain in ("first.example", "second.example")]
        other.play()
        found, without = (told(other, one) for one in leads)
        assert f"found owner: {LENA}" in found
        assert "found tier: A" in found
        assert "found status: budget reached" in without
        assert f"found owner: {OWEN}" in without
        assert (len(provider.asked), other.written()) == (1, [])


@pytest.mark.law(3)
def test_a_change_that_was_released_is_written_and_nobody_is_asked_again_for_it(
    house: House, provider: ProviderServer
) -> None:
    provider.companies["held.example"] = BANK
    house.close()
    held = WORKFLOW.replace("    use: enrich\n", "    use: enrich\n    tier: review\n")
    with a_house(provider.url, workflow=held) as other:
        with_stamps(other).promote(FLOW, CONTACTS)
        lead = a_lead(other, "held.example")
        other.play("1 second")
        [review] = other.reviews()
        other.play("10 minutes")  # longer than an answer is kept
        other.approve(review, IRIS)
        other.play("1 minute")
        assert (other.get("Lead", lead)["City"], len(provider.asked)) == ("Frankfurt", 1)


def test_a_change_that_is_outdated_when_it_is_released_is_found_out_anew(
    house: House, provider: ProviderServer
) -> None:
    provider.companies["typed.example"] = BANK
    house.close()
    held = WORKFLOW.replace("    use: enrich\n", "    use: enrich\n    tier: review\n")
    with a_house(provider.url, workflow=held) as other:
        with_stamps(other).promote(FLOW, CONTACTS)
        lead = a_lead(other, "typed.example")
        other.play("1 second")
        [review] = other.reviews()
        other.play("10 minutes")
        other.update("Lead", lead, City="Mainz")
        other.approve(review, IRIS)
        other.play("1 minute")
        [again] = other.reviews()
        other.approve(again, IRIS)
        other.play("1 minute")
        row = other.get("Lead", lead)
        assert (row["City"], row["Industry"], len(provider.asked)) == ("Mainz", "Banking", 2)


class TestADatabase:
    @pytest.mark.law(7)
    @pytest.mark.law(13)
    @pytest.mark.law(15)
    def test_is_asked_as_a_provider_is(self, house: House) -> None:
        """Not in monitor mode unless its file says so, not while everything is stopped, and never unnoted."""
        house.close()
        with a_house_of(IN_DATABASE) as other:
            with_companies(with_stamps(other))
            quiet = a_lead(other, "quiet.example")
            other.play("1 second")
            assert "monitor mode sends nothing" in told(other, quiet)
            assert "was asked with" not in told(other, quiet)
            other.promote(FLOW, CONTACTS)
            operations.stop(other.space.house, PRIYA, "a fault")
            lead = a_lead(other, "mainbank.example")
            other.play("1 second")
            assert "was asked with" not in told(other, lead)
            operations.resume(other.space.house, PRIYA)
            other.play("1 second")
            assert "facts was asked with domain mainbank.example" in told(other, lead)
            assert other.get("Lead", lead)["City"] == "Frankfurt"

    @pytest.mark.law(7)
    def test_is_asked_in_monitor_mode_where_its_file_says_so(self, house: House) -> None:
        house.close()
        with a_house_of(IN_DATABASE.replace("in_monitor: false", "in_monitor: true")) as other:
            with_companies(with_stamps(other))
            lead = a_lead(other, "mainbank.example")
            other.play("1 second")
            assert "found city: Frankfurt" in told(other, lead)


def with_companies(house: House) -> None:
    with sqlite3.connect(house.folder / "facts.db") as conn:
        conn.execute("CREATE TABLE companies (domain, industry, employees, city)")
        conn.execute("INSERT INTO companies VALUES ('mainbank.example', 'fin_services', 4200, 'Frankfurt')")
    conn.close()
