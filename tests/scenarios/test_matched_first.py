"""A step finds a lead's account, and the pool that routes it takes over what was found or chosen."""

from collections.abc import Callable, Iterator

import pytest

from upbeat import operations
from upbeat.testing import House

Make = Callable[..., str]

ROUTE = "route-inbound-leads"
ADMIN, MAYA, LUIS = (f"{name}@acme.example" for name in ("priya.shah", "maya.chen", "luis.ortega"))
FLOW = f"""\
workflow: {ROUTE}
title: Find the account first
function: sdr
family: hygiene
owner: {ADMIN}
problem: Leads of accounts go to strangers
metric: minutes_to_owner
mode: monitor
rollback: automatic
trigger: {{start: created, object: Lead, when: 'NOT(IsConverted)'}}
steps:
  - {{step: match, agent: router, use: match_account, pool: inbound, due: 1 day}}
  - {{step: route, agent: router, use: assign_owner, pool: inbound, account: '{{!$Step.match.account}}'}}
outcomes:
  known: {{when: '{{!NOT(ISBLANK($Step.match.account))}}'}}
  routed: {{when: '{{!NOT(ISBLANK($Step.route.owner))}}'}}
  waiting: {{due: 1 day, then: escalate, to: {ADMIN}}}
"""
POOL = f"""\
pool: inbound
title: Leads of a small team
object: Lead
owner: {ADMIN}
takes_from: [New Leads]
match: {{account: [company name], prefer: [open opportunity]}}
members: [{{user: lena.vogel@acme.example}}]
otherwise: {{hold: A new lead needs an owner, owner: {ADMIN}, due: 1 day}}
"""
AGENT = """\
agent: router
role: Finds a lead's account and gives it an owner.
may_call: [match_account, assign_owner]
reads: [Lead.*]
writes: [Lead.OwnerId]
model: none
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    files = {f"workflows/{ROUTE}.yaml": FLOW, "routing/inbound.yaml": POOL, "agents/router.yaml": AGENT}
    with House(only=[ROUTE], files=files) as one:
        one.promote(ROUTE)
        yield one


def same_again(house: House, lead: str) -> bool:
    found = [one.verdict for run in operations.replay(house.space.house, lead) for one in run.decisions]
    return bool(found) and set(found) == {operations.Replayed.SAME}


def test_what_the_first_step_found_decides_in_the_second_and_outcomes_see_it(house: House, a_lead: Make) -> None:
    house.create("Account", by=MAYA, Name="Lindholm Timber")
    lead = a_lead(Company="Lindholm Timber AB")
    house.play()
    assert (house.owner("Lead", lead), house.run(lead).outcome) == (MAYA, "known")
    assert same_again(house, lead)


@pytest.mark.law(11)
def test_a_person_is_asked_once_and_their_word_holds_for_the_second_step(house: House, a_lead: Make) -> None:
    for owner in (MAYA, LUIS):
        house.create("Account", by=owner, Name="Marlowe Optics")
    lead = a_lead(Company="Marlowe Optics")
    house.play()
    [asked] = house.reviews(ADMIN)
    luis = next(one for one in asked.body.choices if house.get("Account", one[-19:-1])["OwnerId"] == house.ids[LUIS])
    house.approve(asked, ADMIN, luis)
    house.play()
    assert (house.owner("Lead", lead), house.reviews(ADMIN)) == (LUIS, [])
    assert same_again(house, lead)


@pytest.mark.law(11)
def test_where_a_person_says_that_it_is_no_account_of_ours_the_lead_is_shared(house: House, a_lead: Make) -> None:
    for owner in (MAYA, LUIS):
        house.create("Account", by=owner, Name="Norrland Paper")
    lead = a_lead(Company="Norrland Paper")
    house.play()
    [asked] = house.reviews(ADMIN)
    house.approve(asked, ADMIN, "none of these accounts")
    house.play()
    assert (house.owner("Lead", lead), house.run(lead).outcome) == ("lena.vogel@acme.example", "routed")
