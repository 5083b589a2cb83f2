"""The port: what every model promises. `tests/contracts/models` holds each adapter to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Question:
    """Of which of these kinds a text is. `kinds` gives words that often speak of each; the text is data, never told."""

    instruction: str
    text: str
    kinds: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the kinds, or empty for none of them; the words that say so; how sure the model says it is, 0 to 1.

    Whether the quote stands in the text, nobody has looked yet.
    """

    kind: str
    quote: str
    confidence: float


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why there is none, in words and without a secret. It `passes` where the same question may be answered later.

    `after` is how many seconds the server wants to be left alone.
    """

    why: str
    passes: bool
    after: float = 0


class Model(Protocol):
    """Answers questions, each by itself. It may be asked from several threads at once."""

    def ask(self, question: Question) -> Answer | NoAnswer:
        """Ask once: an answer in the form that was asked for, or why there is none.

        It never raises for what the other side does, and never takes longer than the time it was given, by much.
        """
        ...

    def close(self) -> None:
        """End the connections that stand open."""
        ...
