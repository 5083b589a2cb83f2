"""An extractor over a folder of labelled calls, each read as if it were captured now; nothing is stored or sent on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from upbeat.base import UpbeatError
from upbeat.conversation import Conversation, Extractor, Terms
from upbeat.operations.evaluating.labels import ELEMENTS, FILE, Labels, read_labels
from upbeat.operations.evaluating.scoring import Score, score
from upbeat.operations.tally import Tally

KINDS: Final = ("next_steps", "owners", "dues", "expansion", "risks", "roles", "discovery")
"""What is counted beside the elements, by the names of Score."""


@dataclass(frozen=True, slots=True)
class Read:
    """One call: how it was read, and what of it can be measured without judgement."""

    name: str
    score: Score
    seconds: float  # that the extractor took
    talk_ratio: float | None
    right_talk_ratio: float | None
    questions: int
    right_questions: int | None
    logged: bool
    right_logged: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A whole folder. `unread` are the calls that could not be read, with why."""

    extractor: str
    calls: tuple[Read, ...]
    unread: Mapping[str, str]

    def element(self, name: str) -> Tally:
        """Give how one element was found, over all calls."""
        return sum((one.score.elements[name] for one in self.calls), Tally())

    @property
    def elements(self) -> Tally:
        """How all elements were found."""
        return sum((self.element(name) for name in ELEMENTS), Tally())

    def kind(self, name: str) -> Tally:
        """Give how one of KINDS was found."""
        return sum((getattr(one.score, name) for one in self.calls), Tally())

    @property
    def grounding(self) -> float | None:
        """The share of the findings whose quote stands in its turn; None without findings."""
        findings = sum(one.score.findings for one in self.calls)
        return sum(one.score.grounded for one in self.calls) / findings if findings else None

    def figures(self) -> Mapping[str, float | None]:
        """Give the figures by which two evaluations are compared, by name."""
        tallies = {"elements": self.elements} | {name: self.element(name) for name in ELEMENTS}
        tallies |= {name: self.kind(name) for name in KINDS}
        parts = ("precision", "recall", "f1")
        return {f"{name} {part}": getattr(one, part) for name, one in tallies.items() for part in parts} | {
            "grounding": self.grounding,
            "injections seen": _share(one.score.injection for one in self.calls),
            "sentiment": _share(one.score.sentiment for one in self.calls if one.score.sentiment is not None),
        }
