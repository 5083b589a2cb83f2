"""How much of each field is filled in each stage, and what is missing where fields.yaml or a workflow needs it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.foundation.asks import asked_of, hidden, incomplete, incomplete_some, lacking, lacks, stages_asking
from upbeat.foundation.behind import Behind, behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import (
    DEAL,
    OPEN,
    as_records,
    deals,
    first_of,
    in_order,
    listed,
    records_where,
    stage_of,
    told,
    unseen,
)
from upbeat.foundation.findings import MOST_RECORDS, Chart, Exhibit, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, Way, filled
from upbeat.schema import Field, FieldType
from upbeat.workflows import Workflow

_AT_ONCE: Final = 40  # fields counted in one query
_MOST: Final = 2 * _AT_ONCE
_NAMED: Final = 12  # fields that nobody fills
_MINUTES = 3  # to find out what one field of one deal says, and to enter it
_OF_ITS_OWN: Final = frozenset({"NextStep", "Amount"})  # which the checks next-steps and amounts-missing look at


@dataclass(frozen=True, slots=True)
class Filled:
    """The open deals of one stage, and how many of them have each field."""

    stage: str
    deals: int
    fields: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Needed:
    """A field that workflows compare, which they are, and the highest percentage that they ask for."""

    field: str
    least: int
    workflows: tuple[str, ...]


def countable(ground: Ground) -> tuple[str, ...]:
    """Give the fields whose values are counted by stage: first those that something needs, then the org's own."""
    wanted = {*stages_asking(ground), *(one.field for one in needed(ground))}
    known = [one for one in ground.schema.object(DEAL).fields.values() if one.aggregatable and _may_lack(one)]
    known = [one for one in known if one.name in wanted or one.updateable]  # what the org computes, nobody fills
    known.sort(key=lambda one: (one.name not in wanted, not one.custom))
    return tuple(one.name for one in known[:_MOST])


def needed(ground: Ground) -> tuple[Needed, ...]:
    """Give the fields of a deal without which a workflow's condition cannot be judged, and how much it asks for.

    A field of which the condition asks whether it is blank may be, and one that the workflow sets itself is none.
    """
    found = dict[str, Needed]()
    for flow in ground.workflows:
        if flow.object != DEAL or _of_closed_deals(ground, flow):
            continue
        own = {name for step in flow.steps for target, name in step.writes if target == DEAL}
        for path in sorted((flow.when.fields | flow.when.prior) - flow.when.doubted - own):
            field = ground.field(DEAL, path) if "." not in path else None
            if field is not None and _may_lack(field):
                least = flow.completeness.get(path, ground.policy.completeness.least)
                before = found.get(path, Needed(path, 0, ()))
                found[path] = Needed(path, max(least, before.least), (*before.workflows, flow.name))
    return tuple(found.values())


def _of_closed_deals(ground: Ground, flow: Workflow) -> bool:
    """Whether a condition holds for closed deals alone, as far as SOQL can say: what open ones lack is not for it."""
    where = flow.when.to_soql({"$Threshold": dict(flow.thresholds)}, ground.now).where
    closed = (f"StageName = '{one.name}'" for one in ground.schema.stages if one.closed)
    return " OR " not in where and any(part in where for part in ("IsWon = true", "IsClosed = true", *closed))


def _may_lack(field: Field) -> bool:
    return field.nillable and field.type is not FieldType.BOOLEAN and not field.compound


def _fill(ground: Ground) -> Look:
    if blind := unseen(ground, DEAL):
        return Found(unseen=blind)
    names = countable(ground)
    asks = bool(stages_asking(ground))
    answers = yield [*_counts(names), *([incomplete_some(ground)] if asks else [])]
    counts, some = (answers[:-1], answers[-1]) if asks else (answers, Answer())
    if denied := next((one.denied for one in answers if one.denied), ""):
        return Found(unseen=(Unseen(DEAL, "", denied),))
    filled = read(ground, counts, names)
    if not filled:
        return Found(measures=(Measure(FILL.name, 0, 0, "there is no open deal"),), unseen=hidden(ground))
    rows = tuple(some.rows)
    findings = [*_asked(ground, filled, rows)]
    for one in needed(ground):
        query = records_where(ground, f"{one.field} = NULL")
        if (lack := _lack(one, filled)) is not None:
            without = yield from behind(DEAL, one.field, first_of(query, lack))
            findings.append(_blind(one, lack, filled, query, without))
            blind += without.unseen
    return Found(
        tuple(findings), (_measure(ground, filled, rows),), (*hidden(ground), *blind), (_exhibit(filled, names),)
    )


def _counts(names: Sequence[str]) -> Iterator[Question]:
    for start in range(0, max(len(names), 1), _AT_ONCE):
        columns = "".join(f", COUNT({name}) n{start + at}" for at, name in enumerate(names[start : start + _AT_ONCE]))
        text = f"SELECT StageName, COUNT(Id) deals{columns} FROM {DEAL} WHERE {OPEN} GROUP BY StageName"  # noqa: S608  names from the schema
        yield Question(Way.QUERY, filled(text))


def read(ground: Ground, counts: Sequence[Answer], names: Sequence[str]) -> tuple[Filled, ...]:
    """Give what the counts tell, in the order of the stages."""
    whole, fields = Counter[str](), dict[str, Counter[str]]()
    for number, answer in enumerate(counts):
        for row in answer.rows:
            stage = stage_of(ground, row)
            whole[stage] += 0 if number else row["deals"]
            own = fields.setdefault(stage, Counter())
            own.update({name: row[f"n{at}"] for at, name in enumerate(names) if f"n{at}" in row})
    return tuple(Filled(stage, whole[stage], fields[stage]) for stage in in_order(ground, whole))


def _asked(ground: Ground, filled: Sequence[Filled], rows: Sequence[Row]) -> Iterator[Finding]:
    """Give the fields that deals lack of those that must be known before they came where they are."""
    for name, stages in stages_asking(ground).items():
        if name in _OF_ITS_OWN | {ground.fields.next_step}:
            continue
        there = [one for one in filled if one.stage in stages]
        mine = [row for row in rows if name in lacks(ground, row)]
        counts = [one.deals - one.fields[name] for one in there if name in one.fields]
        count, whole = sum(counts) if counts else len(mine), sum(one.deals for one in there)
        if not count:
            continue
        names = in_order(ground, (stage_of(ground, row) for row in mine)) or list(stages)
        yield Finding(
            check=FILL.name,
            key=f"{FILL.name}:{DEAL}.{name}",
            weight=Weight.MEDIUM,
            says=f"{count:,} of {deals(whole)} {'has' if count == 1 else 'have'} no {name} in {listed(names)}, "
            "though fields.yaml says that it is known before a deal comes there.",
            object=DEAL,
            fields=(name,),
            count=count,
            of=whole,
            fix=f"Enter {name} for each, and ask for it by a validation rule at the stage that it is to be known by.",
            minutes=_MINUTES * count,
            queries=(records_where(ground, lacking(ground, name), name),),
            records=_without(mine, name),
            values=tuple(names),
        )


def _lack(one: Needed, filled: Sequence[Filled]) -> int | None:
    """Give how many deals lack a field, where those are more than the workflows put up with."""
    whole, have = sum(each.deals for each in filled), sum(each.fields.get(one.field, each.deals) for each in filled)
    return whole - have if 100 * have < one.least * whole else None


def _blind(one: Needed, lack: int, filled: Sequence[Filled], query: str, without: Behind) -> Finding:
    whole = sum(each.deals for each in filled)
    flows = listed(one.workflows)
    compare = "compares" if len(one.workflows) == 1 else "compare"
    return Finding(
        check=FILL.name,
        key=f"{FILL.name}:{DEAL}.{one.field}:workflows",
        weight=Weight.MEDIUM,
        says=f"{lack:,} of {deals(whole)} {'has' if lack == 1 else 'have'} no {one.field}, "
        f"which {flows} {compare}: it can say nothing of them, and asks for {one.least} of 100.",
        object=DEAL,
        fields=(one.field,),
        count=lack,
        of=whole,
        fix=f"Fill {one.field} on open deals, or let the condition say what a deal without it means.",
        minutes=_MINUTES * lack,
        queries=(query,),
        records=_without(without.rows, one.field),
        values=one.workflows,
    )


def _without(rows: Iterable[Row], name: str) -> tuple[RecordAt, ...]:
    return as_records(rows, lambda row: f"no {name}; {told(row)}")


def _measure(ground: Ground, filled: Sequence[Filled], rows: Sequence[Row]) -> Measure:
    """Count the fields that are there of all that the stages ask for, one for each deal and field."""
    asked, cells = asked_of(ground), 0
    have, cut_off = 0, len(rows) >= MOST_RECORDS
    for one in filled:
        for name in asked.get(one.stage, ()):
            if name in one.fields:
                have, cells = have + one.fields[name], cells + one.deals
            elif not cut_off:
                empty = sum(name in lacks(ground, row) for row in rows if stage_of(ground, row) == one.stage)
                have, cells = have + one.deals - empty, cells + one.deals
    says = (
        f"{have:,} of {cells:,} values are there that stages ask for by fields.yaml"
        if cells
        else "fields.yaml does not say what a stage asks for"
    )
    return Measure(FILL.name, have, cells, says, queries=(incomplete(ground),) if cells else ())


def _exhibit(filled: Sequence[Filled], names: Sequence[str]) -> Exhibit:
    """Give a row for each field that some deal has, the fullest first; the others are named above the table."""
    rows = dict[str, list[int | None]]()
    for name in names:
        rows[name] = [round(100 * one.fields[name] / one.deals) if name in one.fields else None for one in filled]
    empty = [name for name in names if not any(one.fields.get(name) for one in filled)]
    fullest = sorted(set(names) - set(empty), key=lambda name: (-sum(filter(None, rows[name])), name))
    nowhere = (
        f" Blank on all of them: {listed(empty[:_NAMED])}{' and more' if empty[_NAMED:] else ''}." if empty else ""
    )
    return Exhibit(
        f"{FILL.name}/by-stage",
        "What is filled in each stage",
        f"Of 100 open deals of a stage, how many have a value in each field.{nowhere}",
        ("Field", *(one.stage for one in filled)),
        [(name, *rows[name]) for name in fullest],
        Chart.HEAT,
    )


FILL = Check("field-fill", "What is filled in each stage", _fill, lambda ground: len(needed(ground)))
CHECKS = (FILL,)
