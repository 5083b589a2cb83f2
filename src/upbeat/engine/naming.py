"""What records are called and whose they are, as the line last saw them: by that people find them again.

A cache of the org's own values: losing it loses no fact of the CRM.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from upbeat.apply import Outcome
from upbeat.apply import State as Stage
from upbeat.base import plain
from upbeat.domain import Record, Verb
from upbeat.store import tables

_WORDS: Final = re.compile(r"[^\W_]+")
_INSIDE: Final = re.compile(r"['\u2019]")  # signs that stand inside a word
_MOST: Final = 12  # words of a name
_LONGEST: Final = 40  # letters of a word that are kept
_WHOLE: Final = 255  # letters of a name that are kept
_LAST: Final = "\U0010ffff"  # sorts behind every letter

Kept = tuple[str, str, str]  # object, name, owner


def words_of(text: str) -> tuple[str, ...]:
    """Give the words of a name or of what somebody looks for, each once, without capitals and accents."""
    found = _WORDS.findall(_INSIDE.sub("", plain(text)))
    return tuple(dict.fromkeys(one[:_LONGEST] for one in found))[:_MOST]


def begins(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """Select the texts that begin so, as a range of the column's index."""
    return (column >= prefix) & (column < prefix + _LAST)


def name_of(record: Record) -> str:
    """Give what a record is called: a lead with its company, as people speak of it."""
    called = (record.get("Name") or record.get("Subject"), record.get("Company"))
    return ", ".join(str(one) for one in called if one)[:_WHOLE]


def note_read(conn: Connection, target: str, rows: Iterable[Record]) -> None:
    """Keep what records of an object are called and whose they are, as they were just read."""
    _keep(conn, {str(row["Id"]): (target, name_of(row), str(row.get("OwnerId") or "")) for row in rows})


def note_written(conn: Connection, outcomes: Iterable[Outcome]) -> None:
    """Keep to whom we gave records, so that whoever has one finds it before it is read again."""
    given = {
        one.record_id: str(one.proposal.after["OwnerId"])
        for one in outcomes
        if one.state is Stage.WRITTEN and one.proposal.verb is Verb.UPDATE and "OwnerId" in one.proposal.after
    }
    known = _known(conn, list(given))
    _keep(conn, {key: (*known[key][:2], owner) for key, owner in given.items() if key in known})


def drop_names(conn: Connection, record_ids: Sequence[str]) -> None:
    """Forget what records are called."""
    for table in (tables.record_names, tables.record_words):
        conn.execute(delete(table).where(table.c.record_id.in_(record_ids)))


def _keep(conn: Connection, wanted: Mapping[str, Kept]) -> None:
    known = _known(conn, list(wanted))
    fresh = {key: one for key, one in wanted.items() if known.get(key) != one}
    if not fresh:
        return
    drop_names(conn, list(fresh))
    names = [
        {"record_id": key, "object": kind, "name": name, "owner_id": to} for key, (kind, name, to) in fresh.items()
    ]
    conn.execute(insert(tables.record_names), names)
    words = [{"word": word, "record_id": key} for key, (_, name, _) in fresh.items() for word in words_of(name)]
    if words:
        conn.execute(insert(tables.record_words), words)


def _known(conn: Connection, record_ids: Sequence[str]) -> dict[str, Kept]:
    table = tables.record_names
    rows = conn.execute(select(table).where(table.c.record_id.in_(record_ids)))
    return {row.record_id: (row.object, row.name, row.owner_id) for row in rows}
