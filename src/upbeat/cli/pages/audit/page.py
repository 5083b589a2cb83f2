"""An audit as a document: the verdict, what to fix first with its evidence, the items, the findings, the figures."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from upbeat.base import percent, tenths, whole_percent
from upbeat.charts import Dot, Dots
from upbeat.cli.frame import counted
from upbeat.cli.pages.audit.design import ANSWERING, design_questions
from upbeat.cli.pages.audit.exhibits import exhibit
from upbeat.cli.pages.audit.findings import evidence, finding_card, more_findings
from upbeat.cli.pages.audit.words import (
    NOTHING_FOUND,
    TONES,
    WEIGHTS,
    changed,
    concerned,
    score,
    spent,
    verdict,
    work,
    workload,
)
from upbeat.cli.pages.document import (
    Block,
    Card,
    Cell,
    Chart,
    Chip,
    Code,
    Document,
    Facts,
    Fold,
    Grid,
    Link,
    Section,
    Strip,
    Tile,
    Tone,
)
from upbeat.foundation import BY_KEY, RULE, Audit, Compared, Finding, FirstThing, Judged, Measure, Status, Told

_IN_FULL = 40  # findings told as cards; the others are rows of a table
_SHOWN = 12  # rows of what breaks
_DRAWN = 20  # figures of no item
_LINKED = 5  # findings of one item


def document(told: Told) -> Document:
    """Give the audit as it is read."""
    audit = told.audit
    others = [one for one in audit.exhibits if one.key not in ANSWERING]
    sections = [
        Section("What to fix first", tuple(_first(told)), key="first"),
        *_compared(told.compared),
        Section("The nineteen items", tuple(_items(audit)), key="items"),
        *([Section("Beyond the nineteen", (_beyond(audit),), key="beyond")] if audit.beyond else []),
        Section("What it breaks", tuple(_breaks(audit)), key="breaks"),
        Section("The design questions", tuple(design_questions(audit)), key="design"),
        *([Section("Figures", tuple(map(exhibit, others)), key="figures")] if others else []),
        Section("What was found", tuple(_findings(told)), key="findings"),
        Section("What could not be seen", (_unseen(audit),), key="unseen"),
        Section("About this audit", (_about(audit),), key="about"),
    ]
    alarms = [f"{one.check} did not come to its end: {one.why}" for one in audit.not_ended]
    title = f"The foundation of {audit.org.name}{' (sandbox)' if audit.org.sandbox else ''}"
    lead = f"{verdict(audit)} {workload(audit)}."
    return Document(title, lead, audit.at, sections, alarms, (_strip(audit),))


def _strip(audit: Audit) -> Strip:
    grouped = groupby(audit.items, key=lambda one: BY_KEY[one.key].group)
    return Strip([(group, [_tile(one) for one in items]) for group, items in grouped])


def _tile(one: Judged) -> Tile:
    mark = "" if one.score is None else str(whole_percent(one.score, one.least))
    return Tile(f"{one.number}, {one.title}", one.status, mark, TONES[one.status], one.key)


def _first(told: Told) -> Iterator[Block]:
    if not told.first:
        yield NOTHING_FOUND
        return
    by_key = {one.key: one for one in told.audit.findings}
    for number, one in enumerate(told.first, 1):
        finding = by_key[one.finding]
        facts: list[tuple[str, Cell]] = [
            ("Breaks", _workflows(one)),
            ("Fix", finding.fix),
            ("Work", work(finding.minutes)),
            ("Concerns", concerned(finding, told.audit)),
            *([("Alike", _alike(one, told))] if one.alike else []),
            ("More", Link("the finding, with how to see the records again", finding.key)),
        ]
        chips = (Chip(f"{finding.weight} weight", WEIGHTS[finding.weight]),)
        yield Card(finding.says, (Facts(facts), *evidence(finding, told.audit.org, 5)), chips, number=number)
    yield Fold("How this is ranked", (RULE,))


def _workflows(one: FirstThing) -> Cell:
    return Code(", ".join(one.breaks)) if one.breaks else "no workflow that runs here"


def _alike(one: FirstThing, told: Told) -> str:
    minutes = sum(each.minutes for each in told.audit.findings if each.key in one.alike)
    return f"{counted(len(one.alike), 'more finding')} of this kind: {work(minutes)}"


def _compared(compared: Compared | None) -> Iterator[Section]:
    if compared is None:
        return
    items = [
        (
            Link(f"{one.number}, {one.title}", one.key),
            _stood(one.before, one.score_before),
            _stood(one.now, one.score_now),
        )
        for one in compared.items
    ]
    found = [(one.move, one.says, f"{one.before:,}", f"{one.now:,}") for one in compared.findings]
    yield Section(
        "Since the last audit",
        (
            changed(compared),
            Grid(("item", "before", "now"), items, "Every item stands as it did."),
            Grid(("change", "finding", "before", "now"), found, "Every finding is as it was."),
        ),
        key="compared",
    )  # fmt: skip


def _stood(status: Status, score: float | None) -> Cell:
    return (Chip(status, TONES[status]), *([] if score is None else [f"{tenths(score):.1f} %"]))


def _items(audit: Audit) -> Iterator[Block]:
    scored = [one for one in audit.items if one.score is not None]
    dots = [_dot(one, one.score or 0.0) for one in scored]
    table = Grid(
        ("item", "score", "needs", "stands"),
        [(one.title, percent(one.score or 0.0, one.least), f"{one.least} %", _chip(one)) for one in scored],
        "No item has a figure yet.",
    )
    marks = {one.least for one in scored}
    mark = marks.pop() if len(marks) == 1 else None
    line = "What each must reach stands beside it in the table."
    if mark is not None:
        line = f"The dashed line stands at {mark} %, which each must reach."
    yield Chart("Scores of the items", f"Each item's weakest figure, of 100 %. {line}", Dots(dots, mark), table)
    by_key = {one.key: one for one in audit.findings}
    for one in audit.items:
        yield _item(one, by_key)


def _chip(one: Judged) -> Chip:
    return Chip(one.status, TONES[one.status])


def _dot(one: Judged, at: float) -> Dot:
    estimated = next((each for each in one.measures if each.percent == at and each.sampled), None)
    return _reached(f"{one.number}: {one.title}", at, estimated, one.least)


def _beyond(audit: Audit) -> Chart:
    known = [(one.percent, one.says, one) for one in audit.beyond if one.percent is not None]
    known.sort(key=lambda row: row[:2])
    dots = [_reached(says, at, one) for at, says, one in known[:_DRAWN] if at < 100]
    table = Grid(
        ("figure", "percent", "what is as it should be"),
        [(Code(one.name), "" if one.percent is None else percent(one.percent), one.says) for one in audit.beyond],
    )
    says = "What else was measured: how much of 100 % is as it should be. Drawn is what is not all so."
    return Chart("Figures of no item", says, Dots(dots) if dots else None, table)


def _reached(name: str, at: float, measure: Measure | None, least: int = 100) -> Dot:
    """Give a percentage as a dot, with its interval where it was estimated."""
    found = measure.sampled if measure is not None else None
    ends = (None, None) if found is None else (100 * found.low, 100 * found.high)
    return Dot(name, at, percent(at, least), *ends)


def _item(one: Judged, by_key: Mapping[str, Finding]) -> Card:
    facts: list[tuple[str, Cell]] = [
        ("Stands so because", one.says),
        *([("Score", score(one))] if one.score is not None else []),
        *([("Why it matters", one.why), ("Fix", one.fix)] if not one.holds else []),
        *([("Found", _links(one.findings, by_key))] if one.findings else []),
    ]
    return Card(f"{one.number}: {one.title}", (Facts(facts),), (_chip(one),), one.key)


def _links(keys: Sequence[str], by_key: Mapping[str, Finding]) -> Cell:
    """Give the first of some findings as links."""
    more = [f"and {len(keys) - _LINKED} more"] if len(keys) > _LINKED else []
    return (*(Link(by_key[key].says, key) for key in keys[:_LINKED]), *more)


def _findings(told: Told) -> Iterator[Block]:
    by_key = {one.key: one for one in told.audit.findings}
    found = [by_key[key] for key in told.pressing]
    if not found:
        yield NOTHING_FOUND
        return
    yield f"{workload(told.audit)} together, the most pressing first."
    for one in found[:_IN_FULL]:
        yield finding_card(one, told)
    if found[_IN_FULL:]:
        yield more_findings(found[_IN_FULL:])


def _breaks(audit: Audit) -> Iterator[Block]:
    by_key = {one.key: one for one in audit.findings}
    harms = [(Code(one.workflow), one.says, Link(by_key[one.finding].says, one.finding)) for one in audit.consequences]
    harms.sort(key=lambda row: row[0].text)
    columns = ("workflow", "what it does, or would do", "because")
    yield Grid(columns, harms, "No workflow that runs here reads what was found.", _SHOWN)
    ready = [
        (
            (one.title, Code(one.workflow)),
            Chip("live", Tone.AUTO) if one.live else Chip("not live", Tone.MONITOR),
            Chip("ready", Tone.AUTO) if one.ready else Chip("waits", Tone.REVIEW),
            tuple(Link(f"{each.title}: {each.standing}", each.item) for each in one.lacking) or "nothing",
        )
        for one in audit.readiness
    ]
    columns = ("workflow", "mode", "its foundation", "what it lacks")
    yield Grid(columns, ready, "No workflow runs here yet.")


def _unseen(audit: Audit) -> Grid:
    rows = [(one.object, one.field or "the whole object", one.why) for one in audit.unseen]
    return Grid(("object", "field", "why"), rows, "Everything that was asked for was told.")


def _about(audit: Audit) -> Facts:
    org = audit.org
    rows: list[tuple[str, Cell]] = [
        ("Org", f"{org.name}, {org.id}{', a sandbox' if org.sandbox else ''}"),
        ("Edition", org.edition or "not told"),
        ("Read at", f"{audit.at:%d %B %Y, %H:%M} UTC"),
        *([("Asked for by", audit.by)] if audit.by else []),
        ("Took", spent(audit)),
        ("Again", Code("upbeat audit")),
    ]
    return Facts(rows)
