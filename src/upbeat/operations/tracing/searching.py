"""Search everywhere: by the beginning of an id, or of the words by which people know records, workflows and each other.

Every look-up is a range of an index, so that a million runs take no longer than a thousand.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from upbeat.base import decode, is_id, short, to_18
from upbeat.engine import begins, captured, published, words_of
from upbeat.operations.house import DisconnectedError, House
from upbeat.operations.tracing.scope import EVERYTHING, Scope, holders, took_part
from upbeat.review import State
from upbeat.salesforce import SalesforceError
from upbeat.store import tables
from upbeat.workflows import FileKind

MOST: Final = 8  # hits of a kind
_DEEP: Final = 20_000  # records with such a word, among which the others are looked for
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{4,64}")
_PART_OF_ID: Final = re.compile(r"[0-9A-Za-z]{5,18}")
_TALK: Final = re.compile(r"c-[0-9a-f]{2,16}")


class Sort(StrEnum):
    """What a hit is."""

    RECORD = "record"
    RUN = "run"
    WORKFLOW = "workflow"
    PERSON = "person"
    REVIEW = "review"
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that fits; `key` is what it is found by: an id, a workflow's name, a username.

    A review is with its `owner`, and its title may name fields of its `object`.
    """

    sort: Sort
    key: str
    title: str
    detail: str
    object: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """What fits, the surest kinds first, at most MOST of a kind. `without_people` is whether the org did not answer."""

    text: str
    hits: tuple[Hit, ...]
    without_people: bool = False


def search(house: House, text: str, scope: Scope = EVERYTHING) -> Hits:
    """Find what `text` is the beginning of, in a scope. Raises SalesforceError where the scope cannot be told."""
    text = text.strip()
    words = words_of(text)
    if not words:
        return Hits(text, ())
    owners = holders(house, scope)
    with house.store.reading() as conn:
        looking = _Looking(conn, scope, owners)
        records = [*looking.records(text, words)]
        keys = [one.key for one in records]
        found = [*records, *looking.runs(text), *_workflows(conn, words)]
        reviews, talks = [*looking.reviews(text, keys)], [*looking.conversations(text, keys)]
    try:
        people, away = [*_people(house, words)], False
    except (SalesforceError, DisconnectedError):
        people, away = [], True
    return Hits(text, (*found, *people, *reviews, *talks), without_people=away)


class _Looking:
    """What is looked for in the store, within a scope."""

    def __init__(self, conn: Connection, scope: Scope, owners: Sequence[str]) -> None:
        self._conn = conn
        self._scope = scope
        names = tables.record_names.c
        self._theirs: ColumnElement[bool] = true() if scope.people is None else names.owner_id.in_(owners)
        self._talked = took_part(scope, owners)

    def records(self, text: str, words: Sequence[str]) -> Iterator[Hit]:
        """Find records by their id, by how it begins, or by the words of their name."""
        names = tables.record_names.c
        if is_id(text):
            found = names.record_id == to_18(text)
        elif _PART_OF_ID.fullmatch(text) and any(one.isdigit() for one in text[:5]):
            found = or_(begins(names.record_id, text), names.record_id.in_(self._called(words)))
        else:
            found = names.record_id.in_(self._called(words))
        mine = select(names.record_id, names.object, names.name).where(found, self._theirs)
        rows = self._conn.execute(mine.limit(MOST)).all()
        for row in rows:
            yield Hit(Sort.RECORD, row.record_id, row.name or row.record_id, row.object)
        if not rows and is_id(text) and self._scope.people is None:
            yield from self._unnamed(to_18(text))

    def _unnamed(self, key: str) -> Iterator[Hit]:
        """Find a record that is not known by a name: of a conversation, or gone before it was read."""
        items = tables.items.c
        row = self._conn.execute(select(items.object).where(items.record_id == key).limit(1)).first()
        if row is not None:
            yield Hit(Sort.RECORD, key, key, row.object)

    def _called(self, words: Sequence[str]) -> Sequence[str]:
        """Give the ids of records of whose name every one of these words begins a word."""
        table = tables.record_words
        rarest, *others = sorted(words, key=self._how_many)
        some = select(table.c.record_id).where(begins(table.c.word, rarest)).order_by(table.c.word).limit(_DEEP)
        found = some.subquery()
        mine = select(found.c.record_id).distinct()
        for one in others:
            other = table.alias()
            same = (other.c.record_id == found.c.record_id) & begins(other.c.word, one)
            mine = mine.where(select(other.c.word).where(same).exists())
        if self._scope.people is not None:
            names = tables.record_names
            mine = mine.join(names, names.c.record_id == found.c.record_id).where(self._theirs)
        return list(self._conn.scalars(mine.limit(MOST)))

    def _how_many(self, word: str) -> int:
        """Count the records of a word, up to where it makes no difference."""
        table = tables.record_words.c
        some = select(table.record_id).where(begins(table.word, word)).limit(_DEEP // 10).subquery()
        return self._conn.scalar(select(func.count()).select_from(some)) or 0

    def runs(self, text: str) -> Iterator[Hit]:
        """Find runs by the beginning of their id."""
        if not _DIGEST.fullmatch(text):
            return
        items, names = tables.items, tables.record_names
        mine = select(items.c.id, items.c.workflow, items.c.object, items.c.outcome, items.c.state, names.c.name)
        mine = mine.outerjoin(names, names.c.record_id == items.c.record_id).where(begins(items.c.id, text.lower()))
        for row in self._conn.execute(mine.where(self._theirs).limit(MOST)):
            called = row.name or row.object
            yield Hit(Sort.RUN, row.id, f"{row.workflow} on {called}", f"{short(row.id)}, {row.outcome or row.state}")

    def reviews(self, text: str, records: Sequence[str]) -> Iterator[Hit]:
        """Find what waits for a person by the beginning of its id, and what is open about the records found."""
        table = tables.reviews.c
        wanted: list[ColumnElement[bool]] = (
            [(table.state == State.OPEN) & table.record_id.in_(records)] if records else []
        )
        if _DIGEST.fullmatch(text):
            wanted.append(and_(begins(table.id, text.lower())))
        people = self._scope.people
        for one in wanted:
            mine = select(table.id, table.title, table.state, table.owner, table.object).where(one)
            if people is not None:
                mine = mine.where(table.owner.in_(sorted(people)))
            for row in self._conn.execute(mine.limit(MOST)):
                yield Hit(Sort.REVIEW, row.id, row.title, row.state, row.object, row.owner)

    def conversations(self, text: str, records: Sequence[str]) -> Iterator[Hit]:
        """Find conversations by the beginning of their key, and those of the records found. Their words stay closed."""
        table, of = tables.conversations, tables.conversation_records
        kept = select(table.c.key, table.c.medium, table.c.source, table.c.began)
        kept = kept.where(table.c.state == captured.State.KEPT, self._talked)
        if _TALK.fullmatch(text) and self._scope.people is None:
            kept = kept.where(begins(table.c.key, text))
        elif records:
            kept = kept.where(table.c.key.in_(select(of.c.key).where(of.c.record_id.in_(records))))
        else:
            return
        for row in self._conn.execute(kept.order_by(table.c.began.desc()).limit(MOST)):
            yield Hit(Sort.CONVERSATION, row.key, f"{row.medium} of {row.began:%-d %b %Y}", row.source)


def _workflows(conn: Connection, words: Sequence[str]) -> Iterator[Hit]:
    for named, one in published.newest(conn).items():
        if named.kind is FileKind.WORKFLOW and one.text:
            title = str(decode(one.text)["workflow"]["title"])
            if _fits(f"{named.name} {title}", words):
                yield Hit(Sort.WORKFLOW, named.name, title, named.name)


def _people(house: House, words: Sequence[str]) -> Iterator[Hit]:
    everybody = house.get_people().all().values()
    fits = (one for one in everybody if one.active and _fits(f"{one.name} {one.username}", words))
    for count, one in enumerate(fits):
        if count == MOST:
            return
        yield Hit(Sort.PERSON, one.username, one.name, one.username)


def _fits(text: str, words: Sequence[str]) -> bool:
    there = words_of(text)
    return all(any(one.startswith(word) for one in there) for word in words)
