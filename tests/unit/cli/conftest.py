"""The command line as a user types it, on a workspace whose org stands still in time."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from typer.testing import CliRunner

from upbeat.app import Workspace
from upbeat.base import decode
from upbeat.cli import app
from upbeat.testing import House

PRIYA = "priya.shah@acme.example"


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str
    exception: BaseException | None

    @property
    def json(self) -> Any:
        """The one JSON value on standard output."""
        return decode(self.out)


Type = Callable[..., Said]


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """Commands that run until they are interrupted take the signals of the process: give them back."""
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


@pytest.fixture
def type_(monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type a command: `type_("explain", record)`; give what it said. It has no workspace but the one it names."""
    monkeypatch.delenv("UPBEAT_USER", raising=False)

    def run(*words: str, stdin: str = "") -> Said:
        found = CliRunner().invoke(app, [str(one) for one in words], input=stdin, env={"COLUMNS": "200"})
        return Said(found.exit_code, found.stdout, found.stderr, found.exception)

    return run


@pytest.fixture
def upbeat(type_: Type, house: House, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type a command in the house's workspace, at the house's time."""
    at_its_time = partial(Workspace, clock=house.clock, sleep=lambda _: None)
    monkeypatch.setattr("upbeat.cli.frame.Workspace", at_its_time)

    def run(*words: str, stdin: str = "") -> Said:
        return type_(*words, "--dir", str(house.folder), stdin=stdin)

    return run
