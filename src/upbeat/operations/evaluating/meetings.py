"""Real meetings in which people marked which turns answer a question: does a search by words find them?

The form is that of QMSum (Zhong et al., 2021): a line of JSON for each meeting, with `meeting_transcripts` (`speaker`,
`content`) and `specific_query_list` (`query`, `relevant_text_span`: first and last turn, both among them).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from upbeat.base import UpbeatError
from upbeat.conversation import RULES, Conversation, Kind, Medium, Terms, Turn
from upbeat.conversation.passage import passage

_PACE = 2.5  # words a second, where no times were kept: the usual pace of English talk


@dataclass(frozen=True, slots=True)
class _Said:
    speaker: str
    content: str


@dataclass(frozen=True, slots=True)
class _Asked:
    query: str
    relevant_text_span: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Meeting:
    meeting_transcripts: tuple[_Said, ...]
    specific_query_list: tuple[_Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Searched:
    """How the stretches were found: means over all questions, by turns.

    `whole` is the F1 that giving the whole meeting each time comes to.
    """

    meetings: int
    turns: int
    questions: int
    precision: float
    recall: float
    f1: float
    whole: float
    next_steps: int  # that rules find in these meetings


def search(file: Path) -> Searched:
    """Read every meeting of a file by rules, and look for the answer of every question. Raises UpbeatError."""
    meetings = list(_meetings(file))
    scores = [one for meeting in meetings for one in _scores(*meeting)]
    if not scores:
        raise UpbeatError("nobody asks anything of these meetings", where=str(file), fix="Add specific_query_list.")
    precision, recall, f1, whole = (sum(one) / len(scores) for one in zip(*scores, strict=True))
    steps = sum(len(RULES.read(talk, Terms()).of(Kind.NEXT_STEP)) for talk, _ in meetings)
    turns = sum(len(talk.turns) for talk, _ in meetings)
    return Searched(len(meetings), turns, len(scores), precision, recall, f1, whole, steps)


def _scores(talk: Conversation, asked: Sequence[_Asked]) -> Iterator[tuple[float, float, float, float]]:
    for one in asked:
        right = {turn for first, last in one.relevant_text_span for turn in range(first, last + 1)}
        found = passage(talk, one.query)
        given = set[int]() if found is None else set(range(found.first, found.last + 1))
        both, share = len(given & right), len(right) / len(talk.turns)
        yield (
            both / len(given) if given else 0.0,
            both / len(right) if right else 0.0,
            2 * both / (len(given) + len(right)) if given or right else 0.0,
            2 * share / (1 + share),
        )


def _meetings(file: Path) -> Iterator[tuple[Conversation, Sequence[_Asked]]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found = msgspec.json.decode(line, type=_Meeting, strict=False)
        except msgspec.DecodeError as error:
            raise UpbeatError(
                f"this is no meeting: {error}", where=f"{file}:{number}", fix="See QMSum's form."
            ) from error
        yield _talk(found, f"{file.name}:{number}"), found.specific_query_list


def _talk(found: _Meeting, name: str) -> Conversation:
    turns, at = list[Turn](), 0.0
    for number, one in enumerate(found.meeting_transcripts):
        seconds = len(one.content.split()) / _PACE
        turns.append(Turn(number, one.speaker, None, at, at + seconds, seconds, one.content))
        at += seconds
    began = datetime(2000, 1, 1, tzinfo=UTC)
    return Conversation(
        medium=Medium.MEETING,
        source="QMSum",
        source_id=name,
        title=name,
        began=began,
        seconds=at,
        parties=(),
        turns=tuple(turns),
    )
