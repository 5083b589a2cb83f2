"""The journal has all that was written, and the stream's share of it."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, OrgError
from upbeat.localorg.journal import ChangeType, Entry, Told
from upbeat.localorg.storage import RollBack

Tables = dict[str, dict[str, dict[str, Any]]]

_START = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
LEAD = {"LastName": "Vega", "Company": "Northwind"}
DEAL = {"Name": "Fleet", "StageName": "Prospecting", "CloseDate": "2026-03-31", "Amount": 1000}


def told(org: LocalOrg, after: int = 0) -> list[Entry]:
    return org.journal.read(after, 1000, org.streamed)


def replayed(org: LocalOrg) -> Tables:
    """Rebuild the tables from nothing, entry by entry."""
    tables: Tables = defaultdict(dict)
    after = 0
    while entries := org.journal.read(after, 100):
        for entry in entries:
            tables[entry.object].setdefault(entry.record_id, {}).update(entry.values)
        after = entries[-1].position
    return tables


def held(org: LocalOrg) -> Tables:
    """Read the tables as they are."""
    names = [one.name for one in org.schema]
    rows = {name: org._storage.execute(f'SELECT "Id" FROM "{name}"') for name in names}
    return {name: org._storage.fetch(name, [key for (key,) in rows[name]]) for name in names if rows[name]}


def _set(record: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is blank: a column that nobody wrote holds NULL, or 0 where it is a checkbox."""
    return {name: value for name, value in record.items() if value not in {None, 0}}


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["lead", "deal", "account", "task", "title", "stage", "owner", "delete", "undelete", "refused"]
        ),
        st.integers(0, 5),
    ),
    max_size=25,
)


@given(ACTS)
def test_replaying_the_journal_over_nothing_gives_the_same_org(acts: list[tuple[str, int]]) -> None:
    clock = ManualClock(_START)
    org = LocalOrg(":memory:", clock=clock)
    ana, bo = (org.user(f"{name}@acme.example", last_name=name) for name in ("ana", "bo"))
    made: dict[str, list[str]] = defaultdict(list)
    for act, number in acts:
        clock.advance(timedelta(seconds=number))
        _act(org, act, number, made, ana, bo)
    tables, wanted = replayed(org), held(org)
    org.close()
    assert tables.keys() == wanted.keys()
    assert {n: {k: _set(r) for k, r in rows.items()} for n, rows in tables.items()} == {
        n: {k: _set(r) for k, r in rows.items()} for n, rows in wanted.items()
    }


def _refused(org: LocalOrg, user: str) -> None:
    with suppress(RollBack), org.transaction():
        org.create("Lead", [LEAD], user)
        raise RollBack


def _act(org: LocalOrg, act: str, number: int, made: dict[str, list[str]], ana: str, bo: str) -> None:
    def pick(name: str) -> list[str]:
        return made[name][number % len(made[name]) :][:1] if made[name] else []

    account = {"AccountId": pick("Account")[0]} if pick("Account") else {}
    new = {"lead": ("Lead", LEAD), "deal": ("Opportunity", DEAL | account), "account": ("Account", {"Name": "Acme"})}
    if act in new:
        name, row = new[act]
        made[name] += [one.id for one in org.create(name, [row] * (1 + number % 2), ana) if one.ok]
    elif act == "task":
        who = {"WhoId": pick("Lead")[0]} if pick("Lead") else {}
        org.create("Task", [{"Subject": "Call", "Status": "Completed", "Priority": "Normal", **who}], ana)
    elif act == "title":
        org.update("Lead", [{"Id": key, "Title": [None, "CEO", "CFO"][number % 3]} for key in pick("Lead")], bo)
    elif act == "stage":
        org.update("Opportunity", [{"Id": key, "StageName": "Closed Won"} for key in pick("Opportunity")], bo)
    elif act == "owner":
        org.update("Account", [{"Id": key, "OwnerId": bo} for key in pick("Account")], ana)
    elif act == "refused":
        _refused(org, ana)
    else:
        keys = [*pick("Account"), *pick("Lead")]
        getattr(org, act)(keys, ana)


def test_a_save_leaves_who_when_and_what_in_one_transaction(org: LocalOrg, clock: ManualClock, ana: str) -> None:
    before = org.journal.tip
    with org.journal.origin("com/salesforce/api/rest/67.0;client=upbeat"):
        first, second = org.create("Lead", [LEAD, LEAD | {"Title": "CEO"}], ana)
    one, two = told(org, before)
    assert (one.change, one.record_id, two.record_id) == (ChangeType.CREATE, first.id, second.id)
    assert (one.number, one.transaction_key) == (two.number, two.transaction_key)
    assert (one.sequence, two.sequence) == (1, 2)
    assert (one.user_id, one.origin) == (ana, "com/salesforce/api/rest/67.0;client=upbeat")
    assert one.at == clock.now().timestamp() * 1000
    assert two.values["Title"] == "CEO"


def test_an_update_leaves_what_changed_and_nothing_else(org: LocalOrg, clock: ManualClock, ana: str, bo: str) -> None:
    (lead,) = org.create("Lead", [LEAD | {"Title": "CEO"}], ana)
    before = org.journal.tip
    clock.advance(timedelta(seconds=1))
    org.update("Lead", [{"Id": lead.id, "Title": None, "Company": "Northwind"}], bo)
    (entry,) = told(org, before)
    assert entry.change is ChangeType.UPDATE
    assert entry.values.keys() == {"Title", "LastModifiedDate", "LastModifiedById", "SystemModstamp"}
    assert entry.values["Title"] is None


def test_each_transaction_has_a_key_of_its_own(org: LocalOrg, ana: str) -> None:
    for _ in range(3):
        org.create("Lead", [LEAD], ana)
    assert len({entry.transaction_key for entry in told(org)}) == 3


def test_what_a_deleted_account_takes_along_comes_and_goes_with_it(org: LocalOrg, ana: str) -> None:
    (account,) = org.create("Account", [{"Name": "Acme"}], ana)
    (deal,) = org.create("Opportunity", [DEAL | {"AccountId": account.id}], ana)
    before = org.journal.tip
    org.delete([account.id], ana)
    org.undelete([account.id], ana)
    happened = [(entry.change, entry.record_id) for entry in told(org, before)]
    assert happened == [
        (ChangeType.DELETE, account.id),
        (ChangeType.DELETE, deal.id),
        (ChangeType.UNDELETE, account.id),
        (ChangeType.UNDELETE, deal.id),
    ]


def test_nothing_of_a_refused_call_is_told(org: LocalOrg, ana: str) -> None:
    before = org.journal.tip
    _refused(org, ana)
    assert org.create("Lead", [{"Company": "Northwind"}], ana)[0].ok is False
    assert org.journal.tip == before
    org.create("Lead", [LEAD], ana)
    assert told(org, before)[0].position == before + 1


def test_only_selected_objects_and_fields_that_events_have_are_told(org: LocalOrg, ana: str) -> None:
    (lead,) = org.create("Lead", [LEAD], ana)
    before = org.journal.tip
    org.create("Campaign", [{"Name": "Spring"}], ana)
    org.create("Task", [{"Subject": "Call", "Status": "Completed", "Priority": "Normal", "WhoId": lead.id}], ana)
    assert org.record("Lead", lead.id)["LastActivityDate"] == "2026-01-05"
    assert [entry.object for entry in told(org, before)] == ["Task"]
    org.define(streamed=["Campaign"])
    org.create("Campaign", [{"Name": "Summer"}], ana)
    assert [entry.object for entry in told(org, before)] == ["Campaign"]


def test_a_selection_holds_when_the_org_is_opened_again(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "acme.org"
    org = LocalOrg(path, clock=clock)
    assert org.streamed == ("Account", "Contact", "Lead", "Opportunity", "Task")
    org.define(streamed=["campaign"])
    tip = org.journal.tip
    org.close()
    org = LocalOrg(path, clock=clock)
    assert (org.streamed, org.journal.tip) == (("Campaign",), tip)
    org.close()


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["Account", "Contact", "Lead", "Opportunity", "Task", "Case"], "an org streams 5"),
        (["LeadHistory"], "LeadHistory has no change events"),
    ],
)
def test_a_selection_that_salesforce_refuses_is_refused(org: LocalOrg, names: list[str], why: str) -> None:
    with pytest.raises(OrgError, match=why):
        org.define(streamed=names)


def test_entries_go_after_three_days_by_the_orgs_clock(org: LocalOrg, clock: ManualClock, ana: str) -> None:
    org.create("Lead", [LEAD], ana)
    clock.advance(timedelta(hours=71))
    org.create("Lead", [LEAD], ana)
    assert len(told(org)) == 2
    floor, tip = org.journal.floor(), org.journal.tip
    clock.advance(timedelta(hours=2))
    org.create("Lead", [LEAD], ana)
    assert len(told(org)) == 2
    assert floor < org.journal.floor() < tip


def test_positions_go_on_where_everything_is_pruned(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "acme.org"
    org = LocalOrg(path, clock=clock)
    tip = org.journal.tip
    clock.advance(timedelta(days=9))
    with org.transaction():
        org.journal.prune(clock.now())
    assert (org.journal.read(0, 10), org.journal.floor(), org.journal.tip) == ([], tip, tip)
    org.close()
    org = LocalOrg(path, clock=clock)
    org.create("Lead", [LEAD], org.process_user)
    assert told(org)[0].position == tip + 1
    org.close()


def test_a_flood_is_told_once_an_object_beyond_the_limit(org: LocalOrg, ana: str) -> None:
    org.journal.overflow = 3
    before = org.journal.tip
    with org.transaction():
        leads = org.create("Lead", [LEAD] * 5, ana)
        org.create("Account", [{"Name": "Acme"}] * 2, ana)
    found = [(entry.object, entry.told) for entry in told(org, before)]
    assert found == [("Lead", Told.ALL)] * 3 + [("Lead", Told.OVERFLOW), ("Account", Told.OVERFLOW)]
    assert len(replayed(org)["Lead"]) == len(leads)


def test_an_update_weighs_as_many_changes_as_fields(org: LocalOrg, clock: ManualClock, ana: str) -> None:
    leads = org.create("Lead", [LEAD] * 2, ana)
    clock.advance(timedelta(seconds=1))
    org.journal.overflow, before = 4, org.journal.tip
    org.update("Lead", [{"Id": one.id, "Title": "CEO", "Industry": "Energy"} for one in leads], ana)
    assert [entry.told for entry in told(org, before)] == [Told.ALL, Told.OVERFLOW]


def test_a_lost_entry_is_a_gap_from_then_on_and_still_replays(org: LocalOrg, ana: str) -> None:
    before = org.journal.tip
    org.create("Lead", [LEAD] * 3, ana)
    with org.transaction():
        org.journal.lose(before + 2)
    assert [entry.told for entry in told(org, before)] == [Told.ALL, Told.GAP, Told.ALL]
    assert len(replayed(org)["Lead"]) == 3


def test_reading_goes_on_from_the_middle_of_a_save(org: LocalOrg, ana: str) -> None:
    before = org.journal.tip
    org.create("Lead", [LEAD] * 450, ana)
    found: list[int] = []
    while entries := org.journal.read(found[-1] if found else before, 70, ["Lead"]):
        found += [entry.position for entry in entries]
    assert found == list(range(before + 1, before + 451))
