"""What shows that somebody is interested, beside talk: a form, a signup, intent data, all in one form.

A source of them gives JSON or CSV, and a mapping says where each thing stands. What is not mapped is kept as evidence.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

import msgspec

from upbeat.base import decode, digest, value_in
from upbeat.channels import AddressError, address_of
from upbeat.conversation.files import Noticed, Unreadable, decoded
from upbeat.conversation.values import Conversation, Medium, Party, Turn
from upbeat.workflows import SignalKind, SignalMap

_MOST: Final = 5_000  # of one delivery or file; what has more is a table for an import
_FIELDS: Final = 60  # values of one that are kept as evidence
_LONGEST: Final = 5_000  # characters of a value
_MILLIS: Final = 100_000_000_000  # as seconds this is the year 5138: what is larger counts milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal, whichever of the three kinds it is.

    `topic` is what it is about: the form, the product, the subject that is read about. `said` are the words that a
    person wrote. `evidence` is every value as it came, by where it stood.
    """

    kind: SignalKind
    source: str
    source_id: str
    at: datetime
    topic: str
    person: str = ""
    address: str = ""
    company: str = ""
    score: str = ""
    said: str = ""
    evidence: tuple[tuple[str, str], ...] = ()
    odd: tuple[str, ...] = ()

    @property
    def conversation(self) -> Conversation:
        """The signal as the line carries it: a conversation of its own medium, logged as a Task."""
        strength = f" ({self.score})" if self.score else ""
        known = self.person or self.address or self.company
        parties = (Party(self.person, self.address, company=self.company),) if known else ()
        said = (Turn(0, known, 0 if parties else None, 0, 0, 0, self.said),) if self.said else ()
        return Conversation(
            medium=Medium.SIGNAL,
            source=self.source,
            source_id=self.source_id,
            title=f"{self.kind.capitalize()}: {self.topic}{strength}",
            began=self.at,
            seconds=0,
            parties=parties,
            turns=said,
            text="\n".join(f"{name}: {value}" for name, value in self.evidence),
            odd=self.odd,
        )


def read_signals(name: str, data: bytes, told: SignalMap, source: str, received: datetime) -> list[Signal]:
    """Read the signals of a delivery or a file; `name` ends in .csv where it is a table.

    Raises Unreadable where it is neither JSON nor a table, or nothing stands where the mapping says.
    """
    rows = _table(name, data) if name.casefold().endswith(".csv") else _objects(name, data, told)
    if len(rows) > _MOST:
        raise Unreadable(f"it holds {len(rows):,} signals, and {_MOST:,} are the most that is read", where=name)
    return [_signal(row, told, source, received) for row in rows]


def _table(name: str, data: bytes) -> Sequence[Mapping[str, Any]]:
    text = decoded(name, data, Noticed())
    try:
        return list(csv.DictReader(io.StringIO(text), restkey="", strict=True))
    except csv.Error as error:
        raise Unreadable(
            f"it is no table: {error}", where=name, fix="Write it as CSV, its columns' names first."
        ) from None


def _objects(name: str, data: bytes, told: SignalMap) -> Sequence[Mapping[str, Any]]:
    try:
        found: Any = decode(data)
    except msgspec.DecodeError as error:
        raise Unreadable(f"it is no JSON: {error}", where=name) from None
    found = value_in(found, told.each) if told.each else found
    rows = cast("list[Any]", found) if isinstance(found, list) else [found]
    if not all(isinstance(one, Mapping) for one in rows):
        at = f"at {told.each}" if told.each else "in it"
        raise Unreadable(f"there is no signal {at}", where=name, fix="Say in 'each' where the list of them stands.")
    return rows


def _signal(row: Mapping[str, Any], told: SignalMap, source: str, received: datetime) -> Signal:
    odd = list[str]()

    def at(place: str | None) -> str:
        return _text(row.get(place, value_in(row, place))) if place else ""

    return Signal(
        kind=told.kind,
        source=source,
        source_id=at(told.id) or digest(row)[:32],
        at=_moment(row.get(told.at, value_in(row, told.at)) if told.at else None, received, odd),
        topic=at(told.topic) or told.kind,
        person=" ".join(at(told.name).split()),
        address=_address(at(told.address), odd),
        company=" ".join(at(told.company).split()),
        score=at(told.score),
        said=at(told.text),
        evidence=tuple(_evidence(row))[:_FIELDS],
        odd=tuple(odd),
    )


def _address(text: str, odd: list[str]) -> str:
    if not text:
        return ""
    try:
        return address_of(text).casefold()
    except AddressError:
        odd.append(f"{text[:80]!r} is no mail address")
        return ""


def _moment(value: Any, received: datetime, odd: list[str]) -> datetime:
    """Read a moment as ISO 8601 or as a count since 1970; without one, the time that it came counts."""
    try:
        if isinstance(value, str) and value.strip() and not value.strip().isdecimal():
            found = datetime.fromisoformat(value.strip())
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        if value is not None and not isinstance(value, bool) and str(value).strip():
            count = float(value)
            return datetime.fromtimestamp(count / 1000 if count > _MILLIS else count, UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        odd.append(f"{str(value)[:40]!r} is no time: the time that it came counts")
    return received


def _evidence(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Give every single value with where it stands, as far as the evidence goes."""
    match value:
        case Mapping():
            for name, inner in cast("Mapping[str, Any]", value).items():
                yield from _evidence(inner, f"{path}.{name}" if path else name)
        case list():
            for place, inner in enumerate(cast("list[Any]", value)[:_FIELDS]):
                yield from _evidence(inner, f"{path}[{place}]")
        case None | "":
            return
        case _:
            yield path, _text(value)


def _text(value: Any) -> str:
    """Give a single value as text; what is several is none."""
    if value is None or isinstance(value, Mapping | list):
        return ""
    return str(value).strip()[:_LONGEST]
