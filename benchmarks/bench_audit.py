"""The foundation audit of an org with a million records: its time, its API calls, and what it reads.

The org is the sample company 350 times over, in a process of its own over HTTP. The audit is the command's own:
`upbeat audit --yes --json` in a new workspace, in a process of its own too. The baseline is the least that a tool can
do which looks at people and companies: the names and addresses of all accounts and contacts, by two jobs of the Bulk
API and nothing else.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from upbeat import soql
from upbeat.app import Workspace, connect_local, copy_definitions
from upbeat.localorg import sample

RECORDS = 1_000_000
MOST_SECONDS, MOST_CALLS = 120, 300
BARE = (
    "SELECT Id, Name, Website, Phone, BillingCity, BillingCountry, ParentId FROM Account",
    "SELECT Id, FirstName, LastName, Email, AccountId FROM Contact",
)


def main() -> None:
    """Build the org, audit it, and print what it took."""
    print(f"load of the machine before: {os.getloadavg()[0]:.2f}")
    folder = Path(tempfile.mkdtemp(prefix="upbeat-bench-"))
    try:
        began = time.perf_counter()
        with served(folder / "org.db") as org:
            told = json.loads(org.stdout.readline() if org.stdout else "")
            print(f"{told['records']:,} records, and their history, built in {time.perf_counter() - began:.0f} s")
            copy_definitions(folder)
            reading, writing = ((one.client_id, one.client_secret) for one in sample.CONNECTIONS.values())
            connect_local(folder, told["url"], reading, writing)
            rows, bare = read_bare(folder)
            audited(folder, rows, bare)
    finally:
        shutil.rmtree(folder)


def read_bare(folder: Path) -> tuple[int, float]:
    """Read what the baseline reads: how many rows, and in how many seconds."""
    with Workspace(folder) as space:
        reader = space.house.get_reader()
        schema = reader.schema(["Account", "Contact"])
        began = time.perf_counter()
        rows = 0
        for text in BARE:
            bound = soql.parse(text).bind(schema)
            rows += sum(len(page["records"]) for page in reader.pages(text, bind=lambda bound=bound: bound, bulk=True))
        return rows, time.perf_counter() - began


def audited(folder: Path, rows: int, bare: float) -> None:
    """Audit it by the command, and say how that compares."""
    command = [sys.executable, "-c", _COMMAND, "audit", "--yes", "--json", "--dir", str(folder)]
    began = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    audit = json.loads(done.stdout)["audit"]
    memory, read = map(int, done.stderr.split()[-2:])
    print(f"{'bare Bulk query of accounts and contacts':52}{bare:8.1f} s {rows:12,} rows      1.00")
    print(f"{'upbeat audit':52}{seconds:8.1f} s {read:12,} rows  {seconds / bare:8.2f}")
    print(f"{'':52}{audit['calls']:8,} API calls, {memory / 1024:,.0f} MB, {len(audit['findings'])} findings")
    for one in audit["not_ended"]:
        print(f"not ended: {one['check']}: {one['why']}")
    within = seconds < MOST_SECONDS and audit["calls"] < MOST_CALLS
    print(f"within {MOST_SECONDS} s and {MOST_CALLS} calls: {'yes' if within else 'NO'}")


_COMMAND = """
import resource, sys
from upbeat.cli import app
from upbeat.salesforce import Reader
whole, read = Reader.pages, [0]
def pages(*args, **kwargs):
    for page in whole(*args, **kwargs):
        read[0] += len(page["records"])
        yield page
Reader.pages = pages
try:
    app(sys.argv[1:])
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, read[0], file=sys.stderr)
"""


@contextmanager
def served(file: Path) -> Iterator[subprocess.Popen[str]]:
    """Serve an org of a million records until the block ends."""
    command = [sys.executable, Path(__file__).with_name("large_org.py"), file, str(RECORDS)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.communicate()


if __name__ == "__main__":
    main()
