"""Leads routed end to end, beside the same engine with one item a batch, and beside a bare loop that only writes.

End to end is: the lead stands in the org → polled → condition → routed → decided → written → ledger sealed and
anchored. The bare loop only updates the owners of as many leads through collections of 200: the floor that the org
sets. The org runs in a process of its own, one for each measure.

A pool of 200 reps and 100 territories, with hours, caps of two kinds and a capacity for everybody, is measured beside
a pool of one rep and one rule: both PAIRS times in turn, of which the median counts.
"""

import cProfile
import pstats
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
PAIRED, PAIRS = 2000, 2  # leads, and how often a large pool is measured beside a small one
REPS, RULES = 200, 100
CHUNK = 200
PATIENCE = 60  # seconds
SHIPPED = ""  # the pool as it is shipped, without its caps
_FRAME = """\
pool: inbound
title: Leads of a benchmark
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
otherwise: {hold: A new lead needs an owner, owner: priya.shah@acme.example, due: 1 day}
"""
ONE = f"""{_FRAME}
territories: [{{name: All, countries: [United States]}}]
members: [{{user: theo.grant@acme.example}}]
"""


def _large() -> str:
    """Give a pool whose every rep serves ten of the territories, a hundredth of the postal codes each."""
    territories = "".join(
        f"  - {{name: T{n}, countries: [United States], postal_codes: ['{n:02}*']}}\n" for n in range(RULES)
    )
    served = (", ".join(f"T{(n // 2 + 10 * step) % RULES}" for step in range(10)) for n in range(REPS))
    more = "weight: 2, caps: [99999 a day, 99999 in 7 days], capacity: 100000, hours: always"
    members = "".join(
        f"  - {{user: rep.{n}@acme.example, {more}, territories: [{names}]}}\n" for n, names in enumerate(served)
    )
    week = "hours: {always: {zone: Europe/London, open: ['every day 00:00-24:00']}}"
    work = "work: [{object: Lead, when: 'NOT(IsConverted)'}]"
    return f"{_FRAME}{week}\n{work}\nout_of_office: true\nterritories:\n{territories}members:\n{members}"


LARGE = _large()


def main() -> None:
    """Run the benchmark and print its table; `--profile` prints where the engine's time goes instead."""
    configure_logs()
    collect_rarely()
    folder = Path(tempfile.mkdtemp(prefix="upbeat-bench-"))
    try:
        if "--profile" in sys.argv:
            _profile(folder, LARGE if "--large" in sys.argv else SHIPPED)
        else:
            _table(folder)
    finally:
        shutil.rmtree(folder)


@contextmanager
def _org(folder: Path) -> Iterator[tuple[str, int]]:
    """Give the address of a new org and the id of its process."""
    script, file = Path(__file__).with_name("org_process.py"), folder / f"org{len(list(folder.iterdir()))}.db"
    org = subprocess.Popen(
        [sys.executable, str(script), str(file), str(REPS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert org.stdout is not None
        yield org.stdout.readline().strip(), org.pid
    finally:
        org.communicate("")


def _table(folder: Path) -> None:
    with _org(folder) as (url, _):
        bare = _bare(folder / "bare", url)
    whole, org_share, calls = _routed(folder, "batches", LEADS, CHUNK)
    single, _, _ = _routed(folder, "singles", SINGLES, 1)
    with _org(folder) as (url, _):
        idle = _idle(folder / "idle", url)
    pairs = [
        tuple(_routed(folder, f"{name}{n}", PAIRED, CHUNK, pool)[0] for name, pool in (("one", ONE), ("large", LARGE)))
        for n in range(PAIRS)
    ]
    one, large = (statistics.median(rates) for rates in zip(*pairs, strict=True))
    ratio = statistics.median(second / first for first, second in pairs)
    print(f"{'bare loop, owners through collections of 200':<58}{bare:>10,.0f} leads/s   1.00 (baseline)")
    print(f"{'engine, batches of 200, event to sealed ledger':<58}{whole:>10,.0f} leads/s   {whole / bare:.2f}")
    print(f"{'engine, one item a batch':<58}{single:>10,.0f} leads/s   {single / bare:.3f}")
    print(f"{'of the batches: time of the org process':<58}{org_share:>10.0%}")
    print(f"{'API calls a lead in the burst':<58}{calls:>10.4f}")
    print(f"{'idle: median from event to owner written':<58}{idle * 1000:>10,.0f} ms")
    print(f"{'engine, a pool of 1 rep and 1 rule':<58}{one:>10,.0f} leads/s   1.00 (baseline)")
    print(f"{f'engine, a pool of {REPS} reps and {RULES} rules':<58}{large:>10,.0f} leads/s   {ratio:.2f}")


def _workspace(folder: Path, url: str, pool: str = "", poll_every: str = "1 second") -> Workspace:
    copy_definitions(folder)
    reading, writing = ((one.client_id, one.client_secret) for one in sample.CONNECTIONS.values())
    connect_local(folder, url, reading, writing, poll_every)
    file = folder / "routing" / "inbound.yaml"
    file.write_text(pool or file.read_text().replace("caps: [20 a day]", "caps: [99999 a day]"))
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


def _routed(folder: Path, name: str, count: int, size: int, pool: str = SHIPPED) -> tuple[float, float, float]:
    """Give leads a second, the share of one core that the org took meanwhile, and API calls a lead."""
    with _org(folder) as (url, org_pid), _workspace(folder / name, url, pool) as space:
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


def _profile(folder: Path, pool: str) -> None:
    with _org(folder) as (url, _), _workspace(folder / "profile", url, pool) as space:
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
