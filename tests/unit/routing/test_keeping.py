"""Whose a record is before anybody's turn: which claim is the strongest, and when a person decides.

The pool of these tests: Ann serves the north and Ben the south, Cleo everywhere those with a tier. Zoe is no member.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from upbeat import formula
from upbeat.formula import Type
from upbeat.routing import Absence, Assignment, Double, Had, Known, Match, PoolState, Roster, Rule, assign, shadow
from upbeat.schema import Object, Schema
from upbeat.workflows import Cap, Doubles, IfAway, Keeper, Keeps, MatchBy, Matching, Territory

NOW = datetime(2026, 6, 8, 10, tzinfo=UTC)
ZOE = "005000000000ZOEAAA"
TIER = formula.compile(
    '$Account.Tier__c = "A"',
    formula.Scope(Schema({"Lead": Object(name="Lead", fields={})}), "Lead", {"$Account.Tier__c": Type.TEXT}),
)

Make = Callable[..., Any]


@pytest.fixture(scope="module")
def pool(roster: Make, member: Make, territory: Make) -> Roster:
    return roster(
        member("ann", 1, None, "North"),
        member("ben", 1, None, "South"),
        member("cleo", 1, None, "Named tier"),
        territories=(
            Territory(name="Named tier", when=TIER),
            territory("North", "1*"),
            territory("South", "2*"),
        ),
        account_fields=("Tier__c",),
    )


def with_(pool: Roster, **more: Any) -> Roster:
    return replace(pool, pool=replace(pool.pool, **more))


def name(found: Assignment) -> str:
    return "held" if found.held else found.owner.removesuffix("@acme.example")


@pytest.mark.parametrize(
    ("tier", "code", "owner", "active", "taker", "rule"),
    [
        # an account's owner, where there is one, before tier and territory
        pytest.param("A", "10001", "zoe", True, "zoe", Rule.ACCOUNT_OWNER, id="all three say another: the owner"),
        pytest.param("A", "10001", "ben", True, "ben", Rule.ACCOUNT_OWNER, id="owned by the south, lies in the north"),
        pytest.param("B", "10001", "ann", True, "ann", Rule.ACCOUNT_OWNER, id="owner and territory agree"),
        # then the tier, as its territory stands first
        pytest.param("A", "10001", "", True, "cleo", Rule.FAIR_SHARE, id="owned by nobody: tier before place"),
        pytest.param("A", "99999", "", True, "cleo", Rule.FAIR_SHARE, id="a tier, and no place"),
        # then the place
        pytest.param("B", "10001", "", True, "ann", Rule.FAIR_SHARE, id="another tier: the place"),
        pytest.param(None, "20001", "", True, "ben", Rule.FAIR_SHARE, id="no tier: the place"),
        # and where they leave it open, a person
        pytest.param("B", "99999", "", True, "held", Rule.HOLDING, id="no owner, no tier, no place"),
        pytest.param("A", "10001", "zoe", False, "cleo", Rule.FAIR_SHARE, id="its owner has left"),
    ],
)
def test_ownership_before_tier_before_territory(
    tier: str | None,
    code: str,
    owner: str,
    active: bool,
    taker: str,
    rule: Rule,
    pool: Roster,
    lead: Make,
    account: Make,
) -> None:
    row = account("Globex", owner or "robot", active=active, Tier__c=tier)
    row |= {} if owner else {"OwnerId": min(pool.takes_from)}
    known = Known(accounts=(Match(row, "website domain"),))
    found = assign(lead(PostalCode=code), pool, PoolState(pool), NOW, known)
    assert (name(found), found.rule) == (taker, rule)


def test_the_order_of_territories_is_the_pools(pool: Roster, lead: Make, account: Make) -> None:
    turned = with_(pool, territories=tuple(reversed(pool.pool.territories)))
    row = account("Globex", "robot", OwnerId=min(pool.takes_from), Tier__c="A")
    found = assign(lead(PostalCode="10001"), turned, PoolState(turned), NOW, Known(accounts=(Match(row, "phone"),)))
    assert name(found) == "ann"


def test_without_an_account_its_fields_are_blank(pool: Roster, lead: Make) -> None:
    assert name(assign(lead(PostalCode="10001"), pool, PoolState(pool), NOW)) == "ann"


class TestDoubt:
    @pytest.mark.law(11)
    @pytest.mark.parametrize(
        ("owners", "scores", "taker"),
        [
            pytest.param(("ann", "ben"), (0.95, 0.95), "held", id="two accounts, two owners"),
            pytest.param(("zoe", "zoe"), (0.95, 0.95), "zoe", id="two accounts, one owner: whichever it is"),
            pytest.param(("zoe",), (0.7,), "held", id="one that it may be, and may not"),
        ],
    )
    def test_which_account_it_is_a_person_says(
        self, owners: tuple[str, ...], scores: tuple[float, ...], taker: str, pool: Roster, lead: Make, account: Make
    ) -> None:
        each = enumerate(zip(owners, scores, strict=True))
        rows = [Match(account(f"Globex {n}", owner), "company name", score) for n, (owner, score) in each]
        found = assign(
            lead(PostalCode="10001"), pool, PoolState(pool), NOW, Known(accounts=tuple(rows), doubt="two are alike")
        )
        assert name(found) == taker
        if found.held:
            assert found.reasons[0] == "two are alike"
            assert found.choices == tuple(f"{one}@acme.example" for one in dict.fromkeys(owners))

    @pytest.mark.law(11)
    def test_a_doubt_counts_where_only_a_territory_asks_for_the_account(
        self, pool: Roster, lead: Make, account: Make
    ) -> None:
        known = Known(
            accounts=(Match(account("Globex", "zoe", Tier__c="A"), "company name", 0.7),), doubt="it may be Globex"
        )
        nobody_keeps = with_(pool, keeps=())
        assert assign(lead(PostalCode="10001"), nobody_keeps, PoolState(pool), NOW, known).held

    def test_a_doubt_about_an_account_that_nothing_asks_for_holds_nothing_up(
        self, pool: Roster, lead: Make, account: Make, territory: Make
    ) -> None:
        known = Known(accounts=(Match(account("Globex", "zoe"), "company name", 0.7),), doubt="it may be Globex")
        plain = with_(pool, keeps=(), account_fields=(), territories=(territory("North", "1*"),))
        assert name(assign(lead(PostalCode="10001"), plain, PoolState(plain), NOW, known)) == "ann"


class TestWhoCannotTakeItNow:
    @pytest.mark.parametrize(
        ("if_away", "taker"), [(IfAway.HOLD, "held"), (IfAway.SHARE, "ann")], ids=["hold", "share"]
    )
    @pytest.mark.parametrize(
        ("state_of", "why"),
        [
            ("away", "is away until 2026-06-08 12:00 (out of office)"),
            ("full", "is at the cap of 1 a day"),
        ],
    )
    def test_the_pool_says_what_happens(
        self, state_of: str, why: str, if_away: IfAway, taker: str, pool: Roster, lead: Make, account: Make
    ) -> None:
        people = tuple(replace(one, caps=(Cap.parse("1 a day"),)) for one in pool.pool.members)
        here = with_(pool, keeps=(Keeps(Keeper.ACCOUNT_OWNER, if_away),), members=people)
        if state_of == "away":
            here = replace(here, absences={"ben@acme.example": (Absence(NOW, NOW + timedelta(hours=2)),)})
        state = PoolState(here)
        if state_of == "full":
            state.take(assign(lead(PostalCode="20001"), here, state, NOW).turn)
        row = account("Globex", "ben", Tier__c=None)
        found = assign(lead(PostalCode="10001"), here, state, NOW, Known(accounts=(Match(row, "phone"),)))
        assert name(found) == taker
        told = found.reasons[0] if found.held else dict(found.passed_over)["ben@acme.example"]
        assert why in told

    def test_who_has_left_the_org_keeps_nothing_and_nobody_is_asked(
        self, pool: Roster, lead: Make, account: Make
    ) -> None:
        here = with_(pool, keeps=(Keeps(Keeper.ACCOUNT_OWNER, IfAway.HOLD),))
        row = account("Globex", "ben", active=False, Tier__c=None)
        found = assign(lead(PostalCode="10001"), here, PoolState(here), NOW, Known(accounts=(Match(row, "phone"),)))
        assert name(found) == "ann"
        assert "is not active" in dict(found.passed_over)["ben@acme.example"]

    def test_an_owner_outside_the_pool_is_away_as_their_calendar_says(
        self, pool: Roster, lead: Make, account: Make
    ) -> None:
        here = replace(pool, absences={"zoe@acme.example": (Absence(NOW, NOW + timedelta(hours=2)),)})
        found = assign(lead(), here, PoolState(here), NOW, Known(accounts=(Match(account("Globex", "zoe"), "phone"),)))
        assert found.reasons[0] == "its account owner is away until 2026-06-08 12:00 (out of office)"

    def test_an_owner_who_had_it_before_does_not_get_it_back(self, pool: Roster, lead: Make, account: Make) -> None:
        row = account("Globex", "ann", Tier__c=None)
        known = Known(accounts=(Match(row, "phone"),), holders=frozenset({"ann@acme.example"}))
        found = assign(lead(PostalCode="20001"), pool, PoolState(pool), NOW, known)
        assert name(found) == "ben"
        assert dict(found.passed_over)["ann@acme.example"].startswith("had it before")


class TestOtherKeepers:
    def contact(self, owner: str, score: float = 1.0) -> Double:
        record = {
            "Id": "003",
            "Name": "Jo Doe",
            "OwnerId": ZOE,
            "Owner": {"Username": f"{owner}@acme.example", "IsActive": True},
        }
        return Double("Contact", record, "same email address", score)

    @pytest.mark.parametrize(("score", "taker"), [(0.9, "zoe"), (0.89, "held")])
    def test_a_certain_contacts_owner_keeps_the_record(
        self, score: float, taker: str, pool: Roster, lead: Make
    ) -> None:
        here = with_(pool, keeps=(Keeps(Keeper.CONTACT_OWNER),))
        found = assign(lead(), here, PoolState(here), NOW, Known(contact=self.contact("zoe", score)))
        assert name(found) == taker

    @pytest.mark.parametrize(("days", "taker"), [(90, "ben"), (91, "ann")])
    def test_who_had_the_person_last_has_them_again_for_a_time(
        self, days: int, taker: str, pool: Roster, lead: Make
    ) -> None:
        here = with_(pool, keeps=(Keeps(Keeper.LAST_OWNER, IfAway.SHARE, timedelta(days=90)),))
        last = (Had("ben@acme.example", NOW - timedelta(days=days), "same email address"),)
        found = assign(lead(PostalCode="10001"), here, PoolState(here), NOW, Known(last=last))
        assert name(found) == taker

    def test_the_last_of_several_counts(self, pool: Roster, lead: Make) -> None:
        here = with_(pool, keeps=(Keeps(Keeper.LAST_OWNER),))
        had = [Had(f"{one}@acme.example", NOW - timedelta(days=days), "mail") for one, days in (("ann", 9), ("ben", 2))]
        assert name(assign(lead(), here, PoolState(here), NOW, Known(last=tuple(had)))) == "ben"

    def test_keepers_are_asked_in_the_pools_order(self, pool: Roster, lead: Make, account: Make) -> None:
        known = Known(
            accounts=(Match(account("Globex", "zoe", Tier__c=None), "phone"),),
            last=(Had("ben@acme.example", NOW, "same email address"),),
        )
        orders = [(Keeper.LAST_OWNER, Keeper.ACCOUNT_OWNER), (Keeper.ACCOUNT_OWNER, Keeper.LAST_OWNER)]
        pools = [with_(pool, keeps=tuple(Keeps(one) for one in each)) for each in orders]
        assert [name(assign(lead(), one, PoolState(one), NOW, known)) for one in pools] == ["ben", "zoe"]

    def test_a_record_whose_owner_left_is_routed_where_the_pool_keeps_records_owners(
        self, pool: Roster, lead: Make
    ) -> None:
        ben = pool.people["ben@acme.example"]
        gone = replace(pool, people={**pool.people, ben.username: replace(ben, active=False)})
        record = lead(OwnerId=ben.user_id, PostalCode="10001")
        keeps = (Keeps(Keeper.RECORD_OWNER, IfAway.SHARE),)
        found = [
            assign(record, one, PoolState(one), NOW)
            for one in (gone, with_(gone, keeps=keeps), with_(pool, keeps=keeps))
        ]
        assert [one.rule for one in found] == [Rule.LEFT_ALONE, Rule.FAIR_SHARE, Rule.LEFT_ALONE]


class TestDoubles:
    @pytest.mark.parametrize(
        ("doubles", "owners", "score", "taker"),
        [
            pytest.param(Doubles.KEEP_OWNER, ("ben",), 1.0, "ben", id="the owner of the other"),
            pytest.param(Doubles.KEEP_OWNER, ("ann", "ben"), 1.0, "held", id="two owners: a person"),
            pytest.param(Doubles.KEEP_OWNER, ("ben",), 0.7, "held", id="not certain: a person"),
            pytest.param(Doubles.HOLD, ("ben",), 1.0, "held", id="hold: a person"),
            pytest.param(Doubles.IGNORE, ("ben",), 1.0, "ann", id="ignore: by share"),
            pytest.param(Doubles.KEEP_OWNER, (), 1.0, "ann", id="nobody has the other yet"),
        ],
    )
    def test_the_same_person_twice(
        self,
        doubles: Doubles,
        owners: tuple[str, ...],
        score: float,
        taker: str,
        pool: Roster,
        lead: Make,
        account: Make,
    ) -> None:
        here = with_(pool, match=Matching((MatchBy.WEBSITE_DOMAIN,), doubles=doubles))
        rows = [account("Jo Doe", one) for one in owners] or [account("Jo Doe", "x", OwnerId=min(pool.takes_from))]
        known = Known(doubles=tuple(Double("Lead", row, "same email address", score) for row in rows))
        found = assign(lead(PostalCode="10001"), here, PoolState(here), NOW, known)
        assert name(found) == taker

    def test_it_is_told_of_whom(self, pool: Roster, lead: Make, account: Make) -> None:
        known = Known(doubles=(Double("Lead", account("Jo Doe", "ben"), "same email address"),))
        found = assign(lead(), pool, PoolState(pool), NOW, known)
        assert found.reasons == ("is the same person as the lead Jo Doe of ben@acme.example (same email address)",)


def test_beside_another_router_it_says_whom_it_would_have_chosen_and_why(pool: Roster, lead: Make) -> None:
    state = PoolState(pool)
    found = shadow(lead(OwnerId=ZOE, PostalCode="10001"), pool, state, NOW)
    assert (found.left_alone, found.owner, found.instead) == (True, "", "ann@acme.example")
    assert found.reasons[:3] == (
        "somebody has it already",
        "free, it would go to ann@acme.example",
        "postal code 10001 is in North",
    )
    state.take(found.turn)
    assert state.places["ann@acme.example"].taken == 1
