"""Why did this happen: a run told from event to write, with the ledger entries that it is told from."""

from collections.abc import Callable, Iterator

import pytest

from upbeat import operations
from upbeat.ledger import Kind
from upbeat.operations import Journey, Refused
from upbeat.testing import House

Make = Callable[..., str]

ROUTE, ADVANCE = "route-inbound-leads", "advance-stage"
ROWAN, DANA, MAYA = (f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield", "maya.chen"))


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE, ADVANCE]) as one:
        one.promote(ROUTE, ADVANCE)
        yield one


@pytest.fixture
def routed(house: House, a_lead: Make) -> Journey:
    lead = a_lead(LastName="Evans")
    house.play()
    return house.run(lead)


@pytest.fixture
def advanced(house: House, a_deal: Make) -> Journey:
    deal = a_deal(StageName="Proposal/Price Quote")
    house.play("1 minute")
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()
    [review] = [one for one in house.reviews() if one.record_id == deal]
    for person in (ROWAN, DANA):
        house.approve(review, person)
    house.play()
    return house.run(deal)


def said(run: Journey, kind: Kind) -> str:
    return "\n".join(line for one in run.told if one.kind is kind for line in (one.what, *one.details))


def test_a_run_is_told_in_the_order_of_the_line(routed: Journey) -> None:
    assert [one.kind for one in routed.told] == [
        Kind.ITEM_ACCEPTED,
        Kind.FIRED,
        Kind.RAN,
        Kind.DECIDED,
        Kind.INTENDED,
        Kind.WROTE,
        Kind.ENDED,
    ]


def test_what_was_decided_is_told_before_it_is_put_to_a_person(advanced: Journey) -> None:
    kinds = [one.kind for one in advanced.told]
    assert kinds.index(Kind.DECIDED) < kinds.index(Kind.HELD) < kinds.index(Kind.PERSON_DECIDED)


def test_it_begins_with_the_event(routed: Journey, advanced: Journey) -> None:
    assert said(routed, Kind.ITEM_ACCEPTED) == f"Lead {routed.record_id} was created"
    assert "Verbal_Commitment__c: False → True" in said(advanced, Kind.ITEM_ACCEPTED)


def test_it_names_only_the_fields_that_changed(advanced: Journey) -> None:
    assert said(advanced, Kind.ITEM_ACCEPTED).splitlines()[1:] == ["Verbal_Commitment__c: False → True"]


@pytest.mark.law(5)
def test_it_says_the_condition_and_the_values_that_made_it_true(advanced: Journey) -> None:
    told = said(advanced, Kind.FIRED)
    assert told.startswith("the condition held: ")
    assert "StageName is Proposal/Price Quote" in told


@pytest.mark.law(5)
def test_it_says_step_agent_reasons_and_the_rule_that_decided(routed: Journey) -> None:
    told = said(routed, Kind.DECIDED)
    assert told.startswith("step route, agent router: update Lead: to be written")
    assert "because UK is in UK and Ireland" in told
    assert "auto, rule lead owner: A new owner of a lead happens at once" in told


def test_people_are_named_beside_their_ids(house: House, routed: Journey) -> None:
    owner, queue = house.get("Lead", routed.record_id)["OwnerId"], house.ids["New Leads"]
    name = house.get("User", owner)["Name"]
    assert f"OwnerId: New Leads ({queue}) → {name} ({owner})" in said(routed, Kind.WROTE)


def test_it_says_what_was_asked_of_whom_and_who_released_it(advanced: Journey) -> None:
    asked = f"put to {ROWAN}: Lowell Instruments - Platform: StageName Proposal/Price Quote → Negotiation/Review"
    assert said(advanced, Kind.HELD) == asked
    assert said(advanced, Kind.PERSON_DECIDED) == "a person signed\na person decided: approved"
    assert f"released by {ROWAN} as revenue_manager" in said(advanced, Kind.DECIDED)


def test_it_says_the_write_with_before_and_after(advanced: Journey) -> None:
    assert said(advanced, Kind.WROTE).splitlines() == [
        f"written to Opportunity {advanced.record_id}",
        "StageName: Proposal/Price Quote → Negotiation/Review",
    ]


def test_every_line_names_its_sealed_ledger_entry(house: House, routed: Journey) -> None:
    with house.space.store.reading() as conn:
        for one in routed.told:
            stored = house.space.ledger.read(conn, one.entry)
            assert (stored.kind, stored.position) == (one.kind, one.position)
            assert one.position is not None


def test_a_run_is_found_by_its_beginning_and_by_its_record(house: House, routed: Journey) -> None:
    for key in (routed.run[:10], routed.record_id, routed.record_id[:15]):
        [found] = operations.explain(house.space.house, key)
        assert found.run == routed.run


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("", id="nothing"),
        pytest.param("nothing", id="an unknown run"),
        pytest.param("00QLo000000ZZZZ", id="an unknown record"),
        pytest.param("%", id="a wildcard"),
    ],
)
def test_what_is_not_known_is_said(house: House, key: str) -> None:
    with pytest.raises(Refused, match="nothing is known"):
        operations.explain(house.space.house, key)


def test_a_condition_that_did_not_hold_says_which_value_kept_it(house: House, a_deal: Make) -> None:
    deal = a_deal(StageName="Negotiation/Review")
    house.play("1 minute")
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()
    run = house.run(deal)
    assert run.outcome == "condition not met"
    assert "StageName is Negotiation/Review" in said(run, Kind.ENDED)


def test_in_monitor_mode_it_says_what_would_have_been_done(house: House, a_lead: Make) -> None:
    operations.demote(house.space.house, ROUTE, DANA, "to look")
    lead = a_lead()
    house.play()
    house.promote(ROUTE)
    assert "would have been done (monitor mode)" in said(house.run(lead), Kind.DECIDED)


@pytest.mark.usefixtures("routed", "advanced")
def test_the_ledger_that_it_is_told_from_holds(house: House) -> None:
    assert operations.verify(house.space.house).ok


def test_it_says_when_each_person_released_it(advanced: Journey) -> None:
    told = said(advanced, Kind.DECIDED)
    signed = [one.at for one in advanced.told if one.kind is Kind.PERSON_DECIDED]
    for person, at in zip((ROWAN, DANA), signed, strict=True):
        assert f"released by {person} as " in told
        assert f"at {at:%d %b %Y %H:%M:%S} UTC" in told


@pytest.mark.law(8)
def test_it_says_how_what_it_wrote_is_taken_back(house: House, routed: Journey, a_deal: Make) -> None:
    assert f"upbeat rollback {routed.run[:10]}" in routed.way_back
    deal = a_deal(StageName="Proposal/Price Quote")
    house.play("1 minute")
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()
    assert house.run(deal).way_back == "nothing was written, so nothing is to be taken back"


@pytest.mark.law(5)
def test_of_a_routed_lead_it_says_among_whom_it_was_shared_and_who_was_passed_over_and_why(routed: Journey) -> None:
    told = said(routed, Kind.RAN).splitlines()
    assert any(one.startswith("shared with Lena Vogel: weight 1, ") for one in told)
    assert "passed over Theo Grant, Maya Chen: serves East" in told
