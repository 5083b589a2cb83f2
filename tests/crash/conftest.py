"""An org with leads, a workspace connected to it, and engines in processes of their own that tests may kill."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from upbeat import operations, routing
from upbeat.app import Workspace, connect_local, copy_definitions
from upbeat.base import SystemClock, decode
from upbeat.domain import Mode
from upbeat.localorg import LocalOrg, Server, sample
from upbeat.localorg.problems import Saved
from upbeat.operations import Replayed
from upbeat.store import tables

HERE = Path(__file__).parent
DEFINITIONS = HERE / "workspace"
REVOPS, MANAGER, FORMS = "priya.shah@acme.example", "rowan.ellis@acme.example", "web.forms@acme.example"
WEIGHTS = {"theo.grant@acme.example": 3, "maya.chen@acme.example": 2, "nora.lind@acme.example": 1}
WORKFLOWS = ("route-leads", "welcome-leads")


def leads(count: int, ids: Mapping[str, str], country: str = "United States") -> list[dict[str, str]]:
    """Give leads as they arrive: in the queue of new ones."""
    return [
        {"LastName": f"Lead {n}", "Company": f"Company {n}", "Country": country, "OwnerId": ids["New Leads"]}
        for n in range(count)
    ]


def connect(folder: Path, url: str) -> None:
    """Point the workspace to an org."""
    reading, writing = (sample.CONNECTIONS[one] for one in ("reader", "writer"))
    connect_local(folder, url, (reading.client_id, reading.client_secret), (writing.client_id, writing.client_secret))


def promote(folder: Path) -> None:
    """Publish the workflows, let an engine open on them in monitor, and take them live."""
    with Workspace(folder) as space:
        with space.engine():
            pass
        for name in WORKFLOWS:
            operations.promote(space.house, name, [REVOPS, MANAGER])


def hold_nothing_lost_nothing_twice(org: LocalOrg, ids: Mapping[str, str], folder: Path) -> None:
    """Assert laws 2 and 3 of all leads, by the org's own records and history."""
    names = {key: name for name, key in ids.items()}
    found = org.query("SELECT Id, OwnerId FROM Lead", org.process_user)
    owners = {row["Id"]: names[row["OwnerId"]] for row in found}
    moves = org.query("SELECT LeadId, NewValue FROM LeadHistory WHERE Field = 'Owner'", org.process_user)
    given = Counter(row["LeadId"] for row in moves if row["NewValue"] in names)
    calls = Counter(row["WhoId"] for row in org.query("SELECT WhoId FROM Task", org.process_user))
    with Workspace(folder, clock=org.clock) as space:
        status, proof = operations.status(space.house), operations.verify(space.house)
        waiting = {one.record_id: one for one in operations.reviews(space.house, limit=10_000)}
        turns = _turns(space)
        again = {run.verdict for lead in sorted(owners)[-2:] for run in operations.replay(space.house, lead)}
    assert status.loose == ()
    assert proof.problems == ()
    assert proof.unsealed == 0
    assert {state for counts in status.items.values() for state in counts} <= {"routed", "asked", "waiting"}
    routed = {lead for lead, owner in owners.items() if owner in WEIGHTS}
    held = set(owners) - routed
    assert {owners[lead] for lead in held} <= {"New Leads"}
    assert {lead: (one.owner, one.due_at > one.created_at) for lead, one in waiting.items()} == dict.fromkeys(
        held, (REVOPS, True)
    )
    assert given == Counter(dict.fromkeys(routed, 1))
    assert calls == Counter(dict.fromkeys(owners, 1))
    assert sum(status.items.get(f"route-leads ({Mode.LIVE})", {}).values()) == len(owners)
    shares = Counter(owners[lead] for lead in routed)
    assert (turns, again) == (len(routed), {Replayed.SAME} if owners else set())
    whole = sum(WEIGHTS.values())
    assert all(abs(shares[user] - len(routed) * weight / whole) < 1 for user, weight in WEIGHTS.items())


def _turns(space: Workspace) -> float:
    """Give how many turns the pool counts."""
    with space.store.reading() as conn:
        return sum(decode(place, routing.Place).taken for place in conn.scalars(select(tables.pools.c.place)))


@dataclass
class Place:
    """An org that this process serves, and a live workspace connected to it."""

    org: LocalOrg
    ids: dict[str, str]
    folder: Path
    sent: Counter[str] = field(default_factory=Counter[str])
    """How often the org was given each lead's owner."""

    def arrive(self, count: int, country: str = "United States") -> None:
        self.org.create("Lead", leads(count, self.ids, country), self.ids[FORMS])

    def watch(self) -> None:
        """Count what the org is given, whatever it makes of it."""
        update = self.org.update

        def watched(name: str, rows: Sequence[Mapping[str, Any]], user_id: str) -> list[Saved]:
            self.sent.update(str(row["Id"]) for row in rows if "OwnerId" in row)
            return update(name, rows, user_id)

        self.org.update = watched  # type: ignore[method-assign]

    def hold(self) -> None:
        hold_nothing_lost_nothing_twice(self.org, self.ids, self.folder)
        assert set(self.sent.values()) == {1}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    folder = tmp_path / "workspace"
    with closing(LocalOrg(tmp_path / "org.db", clock=SystemClock())) as org, Server(org) as server:
        ids = sample.set_up(org)
        copy_definitions(folder, DEFINITIONS)
        connect(folder, server.url)
        promote(folder)
        place = Place(org, ids, folder)
        place.watch()
        yield place
