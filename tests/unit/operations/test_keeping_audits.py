"""What is kept of an audit, and read again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import String, update
from tests.unit.foundation.audits import AT, a_finding, an_audit, records

from upbeat.base import ManualClock
from upbeat.foundation import LONGEST_KEY, Audit
from upbeat.ledger import Keys, Ledger
from upbeat.operations.auditing import keeping
from upbeat.store import Store, tables


@dataclass
class Shelf:
    """A store that audits are kept in."""

    store: Store
    ledger: Ledger

    def keep(self, audit: Audit) -> None:
        keeping.begin(self.store, audit.id, audit.at, "", {}, 0, since=None)
        keeping.finish(self.store, self.ledger, audit, audit.at)

    def last(self) -> Audit | None:
        with self.store.reading() as conn:
            return keeping.last(conn)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    clock = ManualClock(AT)
    with Store.open(tmp_path / "upbeat.db", clock=clock) as store:
        yield Shelf(store, Ledger(Keys.load_or_create(tmp_path / "keys"), clock))


def test_an_audit_that_was_kept_in_another_shape_is_passed_over(shelf: Shelf) -> None:
    first, second = an_audit(a_finding(), id="first"), an_audit(id="second", at=AT + timedelta(days=1))
    shelf.keep(first)
    shelf.keep(second)
    with shelf.store.writing() as conn:
        conn.execute(update(tables.audits).where(tables.audits.c.id == "second").values(body='{"id": "second"}'))
    assert shelf.last() == first
    with shelf.store.writing() as conn:
        conn.execute(update(tables.audits).values(body="{}"))
    assert shelf.last() is None


def test_a_long_value_in_a_key_stands_as_its_digest_and_two_stay_two() -> None:
    keys = [f"look-alike-values:Account.Industry:{'x' * 230}{end}" for end in "ab"]
    one, other = (a_finding(key) for key in keys)
    assert one.key != other.key
    assert {one.key.rpartition(":")[0], other.key.rpartition(":")[0]} == {"look-alike-values:Account.Industry"}
    longest = f"look-alike-values:{'O' * 80}.{'f' * 80}:{'x' * 300}"
    assert max(len(a_finding(key).key) for key in (*keys, longest, "c:" + "x" * 999)) <= LONGEST_KEY
    held = tables.audit_records.c.finding.type
    assert isinstance(held, String)
    assert held.length == LONGEST_KEY


def test_the_records_behind_a_finding_of_a_long_value_come_back_with_it(shelf: Shelf) -> None:
    audit = an_audit(a_finding(f"look-alike-values:Account.Industry:{'x' * 255}", records=records(2)))
    shelf.keep(audit)
    assert shelf.last() == audit
