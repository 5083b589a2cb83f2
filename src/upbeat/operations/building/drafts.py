"""The draft of a workflow: what people are making of its file and have not saved, each change a row.

Whoever changes a draft says which revision they saw. Where somebody else changed it since, both changes are put
together; where both changed one value, nothing is kept until a person has chosen. So a revision names one text for
good: a change has a number that no other is given, whatever was taken back, and the file is named by what it says.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from upbeat.base import digest
from upbeat.base.files import fresh, read, rewritten
from upbeat.operations.house import House, Refused
from upbeat.store import tables
from upbeat.workflows import EditClash, merged

Values = Mapping[str, Any]

_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)  # of a file
NOTHING_CHOSEN: Mapping[str, str] = MappingProxyType({})
_KEPT = 100  # changes of one workflow that can be taken back, or were and may still be open in a browser


class StaleError(Refused):
    """Somebody else changed what somebody is changing. `clashes` are the values that both changed."""

    def __init__(self, what: str, fix: str, clashes: tuple[EditClash, ...] = ()) -> None:
        """Take what happened, what to do about it, and the clashes."""
        super().__init__(what, fix=fix)
        self.clashes = clashes


@dataclass(frozen=True, slots=True)
class WorkflowDraft:
    """A workflow's file as somebody is making it; `base` is empty for a new one.

    A revision above 0 is the number of the change; below 0 it is the file itself, named by its text.
    """

    workflow: str
    revision: int
    base: str
    text: str
    what: str
    by: str
    at: datetime | None

    @classmethod
    def of_file(cls, workflow: str, text: str) -> Self:
        """Give a file as it is or was, under the number of its text; 0 for one that there is not."""
        revision = -int(digest(text)[:12], 16) if text else 0  # 48 bits: a number that every reader of JSON keeps whole
        return cls(workflow, revision, text, text, "", "", None)

    @property
    def is_file(self) -> bool:
        """Whether it is the file itself, which nobody is changing."""
        return self.revision < 0

    @property
    def path(self) -> str:
        """The file, from the workspace's folder."""
        return path_of(self.workflow)

    @property
    def values(self) -> Values:
        """What it says. Raises DefinitionError where its text is no YAML."""
        return values_of(self.path, self.text)


def path_of(name: str) -> str:
    """Give the path of a workflow's file, from the workspace's folder."""
    return f"workflows/{name}.yaml"


def values_of(path: str, text: str) -> Values:
    """Read a workflow's text. Raises DefinitionError where it is no YAML."""
    return read(path, text.encode(), "workflow")[0] if text else {}


def file_text(house: House, name: str) -> str:
    """Give a workflow's file as it stands, empty where there is none. Raises DefinitionError where it is no YAML."""
    file = house.folder / path_of(name)
    return read(path_of(name), file.read_bytes(), "workflow")[1].text if file.exists() else ""


def find_draft(house: House, name: str) -> WorkflowDraft | None:
    """Give a workflow's draft, its file where nobody changes it; None where there is neither."""
    if not _NAME.fullmatch(name):
        return None
    with house.store.reading() as conn:
        found = _newest(conn, name)
    if found is not None:
        return found
    text = file_text(house, name)
    return WorkflowDraft.of_file(name, text) if text else None


def drafts(house: House) -> dict[str, WorkflowDraft]:
    """Give every draft, by the workflow's name."""
    with house.store.reading() as conn:
        names = conn.scalars(select(tables.drafts.c.workflow).distinct()).all()
        return {name: found for name in sorted(names) if (found := _newest(conn, name)) is not None}


def begin(house: House, name: str, values: Values, by: str) -> WorkflowDraft:
    """Begin a workflow that there is not. Raises Refused where there is one of that name."""
    builder = as_builder(house, by)
    if find_draft(house, name) is not None:
        raise Refused(f"there is a workflow {name} already", fix="Give yours another name, or change that one.")
    with house.store.writing() as conn:
        if _newest(conn, name) is not None:
            raise Refused(f"somebody has just begun {name}", fix="Give yours another name, or go on with theirs.")
        return _add(conn, house, WorkflowDraft.of_file(name, ""), fresh(values), "begun", builder)


def change(
    house: House,
    name: str,
    revision: int,
    make: Callable[[Values], Values],
    what: str,
    by: str,
    choose: Mapping[str, str] = NOTHING_CHOSEN,
) -> WorkflowDraft:
    """Change a draft as somebody saw it at a revision; what did not change keeps its lines and comments.

    Raises StaleError where a value was changed by somebody else since, unless `choose` says, by the key of each such
    clash, whose holds: `mine` or `theirs`. A value that was changed again since somebody chose is another clash.
    """
    builder = as_builder(house, by)
    with house.store.writing() as conn:
        now = _newest(conn, name) or _from_file(house, name)
        seen = now if now.revision == revision else _at(conn, name, revision)
        mine = make(seen.values)
        text = rewritten(now.text, mine) if seen is now else _together(seen, mine, now, choose)
        return now if text == now.text else _add(conn, house, now, text, what, builder)


def undo(house: House, name: str, revision: int, by: str) -> WorkflowDraft | None:
    """Take the last change of a draft back, or the draft where it was the first. Raises StaleError."""
    as_builder(house, by)
    with house.store.writing() as conn:
        _hold_newest(conn, name, revision)
        end(conn, name, revision, revision)
    return find_draft(house, name)


def discard(house: House, name: str, revision: int, by: str) -> None:
    """Throw a draft away; the file stays as it is. Raises StaleError where somebody else changed it since."""
    as_builder(house, by)
    with house.store.writing() as conn:
        _hold_newest(conn, name, revision)
        end(conn, name, 1, revision)


def bring_in(
    house: House, name: str, revision: int, by: str, choose: Mapping[str, str] = NOTHING_CHOSEN
) -> WorkflowDraft:
    """Put what the file says by now together with a draft that began before. Raises StaleError as `change` does."""
    builder = as_builder(house, by)
    theirs = file_text(house, name)
    with house.store.writing() as conn:
        now = _hold_newest(conn, name, revision)
        base, file = WorkflowDraft.of_file(name, now.base), WorkflowDraft.of_file(name, theirs)
        text = now.text if not theirs else _together(base, now.values, file, choose)
        return _add(conn, house, file, text, "took in what the file says", builder)


def end(conn: Connection, name: str, first: int, last: int) -> None:
    """Let changes of a draft, by their numbers, count no more; who still sees them is understood."""
    table = tables.drafts
    conn.execute(update(table).where(table.c.workflow == name, table.c.revision.between(first, last)).values(gone=True))


def hold_current(house: House, name: str, revision: int) -> WorkflowDraft:
    """Give a draft as it is. Raises StaleError where it, or the file below it, changed since somebody looked."""
    found = find_draft(house, name)
    if found is None or found.revision != revision:
        with house.store.reading() as conn:
            seen = _at(conn, name, revision)
        if found is not None and found.is_file and found.text == seen.text:
            raise Refused(f"{found.path} says already what you saw: it was saved meanwhile", fix="Load the page again.")
        raise _moved(name)
    if file_text(house, name) != found.base:
        raise StaleError(
            f"{found.path} was changed since this draft began", "Take its changes in first: nothing of yours is lost."
        )
    return found


def as_builder(house: House, by: str) -> str:
    """Hold that somebody may build workflows, and give their username."""
    person = house.person(by).username
    house.allow(person, "build")
    return person


def _together(seen: WorkflowDraft, mine: Values, now: WorkflowDraft, choose: Mapping[str, str]) -> str:
    """Give the newer text with my changes of the older one. Raises StaleError for clashes that nobody chose at."""
    chosen = [key for key, whose in choose.items() if whose == "mine"]
    found = merged(seen.values, mine, now.values, chosen)
    if any(one.key not in choose for one in found.clashes):
        who = now.by or "the file"
        raise StaleError(
            f"{who} changed what you changed", "Choose whose value holds; all else of both is kept.", found.clashes
        )
    return rewritten(now.text, found.values)


def _newest(conn: Connection, name: str) -> WorkflowDraft | None:
    table = tables.drafts
    mine = select(table).where(table.c.workflow == name, ~table.c.gone).order_by(table.c.revision.desc()).limit(1)
    row = conn.execute(mine).first()
    return None if row is None else _made(row)


def _made(row: Row[*tuple[Any, ...]]) -> WorkflowDraft:
    return WorkflowDraft(row.workflow, row.revision, row.base, row.text, row.what, row.by, row.at)


def _from_file(house: House, name: str) -> WorkflowDraft:
    text = file_text(house, name)
    if not text:
        raise Refused(f"there is no workflow {name}", fix="Begin one: Workflows, New.")
    return WorkflowDraft.of_file(name, text)


def _at(conn: Connection, name: str, revision: int) -> WorkflowDraft:
    """Give a draft as somebody saw it, ended since or not. Raises StaleError where that is not known any more."""
    table = tables.drafts
    for row in conn.execute(select(table).where(table.c.workflow == name).order_by(table.c.revision.desc())):
        if row.revision == revision:
            return _made(row)
        if revision < 0:
            for text in (row.text, row.base):  # a change that was saved, or the file below it
                if (file := WorkflowDraft.of_file(name, text)).revision == revision:
                    return file
    raise _moved(name)


def _hold_newest(conn: Connection, name: str, revision: int) -> WorkflowDraft:
    found = _newest(conn, name)
    if found is None or found.revision != revision:
        raise _moved(name)
    return found


def _moved(name: str) -> StaleError:
    return StaleError(f"somebody else has changed {name} since you looked", "Load the page again, and look.")


def _add(conn: Connection, house: House, now: WorkflowDraft, text: str, what: str, by: str) -> WorkflowDraft:
    table = tables.drafts
    number = (conn.scalar(select(func.max(table.c.revision)).where(table.c.workflow == now.workflow)) or 0) + 1
    made = WorkflowDraft(now.workflow, number, now.base, text, what, by, house.clock.now())
    values = {name: getattr(made, name) for name in ("workflow", "revision", "base", "text", "what", "by", "at")}
    conn.execute(insert(table).values(**values, gone=False))
    conn.execute(delete(table).where(table.c.workflow == made.workflow, table.c.revision <= number - _KEPT))
    return made
