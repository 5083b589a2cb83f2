"""The words that prove a value, where they were said: the turn that has them, and what was said around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from upbeat.base import Rate, rate
from upbeat.conversation import Conversation, Side, Turn
from upbeat.conversation.calibrating import Outcome
from upbeat.domain import Event, Quote
from upbeat.engine import captured
from upbeat.ledger import Ledger
from upbeat.review import Review
from upbeat.store import tables

_AROUND: Final = 2  # turns before the quoted one, and after it


@dataclass(frozen=True, slots=True)
class Spoken:
    """One turn: who, on whose side, so many seconds from the beginning; None where it was written.

    Of the turn that has the quote, `start` and `end` are where it stands in `text`; else both are 0.
    """

    speaker: str
    side: Side
    seconds: float | None
    text: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote with the turns around it.

    `conversation` is the key of the talk it stands in, empty where it stands in none; `turns` are empty then, and where
    its words are kept no more, which `missing` says. `held` is how often such values, by the same reader, were taken
    as they stood; None for what reviewers have decided nothing of.
    """

    quote: Quote
    record_id: str
    conversation: str = ""
    title: str = ""
    medium: str = ""
    turns: tuple[Spoken, ...] = ()
    missing: str = ""
    held: Rate | None = None


def quoted(conn: Connection, ledger: Ledger, found: Review, event: Event | None) -> tuple[Quoted, ...]:
    """Give every quote of a review's changes in its context, once. Raises LedgerError for what was tampered with."""
    quotes = {one: each.record_id for each in found.body.proposals for one in each.quotes}
    if not quotes:
        return ()
    key = "" if event is None else captured.key_of(event)
    kept = captured.read(conn, ledger, [key]).get(key) if key else None
    talk = None if kept is None else kept.conversation
    held = _held(conn)
    return tuple(_in_talk(one, record_id, key, talk, held) for one, record_id in quotes.items())


def _in_talk(
    one: Quote, record_id: str, key: str, talk: Conversation | None, held: Mapping[tuple[str, str], Rate]
) -> Quoted:
    known = held.get((one.of, one.by)) if one.of else None
    if talk is None:
        return Quoted(one, record_id, missing="What was said is kept no more." if key else "", held=known)
    place = _place(one, talk)
    around = () if place is None else talk.turns[max(0, place - _AROUND) : place + _AROUND + 1]
    turns = tuple(_spoken(talk, turn, one.text if turn.number == place else "") for turn in around)
    missing = "" if turns else "These words stand in it no more: it was read again since."
    return Quoted(one, record_id, key, talk.title, talk.medium, turns, missing, known)


def _place(one: Quote, talk: Conversation) -> int | None:
    """Give the number of the turn that has the words, the nearest to their moment where several have."""
    said = (one.at - talk.began).total_seconds()
    having = [turn for turn in talk.turns if one.text in turn.text]
    return min(having, key=lambda turn: _away(turn, said)).number if having else None


def _away(turn: Turn, moment: float) -> float:
    """Give how far a moment is from a turn, in seconds: none inside of it."""
    return max(turn.start - moment, moment - turn.end, 0)


def _spoken(talk: Conversation, turn: Turn, words: str) -> Spoken:
    speaker = talk.speaker(turn)
    start = turn.text.index(words) if words else 0
    return Spoken(
        speaker=turn.label if speaker is None else speaker.name,
        side=talk.side(turn),
        seconds=None if talk.written else turn.start,
        text=turn.text,
        start=start,
        end=start + len(words),
    )


def _held(conn: Connection) -> Mapping[tuple[str, str], Rate]:
    """Give how often each reader's values of each name were taken as they stood."""
    table = tables.reviewed_values.c
    wanted = select(table.name, table.by, table.outcome, func.count().label("many"))
    counts: dict[tuple[str, str], list[int]] = {}
    for row in conn.execute(wanted.group_by(table.name, table.by, table.outcome)):
        both = counts.setdefault((row.name, row.by), [0, 0])
        both[0] += row.many if row.outcome == Outcome.ACCEPTED else 0
        both[1] += row.many
    return {key: rate(right, of) for key, (right, of) in counts.items()}
