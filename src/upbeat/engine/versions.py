"""Which version of each workflow runs, under which policy, in which mode: as published, and in no other way.

An item finishes on the version it began with, which is compiled again from its published text. A new version starts in
monitor, whatever the one before it was. The first start of a store publishes the files as they stand; from then on a
file counts when a person publishes it, and a running engine picks it up between two batches.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from threading import RLock

import structlog
from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert as upsert

from upbeat.base import UpbeatError, decode
from upbeat.base.files import FileModel
from upbeat.domain import Mode
from upbeat.engine import published
from upbeat.engine.published import Published
from upbeat.ledger import Ledger
from upbeat.store import Store, tables
from upbeat.workflows import (
    POLICY,
    Catalogue,
    DefinitionError,
    Definitions,
    FileKind,
    Named,
    Policy,
    Workflow,
    compile_workflow,
    content_of,
    named,
    placed,
    restore,
)

FIRST = "as the files stood at the first start"  # the note of what a first start publishes

log = structlog.get_logger()


class Versions:
    """What runs: the newest version of each workflow by name and of the policy, and earlier ones by their digest.

    Where nothing was published yet it is what the files would publish: `files` reads them, `drafts` compiles them and
    raises DefinitionError where they hold a mistake. `read_catalogue` asks the org what definitions are compiled
    against, the objects that the published ones start on among it.
    """

    def __init__(
        self,
        store: Store,
        files: Callable[[], Definitions],
        drafts: Callable[[], Mapping[str, Workflow]],
        read_catalogue: Callable[[set[str]], Catalogue],
    ) -> None:
        """Read nothing yet."""
        self._reading = RLock()  # the console asks from several threads
        self._store = store
        self._files = files
        self._drafts = drafts
        self._read_catalogue = read_catalogue
        self._catalogue: Catalogue | None = None
        self._count = -1  # of the rows that were read; they are only ever added
        self._newest: Mapping[Named, Published] = {}
        self._current: Mapping[str, Workflow] | None = None
        self._earlier: dict[tuple[str, str], Workflow] = {}
        self._policies: dict[str, Policy] = {}

    @property
    def count(self) -> int:
        """How many versions there were of everything when they were last read."""
        self._look()
        return self._count

    @property
    def newest(self) -> Mapping[Named, Published]:
        """The newest version of everything that was ever published, what is gone since among it."""
        self._look()
        return self._newest

    @property
    def policy(self) -> Policy:
        """The policy that decides. Asks nothing of the org."""
        row = self.newest.get(POLICY)
        if row is None:
            return self._files().policy
        if row.version not in self._policies:  # by what it says: nobody puts an earlier one in a later one's place
            self._policies[row.version] = _as_policy(row.file)
        return self._policies[row.version]

    @property
    def in_force(self) -> str:
        """The version of the policy that decides; empty where none is published yet."""
        row = self.newest.get(POLICY)
        return "" if row is None else row.version

    @property
    def current(self) -> Mapping[str, Workflow]:
        """The workflows that run, compiled. Raises DefinitionError where one compiles no more."""
        with self._reading:
            if self._current is None:
                self._current = _compile(self.newest, self.catalogue, {}) if self.newest else self._drafts()
            return self._current

    @property
    def catalogue(self) -> Catalogue:
        """What definitions are compiled against: the org as it was when something was last picked up."""
        with self._reading:
            if self._catalogue is None:
                self._catalogue = self._read_catalogue(_objects(self.newest))
            return self._catalogue

    def pick_up(self) -> bool:
        """Take over what was published since, between two batches; give whether there was anything.

        A version that compiles no more against the org as it is now leaves the one before it running. Raises
        SalesforceError, and leaves everything as it was, where the org cannot be asked.
        """
        with self._reading:
            return self._pick_up()

    def _pick_up(self) -> bool:
        with self._store.reading() as conn:
            count = published.count(conn)
            if count == self._count:
                return False
            newest = published.newest(conn)
        catalogue = current = None
        if self._current is not None:  # else it is compiled when it is asked for
            catalogue = self._read_catalogue(_objects(newest))
            current = _compile(newest, catalogue, self._current) if newest else self._drafts()
        self._newest = newest
        self._count = count  # after what it counts: who reads the count first sees no less
        self._catalogue, self._current = catalogue, current
        return True

    def get(self, name: str, version: str) -> Workflow:
        """Give one version of a workflow, current or published before. Raises DefinitionError where it is no more."""
        current = self.current.get(name)
        if current is not None and current.version == version:
            return current
        if (name, version) not in self._earlier:
            self._earlier[name, version] = _compiled(self._row(name, version), self.catalogue)
        return self._earlier[name, version]

    def owner(self, name: str, version: str) -> str:
        """Give who owns one version of a workflow, as its text says: it need not compile any more."""
        return decode(self._row(name, version).text)["workflow"]["owner"]

    def policy_of(self, version: str) -> Policy | None:
        """Give the policy that was published under a digest, None where none was. What is kept never changes."""
        if version not in self._policies:
            with self._store.reading() as conn:
                row = published.by_version(conn, FileKind.POLICY, POLICY.name, version)
            if row is None:
                return None
            self._policies[version] = _as_policy(row.file)
        return self._policies[version]

    def begin(self, ledger: Ledger, now: datetime) -> None:
        """Publish the files as they stand, in their owners' names, where nothing was ever published in this store."""
        self.pick_up()
        if self.newest:
            return
        files, flows = named(self._files()), self._drafts()
        rows = [
            Published(
                key,
                1,
                flows[key.name].text if key.kind is FileKind.WORKFLOW else content_of(file),
                file.source,
                owner_of(key, files),
                FIRST,
                now,
            )
            for key, file in files.items()
        ]
        catalogue = self.catalogue
        with self._store.writing() as conn:
            published.keep(conn, ledger, rows)
        self.pick_up()
        self._catalogue = catalogue  # the files and what was published of them start on the same objects

    def mode(self, conn: Connection, workflow: Workflow) -> Mode:
        """Give a version's mode: paused where its file says so, live where people promoted it, else monitor."""
        return published.mode_of(conn, workflow.name, workflow.number, workflow.mode)

    def modes(self) -> dict[str, Mode]:
        """Give the mode of every current workflow, by name."""
        with self._store.reading() as conn:
            return published.modes_of(conn, {name: (flow.number, flow.mode) for name, flow in self.current.items()})

    def paused(self) -> list[str]:
        """Give the names of the workflows that take no items at present."""
        return [name for name, mode in self.modes().items() if mode is Mode.PAUSED]

    def _row(self, name: str, version: str) -> Published:
        with self._store.reading() as conn:
            row = published.by_version(conn, FileKind.WORKFLOW, name, version)
        if row is None:
            raise UpbeatError(f"no version {version[:8]} of {name} was ever published")
        return row

    def _look(self) -> None:
        if self._count >= 0:
            return
        with self._reading:
            if self._count < 0:
                with self._store.reading() as conn:
                    count, self._newest = published.count(conn), published.newest(conn)
                self._count = count


def _compile(
    newest: Mapping[Named, Published], catalogue: Catalogue, before: Mapping[str, Workflow]
) -> dict[str, Workflow]:
    """Compile every current workflow; one of `before` goes on where its successor compiles no more."""
    found: dict[str, Workflow] = {}
    for key, row in newest.items():
        if key.kind is not FileKind.WORKFLOW or not row.text:
            continue
        try:
            found[key.name] = _compiled(row, catalogue)
        except DefinitionError as error:
            if key.name not in before:
                raise
            log.warning("a published version cannot run, the one before it goes on", name=key.name, why=error.what)
            found[key.name] = before[key.name]
    return found


def _compiled(row: Published, catalogue: Catalogue) -> Workflow:
    definitions = placed(restore(row.text), row.file)
    made = compile_workflow(definitions.workflows[0], definitions, catalogue)
    return replace(made, number=row.number, version=row.version, text=row.text)


def _objects(newest: Mapping[Named, Published]) -> set[str]:
    """Give the objects on whose records the published workflows start."""
    flows = (one for one in newest.values() if one.named.kind is FileKind.WORKFLOW and one.text)
    return {decode(one.text)["workflow"]["trigger"]["object"] for one in flows}


def owner_of(key: Named, files: Mapping[Named, FileModel]) -> str:
    """Give who answers for a file: its owner; an agent, and the policy, belong to whoever owns the rule to promote."""
    owner = getattr(files[key], "owner", "")
    policy = files.get(POLICY)
    return owner or (policy.promotion.owner if isinstance(policy, Policy) else "upbeat")


def set_mode(conn: Connection, workflow: Workflow, mode: Mode, entry_id: str, now: datetime) -> None:
    """Note the mode that people, or a limit, gave a version; `entry_id` is the ledger entry that says who and why."""
    statement = upsert(tables.modes).values(
        workflow=workflow.name,
        version=workflow.version,
        number=workflow.number,
        mode=mode,
        entry_id=entry_id,
        at=now,
    )
    fresh = statement.excluded
    changes = {name: fresh[name] for name in ("version", "number", "mode", "entry_id", "at")}
    conn.execute(statement.on_conflict_do_update(index_elements=["workflow"], set_=changes))


def _as_policy(file: FileModel) -> Policy:
    return file if isinstance(file, Policy) else Policy.refusing()
