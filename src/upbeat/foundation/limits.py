"""What the org allows in calls and storage, what tools take of it, and who has reviewed that: the API footprint."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from upbeat.foundation.checks import Check, Look, ask
from upbeat.foundation.findings import Chart, Exhibit, Finding, Found, Measure, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Way
from upbeat.workflows import Tool

Limits = Mapping[str, Mapping[str, int]]

_CALLS: Final = "DailyApiRequests"
_RUNS_OUT: Final = {  # a limit → what it is called, and what happens where it is used up
    _CALLS: ("API calls of a day", "every integration is refused until the allowance refills, hour by hour"),
    "DataStorageMB": ("MB of data storage", "no record can be created any more"),
    "FileStorageMB": ("MB of file storage", "no file can be added any more"),
}
_SCARCE, _LAST = 0.2, 0.1  # of a limit: less than this is left
_SUPPORTED: Final = ("Developer", "Enterprise", "Performance", "Unlimited")
_LACKS: Final[Mapping[str, str]] = {
    "API calls": "the REST and Bulk APIs are part of Enterprise, Performance, Unlimited and Developer Editions; in "
    "Professional they are bought beside it (Salesforce packaging guide, Group and Professional Editions)",
    "change events": "the same editions have Change Data Capture (Change Data Capture guide); in others changes are "
    "polled",
}
"""What Upbeat uses, and who has it."""
_MINUTES: Final = 60


def _look(ground: Ground) -> Look:
    answer = yield from ask(Question(Way.LIMITS))
    limits: Limits = {} if answer.denied else {key: one for key, one in answer.row.items() if one.get("Max", 0) > 0}
    return Found(
        findings=(*_scarce(limits), *_asked_for(ground, limits), *_edition(ground)),
        measures=(_reviewed(ground), *_left(limits)),
        unseen=(Unseen("limits", "", answer.denied),) if answer.denied else (),
        exhibits=(*_used(limits), *_footprints(ground, limits)),
    )


def _reviewed(ground: Ground) -> Measure:
    tools = list(ground.tools.tools.values())
    good = sum(due is not None and due > ground.today and tool.calls_per_day is not None for tool, due in _dues(ground))
    months = ground.marks.attested_for.days
    says = f"{good} of {len(tools)} tools say how many calls they make, and were reviewed within {months} days"
    return Measure(FOOTPRINT.name, good, len(tools), says if tools else "tools.yaml names no tool")


def _dues(ground: Ground) -> Iterator[tuple[Tool, date | None]]:
    """Give each tool with the day on which its review no longer holds, None where it was never reviewed."""
    for tool in ground.tools.tools.values():
        yield tool, date.fromisoformat(tool.reviewed.on) + ground.marks.attested_for if tool.reviewed else None


def _left(limits: Limits) -> Iterator[Measure]:
    if calls := limits.get(_CALLS):
        says = f"{calls['Remaining']:,} of {calls['Max']:,} API calls of the last 24 hours are left"
        yield Measure(f"{FOOTPRINT.name}/left", max(calls["Remaining"], 0), calls["Max"], says, scores=False)


def _scarce(limits: Limits) -> Iterator[Finding]:
    for key, (called, then) in _RUNS_OUT.items():
        limit = limits.get(key)
        if limit is None or limit["Remaining"] >= _SCARCE * limit["Max"]:
            continue
        left, most = max(limit["Remaining"], 0), limit["Max"]
        yield Finding(
            check=FOOTPRINT.name,
            key=f"{FOOTPRINT.name}:{key}",
            weight=Weight.HIGH if left < _LAST * most else Weight.MEDIUM,
            says=f"{most - left:,} of {most:,} {called} are used: once they are, {then}.",
            object="Organization",
            fields=(),
            count=most - left,
            of=most,
            fix="Find what takes most of it under Setup > Company Information, and have it take less, or buy more.",
            minutes=_MINUTES,
            values=(key,),
        )


def _asked_for(ground: Ground, limits: Limits) -> Iterator[Finding]:
    said = [(tool.title, tool.calls_per_day) for tool in ground.tools.tools.values() if tool.calls_per_day]
    most, whole = limits.get(_CALLS, {}).get("Max", 0), sum(calls for _, calls in said)
    if most and whole > most:
        each = ", ".join(f"{title} {calls:,}" for title, calls in said)
        yield Finding(
            check=FOOTPRINT.name,
            key=f"{FOOTPRINT.name}:allowance",
            weight=Weight.HIGH,
            says=f"Tools may make {whole:,} API calls a day ({each}), and the org allows {most:,}.",
            object="Organization",
            fields=(),
            count=whole - most,
            of=most,
            fix="Lower what the largest may call, have it use the Bulk API, or buy more calls.",
            minutes=_MINUTES,
            values=tuple(title for title, _ in said),
        )


def _edition(ground: Ground) -> Iterator[Finding]:
    edition = ground.org.edition
    if edition and not edition.startswith(_SUPPORTED):
        lacks = "; ".join(f"{what}: {why}" for what, why in _LACKS.items())
        yield Finding(
            check=FOOTPRINT.name,
            key=f"{FOOTPRINT.name}:edition",
            weight=Weight.MEDIUM,
            says=f"The org is a {edition}, and Upbeat supports Enterprise and Unlimited.",
            object="Organization",
            fields=("OrganizationType",),
            count=1,
            of=1,
            fix=f"Before anything goes live, see that the org has what workflows stand on: {lacks}.",
            minutes=_MINUTES,
            queries=("SELECT OrganizationType FROM Organization",),
            values=(edition,),
        )


def _used(limits: Limits) -> Iterator[Exhibit]:
    rows = [
        (key, round(100 * (one["Max"] - one["Remaining"]) / one["Max"]), one["Max"] - one["Remaining"], one["Max"])
        for key, one in limits.items()
        if one["Max"] > one["Remaining"]
    ]
    if rows:
        yield Exhibit(
            "limits",
            "What is used of the org's limits",
            "Each limit of which anything is used, as the org tells it now.",
            ("Limit", "Used, %", "Used", "Of"),
            tuple(sorted(rows, key=lambda row: (-row[1], row[0]))),
            Chart.BARS,
        )


def _footprints(ground: Ground, limits: Limits) -> Iterator[Exhibit]:
    most = limits.get(_CALLS, {}).get("Max", 0)
    rows = [_footprint(tool, due, most) for tool, due in _dues(ground)]
    if rows:
        yield Exhibit(
            "api-footprints",
            "What tools call",
            "The calls that each tool is said to make in a day, of those that the org allows, and who reviewed it.",
            ("Tool", "Calls a day", "Of the allowance, %", "Reviewed by", "On", "Holds until"),
            tuple(rows),
        )


def _footprint(tool: Tool, due: date | None, most: int) -> tuple[Any, ...]:
    share = round(100 * tool.calls_per_day / most) if most and tool.calls_per_day is not None else None
    by, on = (tool.reviewed.by, tool.reviewed.on) if tool.reviewed else (None, None)
    return tool.title, tool.calls_per_day, share, by, on, None if due is None else (due - timedelta(days=1)).isoformat()


FOOTPRINT = Check("api-footprint", "API calls, storage, and who reviewed them", _look)
CHECKS = (FOOTPRINT,)
