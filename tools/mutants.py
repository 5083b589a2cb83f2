"""Make every small fault in the rooms that decide and write, and see whether a test notices: `make mutants`.

python tools/mutants.py                    every room, from where the last run ended
python tools/mutants.py gate               one room; `gate/asks.py` one module
python tools/mutants.py --again            forget what was found before
python tools/mutants.py --page             only write the page from what was found

pytest collects a room's tests once. Each fault then lives in a child that is forked off, where the functions and the
tables of its module are those with the fault: no file is changed, nothing is imported again, and one child runs at a
time, as this is meant for a machine that does other work too. What no test notices is listed in
docs/reference/mutants.md with the reason that tools/mutants.toml gives for it; one without a reason is a test that is
missing.
"""

import hashlib
import json
import os
import signal
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from fault import commit
from mutations import Mutant, mutants
from pages import cell, rewritten

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/upbeat"
PAGE = ROOT / "docs/reference/mutants.md"
REASONS = ROOT / "tools/mutants.toml"
FOUND = ROOT / ".mutants.json"

_OF_GATE = ("tiers", "rules", "decide", "deal", "effects", "held")  # the laws search at length for what these name
_OF_APPLY = ("book", "signatures", "clearance", "hands", "trying", "writing", "handing_over", "sending")
_OF_REVIEW = ("deciding", "passing", "opening", "rights", "queue", "list", "states")
ROOMS: Mapping[str, Sequence[str]] = {  # the rooms, and their tests: the quickest to notice first
    "gate": tuple(f"tests/unit/gate/test_{name}.py" for name in _OF_GATE),
    "apply": tuple(f"tests/unit/apply/test_{name}.py" for name in _OF_APPLY),
    "review": tuple(f"tests/unit/review/test_{name}.py" for name in _OF_REVIEW),
}
_SEARCH = "test_no_order_of_acts"  # of a review's life: it goes on at length, and is left to the tests as they run
PATIENCE = 120.0  # seconds: a fault that makes the tests run on for longer is noticed, too
EXAMPLES = 40  # of each property: a fault that no table notices is looked for by fewer than in a test run
KILLED, SURVIVED = "killed", "survived"


@dataclass(frozen=True, slots=True)
class Fault:
    """A mutant of one module: `gate/asks.py`."""

    module: str
    mutant: Mutant

    @property
    def name(self) -> str:
        """Name it as the page and the reasons do."""
        return f"{self.module} {self.mutant.name}"

    @property
    def room(self) -> str:
        """The room of its module."""
        return self.module.partition("/")[0]


def main() -> None:
    """Try the faults that were not tried yet, and write the page; exit 1 where one survives without a reason."""
    wanted = [one for one in sys.argv[1:] if not one.startswith("--")] or list(ROOMS)
    if "--again" in sys.argv:
        FOUND.unlink(missing_ok=True)
    found, faults = Found(), [one for room in ROOMS for one in faults_of(room)]
    if "--page" not in sys.argv:
        chosen = [one for one in faults if any(one.module.startswith(name) for name in wanted) and not found.end(one)]
        for room in ROOMS:
            try_all(room, [one for one in chosen if one.room == room], found)
    PAGE.write_text(page(faults, found), encoding="utf-8")
    bare = [one.name for one in faults if found.end(one) == SURVIVED and one.name not in reasons()]
    print(*bare, sep="\n")
    sys.exit(bool(bare))


def faults_of(room: str) -> list[Fault]:
    """Give every fault of a room, module by module."""
    files = sorted((SOURCE / room).glob("*.py"))
    return [Fault(f"{room}/{file.name}", one) for file in files for one in mutants(file.read_text(encoding="utf-8"))]


class Found:
    """What came of each fault, kept in a file beside the project: it holds for as long as the module is the same.

    What no test noticed is tried again once a test has changed.
    """

    def __init__(self) -> None:
        """Read what the last run found."""
        self._found: dict[str, list[str]] = json.loads(FOUND.read_text()) if FOUND.exists() else {}
        self._states: dict[str, str] = {}

    def end(self, fault: Fault) -> str:
        """Give what came of a fault, or nothing where that is not known, or no longer."""
        end, module, tests = self._found.get(fault.name, ["", "", ""])
        same = module == self._state(f"src/upbeat/{fault.module}")
        return end if same and (end == KILLED or tests == self._tests(fault)) else ""

    def keep(self, fault: Fault, end: str) -> None:
        """Keep what came of a fault."""
        self._found[fault.name] = [end, self._state(f"src/upbeat/{fault.module}"), self._tests(fault)]
        FOUND.write_text(json.dumps(self._found, indent=0, sort_keys=True))

    def _tests(self, fault: Fault) -> str:
        return "".join(self._state(one) for one in ROOMS[fault.room])

    def _state(self, path: str) -> str:
        if path not in self._states:
            here = ROOT / path
            files = sorted(here.rglob("*.*")) if here.is_dir() else [here, *here.parent.glob("*.txt")]
            whole = b"".join(one.read_bytes() for one in files if one.suffix in {".py", ".txt"})
            self._states[path] = hashlib.sha256(whole).hexdigest()[:12]
        return self._states[path]


def try_all(room: str, faults: Sequence[Fault], found: Found) -> None:
    """Try a room's faults one by one, and keep what came of each."""
    if not faults:
        return
    settings.register_profile("mutants", deadline=None, derandomize=True, max_examples=EXAMPLES)
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    quiet = ["-x", "-n", "0", "-p", "no:cacheprovider", "--no-header", "-W", "ignore", "-k", f"not {_SEARCH}"]
    ended = pytest.main([*quiet, *ROOMS[room]], plugins=[_Trying(faults, found)])
    if ended != pytest.ExitCode.OK:
        sys.exit(f"the tests of {room} fail as they are")


class _Trying:
    """A plugin that runs what was collected once for each fault, each time in a child of its own."""

    def __init__(self, faults: Sequence[Fault], found: Found) -> None:
        self._faults, self._found = faults, found

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        began = time.monotonic()
        if self._passes(session, None):
            for number, one in enumerate(self._faults, 1):
                end = SURVIVED if self._passes(session, one) else KILLED
                self._found.keep(one, end)
                if end == SURVIVED:
                    print(f"survived: {one.name} (line {one.mutant.line})", flush=True)
                if number % 25 == 0:
                    print(f"{number} of {len(self._faults)} in {time.monotonic() - began:.0f} s", flush=True)
        else:
            session.testsfailed += 1
        return True

    def _passes(self, session: pytest.Session, fault: Fault | None) -> bool:
        """Run the tests in a child that has the fault; give whether all of them pass, in time."""
        child = os.fork()
        if child == 0:
            os._exit(_run(session, fault))
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status) == 0
            time.sleep(0.005)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return False


def _run(session: pytest.Session, fault: Fault | None) -> int:
    """Make the fault and run the tests until one fails. Whatever goes wrong is a fault that was noticed."""
    session.config.pluginmanager.unregister(name="terminalreporter")
    try:
        if fault is not None:
            commit(fault.module, fault.mutant.tree())
        for one, following in zip(session.items, [*session.items[1:], None], strict=True):
            session.config.hook.pytest_runtest_protocol(item=one, nextitem=following)
            if session.testsfailed:
                return 1
    except BaseException:  # noqa: BLE001  a fault can end in anything
        return 1
    return 0


def reasons() -> Mapping[str, str]:
    """Give why each fault that no test notices makes no difference, by its name."""
    return tomllib.loads(REASONS.read_text(encoding="utf-8"))["reasons"]


def page(faults: Sequence[Fault], found: Found) -> str:
    """Give the page: how many faults of each module were noticed, and every one that was not."""
    return rewritten(PAGE.read_text(encoding="utf-8"), lambda name: _table(name, faults, found))


def _table(name: str, faults: Sequence[Fault], found: Found) -> Iterator[str]:
    if name == "modules":
        yield from ("| Module | Faults | Noticed | Explained below | Not tried |", "|---|---|---|---|---|")
        for module in dict.fromkeys(one.module for one in faults):
            ends = [found.end(one) for one in faults if one.module == module]
            noticed, explained = ends.count(KILLED), ends.count(SURVIVED)
            yield f"| `{module}` | {len(ends)} | {noticed} | {explained} | {len(ends) - noticed - explained} |"
    else:
        yield from ("| Where | Fault | Why no test notices it |", "|---|---|---|")
        for one in faults:
            if found.end(one) == SURVIVED:
                where = f"`{one.module}` {one.mutant.place}"
                why = reasons().get(one.name, "**not explained**")
                yield f"| {where} | `{cell(one.mutant.change)}` | {cell(why)} |"


if __name__ == "__main__":
    main()
