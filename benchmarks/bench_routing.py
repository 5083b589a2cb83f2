"""Leads routed end to end, beside the same engine with one item a batch, and beside a bare loop that only writes.

End to end is: the lead stands in the org → polled → condition → routed → decided → written → ledger sealed and
anchored. The bare loop only updates the owners of as many leads through collections of 200: the floor that the org
sets. The org runs in a process of its own.
"""

import cProfile
import pstats
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from upbeat import operations
from upbeat.app import Workspace, collect_rarely, configure_logs, connect_local, copy_definitions
from upbeat.base import SystemClock
from upbeat.cli.demo import LIVE, PROMOTERS
from upbeat.localorg import sample
from upbeat.salesforce.write import Writer

LEADS, SINGLES, PAUSES = 4000, 60, 15
CHUNK = 200
PATIENCE = 60  # seconds


def main() -> None:
    """Run the benchmark and print its table; `--profile` prints where the engine's time goes instead."""
    configure_logs()
    collect_rarely()
    profile = "--profile" in sys.argv
    folder = Path(tempfile.mkdtemp(prefix="upbeat-bench-"))
    script = Path(__file__).with_name("org_process.py")
    org = subprocess.Popen(
        [sys.executable, str(script), str(folder / "org.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert org.stdout is not None
        url = org.stdout.readline().strip()
        if profile:
            _profile(folder / "profile", url)
        else:
            _table(folder, url, org.pid)
    finally:
        org.communicate("")
        shutil.rmtree(folder)


def _table(folder: Path, url: str, org_pid: int) -> None:
    bare = _bare(folder / "bare", url)
    whole, org_share, calls = _routed(folder / "batches", url, LEADS, CHUNK, org_pid)
    single, _, _ = _routed(folder / "singles", url, SINGLES, 1, org_pid)
    idle = _idle(folder / "idle", url)
    print(f"{'bare loop, owners through collections of 200':<58}{bare:>10,.0f} leads/s   1.00 (baseline)")
    print(f"{'engine, batches of 200, event to sealed ledger':<58}{whole:>10,.0f} leads/s   {whole / bare:.2f}")
    print(f"{'engine, one item a batch':<58}{single:>10,.0f} leads/s   {single / bare:.3f}")
    print(f"{'of the batches: time of the org process':<58}{org_share:>10.0%}")
    print(f"{'API calls a lead in the burst':<58}{calls:>10.4f}")
    print(f"{'idle: median from event to owner written':<58}{idle * 1000:>10,.0f} ms")


def _workspace(folder: Path, url: str, poll_every: str = "1 second") -> Workspace:
    copy_definitions(folder)
    reading, writing = ((one.client_id, one.client_secret) for one in sample.CONNECTIONS.values())
    connect_local(folder, url, reading, writing, poll_every)
    pool = folder / "routing" / "inbound.yaml"
    pool.write_text(pool.read_text().replace("caps: [20 a day]", "caps: [1000000 a day]"))
    with (folder / "policy.yaml").open("a") as policy:
        policy.write("\nfoundation: {holds_back: false, why: The org of a benchmark is made for it}\n")
    return Workspace(folder, clock=SystemClock())


def _create(space: Workspace, count: int) -> list[str]:
    """Make leads that each fit a territory, owned by the queue; give their ids."""
    [queue] = space.reader.query("SELECT Id FROM Group WHERE Type = 'Queue' AND Name = 'New Leads'")
    rows = [
        {
            "LastName": f"Lead {number}",
            "Company": f"Company {number}",
            "Country": "United States",
            "PostalCode": f"{(number * 37) % 100:02d}{number % 1000:03d}",
            "OwnerId": queue["Id"],
        }
        for number in range(count)
    ]
    writer = Writer(space.writing)
    ids = []
    for start in range(0, count, CHUNK):
        ids += [one.id for one in writer.create("Lead", rows[start : start + CHUNK])]
    return ids


def _bare(folder: Path, url: str) -> float:
    with _workspace(folder, url) as space:
        ids = _create(space, LEADS)
        owner = space.people.find("theo.grant@acme.example").user_id
        writer = Writer(space.writing)
        begin = time.perf_counter()
        for start in range(0, len(ids), CHUNK):
            writer.update("Lead", [{"Id": one, "OwnerId": owner} for one in ids[start : start + CHUNK]])
        return len(ids) / (time.perf_counter() - begin)


def _live(space: Workspace) -> None:
    with space.engine():  # a version goes live once an engine has had it in monitor
        operations.promote(space.house, LIVE[0], PROMOTERS)


def _routed(folder: Path, url: str, count: int, size: int, org_pid: int) -> tuple[float, float, float]:
    """Give leads a second, the share of one core that the org took meanwhile, and API calls a lead."""
    with _workspace(folder, url) as space:
        begin_at = space.clock.now()
        _live(space)
        _create(space, count)
        with space.engine(since=begin_at, size=size) as engine:
            before, busy, begin = space.reading.calls + space.writing.calls, _cpu(org_pid), time.perf_counter()
            _turn_until(space, engine, count)
            took = time.perf_counter() - begin
            calls = space.reading.calls + space.writing.calls - before
            share = (_cpu(org_pid) - busy) / took
        assert operations.verify(space.house).ok
        return count / took, share, calls / count


def _turn_until(space: Workspace, engine: Any, writes: int) -> None:
    """Turn the engine until so many changes are written; a benchmark that gets stuck says so."""
    until = time.perf_counter() + PATIENCE
    while operations.status(space.house).writes < writes:
        engine.turn()
        if time.perf_counter() > until:
            raise SystemExit(f"stuck: {operations.status(space.house).items}")


def _idle(folder: Path, url: str) -> float:
    """Give the median seconds from a lead's create to its owner standing in the org, with nothing else to do."""
    with _workspace(folder, url) as space:
        begin_at = space.clock.now()
        _live(space)
        times = []
        with space.engine(since=begin_at) as engine:
            for _ in range(PAUSES):
                wait = time.perf_counter() + timedelta(milliseconds=300).total_seconds()
                while time.perf_counter() < wait:
                    engine.turn()
                before = operations.status(space.house).writes
                begin = time.perf_counter()
                _create(space, 1)
                _turn_until(space, engine, before + 1)
                times.append(time.perf_counter() - begin)
        return statistics.median(times)


def _profile(folder: Path, url: str) -> None:
    with _workspace(folder, url) as space:
        begin_at = space.clock.now()
        _live(space)
        _create(space, LEADS)
        with space.engine(since=begin_at) as engine:
            watch = cProfile.Profile()
            watch.enable()
            _turn_until(space, engine, LEADS)
            watch.disable()
        pstats.Stats(watch).sort_stats("cumulative").print_stats(70)


def _cpu(pid: int) -> float:
    """Give the seconds of processor time that a process has used (Linux: the 14th and 15th field of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    main()
