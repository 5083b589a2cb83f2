"""What became of a write: read from Salesforce, because only Salesforce knows.

An update happened where every field has the value we meant, and did not where every field has the value from before;
anything else is a person's to look at. A create is found by its marker; without one, by our user, the time since we
meant it and the values written, once the org must long have answered.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from upbeat.domain import Proposal, Record, Verb
from upbeat.salesforce import Reader, Session

SETTLING = timedelta(minutes=10)  # Salesforce ends a request after ten minutes at the latest
_CHUNK = 200


class Found(StrEnum):
    """What reading the org says of a write whose answer was lost."""

    WRITTEN = "written"
    NOT_WRITTEN = "not written"
    TOO_EARLY = "too early"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of the reconciler."""

    state: Found
    record_id: str = ""
    why: str = ""


class Reconciler:
    """Compares proposals with the org, over the connection that wrote them."""

    def __init__(self, connection: Session, marker: str) -> None:
        """Read over `connection`; `marker` is the external id that creates carry where an object has it."""
        self._reader = Reader(connection)
        self._connection = connection
        self._marker = marker

    def look(self, unsure: Sequence[tuple[Proposal, datetime]], now: datetime) -> list[Finding]:
        """Give one finding for each proposal, with the moment at which it was meant to be sent."""
        rows = self._current([one for one, _ in unsure if one.verb is not Verb.CREATE])
        findings: list[Finding] = []
        for proposal, meant in unsure:
            if proposal.verb is Verb.CREATE:
                findings.append(self._created(proposal, meant, now))
            elif proposal.verb is Verb.DELETE:
                gone = proposal.record_id not in rows
                findings.append(Finding(Found.WRITTEN if gone else Found.NOT_WRITTEN, proposal.record_id))
            else:
                findings.append(_updated(proposal, rows.get(proposal.record_id)))
        return findings

    def changed_since(self, proposals: Sequence[Proposal]) -> dict[str, str]:
        """Give, by proposal id, why its record is no longer as the proposal found it."""
        rows = self._current(proposals)
        changed: dict[str, str] = {}
        for one in proposals:
            row = rows.get(one.record_id)
            if row is None:
                changed[one.id] = f"{one.object} {one.record_id} is gone"
                continue
            moved = [name for name, value in one.before.items() if row[name] != value]
            if moved:
                now = ", ".join(f"{name} is {row[name]!s} and was {one.before[name]!s}" for name in moved)
                changed[one.id] = f"changed since: {now}"
        return changed

    def _current(self, proposals: Sequence[Proposal]) -> dict[str, Record]:
        by_object: dict[str, list[Proposal]] = defaultdict(list)
        for one in proposals:
            by_object[one.object].append(one)
        found: dict[str, Record] = {}
        for target, group in by_object.items():
            names = sorted({name for one in group for name in one.before} - {"Id"})
            for ids in _slices([one.record_id for one in group]):
                query = f"SELECT {', '.join(['Id', *names])} FROM {target} WHERE Id IN :ids"  # noqa: S608  from the schema
                found.update((row["Id"], row) for row in self._reader.query(query, {"ids": ids}))
        return found

    def _created(self, proposal: Proposal, meant: datetime, now: datetime) -> Finding:
        names = sorted(proposal.after)
        if self._reader.schema([proposal.object]).object(proposal.object).has(self._marker):
            query = f"SELECT Id FROM {proposal.object} WHERE {self._marker} = :key"  # noqa: S608  from the schema
            rows = self._reader.query(query, {"key": proposal.id})
            return Finding(Found.WRITTEN, rows[0]["Id"]) if rows else Finding(Found.NOT_WRITTEN)
        query = (
            f"SELECT Id, {', '.join(names)} FROM {proposal.object} "  # noqa: S608  from the schema
            "WHERE CreatedById = :me AND CreatedDate >= :meant"
        )
        binds: Mapping[str, Any] = {"me": self._connection.identity().user_id, "meant": meant - timedelta(seconds=1)}
        same = [row for row in self._reader.query(query, binds) if all(row[n] == proposal.after[n] for n in names)]
        if len(same) == 1:
            return Finding(Found.WRITTEN, same[0]["Id"])
        if same:
            return Finding(Found.UNCLEAR, why=f"{len(same)} records could be the one that was created")
        return Finding(Found.NOT_WRITTEN if now - meant >= SETTLING else Found.TOO_EARLY)


def _updated(proposal: Proposal, row: Record | None) -> Finding:
    if row is None:
        return Finding(Found.UNCLEAR, why=f"{proposal.object} {proposal.record_id} is gone")
    if all(row[name] == value for name, value in proposal.after.items()):
        return Finding(Found.WRITTEN, proposal.record_id)
    if all(row[name] == value for name, value in proposal.before.items()):
        return Finding(Found.NOT_WRITTEN)
    return Finding(Found.UNCLEAR, why="the record has neither the values from before nor ours: someone changed it")


def _slices(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
