"""One finding on the page: what it concerns, what it breaks, the fix, and the records to see again."""

from collections.abc import Iterator, Sequence

from upbeat.cli.pages.audit.words import WEIGHTS, concerned, corrected, work
from upbeat.cli.pages.document import Anchor, Block, Card, Cell, Chip, Code, Facts, Fold, Grid, Link, Part
from upbeat.foundation import Finding, Org, RecordAt, Told

_SHOWN = 20


def finding_card(one: Finding, told: Told) -> Card:
    """Give a finding as a card, with its first records."""
    values = [f"{value} → {should}" if should else value for value, should in corrected(one)]
    breaks = [f"{each.workflow}: {each.says}" for each in told.audit.consequences if each.finding == one.key]
    facts: list[tuple[str, Cell]] = [
        ("Concerns", concerned(one, told.audit)),
        ("Where", Code(", ".join(f"{one.object}.{name}" for name in one.fields) or one.object)),
        *([("Values", tuple(values))] if values else []),
        *([("Breaks", tuple(breaks))] if breaks else []),
        ("Fix", one.fix),
        ("Work", work(one.minutes)),
        *([("See them again", tuple(Code(query) for query in one.queries))] if one.queries else []),
        ("Its name", Code(one.key)),
    ]
    chips = (Chip(one.weight, WEIGHTS[one.weight]),)
    return Card(one.says, (Facts(facts), *evidence(one, told.audit.org, _SHOWN)), chips, one.key)


def evidence(one: Finding, org: Org, most: int) -> Iterator[Block]:
    """Give the first records behind a finding, folded; nothing where it has none."""
    shown = one.records[:most]
    if not shown:
        return
    why = any(each.why for each in shown)
    columns = ("id", "name", *(["why"] if why else []))
    rows = [(_record(each, org), each.name, *([each.why] if why else [])) for each in shown]
    first = (
        f"The first {len(shown)} of {one.count:,} records" if one.count > len(shown) else f"All {len(shown)} records"
    )
    yield Fold("The record" if one.count == 1 else first, (Grid(columns, rows),))


def _record(one: RecordAt, org: Org) -> Part:
    """Give a record's id; in an org that people open in a browser, it leads there."""
    return Link(one.id, f"{org.url}/{one.id}") if org.url.startswith("https://") else Code(one.id)


def more_findings(found: Sequence[Finding]) -> Grid:
    """Give findings as rows, where there are too many for cards."""
    rows = [
        (Anchor(one.says, one.key), Chip(one.weight, WEIGHTS[one.weight]), one.fix, work(one.minutes)) for one in found
    ]
    return Grid(("what", "weight", "fix", "work"), rows)
