"""The sample company many times over, served in a process of its own: prints its address, and on request its memory.

The first life is lived through the org's save path; the others are its rows again, as they are stored, with ids, names
and addresses of their own, so that no two companies are one.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

from upbeat.base import ManualClock, SystemClock
from upbeat.cli.demo import Switched
from upbeat.localorg import LocalOrg, Server, sample
from upbeat.localorg.sample.names import _HOUSE

HOUSES = _HOUSE.split()
RECORDS = (
    "Account", "Contact", "Lead", "Opportunity", "OpportunityContactRole", "Task", "Event", "EventRelation",
    "EmailMessage", "EmailMessageRelation",
)  # fmt: skip
HISTORY = ("OpportunityHistory", "OpportunityFieldHistory", "AccountHistory")


def main(file: Path, wanted: int) -> None:
    """Build an org with so many records, history not counted, and serve it until the input ends."""
    manual = ManualClock(sample.BEGAN)
    clock = Switched(manual)
    org = LocalOrg(file, clock=clock, time_zone=sample.TIME_ZONE)
    sample.build(org, manual)
    counts = org.archive.counts()
    lives = wanted // sum(counts[name] for name in RECORDS)
    rows = {name: org._storage.execute(f'SELECT * FROM "{name}"') for name in (*RECORDS, *HISTORY)}
    for number in range(1, lives + 1):
        with org.transaction():
            again(org, rows, number)
    org._storage.execute("ANALYZE")
    clock.clock = SystemClock()
    with Server(org) as server:
        counts = org.archive.counts()
        told = {"url": server.url, "records": sum(counts[name] for name in RECORDS), "counts": counts}
        print(json.dumps(told), flush=True)
        for _ in sys.stdin:
            print(getrusage(RUSAGE_SELF).ru_maxrss, flush=True)
    org.close()


def again(org: LocalOrg, rows: dict[str, list[tuple[Any, ...]]], number: int) -> None:
    """Write one life more."""
    others: dict[Any, Any] = {}
    for name, some in rows.items():
        columns = [row[1] for row in org._storage.execute(f'PRAGMA table_info("{name}")')]
        ids = org._storage.new_ids(org.schema.object(name).key_prefix, len(some))
        others.update(zip((row[columns.index("Id")] for row in some), ids, strict=True))
        others.update(told_apart(name, columns, some, number))
    for name, some in rows.items():
        marks = ", ".join("?" * len(some[0]))
        org._storage.write(
            f'INSERT INTO "{name}" VALUES ({marks})', ([others.get(cell, cell) for cell in row] for row in some)
        )


def told_apart(name: str, columns: list[str], rows: list[tuple[Any, ...]], number: int) -> Iterator[tuple[str, str]]:
    """Give what tells companies and people apart, each with what it is in this life."""
    house = f"{HOUSES[number // len(HOUSES) % len(HOUSES)]} {HOUSES[number % len(HOUSES)]}"
    for column in {"Name", "Website", "Phone", "Email", "Company", "Firmlens_Id__c", "Callnote_Id__c"} & set(columns):
        if name not in {"Account", "Contact", "Lead"} or (column == "Name" and name != "Account"):
            continue
        for row in rows:
            old = row[columns.index(column)]
            if old is not None:
                yield old, _other(column, old, house, number)


def _other(column: str, old: str, house: str, number: int) -> str:
    host = house.replace(" ", "-").casefold()
    match column:
        case "Name" | "Company":
            return f"{house} {old}"
        case "Website":
            return old.replace("www.", f"www.{host}-")
        case "Email":
            return old.replace("@", f"@{host}-")
        case _:
            return f"{old}-{number}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
