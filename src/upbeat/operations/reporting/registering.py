"""The register: all that runs, made from the compiled workflows, the policy and the store alone (law 12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from upbeat.domain import Mode
from upbeat.operations.drafting import unpublished
from upbeat.operations.house import House
from upbeat.operations.owning.trigger_reviews import last_review, looked_at
from upbeat.steps import SPECS
from upbeat.store import tables
from upbeat.workflows import Conflict, FileKind, Named, Row, RuleLine, Workflow, conflicts, register


@dataclass(frozen=True, slots=True)
class Signed:
    """Who looked at something, when, and what they noted."""

    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Registered:
    """One workflow that runs: what it is, which of its versions, since when and by whom, and when it was reviewed.

    `live_since` and `live_by` are empty in monitor. `review_due` is when its next review is, for one that is live.
    `meets` says where it meets others that run: a field that both write, a start, a circle.
    """

    row: Row
    number: int
    published_at: datetime | None
    published_by: str
    live_since: datetime | None
    live_by: str
    reviewed: Signed | None
    review_due: datetime | None
    meets: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """All that runs. `rules` are the policy's, `roles` says who holds each, `unpublished` what only files say."""

    made_at: datetime
    triggers: tuple[Registered, ...]
    rules: tuple[RuleLine, ...]
    roles: Mapping[str, tuple[str, ...]]
    unpublished: tuple[str, ...]


def the_register(house: House) -> Register:
    """Give the register of what runs at this moment."""
    versions, now = house.versions, house.clock.now()
    rows = register(versions.current, versions.policy, versions.modes(), SPECS)
    every = versions.policy.triggers.review_every
    with house.store.reading() as conn:
        triggers = tuple(_registered(conn, house, row, versions.current[row.workflow], every) for row in rows)
    rules = tuple(RuleLine.of(one) for one in versions.policy.rules)
    changed = tuple(f"{one.path} says what is not published, and so does not run." for one in unpublished(house))
    return Register(now, triggers, rules, versions.policy.roles, changed)


def _registered(conn: Connection, house: House, row: Row, flow: Workflow, every: timedelta) -> Registered:
    version = house.versions.newest.get(Named(FileKind.WORKFLOW, flow.name))
    live = _live(conn, house, flow) if row.mode is Mode.LIVE else None
    last = last_review(conn, flow.name)
    return Registered(
        row=row,
        number=0 if version is None else version.number,
        published_at=None if version is None else version.at,
        published_by="" if version is None else version.by,
        live_since=None if live is None else live.at,
        live_by="" if live is None else live.by,
        reviewed=None if last is None else Signed(last.by, last.at, last.note),
        review_due=None if live is None else looked_at(conn, flow.name, live.at) + every,
        meets=tuple(conflicts(flow, house.versions.current.values())),
    )


def _live(conn: Connection, house: House, flow: Workflow) -> Signed | None:
    """Give who took a workflow live, and when."""
    given = conn.execute(select(tables.modes).where(tables.modes.c.workflow == flow.name)).first()
    if given is None:
        return None
    entry = house.ledger.read(conn, given.entry_id)
    note = "" if entry.payload is None else entry.payload.get("note", "")
    return Signed(entry.actor, given.at, note)
