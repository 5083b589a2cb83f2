"""The foundation: the nineteen items as last audited, what a failure does to which workflow, and the audit itself."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Annotated

from pydantic import Field

from upbeat.base import percent
from upbeat.charts import Dot, Dots
from upbeat.console.area import Area, Body, Done
from upbeat.console.asked import Asked
from upbeat.console.charting import Chart
from upbeat.console.paging import PageNumber, Part, part_of
from upbeat.console.permissions import Permission
from upbeat.foundation import BY_KEY, Audit, Compared, Exhibit, Finding, FirstThing, Readiness, RecordAt, Status, Weight
from upbeat.foundation import Chart as Kind
from upbeat.foundation.drawn import drawing, in_words
from upbeat.operations import (
    Background,
    ItemStands,
    attest,
    audit_in_background,
    audit_in_short,
    begin_audit,
    cut_off_audit,
    items_standing,
    records_behind,
    tell_audit,
    withdraw_attestation,
)

area = Area("foundation")

_FINDINGS = 25
_RECORDS = 20
_FIGURES = 6


@dataclass(frozen=True, slots=True)
class Harm:
    """What a failing item does to a workflow, which is live or would be. `despite` is why it went live all the same."""

    workflow: str
    live: bool
    says: str
    despite: str


@dataclass(frozen=True, slots=True)
class Attested:
    """What somebody said of an item that no data shows; `holds` until it is stale."""

    by: str
    at: datetime
    says: str
    until: datetime
    holds: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One of the nineteen. `score` is in percent and told as `told`; `asks` is what somebody says who attests it."""

    key: str
    number: str
    title: str
    status: str
    score: float | None
    told: str
    least: int
    says: str
    why: str
    fix: str
    findings: int
    harms: tuple[Harm, ...]
    asks: str
    attested: Attested | None


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the list."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class First:
    """One of the three things to fix first."""

    says: str
    fix: str
    minutes: int
    breaks: tuple[str, ...]
    weight: Weight
    check: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """What keeps a workflow from going live, or would: the item's key, its title, and how it stands."""

    key: str
    title: str
    standing: str


@dataclass(frozen=True, slots=True)
class Resting:
    """A workflow with what of its foundation it lacks, and which workflows must be live before it."""

    workflow: str
    title: str
    live: bool
    ready: bool
    lacks: tuple[Lacking, ...]
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Foundation:
    """How the foundation stands. `audited_at` is None before the first audit.

    `under_way` is the audit that was begun last on this page, `cut_off` whether one waits to be gone on with.
    """

    audited_at: datetime | None
    by: str
    calls: int
    passing: int
    failing: int
    groups: tuple[Group, ...]
    first: tuple[First, ...]
    resting: tuple[Resting, ...]
    findings: int
    since: datetime | None
    moved: tuple[str, ...]
    scores: Chart
    unseen: int
    not_ended: tuple[str, ...]
    may_attest: bool
    under_way: Background | None
    cut_off: bool


@area.page("/foundation", needs=Permission.WATCH, template="foundation/items.html", title="Foundation")
def foundation(asked: Asked) -> Foundation:
    """Give the nineteen items: measured, attested, and what each failure does to which workflow."""
    house = asked.house
    audit = audit_in_short(house)
    told = None if audit is None else tell_audit(house, audit)
    compared = None if told is None else told.compared
    items = [_item(one, audit) for one in items_standing(house)]
    by_group = groupby(items, key=lambda one: BY_KEY[one.key].group)
    return Foundation(
        audited_at=None if audit is None else audit.at,
        by="" if audit is None else audit.by,
        calls=0 if audit is None else audit.calls,
        passing=sum(one.status == Status.PASSES for one in items),
        failing=sum(one.status == Status.FAILS for one in items),
        groups=tuple(Group(name, tuple(some)) for name, some in by_group),
        first=() if told is None else tuple(_first(one, told.audit) for one in told.first),
        resting=() if audit is None else tuple(map(_resting, audit.readiness)),
        findings=0 if audit is None else len(audit.findings),
        since=None if compared is None else compared.since,
        moved=() if compared is None else tuple(_moved(compared)),
        scores=_scores(items),
        unseen=0 if audit is None else len(audit.unseen),
        not_ended=() if audit is None else tuple(f"{one.check}: {one.why}" for one in audit.not_ended),
        may_attest=house.policy.may(asked.by, "attest"),
        under_way=audit_in_background(house),
        cut_off=cut_off_audit(house),
    )


def _item(one: ItemStands, audit: Audit | None) -> Item:
    judged, kind = one.judged, BY_KEY[one.key]
    said = one.said
    harms = () if audit is None else tuple(_harms(audit, one.key))
    return Item(
        key=one.key,
        number=one.number,
        title=one.title,
        status="not audited" if judged is None else str(judged.status),
        score=None if judged is None else judged.score,
        told="" if judged is None or judged.score is None else percent(judged.score, judged.least),
        least=0 if judged is None else judged.least,
        says="" if judged is None else judged.says,
        why=kind.why,
        fix=kind.fix,
        findings=0 if judged is None else len(judged.findings),
        harms=harms if judged is None or not judged.holds else (),
        asks=one.says,
        attested=None if said is None else Attested(said.by, said.at, said.says, said.until, one.holds),
    )


def _harms(audit: Audit, item: str) -> list[Harm]:
    """Give what a failing item does to each workflow that rests on it, those that are live ahead."""
    found = [
        Harm(one.workflow, one.live, each.harm, each.despite)
        for one in audit.readiness
        for each in one.data
        if each.item == item and not each.holds
    ]
    return sorted(found, key=lambda one: (not one.live, one.workflow))


def _resting(one: Readiness) -> Resting:
    return Resting(
        workflow=one.workflow,
        title=one.title,
        live=one.live,
        ready=one.ready,
        lacks=tuple(Lacking(each.item, each.title, each.standing) for each in one.lacking),
        waits_for=tuple(name for each in one.waits_for for name in each.workflows),
    )


def _first(one: FirstThing, audit: Audit) -> First:
    finding = next(each for each in audit.findings if each.key == one.finding)
    return First(finding.says, finding.fix, finding.minutes, one.breaks, finding.weight, finding.check)


def _moved(compared: Compared) -> list[str]:
    return [f"{one.title}: {one.before} before, {one.now} now" for one in compared.items]


def _scores(items: list[Item]) -> Chart:
    scored = [one for one in items if one.score is not None]
    marks = {one.least for one in scored}
    dots = [Dot(one.title, one.score or 0.0, one.told, to=f"#{one.key}") for one in scored]
    rows = [(one.title, one.told, f"{one.least} %", one.status) for one in scored]
    mark = marks.pop() if len(marks) == 1 else None
    line = f" The dashed line stands at {mark} %, which each must reach." if mark is not None else ""
    says = f"Each item's weakest figure, of 100 %.{line}"
    return Chart("Scores", says, Dots(dots, mark) if dots else None, ("item", "score", "needs", "stands"), rows)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the audit is that was begun on the page."""

    under_way: Background | None


@area.page("/foundation/progress", needs=Permission.WATCH, template="foundation/progress.html", title="The audit")
def progress(asked: Asked) -> Progress:
    """Say how far the audit is."""
    return Progress(audit_in_background(asked.house))


class Ask(Body):
    """How an audit is asked for: the most API calls, as many as planned where left out; `fresh` begins anew."""

    calls: Annotated[int, Field(ge=0, le=2**53)] | None = None
    fresh: bool = False


@area.action("/foundation/audit", needs=Permission.BUILD, back="/foundation")
def run_audit(asked: Asked, body: Ask) -> Done:
    """Have the foundation audited in the background. It reads the org, and changes nothing."""
    begin_audit(asked.house, asked.by, calls=body.calls, fresh=body.fresh)
    return Done("The audit has begun. It goes on by itself, whatever page you open.")


class Word(Body):
    """What somebody says of an item, and how they know."""

    says: str


@area.action("/foundation/items/{item}/attest", needs=Permission.WATCH, back="/foundation#{item}", by_person=True)
def attest_item(asked: Asked, item: str, body: Word) -> Done:
    """Say of an item what no data shows, in one's own name."""
    done = attest(asked.house, item, asked.by, body.says)
    until = "" if done.said is None else f" It holds until {done.said.until:%-d %b %Y}."
    return Done(f"Attested: {done.title}.{until}")


class Why(Body):
    """Why a word is taken back."""

    why: str = ""


@area.action("/foundation/items/{item}/withdraw", needs=Permission.WATCH, back="/foundation#{item}", by_person=True)
def withdraw_word(asked: Asked, item: str, body: Why) -> Done:
    """Take back what was said of an item."""
    done = withdraw_attestation(asked.house, item, asked.by, body.why)
    return Done(f"Nobody vouches for it any more: {done.title}.")


@dataclass(frozen=True, slots=True)
class Found:
    """One finding, with the first records behind it; `breaks` says what it does to which workflow."""

    key: str
    says: str
    weight: Weight
    object: str
    fields: tuple[str, ...]
    count: int
    of: int
    fix: str
    minutes: int
    breaks: tuple[Harm, ...]
    queries: tuple[str, ...]
    records: tuple[RecordAt, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the last audit found, the most pressing first. `item` and `weight` are what was asked for."""

    audited_at: datetime | None
    found: Part[Found]
    item: str
    title: str
    weight: str
    check: str


@area.page("/foundation/findings", needs=Permission.WATCH, template="foundation/findings.html", title="Findings")
def findings(asked: Asked, item: str = "", weight: str = "", check: str = "", page: PageNumber = 1) -> Findings:
    """Give what to mend, with the records."""
    audit = audit_in_short(asked.house)
    if audit is None:
        return Findings(None, part_of((), 1, _FINDINGS), item, "", weight, check)
    judged = next((one for one in audit.items if one.key == item), None)
    wanted = None if judged is None else frozenset(judged.findings)
    by_key = {one.key: one for one in audit.findings}
    keys = [
        key
        for key in tell_audit(asked.house, audit).pressing
        if (wanted is None or key in wanted) and weight in {"", by_key[key].weight} and check in {"", by_key[key].check}
    ]
    part = part_of(keys, page, _FINDINGS)
    records = records_behind(asked.house, audit, part.rows, _RECORDS)
    found = tuple(_found(by_key[key], audit, records[key]) for key in part.rows)
    title = "" if judged is None else judged.title
    return Findings(audit.at, Part(found, part.total, part.page, part.pages), item, title, weight, check)


def _found(one: Finding, audit: Audit, records: list[RecordAt]) -> Found:
    live = {each.workflow for each in audit.readiness if each.live}
    return Found(
        key=one.key,
        says=one.says,
        weight=one.weight,
        object=one.object,
        fields=one.fields,
        count=one.count,
        of=one.of,
        fix=one.fix,
        minutes=one.minutes,
        breaks=tuple(
            Harm(each.workflow, each.workflow in live, each.says, "")
            for each in audit.consequences
            if each.finding == one.key
        ),
        queries=one.queries,
        records=tuple(records),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """What else the audit measured, drawn."""

    audited_at: datetime | None
    charts: Part[Chart]


@area.page("/foundation/figures", needs=Permission.WATCH, template="foundation/figures.html", title="Figures")
def figures(asked: Asked, page: PageNumber = 1) -> Figures:
    """Give the figures that are no defects, each as it is drawn."""
    audit = audit_in_short(asked.house)
    if audit is None:
        return Figures(None, part_of((), 1, _FIGURES))
    drawn_first = sorted(audit.exhibits, key=lambda one: one.chart is Kind.NONE)
    part = part_of(drawn_first, page, _FIGURES)
    return Figures(audit.at, Part(tuple(map(_figure, part.rows)), part.total, part.page, part.pages))


def _figure(one: Exhibit) -> Chart:
    rows = [tuple(in_words(cell) for cell in row) for row in one.rows]
    return Chart(one.title, one.says, drawing(one), one.columns, rows)
