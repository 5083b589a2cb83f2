"""From what a file says, cue by cue, to turns: times put in order, and one speaker's consecutive words joined."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from upbeat.conversation.files.noticed import Noticed
from upbeat.conversation.formats.said import Said
from upbeat.conversation.values import Party, Turn

_NEAR: Final = 60_000
"""Milliseconds from the beginning within which a recording that was stopped and started again begins anew."""

_A_WORD: Final = 400
"""Milliseconds a word, where nothing tells when somebody ended: 150 words a minute, which the US National Center for
Voice and Speech gives as the average of English."""


def turned(said: Sequence[Said], parties: Sequence[Party], until: int | None, odd: Noticed) -> tuple[Turn, ...]:
    """Give the turns of a talk.

    A turn is a maximal run of consecutive cues by one speaker, their texts joined with one space. What names nobody
    goes on with the one before. `until` is the talk's length in milliseconds, where it is known: the last words
    without an end go on until then.
    """
    for one, before in zip(said, [None, *said], strict=False):
        if one.label is None:
            one.label = before.label if before else ""
    timed = any(one.start is not None for one in said)
    ordered = _in_order(said, odd) if timed else list(said)
    if timed:
        _close(ordered, until, odd)
    places = _places(parties)
    runs = [list(run) for _, run in groupby(ordered, key=lambda one: one.label or "")]
    return tuple(_turn(number, run, places) for number, run in enumerate(runs))


def end(turns: Iterable[Turn]) -> float:
    """Give when the last word ends, in seconds; 0 where nobody speaks."""
    return max((turn.end for turn in turns), default=0.0)


def _turn(number: int, run: Sequence[Said], places: Mapping[str, int]) -> Turn:
    label = run[0].label or ""
    spoken = until = 0
    for one in run:  # what one speaker's cues say at once, rolling captions as an example, counts once
        begin, finish = one.start or 0, one.end or 0
        spoken += max(0, finish - max(begin, until))
        until = max(until, finish)
    text = " ".join(one.text for one in run)
    return Turn(number, label, places.get(label), (run[0].start or 0) / 1000, until / 1000, spoken / 1000, text)


def _places(parties: Sequence[Party]) -> dict[str, int]:
    """Give the place of each party by the labels that the source itself gives it; two of one name are left open."""
    heard = Counter(label for party in parties for label in party.labels)
    return {label: at for at, party in enumerate(parties) for label in party.labels if heard[label] == 1}


def _in_order(said: Sequence[Said], odd: Noticed) -> list[Said]:
    """Give what was said by its times; where the file begins anew from zero, what follows comes behind what was."""
    behind = highest = 0
    for n, one in enumerate(said):
        if one.start is None:
            one.start = highest
        else:
            one.start += behind
            one.end = None if one.end is None else one.end + behind
            if one.start < highest - _NEAR and _anew(said[n : n + 2], behind):
                odd.say("times begin anew, as of a recording that was started again", one.line)
                shift = highest - behind
                behind = highest
                one.start += shift
                one.end = None if one.end is None else one.end + shift
            elif one.start < highest - _NEAR:
                odd.say("a time lies far before the one above it, and was taken as an error", one.line)
                length = 0 if one.end is None else one.end - one.start
                one.start, one.end = highest, highest + length if length else None
            elif one.start < highest:
                odd.say("a time lies before the one above it", one.line)
        highest = max(highest, one.start)
    return sorted(said, key=lambda one: one.start or 0)


def _anew(these: Sequence[Said], behind: int) -> bool:
    """Whether times begin again near zero, and go on from there: a single one that does so is an error."""
    first, *after = [one.start for one in these]
    return first is not None and first - behind < _NEAR and all(one is not None and one < _NEAR * 2 for one in after)


def _close(said: Sequence[Said], until: int | None, odd: Noticed) -> None:
    """Give an end to all that has none: when the next begins; words that share a time share what follows by length."""
    at = 0
    while at < len(said):
        if said[at].end is not None:
            at += 1
            continue
        group = [said[at]]
        while (next_one := at + len(group)) < len(said) and said[next_one].end is None:
            if said[next_one].start != group[0].start:
                break
            group.append(said[next_one])
        finish = said[next_one].start if next_one < len(said) else until
        _share(group, finish, odd)
        at = next_one


def _share(group: Sequence[Said], finish: int | None, odd: Noticed) -> None:
    begin = group[0].start or 0
    if finish is None or finish < begin:
        odd.say(
            f"nothing tells when the last words end; they were given {_A_WORD / 1000} seconds a word", group[0].line
        )
        finish = begin + sum(len(one.text.split()) for one in group) * _A_WORD
    whole, passed, length = sum(len(one.text) for one in group), 0, finish - begin
    if len(group) > 1:
        odd.say("several speak at one time, and share it by the length of what they say", group[0].line)
    for one in group:
        one.start = begin + length * passed // whole
        passed += len(one.text)
        one.end = begin + length * passed // whole
