"""Ten thousand open reviews: list, filter, look and decide, beside a bare SQLite select of the same rows.

The baseline reads the fifty rows of the first page by their index with the sqlite3 module and nothing else. Every
figure is the median of many calls on one store on disk, at full synchronisation, as it runs.
"""

import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from upbeat import review
from upbeat.base import ManualClock, digest
from upbeat.domain import Change, Decision, Effect, Event, Item, Proposal, Tier, Verb, Verdict
from upbeat.ledger import Keys, Ledger
from upbeat.review import Wanted, Whose
from upbeat.store import Store
from upbeat.workflows import Policy, Promotion

OPEN, TIMES = 10_000, 41
NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
OWNERS = [f"manager.{number}@acme.example" for number in range(20)]
FLOWS = [f"flow-{number}" for number in range(12)]
POLICY = Policy(
    rules=(),
    roles={"sales_manager": tuple(OWNERS)},
    promotion=Promotion(roles=("sales_manager", "revops"), why="Two see more", owner="priya.shah@acme.example"),
)


def main() -> None:
    """Fill a store and print what each thing that a person does takes."""
    folder = Path(tempfile.mkdtemp(prefix="upbeat-bench-"))
    clock = ManualClock(NOW)
    try:
        with Store.open(folder / "upbeat.db", clock=clock) as store:
            ledger = Ledger(Keys.load_or_create(folder / "keys"), clock)
            ids = _fill(store, ledger)
            _table(store, ledger, folder / "upbeat.db", ids)
    finally:
        shutil.rmtree(folder)


def _table(store: Store, ledger: Ledger, path: Path, ids: list[str]) -> None:
    drawn = iter(Random(5).sample(ids, len(ids)))

    def decide() -> None:
        with store.writing() as conn:
            found = review.find(conn, next(drawn))
            by = next(one for one in OWNERS if one != found.body.author)
            review.approve(conn, ledger, found, by, POLICY, "", NOW)

    def look() -> None:
        with store.reading() as conn:
            found = review.find(conn, next(drawn)[:12])
            review.blast(conn, found.pattern)

    def page(**wanted: object) -> Callable[[], None]:
        def read() -> None:
            with store.reading() as conn:
                review.page(conn, Wanted(**wanted), NOW)  # type: ignore[arg-type]

        return read

    def patterns() -> None:
        with store.reading() as conn:
            review.groups(conn, Wanted(), NOW, least=2, most=20)

    def record() -> None:
        with store.reading() as conn:
            found = review.find(conn, next(drawn))
            review.fared(conn, pattern=found.pattern)
            review.pace(conn, tuple(OWNERS), NOW - timedelta(days=30))

    def all_bodies() -> None:
        with store.reading() as conn:
            for one in review.page(conn, Wanted(), NOW).lines:
                review.find(conn, one.id)

    base = _median(_bare(path))
    rows = {
        "bare sqlite3, the 50 rows of the first page": base,
        "list, first page": _median(page()),
        "list, the last page": _median(page(page=OPEN // review.PAGE)),
        "list of one owner": _median(page(owner=OWNERS[3])),
        "list of what one may sign": _median(page(whose=Whose((OWNERS[3],), ("sales_manager",), OWNERS[3]))),
        "list of one workflow, needing approval": _median(page(workflow=FLOWS[2], tier="approval")),
        "list of what is overdue": _median(page(overdue=True)),
        "list of a text in the titles": _median(page(text="account 77")),
        "the patterns of what waits": _median(patterns),
        "how alike ones fared, and the pace": _median(record),
        "the 50 of a page, each with its body": _median(all_bodies),
        "look at one by the beginning of its id": _median(look),
        "decide one: signature, ledger entry, commit": _median(decide),
    }
    for name, took in rows.items():
        note = "   1.00 (baseline)" if took is base else f"{took / base:>7.1f}"
        print(f"{name:<50}{took * 1000:>9.2f} ms{note}")


def _median(act: Callable[[], None]) -> float:
    act()
    times: list[float] = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        act()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def _bare(path: Path) -> Callable[[], None]:
    conn = sqlite3.connect(path)
    query = (
        "SELECT id, kind, state, workflow, object, record_id, title, owner, due_at, created_at FROM reviews "
        "WHERE state = 'open' ORDER BY due_at, seq LIMIT 50"
    )
    return lambda: conn.execute(query).fetchall() and None


def _fill(store: Store, ledger: Ledger) -> list[str]:
    random, ids = Random(7), list[str]()
    with store.writing() as conn:
        for number in range(OPEN):
            flow, record = random.choice(FLOWS), f"006{number:012}AAA"
            at = NOW - timedelta(minutes=random.randrange(5000))
            event = Event("00D000000000001EAA", "Opportunity", record, Change.UPDATED, "key", at)
            item = Item(digest([flow, record]), flow, "v" * 64, event)
            tier = random.choice([Tier.REVIEW, Tier.REVIEW, Tier.APPROVAL])
            proposal = Proposal(
                id=digest(["proposal", item.id]),
                item_id=item.id,
                workflow=flow,
                version=item.version,
                step="raise",
                agent="forecaster",
                verb=Verb.UPDATE,
                object="Opportunity",
                record_id=record,
                before={"ForecastCategoryName": "Pipeline", "NextStep": "Meet the economic buyer"},
                after={"ForecastCategoryName": "Best Case", "NextStep": "Send the contract " * 20},
                reasons=tuple(f"the customer has said so in meeting {one}, and twice by mail" for one in range(12)),
                group=f"{item.id}:raise",
            )
            effects = (Effect.FORECAST, Effect.FIELD)
            why = "A change of forecast category needs review by sales_manager: a forecast is the manager's word."
            roles = ("sales_manager",)
            decision = Decision(proposal.id, digest(proposal), Verdict.REVIEW, tier, effects, "forecast", why, roles)
            opened = review.open_release(
                conn,
                ledger,
                item,
                [proposal],
                [decision],
                POLICY,
                title=f"Account {number % 997}: ForecastCategoryName Pipeline → Best Case",
                names={},
                owner=random.choice(OWNERS),
                author="priya.shah@acme.example",
                now=at,
                rests_on={"NextStep": "Meet the economic buyer", "IsClosed": False},
            )
            ids.append(opened.id)
    return ids


if __name__ == "__main__":
    main()
