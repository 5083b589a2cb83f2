"""Upbeat's command line in forks of one process that has everything loaded: `forks.py` beside this file."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SERVER = Path(__file__).with_name("forks.py")
RUN = ("run", "--since", "1 hour", "--json", "--dir")
PATIENCE = 60.0  # seconds, until a command that is under way must have told something


@dataclass(frozen=True)
class Ended:
    """How a command ended: `code` is negative where a signal killed it."""

    code: int
    crossed: int
    out: str
    err: str


@dataclass
class Started:
    """A command under way; `into` holds what it prints."""

    forks: "Forks"
    pid: int
    into: Path
    code: int | None = field(default=None)

    def told(self) -> Any:
        """Give the first line that it prints, which is JSON."""
        deadline = time.monotonic() + PATIENCE
        while "\n" not in (text := (self.into / "out").read_text()):
            assert time.monotonic() < deadline, (self.into / "err").read_text()
            time.sleep(0.005)
        return json.loads(text.partition("\n")[0])

    @property
    def err(self) -> str:
        return (self.into / "err").read_text()

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal, unless it has ended, and wait for its end."""
        if self.code is None:
            os.kill(self.pid, how)
        return self.wait()

    def wait(self) -> int:
        """Wait for its end, and give how it ended."""
        if self.code is None:
            self.code = int(self.forks.ask({"pid": self.pid})["code"])
        return self.code


class Forks:
    """Commands in forks of one process that has everything loaded."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Hand the process a line, and give its answer."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def __call__(
        self, *args: str | Path, cwd: Path, stdin: str = "", die_at: int = 0, limit: int = 0, patience: float = 0
    ) -> Ended:
        """Run a command to its end, or to the boundary at which it is killed; see forks.py for the rest."""
        return Ended(**self.ask(_line(args, cwd, stdin=stdin, die_at=die_at, limit=limit, patience=patience)))

    def run(self, folder: Path, die_at: int = 0) -> Ended:
        """Run an engine until it is idle, or killed."""
        return self(*RUN, folder, "--until-idle", cwd=folder, die_at=die_at)

    @contextmanager
    def started(self, *args: str | Path, cwd: Path) -> Iterator[Started]:
        """Run a command beside the test, and kill it at the latest when the test ends."""
        with TemporaryDirectory(prefix="upbeat-") as into:
            one = Started(self, self.ask({**_line(args, cwd), "into": into})["pid"], Path(into))
            try:
                yield one
            finally:
                one.end(signal.SIGKILL)

    def close(self) -> None:
        self._process.communicate(timeout=30)


def _line(args: tuple[str | Path, ...], cwd: Path, **more: Any) -> dict[str, Any]:
    nothing = {"stdin": "", "die_at": 0, "limit": 0, "patience": 0}
    return {"args": [str(one) for one in args], "cwd": str(cwd), **nothing, **more}
