"""What was found in a call, against what people labelled: which findings agree, and with which label.

A finding agrees with a label that quotes the same turn, or of which it has a third of the words that count. An element
that is labelled as not established must not be found. Nothing here looks at how something was found.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from upbeat.conversation import Conversation, Finding, Kind, Reading, stands
from upbeat.operations.evaluating.labels import Labels, Said, Someone, Step
from upbeat.operations.tally import Tally

T = TypeVar("T")

SHARE: Final = 1 / 3
"""Of the label's words that count, how many a value must have to say the same in other words."""

_STOP: Final = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at be by for from has have i in is it its me my not of on or our so that the their them they
        this to us was we were what will with would you your""",
    )
)


@dataclass(frozen=True, slots=True)
class Score:
    """How one call was read. Tallies by element and by the kind of everything else."""

    elements: Mapping[str, Tally]
    next_steps: Tally
    owners: Tally  # of the next steps that were found: whose they are
    dues: Tally  # and until when
    expansion: Tally
    risks: Tally
    roles: Tally
    discovery: Tally  # turns that ask a real question
    sentiment: bool | None  # whether it is right; None where no label says
    injection: bool  # whether it was seen as labelled
    findings: int
    grounded: int  # of the findings: whose quote stands in its turn
    dropped: int  # what the extractor gave and its grounding did not keep


def score(talk: Conversation, reading: Reading, labels: Labels, asked: Sequence[int] = ()) -> Score:
    """Hold a reading against the labels; `asked` are the turns that were taken for questions of discovery."""
    steps = _pairs(reading.of(Kind.NEXT_STEP), labels.next_steps, _same_step)
    sentiment = next(iter(reading.of(Kind.SENTIMENT)), None)
    right = labels.sentiment
    return Score(
        elements={name: _element(reading.element(name), said) for name, said in labels.elements.items()},
        next_steps=_tally(reading.of(Kind.NEXT_STEP), labels.next_steps, steps),
        owners=_of_pairs([_owner(talk, one) == other.owner for one, other in steps]),
        dues=_of_pairs([one.due == other.due for one, other in steps]),
        expansion=_of(reading.of(Kind.EXPANSION), labels.expansion_signals, lambda one, other: one.name == other.kind),
        risks=_of(reading.of(Kind.RISK), labels.risks, agrees),
        roles=_of(reading.of(Kind.ROLE), labels.new_roles, lambda one, other: _same_role(talk, one, other)),
        discovery=_turns(asked, labels.discovery_question_turns),
        sentiment=None if right is None else sentiment is not None and sentiment.name == right.value,
        injection=bool(reading.injections) == labels.injection,
        findings=len(reading.findings),
        grounded=sum(stands(one.place, talk) for one in reading.findings),
        dropped=len(reading.dropped),
    )


def agrees(one: Finding, said: Said) -> bool:
    """Whether a finding says what a label says: by the same turn, or in words that count."""
    if one.place.turn == said.turn_index:
        return True
    right = words(f"{said.value} {said.text}")
    return bool(right) and len(right & words(f"{one.value} {one.place.quote}")) >= SHARE * len(right)


def words(text: str) -> frozenset[str]:
    """Give the words of a text that count, in small letters, without their most usual endings."""
    found = re.findall(r"[^\W_]+", text.casefold())
    return frozenset(re.sub(r"(?<=\w{3})(ing|ed|es|s)$", "", one) for one in found if one not in _STOP)


def _element(found: Finding | None, said: Said | None) -> Tally:
    if found is None:
        return Tally(missed=int(said is not None))
    if said is not None and agrees(found, said):
        return Tally(right=1)
    return Tally(wrong=1, missed=int(said is not None))


def _same_step(one: Finding, other: Step) -> bool:
    """Whether two next steps are the same action: the same turn and a word in common, or half of the label's words."""
    right, found = words(other.text), words(f"{one.value} {one.place.quote}")
    if one.place.turn == other.turn_index:
        return bool((right | words(other.quote)) & found)
    return bool(right) and len(right & words(one.value)) >= len(right) / 2


def _owner(talk: Conversation, one: Finding) -> str | None:
    return None if one.person is None else talk.parties[one.person].name


def _same_role(talk: Conversation, one: Finding, other: Someone) -> bool:
    if one.name != other.role:
        return False
    named = talk.parties[one.person].name if one.person is not None else one.value
    return bool(words(named) & words(other.name))


def _turns(found: Sequence[int], right: Sequence[int]) -> Tally:
    both = len(set(found) & set(right))
    return Tally(both, len(set(found)) - both, len(set(right)) - both)


def _of(found: Sequence[Finding], right: Sequence[T], same: Callable[[Finding, T], bool]) -> Tally:
    return _tally(found, right, _pairs(found, right, same))


def _pairs(found: Sequence[Finding], right: Sequence[T], same: Callable[[Finding, T], bool]) -> list[tuple[Finding, T]]:
    """Pair each finding with one label at most, in the order in which they were found."""
    left, pairs = list(right), list[tuple[Finding, T]]()
    for one in found:
        if (other := next((each for each in left if same(one, each)), None)) is not None:
            left.remove(other)
            pairs.append((one, other))
    return pairs


def _tally(found: Sequence[Finding], right: Sequence[T], pairs: Sequence[tuple[Finding, T]]) -> Tally:
    return Tally(len(pairs), len(found) - len(pairs), len(right) - len(pairs))


def _of_pairs(right: Sequence[bool]) -> Tally:
    return Tally(sum(right), len(right) - sum(right))
