"""Deals that lack what their stage asks for, each once with all that it lacks, and the pipeline without them."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from upbeat.foundation.amounts import Asked, asked_for
from upbeat.foundation.asks import blank, hidden, lacking, lacks, stages_asking
from upbeat.foundation.behind import Behind, behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import (
    DEAL,
    MOST_GROUPS,
    OPEN,
    AtStage,
    amount_in,
    as_records,
    counted,
    deals,
    either,
    every,
    first_of,
    in_order,
    listed,
    records_where,
    stage_of,
    told,
    unseen,
    worth,
)
from upbeat.foundation.findings import MOST_RECORDS, Exhibit, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, Way, filled
from upbeat.foundation.roles import NOBODY, ROLE, named

_MINUTES = 30  # to leave them out of the pipeline reports; what each lacks is work of other checks


@dataclass(frozen=True, slots=True)
class Lacking:
    """Deals that lack something: how many, and what they are worth in the corporate currency."""

    deals: int
    worth: Decimal


def _incomplete(ground: Ground) -> Look:
    if blind := unseen(ground, DEAL, "Amount"):
        return Found(unseen=blind)
    amounts = yield from asked_for(ground)
    if isinstance(amounts, str):
        return Found(unseen=(Unseen(DEAL, "Amount", amounts),))
    at, silent = amounts.now, hidden(ground)
    where, people = _where(ground, amounts.where), _asks_for_people(ground)
    whole = Lacking(counted(at), sum((one.worth for one in at), Decimal()))
    if not where and not people:
        says = f"open pipeline is {ground.org.money(whole.worth)}; nothing says what a stage asks for"
        return Found(measures=(Measure(INCOMPLETE.name, 0, 0, says),), unseen=silent)
    answers = yield [*([_sums(where)] if where else []), *([_sums(_only_people(ground, where))] if people else [])]
    if denied := next((one.denied for one in answers if one.denied), ""):
        return Found(unseen=(*silent, Unseen(ROLE if people else DEAL, "", denied)))
    lacking = _by_stage(ground, answers)
    some = Lacking(sum(one.deals for one in lacking.values()), sum((one.worth for one in lacking.values()), Decimal()))
    says = (
        f"open pipeline is {ground.org.money(whole.worth)}, and {ground.org.money(whole.worth - some.worth)} without "
        f"{some.deals:,} incomplete deal{'' if some.deals == 1 else 's'}"
    )
    measure = Measure(INCOMPLETE.name, whole.deals - some.deals, whole.deals, says)
    findings, untold = yield from _findings(ground, where, whole, some, amounts)
    return Found(findings, (measure,), (*silent, *untold), (_table(ground, at, lacking),))


def _findings(
    ground: Ground, where: str, whole: Lacking, some: Lacking, amounts: Asked
) -> Generator[Sequence[Question], Sequence[Answer], tuple[tuple[Finding, ...], tuple[Unseen, ...]]]:
    """List the deals, where one lacks a field; amounts and people alone are told by checks of their own."""
    if not (some.deals and where and stages_asking(ground)):
        return (), ()
    kind = [one for one in ("RecordTypeId", "ForecastCategory") if ground.has(DEAL, one)]
    lack_fields = records_where(ground, where, *kind, *stages_asking(ground))
    people = [records_where(ground, every(named(ground), NOBODY))] if _asks_for_people(ground) else []
    without = yield from behind(DEAL, "", first_of(lack_fields))
    nobody = yield from behind(ROLE, "", *map(first_of, people))
    untold = (*without.unseen, *nobody.unseen)
    if not any(_fields(ground, row) for row in without.rows):
        return (), untold
    lack, whose = ("lacks", "it") if some.deals == 1 else ("lack", "them")
    finding = Finding(
        check=INCOMPLETE.name,
        key=f"{INCOMPLETE.name}:{DEAL}",
        weight=Weight.MEDIUM,
        says=f"{some.deals:,} of {deals(whole.deals)} {lack} something that the stage asks for: "
        f"{ground.org.money(some.worth)} of {ground.org.money(whole.worth)} in pipeline reports rests on {whose}.",
        object=DEAL,
        fields=tuple(stages_asking(ground)),
        count=some.deals,
        of=whole.deals,
        fix="Leave them out of pipeline reports until they are complete; what each lacks stands beside it."
        + (" The second query shows those that lack contact roles alone: both together are all." if people else ""),
        minutes=_MINUTES,
        queries=(lack_fields, *([records_where(ground, _only_people(ground, where))] if people else [])),
        records=_records(ground, without, nobody, amounts),
        amount=some.worth,
    )
    return (finding,), untold


def _fields(ground: Ground, row: Row) -> list[str]:
    """Give the fields that a deal lacks, but for its amount."""
    return [name for name in lacks(ground, row) if name != "Amount"]


def _asks_for_people(ground: Ground) -> bool:
    """Whether fields.yaml itself asks for contact roles, and the reading user sees them."""
    asks = "contact_roles" in ground.fields.model_fields_set and ground.fields.contact_roles.least > 0
    return asks and ground.has(ROLE, "ContactId")


def _where(ground: Ground, amounts: str) -> str:
    """Write the condition that a deal lacks a field or an amount; empty where nothing asks for any.

    A field on which no query can filter is left to the check field-fill.
    """
    known = [(name, ground.field(DEAL, name)) for name in stages_asking(ground)]
    names = [name for name, field in known if field is not None and field.filterable]
    parts = [*([lacking(ground, *names)] if names else []), *([f"Amount = NULL AND {amounts}"] if amounts else [])]
    return either(parts) if parts else ""


def _only_people(ground: Ground, where: str) -> str:
    """Write the condition that a deal lacks nothing but people: no query may ask for either of them."""
    return every(named(ground), NOBODY, f"(NOT {where})" if where else "")


def _sums(where: str) -> Question:
    text = (
        f"SELECT StageName, COUNT(Id) deals, SUM(Amount) worth FROM {DEAL} WHERE {every(OPEN, where)} "  # noqa: S608  our own names
        f"GROUP BY StageName LIMIT {MOST_GROUPS}"
    )
    return Question(Way.QUERY, filled(text))


def _by_stage(ground: Ground, answers: Sequence[Answer]) -> dict[str, Lacking]:
    found = dict[str, Lacking]()
    for row in (row for one in answers for row in one.rows):
        stage = stage_of(ground, row)
        before = found.get(stage, Lacking(0, Decimal()))
        found[stage] = Lacking(before.deals + row["deals"], before.worth + worth(row["worth"]))
    return found


def _records(ground: Ground, without: Behind, nobody: Behind, amounts: Asked) -> tuple[RecordAt, ...]:
    """Give each deal once, with all that it lacks."""
    rows, lack = dict[str, Row](), dict[str, list[str]]()
    for row in without.rows:
        rows[row["Id"]] = row
        asks = amounts.asks(row.get("RecordTypeId") or "", stage_of(ground, row), row.get("ForecastCategory") or "")
        lack[row["Id"]] = [*_fields(ground, row), *(["an amount"] if asks and blank(row["Amount"]) else [])]
    for row in nobody.rows:
        rows.setdefault(row["Id"], row)
        lack.setdefault(row["Id"], []).append("contact roles")
    some = [row for row in rows.values() if lack[row["Id"]]][:MOST_RECORDS]
    return as_records(some, lambda row: f"lacks {listed(lack[row['Id']])}; {told(row)}")


def _table(ground: Ground, at: Sequence[AtStage], lacking: Mapping[str, Lacking]) -> Exhibit:
    rows = list[Sequence[str | int]]()
    for stage in in_order(ground, (one.stage for one in at)):
        here = [one for one in at if one.stage == stage]
        whole, less = sum((one.worth for one in here), Decimal()), lacking.get(stage, Lacking(0, Decimal()))
        rows.append((stage, counted(here), less.deals, round(whole), round(whole - less.worth)))
    totals = (sum(int(row[column]) for row in rows) for column in range(1, 5))
    return Exhibit(
        f"{INCOMPLETE.name}/pipeline",
        "Open pipeline, whole and without incomplete deals",
        "A deal is incomplete that lacks something that its stage asks for.",
        ("Stage", "Open deals", "Incomplete", amount_in(ground), "Without them"),
        [*rows, ("All stages", *totals)],
    )


INCOMPLETE = Check("incomplete-deals", "Deals that lack what their stage asks for", _incomplete, lambda _: 4)
CHECKS = (INCOMPLETE,)
