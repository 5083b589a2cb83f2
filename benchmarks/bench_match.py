"""A million accounts in memory: what the index takes to build and a lead to match, beside a scan of every name.

The baseline compares a lead's company with every name by rapidfuzz, as one does who has no index. Leads are accounts
of the org as people write them: with a slip of the pen, cut short, or as they stand; and companies that it has not.
How many of those that the scan ranks first the index finds too is printed beside the times.
"""

import resource
import statistics
import time
from collections.abc import Iterator
from random import Random
from string import ascii_lowercase
from typing import Any

from companies import companies, cut_short, with_a_slip
from rapidfuzz import fuzz, process, utils

from upbeat.matching import ACCOUNT, LEAD, Index, told

NUMBER, LEADS, SCANNED = 1_000_000, 1_000, 25
PAGE = 100_000


def main() -> None:
    """Build the index, match the leads by both ways, and print what it took."""
    before, waited = _memory(), _Waited(NUMBER)
    begin, spent = time.perf_counter(), time.process_time()
    index = Index.of(waited, ACCOUNT)
    took, spent = time.perf_counter() - begin - waited.seconds, time.process_time() - spent - waited.spent
    print(f"{NUMBER:,} accounts indexed in {took:.1f} s ({spent:.1f} s of one core)")
    print(f"memory: {_memory() - before:,.0f} MB more at the peak than {before:,.0f} MB before")
    _changes(index)
    draw = Random(11)
    rows = draw.sample(waited.kept, LEADS)
    written = {
        "as it stands": [row["Name"] for row in rows],
        "cut short": [cut_short(row["Name"]) for row in rows],
        "with a slip": [with_a_slip(row["Name"], draw) for row in rows],
        "of no account": ["".join(draw.choices(ascii_lowercase, k=9)).capitalize() + " Services" for _ in rows],
    }
    names = {row["Id"]: utils.default_process(row["Name"]) for row in companies(NUMBER)}
    scan = statistics.median(_scan(names, name)[0] for name in written["as it stands"][:5])
    print(f"\n{'a lead':<16}{'p50':>9}{'mean':>9}{'p99':>9}   {'to the scan':>12}   found in 5, index and scan")
    for kind, leads in written.items():
        _line(index, names, kind, leads, [row["Id"] for row in rows], scan)
    print(f"{'scan of names':<16}{scan * 1e3:>6.0f} ms{'':>18}   {'1 (baseline)':>12}")


def _line(index: Index, names: dict[str, str], kind: str, leads: list[str], accounts: list[str], scan: float) -> None:
    times, mine, its = list[float](), 0, 0
    for at, (lead, account) in enumerate(zip(leads, accounts, strict=True)):
        one = told({"Company": lead, "LastName": "Rowe", "Email": "jo.rowe@gmail.com"}, LEAD)
        begin = time.perf_counter()
        found = index.find(one)
        times.append(time.perf_counter() - begin)
        if at < SCANNED and kind != "of no account":
            mine += names[account] in {names[each.record_id] for each in found}
            its += names[account] in _scan(names, lead)[1]
    times.sort()
    p50, mean, p99 = (one * 1e3 for one in (times[LEADS // 2], statistics.fmean(times), times[LEADS * 99 // 100]))
    told_of = "" if kind == "of no account" else f"   {mine} and {its} of {SCANNED}"
    print(f"{kind:<16}{p50:>6.2f} ms{mean:>6.2f} ms{p99:>6.2f} ms   1 : {scan * 1e3 / p50:>8,.0f}{told_of}")


def _scan(names: dict[str, str], lead: str) -> tuple[float, set[str]]:
    """Compare a lead with every name; give the seconds that it took, and the five names that are most alike."""
    begin = time.perf_counter()
    found = process.extract(utils.default_process(lead), names, scorer=fuzz.token_sort_ratio, limit=5)
    return time.perf_counter() - begin, {name for name, _, _ in found}


def _changes(index: Index) -> None:
    """Print what it takes when some accounts have changed."""
    more = [{"Id": f"002{at:012}AAA", "Name": f"Lowell Optics {at}"} for at in range(200)]
    begin = time.perf_counter()
    index.put(more)
    print(f"200 accounts put into it in {(time.perf_counter() - begin) * 1e3:,.0f} ms")
    index.drop(row["Id"] for row in more)


class _Waited:
    """Gives companies by the page, and counts the time that making them takes: that is no part of the index."""

    def __init__(self, number: int) -> None:
        self.seconds = self.spent = 0.0
        self.kept = list[dict[str, Any]]()  # some of them, to be looked for
        self._rows = companies(number)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while True:
            begin, spent = time.perf_counter(), time.process_time()
            page = [row for row, _ in zip(self._rows, range(PAGE), strict=False)]
            self.kept += page[::50]
            self.seconds += time.perf_counter() - begin
            self.spent += time.process_time() - spent
            if not page:
                return
            yield from page


def _memory() -> float:
    """Give the most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
