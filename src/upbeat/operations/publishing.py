"""Publishing files as numbered versions, bringing one back, and telling them apart: what runs is what people published.

Whoever publishes holds a role that the policy lets build. A version never changes: to revert is to publish again what
an earlier one said, and to write its file back, comments and all.
"""

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from upbeat.base.files import NOWHERE, DefinitionError, FileModel
from upbeat.domain import Mode
from upbeat.engine import Published, published, take_back
from upbeat.operations.drafting import (
    Change,
    Draft,
    draft_of_files,
    draft_of_version,
    in_flight,
    resolve,
    unpublished,
)
from upbeat.operations.house import House, Refused
from upbeat.operations.promoting.going_live import take_question_back
from upbeat.store.lock import alone
from upbeat.workflows import Difference, FileKind, Named, differences, load, named


@dataclass(frozen=True, slots=True)
class Version:
    """One version as people look for it. `mode` is that of a workflow's newest version, None for all others."""

    named: Named
    number: int
    version: str
    at: datetime
    by: str
    note: str
    mode: Mode | None
    in_flight: int
    gone: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of a file side by side, each called `version 3` or by the file's path."""

    named: Named
    one: str
    other: str
    differences: tuple[Difference, ...]


def versions(house: House, name: str = "") -> list[Version]:
    """Give every version of one file, newest first, or the newest version of each. Raises Refused for a wrong name."""
    newest = house.versions.newest
    with house.store.reading() as conn:
        modes = published.modes(conn)
        if name:
            rows = published.history(conn, resolve(name, newest))[::-1]
        else:
            rows = [one for _, one in sorted(newest.items())]
        found: list[Version] = []
        for row in rows:
            flow = row.named.kind is FileKind.WORKFLOW and bool(row.text)
            later = [one for one in rows if one.named == row.named and one.number > row.number]
            again = next((one for one in reversed(later) if one.version == row.version), None)
            found.append(
                Version(
                    row.named,
                    row.number,
                    row.version,
                    row.at,
                    row.by,
                    row.note,
                    modes[row.named.name] if flow and not later else None,
                    in_flight(conn, row, again) if flow else 0,
                    not row.text,
                )
            )
    return found


def compare(house: House, name: str, one: int | None = None, other: int | None = None) -> Comparison:
    """Hold a version, the newest where none is given, against another, or against the file as it stands.

    Raises Refused for what is not there, and DefinitionError where the file cannot be read.
    """
    written = load(house.folder)
    files, newest = named(written), house.versions.newest
    key = resolve(name, {*files, *newest, *filter(None, map(Named.of_path, written.unread))})
    with house.store.reading() as conn:
        rows = published.history(conn, key)
    before = _numbered(key, rows, one) if one is not None else rows[-1] if rows else None
    if other is not None:
        after, called = _numbered(key, rows, other), f"version {other}"
        return Comparison(key, _called(before), called, tuple(differences(_file(before), _file(after))))
    if wrong := written.unread.get(key.path):
        raise DefinitionError(wrong)
    return Comparison(key, _called(before), key.path, tuple(differences(_file(before), files.get(key))))


def publish(house: House, names: Collection[str], by: str, note: str = "") -> tuple[Change, ...]:
    """Publish files, all that differ where none is named, in a person's name; running engines pick them up.

    Raises DefinitionError where a check fails, and Refused where the person may not, or there is nothing to publish.
    """
    with alone_with_files(house):
        return publish_alone(house, names, by, note)


@contextmanager
def alone_with_files(house: House) -> Generator[None]:
    """Wait until nobody else publishes or saves, so that what is written into a file is what is published of it."""
    with alone(house.lock.of("files").path):
        yield


def publish_alone(house: House, names: Collection[str], by: str, note: str = "") -> tuple[Change, ...]:
    """Publish files as `publish` does, for whoever is alone with them already."""
    person = _builder(house, by)
    draft = draft_of_files(house, names)
    if not draft.changes:
        what = " and ".join(names) or "every file"
        raise Refused(
            f"{what} stands as it is published", fix="Comments, quotes and the order of keys make no version."
        )
    _keep(house, draft, person, note)
    return draft.changes


def revert(house: House, name: str, number: int, by: str, note: str = "") -> tuple[Change, ...]:
    """Publish again what an earlier version of a file said, and write the file back as it was written then.

    The agents and pools that a workflow names stay as they are: each has versions of its own. Raises Refused where the
    file has changes that are not published, where it says so already, or the person may not.
    """
    with alone_with_files(house):
        return _revert(house, name, number, by, note)


def _revert(house: House, name: str, number: int, by: str, note: str) -> tuple[Change, ...]:
    person = _builder(house, by)
    key = resolve(name, house.versions.newest)
    with house.store.reading() as conn:
        rows = published.history(conn, key)
    row = _numbered(key, rows, number)
    if not row.text:
        raise Refused(
            f"version {number} of {key} says that its file is gone", fix=f"Delete {key.path}, and publish that."
        )
    if key in unpublished(house):
        raise Refused(
            f"{key.path} has changes that are not published, and would lose them",
            fix=f"Publish them first, or put them elsewhere: `upbeat diff {key}` shows them.",
        )
    draft = draft_of_version(house, row)
    if key not in draft.texts or not any(one.named == key and one.differences for one in draft.changes):
        of_its_own = "Its agents and pools have versions of their own: `upbeat versions` lists them."
        fix = of_its_own if key.kind is FileKind.WORKFLOW else ""
        raise Refused(f"{key} says already what version {number} said", fix=fix)
    _keep(house, draft, person, note, reverts=row)
    return draft.changes


def _builder(house: House, by: str) -> str:
    """Hold that somebody may publish, and give their username."""
    person = house.person(by).username
    house.allow(person, "build")
    return person


def _keep(house: House, draft: Draft, by: str, note: str, *, reverts: Published | None = None) -> None:
    """Keep what was drawn up, the version that is brought back first; its file is written before it counts."""
    now = house.clock.now()
    rows = [
        Published(
            one.named,
            one.number,
            draft.texts.get(one.named, ""),
            draft.sources.get(one.named, NOWHERE),
            by,
            note if one.differences else f"{' and '.join(map(str, one.because))} changed",
            now,
        )
        for one in draft.changes
    ]
    if reverts is not None:
        rows.sort(key=lambda one: one.named != reverts.named)
    with house.store.writing() as conn:
        if published.count(conn) != draft.count:
            raise Refused("somebody else has just published", fix="Look again: `upbeat diff` shows what is left.")
        published.keep(conn, house.ledger, rows, reverts=reverts.number if reverts else 0)
        for one in (each for each in rows if each.named.kind is FileKind.WORKFLOW):
            became = f"{by} published version {one.number}" if one.text else "its file is gone"
            take_question_back(house, conn, one.named.name, became)  # people agreed to what the version before would do
            if not one.text:  # what runs no more writes no more
                take_back(conn, house.ledger, one.named.name, by, became, now)
        if reverts is not None:
            for path, text in {reverts.named.path: reverts.source.text, **reverts.source.beside}.items():
                file = house.folder / path
                file.parent.mkdir(exist_ok=True)
                file.write_text(text, encoding="utf-8", newline="")


def _numbered(key: Named, rows: Sequence[Published], number: int) -> Published:
    found = next((one for one in rows if one.number == number), None)
    if found is None:
        there = f"There are 1 to {len(rows)}." if rows else "It was never published."
        raise Refused(f"{key} has no version {number}", fix=there)
    return found


def _called(row: Published | None) -> str:
    return "nothing" if row is None else f"version {row.number}"


def _file(row: Published | None) -> FileModel | None:
    return row.file if row is not None and row.text else None
