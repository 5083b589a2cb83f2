"""An org and a workspace for whoever does something wrong with them, through the command line as users have it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.commands import Ended, Forks
from tests.crash.conftest import DEFINITIONS, FORMS, connect, hold_nothing_lost_nothing_twice, leads

from upbeat.app import copy_definitions
from upbeat.base import SystemClock
from upbeat.localorg import LocalOrg, Server, sample


@dataclass(frozen=True)
class Site:
    """An org that this process serves, and a workspace that is connected to it."""

    org: LocalOrg
    ids: dict[str, str]
    url: str
    folder: Path
    forks: Forks

    def upbeat(self, *args: str, limit: int = 0, patience: float = 0) -> Ended:
        """Run a command in the workspace's folder."""
        return self.forks(*args, cwd=self.folder, limit=limit, patience=patience)

    def run(self, *, limit: int = 0, patience: float = 0) -> Ended:
        """Run the engine until it is idle."""
        return self.upbeat("run", "--since", "1 hour", "--until-idle", limit=limit, patience=patience)

    def rewrite(self, path: str, old: str, new: str) -> None:
        """Make a mistake in a file."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def arrive(self, count: int) -> None:
        self.org.create("Lead", leads(count, self.ids), self.ids[FORMS])


@pytest.fixture
def site(tmp_path: Path, forks: Forks) -> Iterator[Site]:
    with closing(LocalOrg(":memory:", clock=SystemClock())) as org, Server(org) as server:
        ids = sample.set_up(org)
        folder = tmp_path / "workspace"
        copy_definitions(folder, DEFINITIONS)
        connect(folder, server.url)
        yield Site(org, ids, server.url, folder, forks)


def everything_is_done_once(site: Site) -> None:
    """Assert that all leads were routed and asked about, each once, and that the ledger holds."""
    hold_nothing_lost_nothing_twice(site.org, site.ids, site.folder)
