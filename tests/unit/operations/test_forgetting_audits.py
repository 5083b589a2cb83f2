"""A record is forgotten: no audit names it any more, and each is read as before."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select
from tests.unit.foundation.audits import ACME, AT, a_finding, an_audit

from upbeat.base import ManualClock, to_18
from upbeat.foundation import Audit, Exhibit, Finding, RecordAt, Weight
from upbeat.ledger import Keys, Ledger
from upbeat.operations.auditing import keeping
from upbeat.operations.forgetting_audits import Naming, audit_rows_of, drop_from_audits, names_in_org, without
from upbeat.store import Store, tables
from upbeat.testing import House

JANE, OMAR, DEAL = (to_18(f"{kind}QLo000000001") for kind in ("003", "005", "006"))
CALL = "SELECT Id FROM Task WHERE TaskSubtype = 'Call' AND WhoId = NULL"


def forgotten(audit: Audit, *names: str, record: str = JANE) -> Audit:
    return without(audit, Naming.of(record, names))[0]


@dataclass
class Shelf:
    """A store that one audit is kept in at a time."""

    store: Store
    ledger: Ledger

    def after(self, audit: Audit, record: str, *names: str) -> tuple[Audit, "Left"]:
        """Keep an audit, forget a record of it, and give what is read then, and what is left."""
        with self.store.writing() as conn:
            conn.execute(delete(tables.audits))
        keeping.begin(self.store, audit.id, AT, "", {}, 0, since=None)
        keeping.finish(self.store, self.ledger, audit, AT)
        with self.store.writing() as conn:
            known = audit_rows_of(conn, record)
            dropped, entries = drop_from_audits(conn, record, names)
            [body] = conn.scalars(select(tables.audits.c.body))
            found = keeping.last(conn)
        assert found is not None
        return found, Left(known, dropped, len(entries), body)


@dataclass(frozen=True)
class Left:
    """How many rows were known before and are forgotten, how many entries may name it, and the audit as it is kept."""

    known: int
    dropped: int
    entries: int
    body: str


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    clock = ManualClock(AT)
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "upbeat.db", clock=clock) as store:
        yield Shelf(store, Ledger(Keys.load_or_create(Path(folder) / "keys"), clock))


def test_rows_of_other_records_say_its_name_no_more(shelf: Shelf) -> None:
    talk = RecordAt(to_18("00TQLo000000004"), "Task", "Call with Jane Roe", "Jane Roe is in no deal")
    audit = an_audit(a_finding(records=(RecordAt(JANE, "Contact", "Jane Roe"), talk)))
    found, left = shelf.after(audit, JANE)
    assert found.findings[0].records == (replace(talk, name="Call with (forgotten)", why="(forgotten) is in no deal"),)
    assert (left.known, left.dropped) == (2, 2)


def test_a_user_who_is_no_record_of_a_finding_is_erased_by_the_names_that_the_org_has(shelf: Shelf) -> None:
    deal = RecordAt(DEAL, "Opportunity", "Cascade", "belongs to Omar Diaz, who is not active")
    one = a_finding(says="Omar Diaz owns 3 deals.", values=("Omar Diaz",), records=(deal,))
    shown = Exhibit("owners", "Owners", "Omar Diaz has left", ("owner", "deals"), (("Omar Diaz", 3), ("Dana", 1)))
    found, left = shelf.after(an_audit(one, exhibits=(shown,)), OMAR, "Omar Diaz", "omar.diaz@acme.example")
    assert "Omar" not in left.body
    assert found.findings[0].records[0].why == "belongs to (forgotten), who is not active"
    assert found.exhibits[0].rows == (("(forgotten)", 3), ("Dana", 1))


@pytest.mark.parametrize("name", ["Call", "high", "low", "Contact", "AccountId", "none", "forgotten"])
def test_a_record_called_by_one_of_salesforces_words_leaves_queries_and_keys_as_they_were(name: str) -> None:
    audit = an_audit(a_finding(weight=Weight.HIGH, queries=(CALL,), says=f"{name} has no account"))
    [one] = forgotten(audit, name).findings
    assert one == replace(audit.findings[0], says="(forgotten) has no account")


def test_a_value_within_a_query_goes_with_the_name_that_it_is() -> None:
    query = "SELECT Id FROM Task WHERE Who__c IN ('Jane O\\'Roe', 'Bo') AND WhoId = '{}' AND Type = 'Call'"
    audit = an_audit(a_finding(queries=(query.format(JANE),)))
    assert forgotten(audit, "Jane O'Roe").findings[0].queries == (
        query.format("(forgotten)").replace("Jane O\\'Roe", "(forgotten)"),
    )


def test_a_short_name_goes_where_it_is_a_whole_word() -> None:
    [one] = forgotten(an_audit(a_finding(says="Bo is in Bordeaux, and so is Bo's")), "Bo").findings
    assert one.says == "(forgotten) is in Bordeaux, and so is (forgotten)'s"


def test_two_findings_that_were_told_apart_by_its_name_stay_two_with_their_records(shelf: Shelf) -> None:
    values = ("Jane Roe", "Roe")
    keys = [f"orphan-lookups:Task.Who__c:{value}" for value in values]
    some = [
        a_finding(key, object="Task", fields=("Who__c",), records=(RecordAt(DEAL, "Task", "T", f"row {at}"),))
        for at, key in enumerate(keys)
    ]
    found, left = shelf.after(an_audit(*some), JANE, *values)
    assert [one.key for one in found.findings] == [
        "orphan-lookups:Task.Who__c:(forgotten)",
        "orphan-lookups:Task.Who__c:(forgotten) 2",
    ]
    assert [one.records[0].why for one in found.findings] == ["row 0", "row 1"]
    assert left.entries == 1


def test_an_audit_that_cannot_be_read_is_erased_whole(shelf: Shelf) -> None:
    with shelf.store.writing() as conn:
        conn.execute(delete(tables.audits))
        old = {"id": "old", "at": AT, "plan": "{}", "finished_at": AT, "body": '{"said": "Jane Roe"}', "entry_id": "e1"}
        conn.execute(insert(tables.audits).values(**old))
        assert drop_from_audits(conn, JANE) == (0, ["e1"])
        assert conn.execute(select(tables.audits)).all() == []


def test_the_org_gives_the_name_of_a_record_and_the_addresses_of_a_user() -> None:
    with House(only=["missing-next-step"]) as house:
        here, dana = house.space.house, "dana.whitfield@acme.example"
        contact = house.create("Contact", FirstName="Jane", LastName="Roe")
        assert names_in_org(here, contact) == {"Jane Roe"}
        assert names_in_org(here, house.create("Task", Subject="Call with Jane Roe")) == {"Call with Jane Roe"}
        assert names_in_org(here, house.ids[dana]) >= {"Dana Whitfield", dana}
        assert names_in_org(here, DEAL) == frozenset()


NAMES = st.sampled_from(["Jane Roe", "Call", "high", "Bo", "O'Hara", 'Jo "J" Orr', "Contact", "R\\S", "Zoë", "(Inc.)"])
IDS = st.integers(1, 5).map(lambda at: to_18(f"003QLo{at:09d}"))
WORDS = st.lists(NAMES | IDS | st.sampled_from(["and", "9", "of"]), max_size=4).map(" ".join)


@st.composite
def findings(draw: st.DrawFn, at: int) -> Finding:
    value = draw(WORDS)
    return a_finding(
        f"look-alike-values:Lead.Name:{draw(WORDS)} #{at}",
        object="Lead",
        fields=("Name",),
        weight=draw(st.sampled_from(list(Weight))),
        says=draw(WORDS),
        fix=draw(WORDS),
        values=(value,),
        corrections=((value, draw(WORDS)),),
        queries=("SELECT Id FROM Lead WHERE Name = '" + value.replace("\\", "\\\\").replace("'", "\\'") + "'",),
        records=tuple(
            RecordAt(record, "Lead", draw(NAMES), draw(WORDS))
            for record in sorted(draw(st.sets(IDS, min_size=1, max_size=3)))
        ),
    )


@st.composite
def audits(draw: st.DrawFn) -> Audit:
    some = [draw(findings(at)) for at in range(draw(st.integers(1, 3)))]
    shown = Exhibit("owners", "Owners", draw(WORDS), ("owner", "deals"), ((draw(WORDS), 1),))
    return an_audit(*some, exhibits=(shown,))


def told(audit: Audit) -> list[str]:
    """Give all that an audit says which is not Salesforce's word or ours."""
    said = [text for one in audit.exhibits for text in (one.says, *(str(cell) for row in one.rows for cell in row))]
    for one in audit.findings:
        said += [one.says, one.fix, *one.values, *(each for pair in one.corrections for each in pair)]
        said += [one.key.removeprefix("look-alike-values:Lead.Name"), one.queries[0].partition("= ")[2]]
        said += [text for each in one.records for text in (each.id, each.name, each.why)]
    return said


@settings(max_examples=40, deadline=None)
@given(audit=audits(), at=st.integers(0, 20))
def test_whatever_record_is_forgotten_no_row_names_it_and_the_audit_is_read_as_before(
    shelf: Shelf, audit: Audit, at: int
) -> None:
    every = [each for one in audit.findings for each in one.records]
    gone = every[at % len(every)]
    names = {each.name for each in every if each.id == gone.id}
    found, left = shelf.after(audit, gone.id)
    naming = Naming.of(gone.id, names)
    assert gone.id not in left.body
    assert not [text for text in told(found) if naming.without(text) != text]
    assert not [name for name in names for text in told(found) if name in text.split()]
    assert [(one.check, one.weight, one.count) for one in found.findings] == [
        (one.check, one.weight, one.count) for one in audit.findings
    ]
    assert len({one.key for one in found.findings}) == len(audit.findings)
    assert found.org == ACME
