"""What the org keeps of the conversations of one batch already, or is about to: nothing of one is kept twice."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, select

from upbeat.apply import State as Stage
from upbeat.base import decode
from upbeat.conversation import Captured
from upbeat.domain import Proposal, Record, Verb
from upbeat.engine.captured import key_of
from upbeat.engine.items import Work
from upbeat.engine.parts import Parts
from upbeat.steps import Beside
from upbeat.store import tables

BY: Final = "Conversation_Key__c"
"""The field by which an object keeps something of a conversation."""

_STANDING: Final = (Stage.HELD, Stage.CLEARED, Stage.SENDING)
_READ: Final = ("Id", BY, "Finding_Key__c", "Part__c")
_AT_ONCE: Final = 100  # keys in one query, whose address would else be too long


class Noted:
    """The rows that are of a batch's conversations."""

    def __init__(self, parts: Parts, objects: Sequence[str], heard: Mapping[str, Captured]) -> None:
        """Read from the org the rows of these objects; `heard` are the conversations by their keys."""
        self._rows: dict[str, list[Record]] = {name: [] for name in objects}
        self._suggested: list[tuple[str, Proposal]] = []  # with the items that suggest them
        keys = sorted(heard)
        for name in objects:
            known = parts.schema.object(name)
            query = f"SELECT {', '.join(one for one in _READ if known.has(one))} FROM {name} WHERE {BY} IN :keys"  # noqa: S608  names from the schema
            for start in range(0, len(keys), _AT_ONCE):
                self._rows[name] += parts.query(query, {"keys": keys[start : start + _AT_ONCE]})

    def open(self, conn: Connection) -> None:
        """Read what is suggested and not written yet, inside the transaction that decides."""
        table = tables.proposals
        wanted = select(table.c.item_id, table.c.body).where(
            table.c.state.in_(_STANDING), table.c.object.in_(list(self._rows))
        )
        for row in conn.execute(wanted):
            self._suggest(row.item_id, [decode(row.body, Proposal)])

    def beside(self, work: Work) -> Beside:
        """Give what is kept of an item's conversation, and what other items suggest to keep."""
        key, found = key_of(work.item.event), dict[str, tuple[Record, ...]]()
        for name, rows in self._rows.items():
            others = (one.after for item_id, one in self._suggested if item_id != work.item.id and one.object == name)
            found[name] = tuple(row for row in (*rows, *others) if row.get(BY) == key)
        return Beside(records=found)

    def note(self, work: Work, proposals: Sequence[Proposal]) -> None:
        """Remember what an item suggests, for those of the batch that come after it."""
        self._suggest(work.item.id, proposals)

    def _suggest(self, item_id: str, proposals: Sequence[Proposal]) -> None:
        self._suggested += [(item_id, one) for one in proposals if one.verb is Verb.CREATE]
