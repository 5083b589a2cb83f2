"""Change events a second through Subscribe, beside a client that decodes nothing; and what the journal costs a save.

Server and client each have a process. The cost of a save is measured in one process, collections of 200 with the
journal and without it by turns, in the processor's time: the ratio of the two is what counts.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from upbeat.base import SystemClock
from upbeat.localorg import LocalOrg
from upbeat.pubsub import FetchResponse
from upbeat.salesforce import Batch, ClientCredentials, Session, Subscriber

EVENTS, CHUNK, ROUNDS = 20_000, 200, 60
ROWS: dict[str, list[dict[str, Any]]] = {
    "Lead": [
        {"LastName": f"Lead {n}", "Company": f"Company {n}", "Email": f"lead{n}@company.example", "City": "Chicago"}
        for n in range(CHUNK)
    ],
    "Opportunity": [
        {"Name": f"Deal {n}", "StageName": "Prospecting", "CloseDate": "2027-03-31", "Amount": 1000 + n}
        for n in range(CHUNK)
    ],
}
CHANGES = {"Lead": {"Title": "CFO", "Rating": "Hot"}, "Opportunity": {"NextStep": "Call", "Amount": 5000}}


class Bare(Subscriber):
    """Receives, and decodes nothing."""

    def _batch(self, response: FetchResponse, *_: Any) -> Batch:
        return Batch((None,) * len(response.events), response.latest_replay_id, None)  # type: ignore[arg-type]


def main() -> None:
    """Run the benchmark and print its table."""
    folder = Path(tempfile.mkdtemp(prefix="upbeat-bench-"))
    try:
        with _served(folder / "org.db") as (served, more):
            bare, whole = (_events(kind, served, more) for kind in (Bare, Subscriber))
            late = _latency(served, more)
        print(f"{'Subscribe, received and not decoded':<58}{bare:>10,.0f} events/s   1.00 (baseline)")
        print(f"{'Subscribe, decoded to changes by the client':<58}{whole:>10,.0f} events/s   {whole / bare:.2f}")
        print(f"{f'median from a save of {CHUNK} to its last change':<58}{late * 1000:>10,.1f} ms")
        for name in ROWS:
            _cost(name, folder)
    finally:
        shutil.rmtree(folder)


@contextmanager
def _served(file: Path) -> Iterator[tuple[dict[str, str], Any]]:
    script = Path(__file__).with_name("stream_process.py")
    command = [sys.executable, str(script), str(file)]
    org = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert org.stdin is not None
    assert org.stdout is not None
    said, asks, answers = json.loads(org.stdout.readline()), org.stdin, org.stdout

    def more(count: int) -> None:
        asks.write(f"{count}\n")
        asks.flush()
        answers.readline()

    try:
        yield said, more
    finally:
        org.communicate("")


def _subscriber(kind: type[Subscriber], served: dict[str, str]) -> Subscriber:
    session = Session(ClientCredentials(served["url"], "bench", "secret"), clock=SystemClock())
    return kind(session, SystemClock(), "/data/LeadChangeEvent", address=served["stream"])


def _events(kind: type[Subscriber], served: dict[str, str], more: Any) -> float:
    """Give events a second, of a backlog that stands when the subscription begins."""
    position = _tip(served)
    more(EVENTS)
    count, begin = 0, time.perf_counter()
    with _subscriber(kind, served) as one:
        for batch in one.batches(position):
            assert isinstance(batch, Batch)
            count += len(batch.changes)
            if count >= EVENTS:
                break
    return count / (time.perf_counter() - begin)


def _tip(served: dict[str, str]) -> bytes | None:
    """Give the position behind all that there is."""
    position = None
    with _subscriber(Bare, served) as one:
        for batch in one.batches(None):
            if not isinstance(batch, Batch) or not batch.changes:
                break
            position = batch.position
    return position


def _latency(served: dict[str, str], more: Any) -> float:
    """Give the median time from a save's beginning to the last of its changes, in seconds."""
    took: list[float] = []
    with _subscriber(Subscriber, served) as one:
        batches = one.batches(_tip(served))
        for _ in range(20):
            begin, count = time.perf_counter(), 0
            more(CHUNK)
            while count < CHUNK:
                batch = next(batches)
                assert isinstance(batch, Batch)
                count += len(batch.changes)
            took.append(time.perf_counter() - begin)
    return statistics.median(took)


def _cost(name: str, folder: Path) -> None:
    """Print what creates and updates cost with and without the journal, and what of it the journal is."""
    org = LocalOrg(folder / f"{name}.db", clock=SystemClock())
    user = org.user("bench@acme.example", last_name="Bench")
    note, write = org.journal.note, org.journal.write
    spent: dict[tuple[str, bool], list[float]] = {(act, on): [] for act in ("create", "update") for on in (True, False)}
    for number in range(ROUNDS * 2):
        on = number % 2 == 0
        org.journal.note, org.journal.write = (note, write) if on else (_nothing, _nothing)  # type: ignore[method-assign]
        begin = time.process_time()
        saved = org.create(name, ROWS[name], user)
        spent["create", on].append(time.process_time() - begin)
        begin = time.process_time()
        org.update(name, [{"Id": one.id, **CHANGES[name]} for one in saved], user)
        spent["update", on].append(time.process_time() - begin)
    org.close()
    for act in ("create", "update"):
        without, with_it = (statistics.median(spent[act, on]) / CHUNK * 1e6 for on in (False, True))
        what = f"{name}, {act} in collections of {CHUNK}"
        print(f"{what + ', no journal':<58}{without:>10,.1f} µs/record   1.00 (baseline)")
        print(f"{what + ', journal':<58}{with_it:>10,.1f} µs/record   {with_it / without:.2f}")


def _nothing(*_: Any) -> None:
    pass


if __name__ == "__main__":
    main()
