"""Records and rows a second through the local org over HTTP, beside what SQLite, JSON and CSV alone would take.

The org has a process of its own, and two clients that only send and receive, so that the org is what is measured; two
validation rules are active on each object. The baseline does the same work with no org between: JSON read, as many
columns written by sqlite3's executemany in one transaction of 200, JSON written; or rows read, and JSON or CSV written.
Each figure is the best of a few short runs.
"""

import csv
import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
from localorg_rows import CHANGES, QUERY, ROWS, lead
from localorg_stages import stages

from upbeat.base import decode, encode

V = "/services/data/v67.0"
CHUNK, CALLS, ROUNDS = 200, 25, 4
MILLION = 1_000_000


def main() -> None:
    """Run the benchmark and print its table."""
    print(f"load of the machine before: {os.getloadavg()[0]:.2f}")
    folder = Path(tempfile.mkdtemp(prefix="upbeat-bench-"))
    try:
        with served(folder / "org.db") as (wire, _):
            loop = best(lambda: 1 / seconds(lambda: [wire.ask("GET", "/services/data") for _ in range(200)]) * 200)
            line("calls through loopback that the org answers with a constant", loop, "calls/s", 1)
            for name in ROWS:
                collections(wire, name)
            reads(wire)
            ingest(wire)
        for name in ROWS:
            stages(name, folder)
        memory(folder)
    finally:
        shutil.rmtree(folder)


# What is measured


class Wire:
    """Two connections to an org that carry prepared calls."""

    def __init__(self, url: str) -> None:
        """Log in."""
        self._host = url.removeprefix("http://")
        form = "grant_type=client_credentials&client_id=bench&client_secret=secret"
        said = self._send(
            self._open(), "POST", "/services/oauth2/token", form.encode(), "application/x-www-form-urlencoded", ""
        )
        self._token = json.loads(said[0])["access_token"]
        self._ways = [self._open(), self._open()]
        self._pool = ThreadPoolExecutor(2)

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> bytes:
        """Send one call and give the answer."""
        return self._send(self._ways[0], method, path, body, kind, self._token)[0]

    def headed(self, path: str) -> tuple[bytes, Any]:
        """Get one address, and its headers too."""
        return self._send(self._ways[0], "GET", path, b"", "text/csv", self._token)

    def pour(self, method: str, path: str, bodies: list[bytes]) -> list[bytes]:
        """Send calls over both connections, and give their answers in order."""

        def half(start: int) -> list[bytes]:
            way = self._ways[start]
            return [
                self._send(way, method, path, body, "application/json", self._token)[0] for body in bodies[start::2]
            ]

        even, odd = self._pool.map(half, (0, 1))
        return [(odd if n % 2 else even)[n // 2] for n in range(len(bodies))]

    def _open(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._host)

    def _send(
        self, way: http.client.HTTPConnection, method: str, path: str, body: bytes, kind: str, token: str
    ) -> tuple[bytes, Any]:
        headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {token}"} if token else {})
        way.request(method, path, body or None, headers)
        answer = way.getresponse()
        content = answer.read()
        assert answer.status < 300, content
        return content, answer.headers


def collections(wire: Wire, name: str) -> None:
    """Create and update in collections of 200."""
    made: list[str] = []
    create, update = 0.0, 0.0
    for turn in range(ROUNDS):
        rows = [ROWS[name](turn * CALLS * CHUNK + n) for n in range(CALLS * CHUNK)]
        bodies = _bodies(name, rows)
        answers, spent = timed(lambda bodies=bodies: wire.pour("POST", f"{V}/composite/sobjects", bodies))
        results = [one for answer in answers for one in json.loads(answer)]
        assert all(one["success"] for one in results), results[0]
        create = max(create, len(rows) / spent)
        made = [one["id"] for one in results]
        bodies = _bodies(name, [{"Id": key, **CHANGES[name]} for key in made])
        answers, spent = timed(lambda bodies=bodies: wire.pour("PATCH", f"{V}/composite/sobjects", bodies))
        assert all(answer.count(b'"success":true') == CHUNK for answer in answers)
        update = max(update, len(rows) / spent)
    columns = [
        name
        for name, *_ in json.loads(wire.ask("GET", _query(f"SELECT FIELDS(STANDARD) FROM {name} LIMIT 1")))["records"][
            0
        ].items()
    ]
    floor = best(lambda: _bare_save(len(columns), name))
    line(f"{name}: JSON, {len(columns)} columns by executemany, JSON, and no org", floor, "records/s", 1)
    line(f"{name}: created in collections of {CHUNK}", create, "records/s", create / floor)
    line(f"{name}: updated in collections of {CHUNK}, three fields", update, "records/s", update / floor)


def reads(wire: Wire) -> None:
    """Read the leads by pages of 2,000 and by a job."""
    total = json.loads(wire.ask("GET", _query("SELECT COUNT() FROM Lead")))["totalSize"]

    def pages() -> float:
        path, read = _query(QUERY), 0
        began = time.perf_counter()
        while path:
            page = msgspec.json.decode(wire.ask("GET", path))
            read += len(page["records"])
            path = page.get("nextRecordsUrl")
        assert read == total
        return read / (time.perf_counter() - began)

    json_floor, csv_floor = best(lambda: _bare_read(total, as_csv=False)), best(lambda: _bare_read(total, as_csv=True))
    paged, job = best(pages), best(lambda: total / seconds(lambda: _by_job(wire, total)))
    line(f"{total:,} rows of 11 columns from SQLite to JSON, and no org", json_floor, "rows/s", 1)
    line("query, 2,000 rows a page", paged, "rows/s", paged / json_floor)
    line(f"{total:,} rows of 11 columns from SQLite to CSV, and no org", csv_floor, "rows/s", 1)
    line("Bulk query, from the order to the last byte of results", job, "rows/s", job / csv_floor)


def _by_job(wire: Wire, total: int) -> None:
    order = json.dumps({"operation": "query", "query": QUERY}).encode()
    key = json.loads(wire.ask("POST", f"{V}/jobs/query", order))["id"]
    _wait(wire, f"{V}/jobs/query/{key}")
    read, locator = 0, ""
    while locator != "null":
        _, headers = wire.headed(f"{V}/jobs/query/{key}/results" + (f"?locator={locator}" if locator else ""))
        read += int(headers["Sforce-NumberOfRecords"])
        locator = headers["Sforce-Locator"]
    assert read == total


def _wait(wire: Wire, path: str) -> dict[str, Any]:
    while True:
        job = json.loads(wire.ask("GET", path))
        if job["state"] not in {"UploadComplete", "InProgress"}:
            assert job["state"] == "JobComplete", job
            return job
        time.sleep(0.02)


def ingest(wire: Wire) -> None:
    """Load leads by a job."""
    text = StringIO()
    writer = csv.DictWriter(text, lead(0), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lead(n) for n in range(CALLS * CHUNK))
    content = text.getvalue().encode()

    def load() -> float:
        order = json.dumps({"object": "Lead", "operation": "insert"}).encode()
        began = time.perf_counter()
        path = f"{V}/jobs/ingest/{json.loads(wire.ask('POST', f'{V}/jobs/ingest', order))['id']}"
        wire.ask("PUT", f"{path}/batches", content, "text/csv")
        wire.ask("PATCH", path, b'{"state": "UploadComplete"}')
        job = _wait(wire, path)
        assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (CALLS * CHUNK, 0)
        return CALLS * CHUNK / (time.perf_counter() - began)

    found = best(load)
    line("Bulk ingest of leads, from the order to JobComplete", found, "records/s", None)


def memory(folder: Path) -> None:
    """Say what an org of a million leads takes."""
    with served(folder / "large.db", str(MILLION)) as (wire, ask):
        before = ask()
        size = (folder / "large.db").stat().st_size
        spent = seconds(lambda: _by_job(wire, MILLION))
        after = ask()
    print(f"a million leads: {size / 1e6:,.0f} MB of file, {before / 1024:,.0f} MB of memory at most so far;")
    print(f"  read by one Bulk query in {spent:.1f} s, {MILLION / spent:,.0f} rows/s: {after / 1024:,.0f} MB at most")


# The baselines


def _bare_save(columns: int, name: str) -> float:
    """Records a second of the least that any org would do."""
    db = _database(columns)
    body = _bodies(name, [ROWS[name](n) for n in range(CHUNK)])[0]

    def once() -> None:
        rows = [list(row.values())[1:] for row in decode(body)["records"]]
        db.execute("BEGIN")
        marks = ", ".join("?" * columns)
        db.executemany(f"INSERT INTO t VALUES ({marks})", [row + [None] * (columns - len(row)) for row in rows])
        db.execute("COMMIT")
        encode([{"id": "00QLo0000000001AAA", "success": True, "errors": []} for _ in rows])

    return CHUNK * CALLS / seconds(lambda: [once() for _ in range(CALLS)])


def _bare_read(rows: int, *, as_csv: bool) -> float:
    db = _database(11)
    values = ("00QLo0000000001AAA", *list(lead(1).values())[:8], "2026-01-05T09:30:00.000+0000", 1)
    db.executemany(f"INSERT INTO t VALUES ({', '.join('?' * 11)})", [values] * rows)
    names = [f"Column{n}" for n in range(11)]

    def write() -> None:
        cursor = db.execute("SELECT * FROM t")
        if as_csv:
            csv.writer(StringIO(), quoting=csv.QUOTE_ALL).writerows(cursor)
        else:
            msgspec.json.encode([dict(zip(names, row, strict=True)) for row in cursor])

    return rows / seconds(write)


def _database(columns: int) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute(f"CREATE TABLE t ({', '.join(f'c{n}' for n in range(columns))})")
    return db


# How


@contextmanager
def served(file: Path, *more: str) -> Iterator[tuple[Wire, Callable[[], int]]]:
    """Serve an org; gives the wire to it, and what asks for its largest memory in kilobytes."""
    script = Path(__file__).with_name("localorg_process.py")
    org = subprocess.Popen(
        [sys.executable, str(script), str(file), *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert org.stdin is not None
    assert org.stdout is not None
    asks, answers = org.stdin, org.stdout
    said = json.loads(answers.readline())

    def ask() -> int:
        asks.write("memory\n")
        asks.flush()
        return int(answers.readline())

    try:
        yield Wire(said["url"]), ask
    finally:
        org.communicate("")


def _bodies(name: str, rows: list[dict[str, Any]]) -> list[bytes]:
    records = [{"attributes": {"type": name}, **row} for row in rows]
    parts = [records[start : start + CHUNK] for start in range(0, len(records), CHUNK)]
    return [msgspec.json.encode({"allOrNone": False, "records": part}) for part in parts]


def _query(text: str) -> str:
    return f"{V}/query?q={text.replace(' ', '+')}"


def timed(act: Callable[[], Any]) -> tuple[Any, float]:
    """Give what an act gives, and the seconds that it took."""
    began = time.perf_counter()
    found = act()
    return found, time.perf_counter() - began


def seconds(act: Callable[[], Any]) -> float:
    """Give the seconds that an act takes."""
    return timed(act)[1]


def best(rate: Callable[[], float]) -> float:
    """Give the best of a few runs."""
    return max(rate() for _ in range(ROUNDS))


def line(what: str, rate: float, unit: str, share: float | None) -> None:
    """Print one figure beside its share of the baseline above it."""
    beside = "" if share is None else "   1.00 (baseline)" if share == 1 else f"   {share:.2f}"
    print(f"{what:<72}{rate:>10,.0f} {unit}{beside}", flush=True)


if __name__ == "__main__":
    main()
