"""How figures of an audit are said: one way, on the terminal and on the page."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from upbeat.base import percent
from upbeat.cli.frame import counted
from upbeat.cli.pages.document import Tone
from upbeat.foundation import Audit, Compared, Finding, Judged, Move, Status, Weight

TONES = {
    Status.PASSES: Tone.AUTO,
    Status.FAILS: Tone.DANGER,
    Status.TO_ATTEST: Tone.REVIEW,
    Status.UNKNOWN: Tone.MONITOR,
    Status.NOTHING: Tone.PAUSED,
}
WEIGHTS = {Weight.HIGH: Tone.DANGER, Weight.MEDIUM: Tone.REVIEW, Weight.LOW: Tone.PAUSED}
NOTHING_FOUND: Final = "Nothing to fix was found in what could be seen."
_DAY = 8  # hours
_STANDS = {
    Status.FAILS: ("fails", "fail"),
    Status.TO_ATTEST: ("needs somebody's word", "need somebody's word"),
    Status.UNKNOWN: ("could not be seen", "could not be seen"),
    Status.NOTHING: ("has nothing to measure", "have nothing to measure"),
}


def verdict(audit: Audit) -> str:
    """Say how many items pass, and how the others stand."""
    others = stands(audit)
    return f"{audit.passing} of {len(audit.items)} items pass{f': {others}' if others else ''}."


def stands(audit: Audit) -> str:
    """Say how the items stand that do not simply pass; nothing where all do."""
    statuses = [one.status for one in audit.items]
    return ", ".join(
        f"{number} {words[number > 1]}" for status, words in _STANDS.items() if (number := statuses.count(status))
    )


def spent(audit: Audit) -> str:
    """Say what the audit took."""
    return f"{audit.calls:,} API calls of at most {audit.planned:,} planned. Nothing was changed."


def pipeline(audit: Audit) -> str:
    """Say what the open pipeline is, whole and without the deals that are incomplete; nothing where it is not known."""
    says = next((one.says for one in audit.beyond if one.name == "incomplete-deals"), "")
    return f"{says[:1].upper()}{says[1:]}." if says else ""


def work(minutes: int) -> str:
    """Say how long a piece of work is, as a guess: minutes, hours, or days of eight hours."""
    hours = minutes / 60
    if minutes < 60:
        return f"about {counted(max(1, minutes), 'minute')}"
    if hours < _DAY:
        told = f"{hours:.1f}".removesuffix(".0")
        return f"about {told} hour{'' if told == '1' else 's'}"
    days = f"{hours / _DAY:.1f}".removesuffix(".0")
    return f"about {hours:,.0f} hours, {days} day{'' if days == '1' else 's'}"


def workload(audit: Audit) -> str:
    """Say how much was found, and how much work that is."""
    if not audit.findings:
        return "No finding"
    minutes = sum(one.minutes for one in audit.findings)
    return f"{counted(len(audit.findings), 'finding')}, {work(minutes)} of work"


def concerned(finding: Finding, audit: Audit) -> str:
    """Say how many records a finding concerns, of how many, and how much of the open pipeline."""
    return "; ".join(_concerned(finding, audit))


def _concerned(finding: Finding, audit: Audit) -> Iterator[str]:
    if finding.of:
        share = f"{finding.count:,} of {finding.of:,}, {percent(100 * finding.count / finding.of)}"
        if (found := finding.sampled) is not None:
            share = f"about {share}: by a sample, {percent(100 * found.low)} to {percent(100 * found.high)} at 95 %"
        yield share
    if finding.amount:
        of = ""
        if audit.pipeline:
            of = f", {percent(float(100 * finding.amount / audit.pipeline))} of the open pipeline"
        yield f"{audit.org.money(finding.amount)} in open deals{of}"


def score(item: Judged) -> str:
    """Give an item's score beside what it must be; nothing where there is none."""
    return "" if item.score is None else f"{percent(item.score, item.least)}, and needs {item.least} %"


def day(moment: datetime) -> str:
    """Give a day as a sentence has it."""
    return f"{moment.day} {moment:%B %Y}"


def corrected(finding: Finding) -> list[tuple[str, str]]:
    """Give the values that a finding is about, each with what it should be, empty where that is not known."""
    known = dict(finding.corrections)
    return [(one, known.get(one, "")) for one in finding.values]


def changed(compared: Compared) -> str:
    """Say in one sentence what changed since the audit before."""
    moves = [f"{number} {move}" for move in Move if (number := compared.count(move))]
    found = f"findings: {', '.join(moves)}" if moves else "every finding is as it was"
    items = f"; {counted(len(compared.items), 'item')} changed" if compared.items else ""
    return f"Since {day(compared.since)}, {found}{items}."
