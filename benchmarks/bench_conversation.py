"""A talk of an hour: what it takes to read it, to measure it and to find what was said by rules, from bytes to values.

The baseline is webvtt-py, which reads the cues of the same file in the same run, with their voices and without turns;
where it is not installed, taking the file apart at its empty lines. Times are of one core, the median of several runs
after one that fills the caches.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from random import Random

from upbeat.conversation import Party, Terms
from upbeat.conversation.formats import Meeting, read
from upbeat.conversation.measuring import measure
from upbeat.conversation.rules import RULES

MINUTES, RUNS = 60, 9
TARGET = 150  # milliseconds for all of it
PEOPLE = (
    Party("Ines Amaral", "ines@ours.example", internal=True),
    Party("Bo Lindqvist", "bo@ours.example", internal=True),
    Party("Joost Kramer", "joost@tidewater.example", internal=False),
    Party("Zoë Harcastle", "zoe@tidewater.example", internal=False),
)
SENTENCES = (
    "So the pumps fail about once a week, and every failure costs us most of a day.",
    "Our CFO signs anything above fifty thousand, and she wants to see the saving first.",
    "Um, how do you notice that one is about to fail?",
    "I'll send you the sample data by Friday, and Bo can walk your team through it.",
    "We looked at Coldvane last year, but they couldn't read our older controllers.",
    "Right.",
    "It has to go through legal and then procurement, which takes about three weeks.",
    "If we did this next year, and I'm not saying we would, it'd be for all nine sites.",
    "Honestly, the reports are the part that nobody here enjoys.",
    "What happens when nobody is there at the weekend?",
)


def main() -> None:
    """Make the talk, take the times, print them beside the baselines."""
    data = talk()
    meeting = Meeting(title="Pump sensors", began=datetime(2026, 3, 3, 9, tzinfo=UTC), parties=PEOPLE)
    conversation = read("talk.vtt", data, meeting)
    words = sum(len(turn.text.split()) for turn in conversation.turns)
    print(
        f"{MINUTES} minutes: {len(conversation.turns):,} turns, {words:,} words, {len(data) / 1000:,.0f} kB of WebVTT"
    )
    terms = Terms(account="Tidewater", ours=("Ours",))
    steps = {
        "read": _took(lambda: read("talk.vtt", data, meeting)),
        "measured": _took(lambda: measure(conversation)),
        "rules": _took(lambda: RULES.read(conversation, terms)),
    }
    name_of_baseline, cues = _baseline()
    baseline = _took(lambda: cues(data.decode()))
    for name, took in steps.items():
        _line(name, took, baseline)
    whole = sum(steps.values())
    _line("all of it", whole, baseline)
    _line(name_of_baseline, baseline, baseline)
    print(f"the target is {TARGET} ms: {'held' if whole * 1e3 < TARGET else 'missed'}")


def talk() -> bytes:
    """Give a talk of an hour in Teams' WebVTT, at about 150 words a minute, the same each time."""
    draw, at, cues = Random(8), 0, ["WEBVTT\n"]
    while at < MINUTES * 60_000:
        who = draw.choice(PEOPLE).name
        for text in draw.choices(SENTENCES, k=draw.randint(1, 3)):
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


def _took(do: Callable[[], object]) -> float:
    times = list[float]()
    for _ in range(RUNS + 1):
        begin = time.process_time()
        do()
        times.append(time.process_time() - begin)
    return statistics.median(times[1:])


def _line(name: str, took: float, baseline: float) -> None:
    print(f"{name:<12}{took * 1e3:>8.1f} ms   {took / baseline:>6.2f} : 1")


if __name__ == "__main__":
    main()
