"""The cost of one save of the local org, split by stage: each stage's own time, without that of those inside it."""

import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import msgspec
from localorg_rows import CHANGES, ROWS, RULES, USER

from upbeat.base import SystemClock, decode
from upbeat.localorg import LocalOrg
from upbeat.localorg.duplicates import Duplicates
from upbeat.localorg.journal import Journal
from upbeat.localorg.rights.gate import Gate
from upbeat.localorg.rules import Rules
from upbeat.localorg.saving.checks import Checks
from upbeat.localorg.saving.effects import Effects
from upbeat.localorg.saving.taking import Taking
from upbeat.localorg.storage import Storage

CHUNK, ROUNDS = 200, 40
STAGES: list[tuple[str, type, tuple[str, ...]]] = [
    ("rights: objects, fields, owners", Gate, ("create", "update")),
    ("take: types, formats, lengths, picklists", Taking, ("begin", "change")),
    ("check: required, derived, references, unique", Checks, ("run",)),
    ("rules", Rules, ("check",)),
    ("duplicates", Duplicates, ("check", "report")),
    ("write", Storage, ("insert", "update")),
    ("read", Storage, ("fetch", "find", "execute")),
    ("history", Effects, ("follow",)),
    ("journal", Journal, ("note", "write")),
]


class Clockwork:
    """Counts the time of each stage while it is the innermost."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self.spent: dict[str, float] = defaultdict(float)
        self._inside: list[str] = []
        self._since = 0.0

    def enter(self, stage: str) -> None:
        """Count for this stage from now on."""
        self._note()
        self._inside.append(stage)

    def leave(self) -> None:
        """Count for the stage around it again."""
        self._note()
        self._inside.pop()

    def _note(self) -> None:
        now = time.perf_counter()
        if self._inside:
            self.spent[self._inside[-1]] += now - self._since
        self._since = now

    def watch(self, kind: type, name: str, stage: str) -> Callable[[], None]:
        """Count a method's time for a stage; gives what ends that."""
        method: Callable[..., Any] = getattr(kind, name)

        @wraps(method)
        def counted(*args: Any, **named: Any) -> Any:
            self.enter(stage)
            try:
                return method(*args, **named)
            finally:
                self.leave()

        setattr(kind, name, counted)
        return lambda: setattr(kind, name, method)


def stages(name: str, folder: Path) -> None:
    """Print what a record costs, created and updated in collections of 200, by stage, in microseconds."""
    org = LocalOrg(folder / f"stages-{name}.db", clock=SystemClock())
    user = org.user(USER, last_name="Bench", profile="System Administrator")
    org.define(rules=RULES)
    encoder = msgspec.json.Encoder()
    for act in ("create", "update"):
        clockwork = Clockwork()
        undo = [clockwork.watch(kind, method, stage) for stage, kind, methods in STAGES for method in methods]
        least: dict[str, float] = {}
        for turn in range(ROUNDS):
            rows = [ROWS[name](turn * CHUNK + n) for n in range(CHUNK)]
            if act == "update":
                rows = [{"Id": one.id, **CHANGES[name]} for one in org.create(name, rows, user)]
            body = encoder.encode({"records": rows})
            clockwork.spent.clear()
            clockwork.enter("parse JSON")
            records = decode(body)["records"]
            clockwork.leave()
            clockwork.enter("the rest: transaction, commit, results")
            saved = getattr(org, act)(name, records, user)
            clockwork.leave()
            clockwork.enter("encode JSON")
            encoder.encode([{"id": one.id, "success": one.ok, "errors": []} for one in saved])
            clockwork.leave()
            assert all(one.ok for one in saved), saved[0]
            if turn > 2 and (not least or sum(clockwork.spent.values()) < sum(least.values())):
                least = dict(clockwork.spent)
        for give_back in undo:
            give_back()
        whole = sum(least.values())
        print(f"{name}, {act}: {whole / CHUNK * 1e6:.1f} µs a record in this process (the best collection of {ROUNDS})")
        for stage, spent in sorted(least.items(), key=lambda one: -one[1]):
            print(f"    {stage:<48}{spent / CHUNK * 1e6:>8.1f} µs {spent / whole:>6.0%}")
    org.close()
