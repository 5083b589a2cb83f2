"""What was said, for people to read: points, next steps, what is open, each with its time and words to check it by."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from upbeat.conversation.found import Finding, Kind, Place, Reading
from upbeat.conversation.values import Conversation

_BEFORE: Final[Mapping[str, str]] = {"reason": "What it was for", "learnt": "Learnt", "decided": "Decided"}
_AFTER: Final[Mapping[str, str]] = {"open": "Open"}
_NEXT: Final = "Next steps"
_NONE: Final = "none captured"


def summary(talk: Conversation, reading: Reading) -> str:
    """Give a summary, fit for an activity's Description: a part for each sort of point, empty parts left out.

    Next steps always have a part: each has its owner and its day, or says that none was named; without any it says
    that none was captured.
    """
    parts = [
        (f"Summary of this {talk.medium}, from {talk.source}", ()),
        *((title, _points(talk, reading, name)) for name, title in _BEFORE.items()),
        (_NEXT, next_steps(talk, reading) or (_NONE,)),
        *((title, _points(talk, reading, name)) for name, title in _AFTER.items()),
        ("Mood of the customer", tuple(_cited(talk, one.name, one.place) for one in reading.of(Kind.SENTIMENT)[-1:])),
        (
            "Told to the note-taker, and not followed",
            tuple(_cited(talk, one.asks, one.place) for one in reading.injections),
        ),
    ]
    head, *others = parts
    return "\n".join([head[0], *(line for title, said in others if said for line in _part(title, said))])


def next_steps(talk: Conversation, reading: Reading) -> tuple[str, ...]:
    """Give each next step in words: what, who and by when, and where that was said."""
    return tuple(_cited(talk, step_in_words(talk, one), one.place) for one in reading.of(Kind.NEXT_STEP))


def told(talk: Conversation, reading: Reading, kind: Kind) -> tuple[str, ...]:
    """Give what was found of a kind, by its name, each with where it was said."""
    return tuple(_cited(talk, f"{one.name}: {one.value}", one.place) for one in reading.of(kind))


def soonest(reading: Reading) -> Finding | None:
    """Give the next step that is due first; one without a day comes after all that have one, as it was said."""
    steps = reading.of(Kind.NEXT_STEP)
    return min(steps, key=lambda one: one.due or date.max, default=None)


def owner_of(talk: Conversation, step: Finding) -> str:
    """Give the name of who has a next step, empty where nobody was named."""
    return "" if step.person is None else talk.parties[step.person].name


def step_in_words(talk: Conversation, step: Finding) -> str:
    """Give a next step with its owner and its day: `Send the plan, Ines Amaral, by 06 Mar 2026`."""
    when = f"by {step.due:%d %b %Y}" if step.due else "no day named"
    return f"{step.value}, {owner_of(talk, step) or 'nobody named'}, {when}"


def where(talk: Conversation, place: Place) -> str:
    """Say where words were said: `0:12:31, Joost Kramer`; or written: `Joost Kramer, page 2`."""
    turn = talk.turns[place.turn]
    speaker = talk.speaker(turn)
    name = turn.label if speaker is None else speaker.name
    if talk.written:
        return turn.label if turn.label.startswith(name) else name  # with the page, where there are several
    return f"{timedelta(seconds=int(place.at))}, {name}"


def _points(talk: Conversation, reading: Reading, name: str) -> tuple[str, ...]:
    return tuple(_cited(talk, one.value, one.place) for one in reading.of(Kind.POINT) if one.name == name)


def _cited(talk: Conversation, text: str, place: Place) -> str:
    """Give a text with its source; words that are the text itself are not said twice."""
    quote = "" if _bare(text) == _bare(place.quote) else f": \u201c{place.quote}\u201d"
    return f"{text} ({where(talk, place)}{quote})"


def _bare(text: str) -> str:
    return text.strip().rstrip(".!?").casefold()


def _part(title: str, said: tuple[str, ...]) -> Iterator[str]:
    yield ""
    yield f"{title}:"
    yield from (f"- {one}" for one in said)
