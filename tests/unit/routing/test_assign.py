"""Who takes a record: which rule speaks first, and in what words."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.routing import Assignment, Known, Match, PoolState, Roster, Rule, Turn, assign
from upbeat.workflows import Member, Territory

WHY = "company name: the same name"
NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)

Make = Callable[..., Any]


@pytest.fixture(scope="session")
def chicago(
    member: Callable[..., Member], roster: Callable[..., Roster], territory: Callable[..., Territory]
) -> Roster:
    """Ann and Raj in the north, Ben in the south with a cap of 2."""
    return roster(
        member("ann", 3, None, "Chicago North"),
        member("raj", 5, None, "Chicago North"),
        member("ben", 1, 2, "Chicago South"),
        territories=(
            territory("Chicago North", "60610-60660"),
            territory("Chicago South", "606*"),
            territory("Abroad", countries=("Canada", "CA")),
        ),
    )


def decide(
    record: Any, roster: Roster, state: PoolState | None, now: datetime, known: Known | None = None
) -> Assignment:
    return assign(record, roster, state or PoolState(roster), now, known or Known())


def take(state: PoolState, name: str, records: int) -> None:
    for _ in range(records):
        state.take(Turn(f"{name}@acme.example", 1, NOW))


def given_to(found: Assignment) -> str:
    return found.owner.removesuffix("@acme.example")


class TestLeftAlone:
    @pytest.mark.law(11)
    def test_a_record_that_somebody_has_is_left_alone(self, chicago: Roster, lead: Make) -> None:
        found = decide(lead(OwnerId="005000000000009AAA", PostalCode="60614"), chicago, None, NOW)
        assert (found.rule, found.owner, found.held) == (Rule.LEFT_ALONE, "", False)

    def test_it_costs_nobody_a_turn(self, chicago: Roster, lead: Make) -> None:
        assert decide(lead(OwnerId="005000000000009AAA"), chicago, None, NOW).turn is None

    @pytest.mark.law(11)
    def test_it_is_left_alone_though_its_account_is_owned(self, chicago: Roster, lead: Make, account: Make) -> None:
        record = lead(OwnerId="005000000000009AAA", Company="Acme")
        matches = (Match(account("Acme", "ann"), WHY),)
        assert decide(record, chicago, None, NOW, Known(accounts=matches)).left_alone


class TestTerritory:
    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            pytest.param({"PostalCode": "60614"}, "postal code 60614 is in Chicago North", id="a span"),
            pytest.param(
                {"PostalCode": "60614-1234"}, "postal code 60614-1234 is in Chicago North", id="a longer code"
            ),
            pytest.param({"PostalCode": "60699"}, "postal code 60699 is in Chicago South", id="the next that fits"),
        ],
    )
    def test_a_record_goes_to_its_territory(
        self, fields: dict[str, str], where: str, chicago: Roster, lead: Make
    ) -> None:
        assert decide(lead(**fields), chicago, None, NOW).reasons[0] == where

    def test_a_country_is_found_in_any_case(self, roster: Make, member: Make, territory: Make, lead: Make) -> None:
        dach = roster(member("ann", 1, None, "DACH"), territories=(territory("DACH", countries=("Germany", "DE")),))
        found = decide(lead(Country="germany"), dach, None, NOW)
        assert (given_to(found), found.reasons[0]) == ("ann", "germany is in DACH")

    def test_a_condition_says_why_it_holds(self, roster: Make, member: Make, territory: Make, lead: Make) -> None:
        large = roster(member("ann", 1, None, "Large"), territories=(territory("Large", when="AnnualRevenue > 1000"),))
        found = decide(lead(AnnualRevenue=5000), large, None, NOW)
        assert found.reasons[0].startswith("is in Large, as AnnualRevenue")

    @pytest.mark.law(11)
    def test_a_condition_without_an_answer_is_a_doubt(
        self, roster: Make, member: Make, territory: Make, lead: Make
    ) -> None:
        broken = roster(member("ann"), territories=(territory("Odd", when="1 / AnnualRevenue > 1"),))
        found = decide(lead(AnnualRevenue=0), broken, None, NOW)
        assert (found.held, found.reasons[0]) == (True, "its territory cannot be told")

    def test_who_serves_elsewhere_is_passed_over(self, chicago: Roster, lead: Make) -> None:
        found = decide(lead(PostalCode="60614"), chicago, None, NOW)
        assert found.passed_over == (("ben@acme.example", "serves Chicago South"),)

    def test_who_names_no_territory_serves_them_all(
        self, roster: Make, member: Make, territory: Make, lead: Make
    ) -> None:
        mixed = roster(member("ann", 1, None, "North"), member("raj"), territories=(territory("North", "606*"),))
        assert given_to(decide(lead(PostalCode="10001"), mixed, None, NOW)) == "raj"


class TestAvailability:
    @pytest.mark.parametrize(("gone", "why"), [("inactive", "is not active"), ("unknown", "is no user of this org")])
    def test_who_cannot_take_it_is_passed_over(
        self, gone: str, why: str, roster: Make, member: Make, lead: Make
    ) -> None:
        found = decide(lead(), roster(member("ann", 9), member("raj"), **{gone: ("ann",)}), None, NOW)
        assert (given_to(found), found.passed_over) == ("raj", (("ann@acme.example", why),))

    def test_the_cap_holds(self, roster: Make, member: Make, lead: Make) -> None:
        state, takers = PoolState(roster(member("ann", 9, 2), member("raj"))), list[str]()
        for _ in range(6):
            found = assign(lead(), state.roster, state, NOW)
            state.take(found.turn)
            takers.append(given_to(found))
        assert takers.count("ann") == 2

    def test_who_is_at_the_cap_is_passed_over_with_the_figure(self, roster: Make, member: Make, lead: Make) -> None:
        state = PoolState(roster(member("ann", 9, 2), member("raj")))
        take(state, "ann", 2)
        found = assign(lead(), state.roster, state, NOW)
        assert found.passed_over == (("ann@acme.example", "is at the cap of 2 a day"),)

    def test_the_cap_is_over_when_the_day_is(self, roster: Make, member: Make, lead: Make) -> None:
        state = PoolState(roster(member("ann", 9, 2)))
        take(state, "ann", 2)
        found = assign(lead(), state.roster, state, NOW + timedelta(days=1))
        assert given_to(found) == "ann"


class TestAccountOwner:
    def test_an_owned_account_goes_to_its_owner(self, chicago: Roster, lead: Make, account: Make) -> None:
        record = lead(PostalCode="60614")
        matches = (Match(account("Acme", "zoe", "acme.example"), WHY),)
        found = decide(record, chicago, None, NOW, Known(accounts=matches))
        assert (found.rule, given_to(found)) == (Rule.ACCOUNT_OWNER, "zoe")
        assert found.reasons == (f"Acme belongs to Zoe ({WHY})",)

    def test_ownership_outweighs_territory(self, chicago: Roster, lead: Make, account: Make) -> None:
        record = lead(PostalCode="60614", Company="Acme")
        found = decide(record, chicago, None, NOW, Known(accounts=(Match(account("Acme", "ben"), WHY),)))
        assert given_to(found) == "ben"

    def test_it_counts_towards_the_members_day(self, chicago: Roster, lead: Make, account: Make) -> None:
        record = lead(Company="Acme")
        found = decide(record, chicago, None, NOW, Known(accounts=(Match(account("Acme", "ben"), WHY),)))
        assert found.turn == Turn("ben@acme.example", 1, NOW)

    @pytest.mark.law(11)
    def test_an_owner_at_the_cap_is_a_persons_to_decide(self, chicago: Roster, lead: Make, account: Make) -> None:
        record, state = lead(Company="Acme"), PoolState(chicago)
        take(state, "ben", 2)
        found = decide(record, chicago, state, NOW, Known(accounts=(Match(account("Acme", "ben"), WHY),)))
        assert (found.held, found.reasons[0]) == (True, "its account owner is at the cap of 2 a day")

    @pytest.mark.law(11)
    def test_two_owners_are_a_persons_to_decide(self, chicago: Roster, lead: Make, account: Make) -> None:
        record = lead(PostalCode="60614", Company="Acme")
        rows = [account("Acme", "ann"), account("Acme LLC", "zoe")]
        found = decide(record, chicago, None, NOW, Known(accounts=tuple(Match(one, WHY) for one in rows)))
        assert (found.held, found.choices) == (True, ("ann@acme.example", "zoe@acme.example"))

    def test_two_accounts_of_one_owner_are_no_doubt(self, chicago: Roster, lead: Make, account: Make) -> None:
        record = lead(Company="Acme")
        rows = [account("Acme", "zoe"), account("Acme LLC", "zoe", Id="001000000000002AAA")]
        assert (
            given_to(decide(record, chicago, None, NOW, Known(accounts=tuple(Match(one, WHY) for one in rows))))
            == "zoe"
        )

    def test_an_owner_who_left_does_not_get_it(self, chicago: Roster, lead: Make, account: Make) -> None:
        record = lead(PostalCode="60614", Company="Acme")
        matches = (Match(account("Acme", "zoe", active=False), WHY),)
        found = decide(record, chicago, None, NOW, Known(accounts=matches))
        assert found.rule is Rule.FAIR_SHARE
        assert "is not active" in dict(found.passed_over)["zoe@acme.example"]

    def test_an_account_that_nobody_was_given_yet_says_nothing(
        self, chicago: Roster, lead: Make, account: Make
    ) -> None:
        record = lead(PostalCode="60614", Company="Acme")
        row = account("Acme", "robot", OwnerId=record["OwnerId"])
        known = Known(accounts=(Match(row, WHY),))
        assert decide(record, chicago, None, NOW, known).rule is Rule.FAIR_SHARE


class TestHolding:
    @pytest.mark.parametrize(
        ("fields", "reasons"),
        [
            pytest.param(
                {"PostalCode": "99999"},
                ("nobody serves it", "postal code 99999 is in no territory of Inbound leads"),
                id="a code that no territory has",
            ),
            pytest.param(
                {},
                ("nobody serves it", "what has neither postal code nor country is in no territory of Inbound leads"),
                id="no code at all",
            ),
            pytest.param({"Country": "Canada"}, ("nobody serves it", "Canada is in Abroad"), id="nobody in it"),
        ],
    )
    def test_what_fits_nobody_is_held(
        self, fields: dict[str, str], reasons: tuple[str, ...], chicago: Roster, lead: Make
    ) -> None:
        found = decide(lead(**fields), chicago, None, NOW)
        assert (found.held, found.reasons) == (True, reasons)

    def test_when_all_have_reached_their_cap_it_is_held(self, roster: Make, member: Make, lead: Make) -> None:
        state = PoolState(roster(member("ann", 1, 2)))
        take(state, "ann", 2)
        found = assign(lead(), state.roster, state, NOW)
        assert found.reasons == ("nobody who serves it is free: 1 at a cap",)

    @pytest.mark.law(2)
    def test_it_waits_with_an_owner_and_a_due_time(self, chicago: Roster, lead: Make) -> None:
        found = decide(lead(PostalCode="99999"), chicago, None, NOW)
        assert (found.holder, found.due) == ("priya.shah@acme.example", timedelta(hours=4))

    def test_it_says_what_is_asked_of_whom(self, chicago: Roster, lead: Make) -> None:
        found = decide(lead(PostalCode="99999"), chicago, None, NOW)
        assert found.ask == "New leads nobody fits: nobody serves it"
        assert found.choices == ("ann@acme.example", "raj@acme.example", "ben@acme.example")

    def test_it_costs_nobody_a_turn(self, chicago: Roster, lead: Make) -> None:
        assert decide(lead(PostalCode="99999"), chicago, None, NOW).turn is None


class TestWords:
    def test_a_share_shows_its_sum(self, chicago: Roster, lead: Make) -> None:
        state = PoolState(chicago)
        for _ in range(31):
            state.take(assign(lead(PostalCode="60614"), chicago, state, NOW).turn)
        found = assign(lead(PostalCode="60614"), chicago, state, NOW)
        assert found.reasons == (
            "postal code 60614 is in Chicago North",
            "share 5 of 8: 19 assigned against 20.0 due",
        )


@given(
    codes=st.lists(st.sampled_from(["60614", "60699", "99999", ""]), max_size=30),
    companies=st.lists(st.sampled_from(["Acme", "Globex", ""]), min_size=30, max_size=30),
)
def test_every_record_ends_with_an_owner_or_with_somebody_who_is_asked(
    chicago: Roster, lead: Make, account: Make, codes: list[str], companies: list[str]
) -> None:
    accounts = [account("Acme", "ben"), account("Globex", "ann"), account("Globex", "zoe")]
    state, taken = PoolState(chicago), Counter[str]()
    for code, company in zip(codes, companies, strict=False):
        record = lead(PostalCode=code, Company=company)
        found = assign(
            record,
            chicago,
            state,
            NOW,
            Known(accounts=tuple(Match(one, WHY) for one in accounts if one["Name"] == company)),
        )
        assert bool(found.owner and found.user_id) != bool(found.held and found.holder and found.due)
        assert found.reasons
        state.take(found.turn)
        taken[found.owner] += 1
    assert taken["ben@acme.example"] <= 2


def test_an_assignment_leaves_the_state_it_was_given_as_it_was(chicago: Roster, lead: Make) -> None:
    state = PoolState(chicago)
    take(state, "ann", 2)
    before = state.places
    assign(lead(PostalCode="60614"), chicago, state, NOW)
    assert state.places == before


def test_an_assignment_tells_the_same_after_the_pool_has_moved_on(chicago: Roster, lead: Make) -> None:
    state = PoolState(chicago)
    found = assign(lead(PostalCode="60699"), chicago, state, NOW)
    told = (found.reasons, found.passed_over, found.stakes)
    for _ in range(2):
        state.take(assign(lead(PostalCode="60699"), chicago, state, NOW).turn)
    assert (found.reasons, found.passed_over, found.stakes) == told
