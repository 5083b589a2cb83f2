"""What the org has beside the conversations of one batch: the activities that each may stand in, and whom they name.

Each object is asked once for all items, before the transaction that decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from upbeat.conversation import Captured, Medium
from upbeat.domain import Proposal, Record, Verb
from upbeat.engine.attending import ROLES, Attending
from upbeat.engine.captured import key_of
from upbeat.engine.items import Work
from upbeat.engine.neighbours import Neighbours
from upbeat.engine.noted import BY, Noted
from upbeat.engine.parts import Parts
from upbeat.steps import FUNCTIONS, Beside
from upbeat.store import tables
from upbeat.workflows import RELATIONS, Step, Workflow

_FIELDS: Final = (
    *("Subject", "OwnerId", "WhoId", "WhatId", "StartDateTime", "EndDateTime", "IsAllDayEvent", "IsChild"),
    *("ActivityDate", "TaskSubtype", "CallDurationInSeconds", "Description", "MessageIdentifier", "RelatedToId"),
)
_AT_ONCE: Final = 100  # conversations in one query, whose address would else be too long
_DAYS: Final = timedelta(hours=14)  # by which a zone's day may lie off UTC's (tz database: Pacific/Kiritimati)


class Activities:
    """What one step of one batch finds of the conversations that its items are of."""

    def __init__(
        self, parts: Parts, workflow: Workflow, step: Step, works: Sequence[Work], heard: Mapping[str, Captured]
    ) -> None:
        """Read what the step's function looks at; `heard` are the conversations by their keys."""
        wanted = FUNCTIONS[step.use].spec.beside(step.values, workflow.object)
        self._object, self._relation = workflow.object, RELATIONS[workflow.object]
        self._heard = heard
        self._rows: list[Record] = []
        self._related: list[Record] | None = None
        self._claimed: dict[str, set[str]] = {}  # by activity: the conversations that are logged as it
        made = [_made(one) for one in works]
        if self._object in wanted:
            self._rows = self._read(parts, step, sorted({one for some in made for one in some}))
        if self._relation in wanted and parts.schema.has(self._relation):
            ids = {row["Id"] for row in self._rows} | {one for some in made for one in some}
            self._related = list(self._relations(parts, sorted(ids)))

    def open(self, conn: Connection) -> None:
        """Read which of the activities other conversations are logged as, inside the transaction that decides."""
        of = tables.conversation_records.c
        ids = [row["Id"] for row in self._rows]
        for start in range(0, len(ids), _AT_ONCE):
            some = of.record_id.in_(ids[start : start + _AT_ONCE])
            for row in conn.execute(select(of.key, of.record_id).where(some)):
                self._claimed.setdefault(row.record_id, set()).add(row.key)

    def beside(self, work: Work) -> Beside:
        """Give what is near an item's conversation."""
        key = key_of(work.item.event)
        one = self._heard.get(key)
        if one is None:
            return Beside()
        made = set(_made(work))
        near = tuple(row for row in self._rows if row["Id"] in made or _is_near(one, row))
        ids = {row["Id"] for row in near} | made
        claimed = tuple(sorted(each for each in ids if self._claimed.get(each, set()) - {key}))
        records: dict[str, tuple[Record, ...]] = {self._object: near}
        if self._related is not None:
            records[self._relation] = tuple(row for row in self._related if row[f"{self._object}Id"] in ids)
        return Beside(records=records, asked=claimed)

    def note(self, work: Work, proposals: Sequence[Proposal]) -> None:
        """Remember which activity an item completes, for those of the batch that come after it."""
        for one in proposals:
            if one.verb is Verb.UPDATE:
                self._claimed.setdefault(one.record_id, set()).add(key_of(work.item.event))

    def _read(self, parts: Parts, step: Step, made: Sequence[str]) -> list[Record]:
        known = parts.schema.object(self._object)
        names = ", ".join(
            dict.fromkeys(["Id", *(name for name in (*_FIELDS, *step.values.get("set", {})) if known.has(name))])
        )
        found: dict[str, Record] = {}
        every = list(self._heard.values())
        for start in range(0, len(every), _AT_ONCE):
            some = every[start : start + _AT_ONCE]
            for where, binds in _where(self._object, some, made):
                query = f"SELECT {names} FROM {self._object} WHERE {where}"  # noqa: S608  names from the schema
                found.update((row["Id"], row) for row in parts.query(query, binds))
        return list(found.values())

    def _relations(self, parts: Parts, ids: Sequence[str]) -> Iterator[Record]:
        parent = f"{self._object}Id"
        more = [name for name in ("RelationType", "RelationAddress", "IsWhat") if self._has(parts, name)]
        names = ", ".join(["Id", parent, "RelationId", *more])
        query = f"SELECT {names} FROM {self._relation} WHERE {parent} IN :ids"  # noqa: S608  names from the schema
        for start in range(0, len(ids), _AT_ONCE):
            yield from parts.query(query, {"ids": ids[start : start + _AT_ONCE]})

    def _has(self, parts: Parts, name: str) -> bool:
        return parts.schema.object(self._relation).has(name)


Looked = Activities | Attending | Noted | Neighbours
"""What a step may look at beside its items' records."""


def look_beside(
    parts: Parts, workflow: Workflow, step: Step, works: Sequence[Work], heard: Mapping[str, Captured]
) -> Looked:
    """Read what the org has beside a batch's records.

    Of conversations to be logged these are the activities of their time, else, where the step's function looks at them,
    those who took part, or the rows that are kept of a conversation already.
    """
    if workflow.of_drafts:
        return Activities(parts, workflow, step, works, heard)
    wanted = FUNCTIONS[step.use].spec.beside(step.values, workflow.object)
    if ROLES in wanted:
        return Attending(parts, works, heard)
    if kept := [one for one in sorted(wanted) if parts.schema.has(one) and parts.schema.object(one).has(BY)]:
        return Noted(parts, kept, heard)
    return Neighbours(parts, workflow, step, works)


def _where(target: str, some: Sequence[Captured], made: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the conditions under which an activity may be one of these conversations."""
    if logged := sorted({*made, *(one.link.activity for one in some)} - {""}):
        yield "Id IN :ids", {"ids": logged}
    if target == "EmailMessage":
        ids = {name for one in some for name in _spellings(one.conversation.source_id)}
        yield "MessageIdentifier IN :ids", {"ids": sorted(ids)}
        return
    days = sorted({day for one in some for day in _days(one)})
    ours = sorted({each.record_id for one in some for each in one.conversation.parties if each.kind == "User"})
    if not ours:
        return
    if target == "Event":
        yield "OwnerId IN :ours AND ActivityDate IN :days", {"ours": ours, "days": days}
    else:
        yield "OwnerId IN :ours AND ActivityDate IN :days AND IsClosed = TRUE", {"ours": ours, "days": days}


def _spellings(message_id: str) -> tuple[str, str]:
    """Give a Message-ID with its brackets and without: tools keep it in either way."""
    plain = message_id.strip().removeprefix("<").removesuffix(">")
    return plain, f"<{plain}>"


def _days(one: Captured) -> set[date]:
    """Give the days on which a conversation may lie, wherever days are counted."""
    began = one.conversation.began.astimezone(UTC)
    return {(began - _DAYS).date(), began.date(), (began + _DAYS).date()}


def _is_near(one: Captured, row: Record) -> bool:
    """Whether a row may be of a conversation: what all others of the batch are of says nothing of this one."""
    talk = one.conversation
    if row["Id"] == one.link.activity:
        return True
    if talk.medium is Medium.EMAIL:
        return str(row.get("MessageIdentifier") or "") in _spellings(talk.source_id)
    days = {day.isoformat() for day in _days(one)}
    ours = {each.record_id for each in talk.parties if each.kind == "User"}
    return row.get("OwnerId") in ours and row.get("ActivityDate") in days


def _made(work: Work) -> list[str]:
    """Give the ids of what earlier steps of an item made, or found."""
    return [str(one["id"]) for one in work.progress.results.values() if one.get("id")]
