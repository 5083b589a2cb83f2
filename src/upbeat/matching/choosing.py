"""Which of the candidates a record belongs to: one that is certain, none, or a doubt that goes to a person. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor, log
from typing import Any, Final

from upbeat.matching.likeness import Likeness, Way
from upbeat.matching.standing import Standing

EQUAL: Final = 2.0
"""Nats of log-odds within which two candidates are equals: the better is not even eight times as likely."""

_NEARLY: Final = 1e-9  # from 0 and from 1: the log-odds of what is certain are finite


class Verdict(StrEnum):
    """What candidates come to."""

    SAME = "same"
    DOUBT = "doubt"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Marks:
    """How sure is sure: at `certain` and above it is the one, below `doubtful` it is none."""

    certain: float = 0.9
    doubtful: float = 0.6


@dataclass(frozen=True, slots=True)
class Considered:
    """A record that may be the one, as it was when it was considered, and what speaks for it.

    `standing` tells it from its equals, what counts most first.
    """

    record: Mapping[str, Any]
    likeness: Likeness
    via: str = ""
    standing: tuple[Standing, ...] = ()

    @property
    def id(self) -> str:
        """The record's id."""
        return self.record["Id"]

    @property
    def name(self) -> str:
        """What people call it."""
        return self.record.get("Name") or self.id

    @property
    def why(self) -> str:
        """What agrees and what does not, the weightiest first."""
        ranked = sorted(self.likeness.agreements, key=lambda one: -abs(one.weight))
        return "; ".join(f"{one.way}: {one.says}" for one in ranked)

    @property
    def stands(self) -> str:
        """How it stands beside others: `87.5 %; phone: the same number; no open opportunity`."""
        return "; ".join(filter(None, (percent(self.likeness.score), self.why, *(one.says for one in self.standing))))

    @property
    def beside(self) -> str:
        """The same with its name: `Acme Tools: 87.5 %; phone: the same number`."""
        return f"{self.name}: {self.stands}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What candidates came to: the one, or those that a person chooses from, best first; and why."""

    verdict: Verdict
    candidates: tuple[Considered, ...] = ()
    why: str = ""


def choose(candidates: Sequence[Considered], marks: Marks) -> Choice:
    """Choose among candidates, in whatever order they come.

    The likest is the one where it is certain and has no equal, or where the first thing by which its equals differ
    speaks for it alone. Each goes by its id where nothing else orders it, so the same candidates make the same choice.
    """
    likely = [one for one in candidates if one.likeness.score >= marks.doubtful]
    ranked = tuple(sorted(likely, key=lambda one: (-one.likeness.score, one.id)))
    if not ranked:
        return Choice(Verdict.NONE)
    best = ranked[0]
    if best.likeness.score < marks.certain:
        several = f"{len(ranked)} accounts may be its own" if len(ranked) > 1 else f"{best.name} may be its account"
        return Choice(Verdict.DOUBT, ranked, f"{several}, and less than {percent(marks.certain)} is not certain")
    equals = [one for one in ranked if _odds(best) - _odds(one) < EQUAL]
    chosen, said = _tell_apart(equals)
    if chosen is None:
        return Choice(Verdict.DOUBT, ranked, f"{len(equals)} accounts are equally alike, and nothing tells them apart")
    others = [one for one in ranked if one is not chosen]
    if not _has_its_name(chosen) and (named := next(filter(_has_its_name, others), None)):
        why = f"{chosen.name} is the likest, but {named.name} has the very name"
        return Choice(Verdict.DOUBT, ranked, why)
    return Choice(Verdict.SAME, (chosen, *others), "; ".join(filter(None, [chosen.why, said])))


def _has_its_name(one: Considered) -> bool:
    return any(each.way is Way.NAME and each.score == 1 for each in one.likeness.agreements)


def percent(score: float) -> str:
    """Give a likeness as people read it, never more than it is: nothing is 100 %."""
    return f"{min(floor(score * 1000), 999) / 10:g} %"


def _tell_apart(equals: Sequence[Considered]) -> tuple[Considered | None, str]:
    """Give the one of several equals that stands before all others, and by what; None where none does."""
    left, said = list(equals), list[str]()
    kinds = dict.fromkeys(each.by for one in equals for each in one.standing)
    for by in kinds:
        standing = {one.id: each for one in left for each in one.standing if each.by == by}
        if len(left) == 1:
            break
        if len(standing) < len(left):
            continue  # of one of them it is not known: nothing is concluded from that
        first = min(each.order for each in standing.values())  # type: ignore[type-var]  of one kind, and so of one type
        ahead = [one for one in left if standing[one.id].order == first]
        if len(ahead) < len(left):
            said.append(standing[ahead[0].id].says)
            left = ahead
    if len(left) > 1:
        return None, ""
    return left[0], f"of {len(equals)} that are equally alike the one with {', '.join(said)}" if said else ""


def _odds(one: Considered) -> float:
    score = min(max(one.likeness.score, _NEARLY), 1 - _NEARLY)
    return log(score / (1 - score))
