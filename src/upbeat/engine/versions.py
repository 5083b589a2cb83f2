"""Which version of each workflow runs, in which mode: published versions are immutable, modes are given by people.

An item finishes on the version it began with; that version is compiled again from its published text when its files
have changed. A new version starts in monitor, whatever the one before it was.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from upbeat.domain import Mode
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.store import Store, tables
from upbeat.workflows import Catalogue, Policy, Workflow, compile_workflow, restore


class Published(StrEnum):
    """What is published under a name of its own."""

    WORKFLOW = "workflow"
    AGENT = "agent"
    POOL = "pool"
    POLICY = "policy"


def _of(name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    table = tables.versions
    return table.c.kind == Published.WORKFLOW, table.c.name == name


class Versions:
    """The workflows of a workspace: the current version of each by name, and earlier ones by their digest."""

    def __init__(
        self,
        store: Store,
        current: Mapping[str, Workflow],
        policy: Policy,
        catalogue: Catalogue,
    ) -> None:
        """Take the compiled workflows of the files as they stand, which `publish` makes known to the store.

        An earlier version is compiled against `catalogue`, the org as it is.
        """
        self.current = current
        self.policy = policy
        self._store = store
        self._catalogue = catalogue
        self._earlier: dict[str, Workflow] = {}

    def get(self, name: str, version: str) -> Workflow:
        """Give one version of a workflow, current or published before."""
        current = self.current.get(name)
        if current is not None and current.version == version:
            return current
        if version not in self._earlier:
            table = tables.versions
            with self._store.reading() as conn:
                text = conn.scalar(select(table.c.text).where(*_of(name), table.c.version == version).limit(1))
            published = restore(text or "")
            self._earlier[version] = compile_workflow(published.workflows[0], published, self._catalogue)
        return self._earlier[version]

    def publish(self, ledger: Ledger, now: datetime) -> list[str]:
        """Keep the text of every current version that is new; give the names of the workflows that have one."""
        table, fresh = tables.versions, list[str]()
        with self._store.writing() as conn:
            for flow in self.current.values():
                mine = select(func.count(), func.max(table.c.version == flow.version)).where(*_of(flow.name))
                count, known = conn.execute(mine).one()
                if known:
                    continue
                conn.execute(
                    insert(table).values(
                        kind=Published.WORKFLOW,
                        name=flow.name,
                        number=count + 1,
                        version=flow.version,
                        text=flow.text,
                        by=flow.owner,
                        at=now,
                    )
                )
                entry = Entry(
                    kind=Kind.PUBLISHED,
                    actor=flow.owner,
                    payload={"number": count + 1, "text": flow.text},
                    workflow=flow.name,
                    version=flow.version,
                )
                ledger.append(conn, [entry])
                fresh.append(flow.name)
        return fresh

    def mode(self, conn: Connection, workflow: Workflow) -> Mode:
        """Give a version's mode: paused where its file says so, live where people promoted it, else monitor."""
        if workflow.mode is Mode.PAUSED:
            return Mode.PAUSED
        row = conn.execute(select(tables.modes).where(tables.modes.c.workflow == workflow.name)).first()
        return Mode(row.mode) if row is not None and row.version == workflow.version else Mode.MONITOR

    def modes(self) -> dict[str, Mode]:
        """Give the mode of every current workflow, by name."""
        with self._store.reading() as conn:
            return {name: self.mode(conn, flow) for name, flow in self.current.items()}

    def paused(self) -> list[str]:
        """Give the names of the workflows that take no items at present."""
        return [name for name, mode in self.modes().items() if mode is Mode.PAUSED]


def set_mode(conn: Connection, workflow: Workflow, mode: Mode, entry_id: str, now: datetime) -> None:
    """Note the mode that people, or a limit, gave a version; `entry_id` is the ledger entry that says who and why."""
    statement = upsert(tables.modes).values(
        workflow=workflow.name, version=workflow.version, mode=mode, entry_id=entry_id, at=now
    )
    fresh = statement.excluded
    changes = {"version": fresh.version, "mode": fresh.mode, "entry_id": fresh.entry_id, "at": fresh.at}
    conn.execute(statement.on_conflict_do_update(index_elements=["workflow"], set_=changes))
