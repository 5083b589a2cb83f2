"""Tools that only read, told as silos; and each tool by the five criteria that a stack is chosen by."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from upbeat.foundation.checks import Check, Look
from upbeat.foundation.findings import Exhibit, Found, Measure
from upbeat.foundation.ground import Ground
from upbeat.foundation.spans import QUARTER
from upbeat.foundation.tool_evidence import gather, total
from upbeat.foundation.write_rules import Standing, standings
from upbeat.workflows import ToolKind

WRITES: Final[Mapping[ToolKind, str]] = {
    ToolKind.ACTIVITY_CAPTURE: "Task, Event, EmailMessage, Contact, OpportunityContactRole",
    ToolKind.CONVERSATION: "Event.Description, transcripts, fields of Opportunity",
    ToolKind.FORECAST: "risk flags, forecast fields, push counters of Opportunity",
    ToolKind.ENRICHMENT: "industry, employees and headquarters of Account and Contact",
    ToolKind.ENGAGEMENT: "Lead.Status, Task, sequence fields",
    ToolKind.SUCCESS: "health scores, renewal risk, expansion of Account and Opportunity",
}
"""What a tool of a kind writes back where it is no silo."""


def _silos(ground: Ground) -> Look:
    evidence = yield from gather(ground)
    held = standings(ground, evidence)
    told = [one for one in held if one.tool.reads_only or one.seen is not None]
    good = sum(_truthful(one) for one in told)
    says = f"{good} of {len(told)} tools are written down as writing, or as reading only, as they were seen"
    if not told:
        says = "tools.yaml names no tool of which it can be told whether it writes"
    return Found(
        measures=(Measure(SILOS.name, good, len(told), says),),
        unseen=evidence.unseen,
        exhibits=tuple(_table(held)),
    )


def _truthful(one: Standing) -> bool:
    return not one.written if one.tool.reads_only else bool(one.seen)


def _table(held: list[Standing]) -> Iterator[Exhibit]:
    silos = [one for one in held if not one.written and (one.tool.reads_only or one.seen is False)]
    if silos:
        yield Exhibit(
            "silos",
            "Data silos",
            "Tools from which nothing comes back: what they know can drive no condition, no report and no flow.",
            ("Tool", "Kind", "What such a tool should write", "Documented as reading only", "Owner"),
            tuple(
                (
                    one.tool.title,
                    str(one.tool.kind),
                    WRITES.get(one.tool.kind, ""),
                    _yes(one.tool.reads_only),
                    one.tool.owner,
                )
                for one in silos
            ),
        )


def _scores(ground: Ground) -> Look:
    evidence = yield from gather(ground)
    held = standings(ground, evidence)
    if not held:
        return Found()
    rows = tuple(sorted((_row(one) for one in held), key=lambda row: (-row[1], row[0])))
    return Found(
        exhibits=(
            Exhibit(
                "tool-scores",
                "Each tool by five criteria",
                "The first two by what was seen to be written, the others by what somebody says under 'meets' in "
                "tools.yaml; a dash is what nobody said and nothing shows.",
                (
                    "Tool",
                    "Of 5",
                    "Standard and custom objects",
                    "Native storage",
                    "Reliable API",
                    "Editions",
                    "Security",
                ),
                rows,
            ),
        )
    )


def _row(one: Standing) -> tuple[Any, ...]:
    meets = one.tool.meets
    cells = (
        _depth(one),
        _native(one),
        *(said or "" for said in (meets.reliable_api, meets.editions, meets.security)),
    )
    good = sum(bool(cell) and not cell.startswith("no") for cell in cells)
    return (one.tool.title, good, *(cell or "-" for cell in cells))


def _depth(one: Standing) -> str:
    """Say whether a tool writes both what Salesforce ships and what an admin made."""
    fields = {(each.object, field) for each in one.tool.writes for field in each.fields}
    fields |= {(each.object, each.field) for each in one.written}
    custom = [pair for pair in fields if pair[0].endswith("__c") or pair[1].endswith("__c")]
    if not fields:
        return ""
    words = {(True, True): "both", (True, False): "no: custom alone", (False, True): "no: standard alone"}
    return words[bool(custom), len(custom) < len(fields)]


def _native(one: Standing) -> str:
    if one.written:
        return f"{total(one.written):,} records in {QUARTER} days"
    return "no: it only reads" if one.tool.reads_only else "no: nothing was written" if one.seen is False else ""


def _yes(value: bool) -> str:
    return "yes" if value else "no"


SILOS = Check("read-only-tools", "Tools that only read", _silos)
SCORES = Check("tool-scores", "Tools by the five criteria", _scores)
CHECKS = (SILOS, SCORES)
