"""A talk of an hour: what it takes to read it, to measure it and to find what was said by rules, from bytes to values.

The baseline is webvtt-py, which reads the cues of the same file in the same run, with their voices and without turns;
where it is not installed, taking the file apart at its empty lines. Times are of one core, the median of several
talks, no two alike.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from random import Random
from typing import TypeVar

from upbeat.conversation import Party, Terms
from upbeat.conversation.formats import Meeting, read
from upbeat.conversation.measuring import measure
from upbeat.conversation.rules import RULES

T = TypeVar("T")
MINUTES, RUNS = 60, 9
TARGET = 150  # milliseconds for all of it
PEOPLE = (
    Party("Ines Amaral", "ines@ours.example", internal=True),
    Party("Bo Lindqvist", "bo@ours.example", internal=True),
    Party("Joost Kramer", "joost@tidewater.example", internal=False),
    Party("Zoë Harcastle", "zoe@tidewater.example", internal=False),
)
SENTENCES = (
    "So the {thing} fail about once a {day}, and every failure costs us {n} hours.",
    "Our CFO signs anything above {n} thousand, and she wants to see what {thing} save us first.",
    "Um, how do you notice on a {day} that {thing} are about to fail?",
    "I'll send you the sample data of the {thing} by {day}, and Bo can walk your team through all {n} of them.",
    "We looked at Coldvane in {n}, but they couldn't read our older {thing}.",
    "Right.",
    "Okay, {n} then.",
    "It has to go through legal and then procurement, which takes about {n} weeks from a {day}.",
    "If we did this next year, and I'm not saying we would, it'd be for all {n} sites and their {thing}.",
    "Honestly, the {thing} are the part that nobody here enjoys on a {day}.",
    "What happens to the {thing} when nobody is there on {day}?",
)
THINGS = ("pumps", "sensors", "reports", "trailers", "invoices", "controllers", "permits", "rotas")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "week", "month", "quarter")


def main() -> None:
    """Make the talk, take the times, print them beside the baselines."""
    talks = [talk(seed) for seed in range(RUNS + 1)]
    meeting = Meeting(title="Pump sensors", began=datetime(2026, 3, 3, 9, tzinfo=UTC), parties=PEOPLE)
    conversations = [read("talk.vtt", data, meeting) for data in talks]
    turns = conversations[0].turns
    words, size = sum(len(turn.text.split()) for turn in turns), len(talks[0]) / 1000
    print(f"{MINUTES} minutes: {len(turns):,} turns, {words:,} words, {size:,.0f} kB of WebVTT")
    terms = Terms(account="Tidewater", ours=("Ours",))
    steps = {
        "read": _took(lambda data: read("talk.vtt", data, meeting), talks),
        "measured": _took(measure, conversations),
        "rules": _took(lambda one: RULES.read(one, terms), conversations),
    }
    name_of_baseline, cues = _baseline()
    baseline = _took(lambda data: cues(data.decode()), talks)
    for name, took in steps.items():
        _line(name, took, baseline)
    whole = sum(steps.values())
    _line("all of it", whole, baseline)
    _line(name_of_baseline, baseline, baseline)
    print(f"the target is {TARGET} ms: {'held' if whole * 1e3 < TARGET else 'missed'}")


def talk(seed: int) -> bytes:
    """Give a talk of an hour in Teams' WebVTT, at about 150 words a minute; the same for the same seed."""
    draw, at, cues = Random(seed), 0, ["WEBVTT\n"]
    while at < MINUTES * 60_000:
        who = draw.choice(PEOPLE).name
        for template in draw.choices(SENTENCES, k=draw.randint(1, 3)):
            text = template.format(thing=draw.choice(THINGS), day=draw.choice(DAYS), n=draw.randint(2, 900))
            end = at + 400 * len(text.split())
            cues.append(f"{_stamp(at)} --> {_stamp(end)}\n<v {who}>{text}</v>\n")
            at = end + draw.randint(0, 600)
    return "\n".join(cues).encode()


def _baseline() -> tuple[str, Callable[[str], object]]:
    if find_spec("webvtt") is None:
        return "empty lines", lambda text: [block.split("\n") for block in text.split("\n\n")]
    import webvtt  # noqa: PLC0415 - where it is installed

    return "webvtt-py", lambda text: [(cue.voice, cue.start, cue.end, cue.text) for cue in webvtt.from_string(text)]


def _stamp(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _took(do: Callable[[T], object], talks: Sequence[T]) -> float:
    """Give the median of the seconds that each talk but the first takes: what is remembered of one helps no other."""
    times = list[float]()
    for one in talks:
        begin = time.process_time()
        do(one)
        times.append(time.process_time() - begin)
    return statistics.median(times[1:])


def _line(name: str, took: float, baseline: float) -> None:
    print(f"{name:<12}{took * 1e3:>8.1f} ms   {took / baseline:>6.2f} : 1")


if __name__ == "__main__":
    main()
