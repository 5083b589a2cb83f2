"""An audit on the terminal, in a screenful: how it stands, three things to fix first, the items, where to go."""

from collections.abc import Iterator
from itertools import groupby
from textwrap import shorten, wrap
from typing import Final

from upbeat.base import percent
from upbeat.cli.frame import counted
from upbeat.cli.pages.audit.words import (
    NOTHING_FOUND,
    changed,
    concerned,
    day,
    pipeline,
    spent,
    stands,
    work,
    workload,
)
from upbeat.foundation import BY_KEY, Audit, Finding, FirstThing, Judged, Status, Told
from upbeat.foundation.automation import FIELDS_DRAFT

WIDTH: Final = 100
_MOST_UNSEEN = 2
_SIDE = 11  # of a fact's name
_MARKS = {Status.PASSES: "✓", Status.FAILS: "✗", Status.TO_ATTEST: "?", Status.UNKNOWN: "·", Status.NOTHING: "·"}
_STYLES = {Status.PASSES: "green", Status.FAILS: "red", Status.TO_ATTEST: "yellow"}

Line = tuple[str, str]
"""A line of at most `WIDTH` letters, and the style in which a terminal that has colours shows it."""


def summary(told: Told) -> list[Line]:
    """Give the lines: fewer than 60, whatever was found."""
    return list(_lines(told))


def _lines(told: Told) -> Iterator[Line]:
    audit = told.audit
    sandbox = " (sandbox)" if audit.org.sandbox else ""
    yield _cut(f"The foundation of {audit.org.name}{sandbox}: {audit.passing} of {len(audit.items)} items pass"), "bold"
    others = f"{stands(audit).capitalize()}. " if stands(audit) else ""
    yield from _wrapped(f"{others}Read on {day(audit.at)}, {audit.at:%H:%M} UTC with {spent(audit)}", 2)
    if told.compared is not None:
        yield _cut(changed(told.compared)), ""
    if said := pipeline(audit):
        yield _cut(said), ""
    yield "", ""
    yield from _first(told)
    yield from _items(audit)
    yield from _unseen(audit)
    yield from _on(told)


def _first(told: Told) -> Iterator[Line]:
    if not told.first:
        yield NOTHING_FOUND, "bold"
        return
    yield "FIX FIRST", "bold"
    by_key = {one.key: one for one in told.audit.findings}
    for number, one in enumerate(told.first, 1):
        yield from _thing(number, one, by_key[one.finding], told.audit)


def _thing(number: int, one: FirstThing, finding: Finding, audit: Audit) -> Iterator[Line]:
    for at, line in enumerate(wrap(finding.says, WIDTH - 3, max_lines=2, placeholder=" …")):
        yield f"{number if not at else ' '}  {line}", "bold"
    facts = (
        ("breaks", ", ".join(one.breaks) or "no workflow that runs here"),
        ("fix", finding.fix),
        ("work", f"{work(finding.minutes)}; {concerned(finding, audit)}"),
    )
    for name, said in facts:
        for at, line in enumerate(wrap(said, WIDTH - _SIDE, max_lines=2 if name == "fix" else 1, placeholder=" …")):
            yield f"   {name if not at else '':<{_SIDE - 3}}{line}", ""


def _items(audit: Audit) -> Iterator[Line]:
    yield "", ""
    for group, items in groupby(audit.items, key=lambda one: BY_KEY[one.key].group):
        yield group.upper(), "bold"
        yield from (_item(one) for one in items)


def _item(one: Judged) -> Line:
    head = f"{_MARKS[one.status]} {one.status:<13}{'' if one.score is None else percent(one.score, one.least):>9}  "
    return head + shorten(one.title, WIDTH - len(head), placeholder=" …"), _STYLES.get(one.status, "dim")


def _unseen(audit: Audit) -> Iterator[Line]:
    said = [f"{one.check}: {one.why}" for one in audit.not_ended]
    said += [f"{one.object}{'.' if one.field else ''}{one.field}: {one.why}" for one in audit.unseen]
    if not said:
        return
    yield "", ""
    more = f" ({len(said)}; the page has them all)" if len(said) > _MOST_UNSEEN else ""
    yield f"NOT MEASURED{more}", "bold"
    yield from ((_cut(one, "  "), "") for one in said[:_MOST_UNSEEN])


def _on(told: Told) -> Iterator[Line]:
    audit = told.audit
    waits = sum(one.status is Status.TO_ATTEST for one in audit.items)
    yield "", ""
    yield "NEXT", "bold"
    yield f"  {'upbeat audit --last -o audit.html':<45}{workload(audit)}", ""
    yield f"  {'upbeat audit --last --format csv -o fix.csv':<45}a row for each record to fix", ""
    if any(one.key == FIELDS_DRAFT for one in audit.exhibits):
        yield f"  {'upbeat audit --draft -o fields.yaml':<45}a methodology by the names of your fields", ""
    if waits:
        verb = "waits" if waits == 1 else "wait"
        yield f"  {'upbeat attest':<45}{counted(waits, 'item')} {verb} for what somebody must say", ""


def _cut(text: str, before: str = "") -> str:
    room = WIDTH - len(before)
    return before + (text if len(text) <= room else f"{text[: room - 2].rstrip()} …")


def _wrapped(text: str, most: int) -> Iterator[Line]:
    yield from ((line, "") for line in wrap(text, WIDTH, max_lines=most, placeholder=" …"))
