"""A million runs in the console: search, a list by every filter, one record's page, and the history.

The baseline reads the fifty newest runs by their key with the sqlite3 module and nothing else. Pages are asked through
the console itself, as a browser asks them, once the server has answered a first one. Every figure is the median of
many calls on one store on disk. Filling it takes some minutes; UPBEAT_BENCH_RUNS makes it smaller.
"""

import os
import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from many_runs import ADVANCE, REP, ROUTE, RUNS, fill, record_id
from starlette.testclient import TestClient

from upbeat.console import application
from upbeat.testing import House

TIMES = 21
PRIYA = "priya.shah@acme.example"
ASKED = {  # a page by what it is
    "search, a word": "/search?q=lowell",
    "search, two words": "/search?q=lowell+instr",
    "search, the beginning of an id": "/search?q=006Xx00000",
    "search, nothing fits": "/search?q=zzzz",
    "one record": "/records/{record}",
    "one run": "/runs/{run}",
    "runs, the newest": "/runs",
    "runs, by state": "/runs?state=waiting",
    "runs, by agent": "/runs?agent=router",
    "runs, by system": "/runs?system=salesforce",
    "runs, by a filter that nothing fits": "/runs?outcome=none",
    "history, the newest": "/audit",
    "history, what a person did": "/audit?actor=rowan.ellis%40acme.example",
    "history, of one record": "/audit?record={record}",
    "history, by step": "/audit?step=advance",
}


def main() -> None:
    """Fill a store and print what each page takes."""
    runs = int(os.environ.get("UPBEAT_BENCH_RUNS", RUNS))
    with House(only=[ROUTE, ADVANCE]) as house:
        house.promote(ROUTE, ADVANCE)
        began = time.perf_counter()
        fill(house, runs=runs)
        print(f"{runs:,} runs filled in {time.perf_counter() - began:.0f} s")
        base = _median(_bare(house.folder / "upbeat.db"))
        print(f"{'bare sqlite3, the 50 newest runs':<40}{base * 1000:>9.2f} ms   1.00 (baseline)")
        with TestClient(application(house.space.house, dev=True), base_url="http://127.0.0.1:8765") as anybody:
            record, run = _whole(house.folder / "upbeat.db")
            for username in (PRIYA, REP):
                anybody.post("/sign-in", data={"username": username})
                anybody.get("/search")
                print(f"\nas {username}")
                _table(anybody, base, record, run)


def _table(browser: TestClient, base: float, record: str, run: str) -> None:
    for name, address in ASKED.items():
        asked = address.format(record=record, run=run)
        answer = browser.get(asked)
        if answer.status_code == 403:
            continue
        took = _median(lambda asked=asked: browser.get(asked))
        size = f"{len(answer.content):,} bytes"
        print(f"{name:<40}{took * 1000:>9.2f} ms{took / base:>7.1f}   {answer.status_code}, {size}")


def _whole(path: Path) -> tuple[str, str]:
    """Give a record of which there are whole runs, and one of those."""
    rows = sqlite3.connect(path).execute(
        "SELECT items.record_id, items.id FROM proposals JOIN items ON items.id = proposals.item_id "
        "WHERE items.workflow = ? AND items.record_id >= ? ORDER BY items.record_id LIMIT 1",
        (ADVANCE, record_id(0)[:5]),
    )
    record, run = rows.fetchone()
    return record, run


def _median(act: Callable[[], object]) -> float:
    act()
    times = list[float]()
    for _ in range(TIMES):
        begin = time.perf_counter()
        act()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def _bare(path: Path) -> Callable[[], object]:
    conn = sqlite3.connect(path)
    newest = "SELECT id, workflow, record_id, state, outcome, created_at FROM items ORDER BY seq DESC LIMIT 50"
    return lambda: conn.execute(newest).fetchall()


if __name__ == "__main__":
    main()
