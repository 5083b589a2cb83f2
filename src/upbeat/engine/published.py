"""What was published, as rows: numbered by kind and name, added and never changed.

A row with no text says that its file is gone: what it was does not run any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from upbeat.base import decode, encode
from upbeat.base.files import NOWHERE, FileModel, Source
from upbeat.domain import Mode
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.store import tables
from upbeat.workflows import FileKind, Named, restore_file, version_of


@dataclass(frozen=True, slots=True)
class Published:
    """One version of one file: its canonical text, the file as it was written, who published it, why and when.

    Of `source` the text is kept, and those of the tables beside it.
    """

    named: Named
    number: int
    text: str
    source: Source
    by: str
    note: str
    at: datetime

    @property
    def version(self) -> str:
        """The digest of its content; empty where the file is gone."""
        return version_of(self.text) if self.text else ""

    @property
    def label(self) -> str:
        """What problems call the file of this version."""
        return f"{self.named.path} (version {self.number})"

    @property
    def file(self) -> FileModel:
        """What it says, with the places of the file as it was written."""
        return restore_file(self.named, self.text, replace(self.source, file=self.label))


def newest(conn: Connection) -> dict[Named, Published]:
    """Give the newest version of everything that was ever published, gone or not."""
    table = tables.versions
    last = select(table.c.kind, table.c.name, func.max(table.c.number).label("number"))
    last = last.group_by(table.c.kind, table.c.name).subquery()
    same = (table.c.kind == last.c.kind) & (table.c.name == last.c.name) & (table.c.number == last.c.number)
    rows = conn.execute(select(table).join(last, same).order_by(table.c.kind, table.c.name))
    return {one.named: one for one in map(_published, rows)}


def history(conn: Connection, named: Named) -> list[Published]:
    """Give every version of one file, oldest first."""
    table = tables.versions
    mine = select(table).where(table.c.kind == named.kind, table.c.name == named.name)
    return [_published(row) for row in conn.execute(mine.order_by(table.c.number))]


def by_version(conn: Connection, kind: FileKind, name: str, version: str) -> Published | None:
    """Give what was published under a digest, the newest of several with the same content; None where nothing was."""
    table = tables.versions
    mine = select(table).where(table.c.kind == kind, table.c.name == name, table.c.version == version)
    row = conn.execute(mine.order_by(table.c.number.desc()).limit(1)).first()
    return None if row is None else _published(row)


class Numbers:
    """The numbers under which contents stood, each file's versions read once: for whoever tells many entries."""

    def __init__(self, conn: Connection) -> None:
        """Read nothing yet."""
        self._conn = conn
        self._known: dict[tuple[str, str], list[tuple[str, int, datetime]]] = {}

    def at(self, kind: FileKind, name: str, version: str, at: datetime) -> int:
        """Give the number under which a content stood at a moment; 0 where it was not published by then."""
        stood = (number for digest, number, since in self._of(kind, name) if digest == version and since <= at)
        return max(stood, default=0)

    def _of(self, kind: FileKind, name: str) -> list[tuple[str, int, datetime]]:
        if (kind, name) not in self._known:
            table = tables.versions.c
            mine = select(table.version, table.number, table.at).where(table.kind == kind, table.name == name)
            self._known[kind, name] = [(row.version, row.number, row.at) for row in self._conn.execute(mine)]
        return self._known[kind, name]


def keep(conn: Connection, ledger: Ledger, rows: Sequence[Published], *, reverts: int = 0) -> None:
    """Add versions, and say so in the ledger; `reverts` is the number of the version that the first one brings back."""
    table = tables.versions
    for index, one in enumerate(rows):
        values = {name: getattr(one, name) for name in ("number", "version", "text", "by", "note", "at")}
        values |= {"source": one.source.text, "beside": encode(one.source.beside)}
        conn.execute(insert(table).values(kind=one.named.kind, name=one.named.name, **values))
        said = {"kind": one.named.kind, "name": one.named.name, "number": one.number, "note": one.note}
        said |= {"text": one.text} | ({"reverts": reverts} if reverts and index == 0 else {})
        workflow = one.named.name if one.named.kind is FileKind.WORKFLOW else ""
        kind = Kind.REVERTED if reverts and index == 0 else Kind.PUBLISHED
        ledger.append(conn, [Entry(kind, one.by, said, workflow=workflow, version=one.version)])


def count(conn: Connection) -> int:
    """Give how many versions there are of everything: rows are only ever added."""
    return conn.scalar(select(func.count()).select_from(tables.versions)) or 0


def mode_of(conn: Connection, name: str, number: int, written: Mode) -> Mode:
    """Give the mode of a version: paused where its file says so, as people gave it, else monitor."""
    return modes_of(conn, {name: (number, written)})[name]


def modes_of(conn: Connection, versions: Mapping[str, tuple[int, Mode]]) -> dict[str, Mode]:
    """Give the modes of versions by workflow, each by its number and the mode that its file says."""
    given = {row.workflow: row for row in conn.execute(select(tables.modes))}

    def mode(name: str, number: int, written: Mode) -> Mode:
        row = given.get(name)
        if written is Mode.PAUSED:
            return Mode.PAUSED
        return Mode(row.mode) if row is not None and row.number == number else Mode.MONITOR

    return {name: mode(name, number, written) for name, (number, written) in versions.items()}


def modes(conn: Connection) -> dict[str, Mode]:
    """Give the mode of every workflow that runs, from the store alone: the org may be away."""
    flows = [one for key, one in newest(conn).items() if key.kind is FileKind.WORKFLOW and one.text]
    written = {one.named.name: Mode(decode(one.text)["workflow"].get("mode", Mode.MONITOR)) for one in flows}
    return modes_of(conn, {one.named.name: (one.number, written[one.named.name]) for one in flows})


def _published(row: Row[*tuple[Any, ...]]) -> Published:
    named = Named(FileKind(row.kind), row.name)
    source = replace(NOWHERE, file=named.path, text=row.source, beside=decode(row.beside))
    return Published(named, row.number, row.text, source, row.by, row.note, row.at)
