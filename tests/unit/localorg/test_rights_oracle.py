"""Whatever the defaults, roles, groups, owners and shares are, a user reaches exactly what sharing's rules say.

The oracle asks of each record, one rule after the other, whether the user reaches it; it knows no SQL and no sets.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg
from upbeat.localorg.problems import Refused

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
PEOPLE = 4
ROLES = 3
GROUPS = 3
MODELS = ("Private", "Private", "Read", "ReadWrite")  # what is private is where most rules are


@dataclass(frozen=True)
class Share:
    of: str
    record: int
    to: int  # a person, or from `PEOPLE` on a group
    level: str


@dataclass(frozen=True)
class World:
    """Records are numbered: `accounts` are owners, `deals` and `contacts` pairs of an owner and an account, or -1."""

    models: dict[str, str]
    above: list[int]  # of each role the one above it, which has a lesser number, or -1
    roles: list[int]  # of each person, or -1
    bosses: list[bool]  # of each group
    members: list[tuple[int, int]]  # a group, and a person or a group of a greater number
    accounts: list[int]
    deals: list[tuple[int, int]]
    contacts: list[tuple[int, int]]
    shares: list[Share]
    ids: dict[str, list[str]] = field(default_factory=dict, compare=False)

    def build(self, org: LocalOrg) -> None:
        org.define(sharing=self.models)

        def make(name: str, row: dict[str, Any]) -> str:
            (saved,) = org.create(name, [row], org.process_user)
            assert saved.ok, saved.errors
            self.ids.setdefault(name, []).append(saved.id)
            return saved.id

        for n, above in enumerate(self.above):
            make("UserRole", {"Name": f"Role {n}", "ParentRoleId": self.ids["UserRole"][above] if above >= 0 else None})
        people = [
            org.user(
                f"person{n}@acme.example",
                last_name=f"P{n}",
                UserRoleId=self.ids["UserRole"][role] if role >= 0 else None,
            )
            for n, role in enumerate(self.roles)
        ]
        groups = [
            make("Group", {"Name": f"G{n}", "Type": "Regular", "DoesIncludeBosses": b})
            for n, b in enumerate(self.bosses)
        ]
        who = self.ids["who"] = [*people, *groups]
        for group, member in self.members:
            make("GroupMember", {"GroupId": groups[group], "UserOrGroupId": who[member]})
        for owner in self.accounts:
            make("Account", {"Name": "A", "OwnerId": people[owner]})
        for n, (owner, account) in enumerate(self.deals):
            parent = self.ids["Account"][account] if account >= 0 else None
            row = {"Name": f"D{n}", "StageName": "Prospecting", "CloseDate": "2026-03-01"}
            make("Opportunity", row | {"OwnerId": people[owner], "AccountId": parent})
        for owner, account in self.contacts:
            parent = self.ids["Account"][account] if account >= 0 else None
            make("Contact", {"LastName": "C", "OwnerId": people[owner], "AccountId": parent})
        for one in self.shares:
            ids = self.ids.get(one.of, [])
            row = {f"{one.of}Id": ids[one.record], "UserOrGroupId": who[one.to], f"{one.of}AccessLevel": one.level}
            more = {"OpportunityAccessLevel": "None"} if one.of == "Account" else {}
            make(f"{one.of}Share", row | more)

    # The rules, one by one

    def below(self, person: int, other: int) -> bool:
        mine, role = self.roles[person], self.roles[other]
        while mine >= 0 and role >= 0:
            role = self.above[role]
            if role == mine:
                return True
        return False

    def belongs(self, person: int, group: int) -> bool:
        for one, member in self.members:
            if one == group and (member == person or (member >= PEOPLE and self.belongs(person, member - PEOPLE))):
                return True
        return False

    def stands_for(self, person: int, who: int) -> bool:
        if who < PEOPLE:
            return who == person or self.below(person, who)
        group = who - PEOPLE
        return self.belongs(person, group) or (
            self.bosses[group] and any(self.below(person, n) and self.belongs(n, group) for n in range(PEOPLE))
        )

    def holds(self, person: int, of: str, record: int, owner: int, levels: set[str]) -> bool:
        mine = [one for one in self.shares if (one.of, one.record) == (of, record) and one.level in levels]
        return self.stands_for(person, owner) or any(self.stands_for(person, one.to) for one in mine)

    def reads(self, person: int, of: str, record: int) -> bool:
        some = {"Read", "Edit"}
        if of == "Account":
            return (
                self.models[of] != "Private"
                or self.holds(person, of, record, self.accounts[record], some)
                or any(
                    self.holds(person, "Opportunity", n, o, some) for n, (o, a) in enumerate(self.deals) if a == record
                )
                or (
                    self.models["Contact"] != "ControlledByParent"
                    and any(
                        self.holds(person, "Contact", n, o, some)
                        for n, (o, a) in enumerate(self.contacts)
                        if a == record
                    )
                )
            )
        owner, account = (self.deals if of == "Opportunity" else self.contacts)[record]
        if self.models[of] == "ControlledByParent":
            return self.inherits(account, owner, person) or (account >= 0 and self.reads(person, "Account", account))
        return self.models[of] != "Private" or self.holds(person, of, record, owner, some)

    def account(self, of: str, record: int) -> int:
        return (self.deals if of == "Opportunity" else self.contacts)[record][1]

    def edits(self, person: int, of: str, record: int) -> bool:
        if of == "Account":
            return self.models[of] == "ReadWrite" or self.holds(person, of, record, self.accounts[record], {"Edit"})
        owner, account = (self.deals if of == "Opportunity" else self.contacts)[record]
        if self.models[of] == "ControlledByParent":
            return self.inherits(account, owner, person, "ReadWrite") or (
                account >= 0 and self.edits(person, "Account", account)
            )
        return self.models[of] == "ReadWrite" or self.holds(person, of, record, owner, {"Edit"})

    def inherits(self, account: int, owner: int, person: int, *open_models: str) -> bool:
        """A contact is its owner's too; one without an account is everybody's where accounts are open."""
        return self.stands_for(person, owner) or (
            account < 0 and self.models["Account"] in (open_models or ("Read", "ReadWrite"))
        )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    person = st.integers(0, PEOPLE - 1)
    accounts = draw(st.lists(person, min_size=1, max_size=3))
    within = st.tuples(person, st.integers(-1, len(accounts) - 1))
    deals, contacts = draw(st.lists(within, max_size=3)), draw(st.lists(within, max_size=3))
    members = []
    for group in range(GROUPS):
        inner = [*range(PEOPLE), *range(PEOPLE + group + 1, PEOPLE + GROUPS)]
        members += [(group, one) for one in draw(st.lists(st.sampled_from(inner), max_size=2, unique=True))]
    model = st.sampled_from(MODELS)
    contact_model = draw(st.sampled_from((*MODELS, "ControlledByParent")))
    counts = {"Account": len(accounts), "Opportunity": len(deals)}
    if contact_model != "ControlledByParent":
        counts["Contact"] = len(contacts)
    shared = [(of, n) for of, count in counts.items() for n in range(count)]
    share = st.builds(
        lambda what, to, level: Share(*what, to, level),
        st.sampled_from(shared),
        st.sampled_from([*range(PEOPLE), *range(PEOPLE, PEOPLE + GROUPS), *range(PEOPLE, PEOPLE + GROUPS)]),
        st.sampled_from(("Read", "Edit")),
    )
    return World(
        models={"Account": draw(model), "Opportunity": draw(model), "Contact": contact_model},
        above=[draw(st.sampled_from((n - 1, n - 1, -1))) for n in range(ROLES)],
        roles=draw(st.lists(st.sampled_from((-1, 0, 0, 1, 1, 2, 2)), min_size=PEOPLE, max_size=PEOPLE)),
        bosses=draw(st.lists(st.booleans(), min_size=GROUPS, max_size=GROUPS)),
        members=members,
        accounts=accounts,
        deals=deals,
        contacts=contacts,
        shares=draw(st.lists(share, max_size=5)),
    )


@settings(max_examples=60)
@given(worlds())
def test_a_user_reaches_what_the_rules_of_sharing_say_and_nothing_else(world: World) -> None:
    org = LocalOrg(":memory:", clock=ManualClock(NOW))
    try:
        world.build(org)
        for person, user in enumerate(world.ids["who"][:PEOPLE]):
            for of in ("Account", "Opportunity", "Contact"):
                ids = world.ids.get(of, [])
                seen = {n for n, key in enumerate(ids) if world.reads(person, of, n)}
                assert {ids.index(row["Id"]) for row in org.query(f"SELECT Id FROM {of}", user)} == seen
                assert org.answer(f"SELECT COUNT() FROM {of}", user).total == len(seen)
                assert {n for n, key in enumerate(ids) if _reads(org, of, key, user)} == seen
                if of != "Account":
                    assert _with_account(org, of, user) == {
                        ids[n] for n in seen if (a := world.account(of, n)) >= 0 and world.reads(person, "Account", a)
                    }
                for n, key in enumerate(ids):
                    (saved,) = org.update(of, [{"Id": key, "Description": f"by {person}"}], user)
                    codes = [error.code for error in saved.errors]
                    if world.edits(person, of, n):
                        assert codes == []
                    else:
                        hidden = n not in seen
                        assert codes == ["INVALID_CROSS_REFERENCE_KEY" if hidden else "INSUFFICIENT_ACCESS_OR_READONLY"]
    finally:
        org.close()


def _with_account(org: LocalOrg, of: str, user: str) -> set[str]:
    return {row["Id"] for row in org.query(f"SELECT Id, Account.Name FROM {of}", user) if row["Account"]}


def _reads(org: LocalOrg, of: str, key: str, user: str) -> bool:
    try:
        org.record(of, key, user_id=user)
    except Refused:
        return False
    return True
