"""What decides, asked from several threads while somebody publishes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from upbeat.base import ManualClock
from upbeat.base.files import NOWHERE, FileModel
from upbeat.engine import Published, Versions, published, versions
from upbeat.ledger import Keys, Ledger
from upbeat.store import Store
from upbeat.workflows import PLAYBOOKS, POLICY, Policy, content_of, load


class Rules:
    """A store with a policy published, and what runs of it."""

    def __init__(self, store: Store, ledger: Ledger, clock: ManualClock) -> None:
        self.store, self.ledger, self.clock, self.number = store, ledger, clock, 0
        self.file = load(PLAYBOOKS).policy
        self.versions = Versions(store, lambda: load(PLAYBOOKS), dict, lambda _: pytest.fail("the org was asked"))

    def publish(self, late_from: str) -> str:
        """Publish the policy with another reason, and give its version."""
        self.number += 1
        text = content_of(self.file.model_copy(update={"late_from": late_from}))
        row = Published(POLICY, self.number, text, replace(NOWHERE, file="policy.yaml"), "", "", self.clock.now())
        with self.store.writing() as conn:
            published.keep(conn, self.ledger, [row])
        return row.version


@pytest.fixture
def rules(tmp_path: Path) -> Iterator[Rules]:
    clock = ManualClock(datetime(2026, 11, 2, 9, tzinfo=UTC))
    with Store.open(tmp_path / "store.db", clock=clock) as store:
        yield Rules(store, Ledger(Keys.load_or_create(tmp_path / "keys"), clock), clock)


def test_a_slow_reader_does_not_put_an_old_policy_back_in_the_place_of_a_new_one(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules.publish("one")
    reads, goes_on = Event(), Event()
    as_policy = versions._as_policy

    def slowly(file: FileModel) -> Policy:
        if isinstance(file, Policy) and file.late_from == "one":
            reads.set()
            assert goes_on.wait(5)
        return as_policy(file)

    monkeypatch.setattr(versions, "_as_policy", slowly)
    slow = Thread(target=lambda: rules.versions.policy)
    slow.start()
    assert reads.wait(5)
    newer = rules.publish("two")
    rules.versions.pick_up()
    goes_on.set()
    slow.join()
    assert (rules.versions.in_force, rules.versions.policy.late_from) == (newer, "two")
