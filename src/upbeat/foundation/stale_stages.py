"""Deals that stand in their stage far longer than the deals that were won took there."""

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final

from upbeat.foundation import stays
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import (
    DEAL,
    OPEN,
    as_records,
    at_stages,
    by_stage,
    condition,
    counted,
    deals,
    either,
    first_of,
    in_order,
    listed,
    moment,
    open_stages,
    records_where,
    stage_of,
    told,
    unseen,
)
from upbeat.foundation.findings import MOST_RECORDS, Exhibit, Finding, Found, Measure, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, Way, filled
from upbeat.foundation.stays import Mark

_A_YEAR: Final = timedelta(days=365)
_MINUTES = 5  # to ask the owner of a deal where it stands, and to move or close it
_HISTORY = "OpportunityHistory"
_CHANGED = "LastStageChangeDate"

Marks = Mapping[str, Mark]
Stale = Generator[Sequence[Question], Sequence[Answer], "tuple[Sequence[Row], int, int, bool] | str"]


def _stale(ground: Ground) -> Look:
    if blind := unseen(ground, DEAL):
        return Found(unseen=blind)
    [stages, snapshots, won] = yield by_stage(ground), _snapshots(ground), _won(ground)
    if stages.denied:
        return Found(unseen=(Unseen(DEAL, "StageName", stages.denied),))
    at = at_stages(ground, stages)
    silent = (Unseen(_HISTORY, "", snapshots.denied),) if snapshots.denied else ()
    stood = stays.stays(_whole_deals(tuple(snapshots.rows)))
    names = [one.name for one in open_stages(ground)]
    took = stays.cycles(won.rows, ground.zone)
    marks = stays.marks(names, stood, took, ground.marks.stale_after, ground.marks.stale_times)
    here = [one for one in at if one.stage in marks]
    if not here:
        says = "too few won deals of the past year tell how long a deal takes" if at else "there is no open deal"
        return Found(measures=(Measure(STALE.name, 0, 0, says),), unseen=silent)
    found = yield from (_by_date if ground.has(DEAL, _CHANGED) else _by_history)(ground, marks)
    if isinstance(found, str):
        return Found(unseen=(*silent, Unseen(DEAL, _CHANGED, found)))
    rows, count, looked_at, cut_off = found
    whole = looked_at if cut_off else counted(here)
    those = f"{deals(whole)}{' that were looked at' if cut_off else ''}"  # the first by their ids: no sample of all
    says = f"{whole - count:,} of {those} stand in their stage no longer than won deals did"
    measure = Measure(STALE.name, whole - count, whole, says)
    exhibit = _table(ground, marks, {one: sum(each.deals for each in here if each.stage == one) for one in marks})
    if not count:
        return Found(measures=(measure,), unseen=silent, exhibits=(exhibit,))
    there = in_order(ground, (stage_of(ground, row) for row in rows))
    query = records_where(ground, _where(ground, marks), _CHANGED) if ground.has(DEAL, _CHANGED) else _open(ground)
    finding = Finding(
        check=STALE.name,
        key=f"{STALE.name}:{DEAL}.StageName",
        weight=Weight.MEDIUM,
        says=f"{count:,} of {those} {'has' if count == 1 else 'have'} stood in "
        f"{listed(there)} far longer than the deals that were won: {_limits(marks, there)}.",
        object=DEAL,
        fields=("StageName",),
        count=count,
        of=whole,
        fix="Have each owner say what moves the deal on, put it back to the stage where it is, or close it as lost.",
        minutes=_MINUTES * count,
        queries=(query,),
        records=as_records(rows, lambda row: f"for {_days(ground.now - _since(row))}; {told(row)}"),
        values=tuple(there),
    )
    return Found((finding,), (measure,), silent, (exhibit,))


def _by_date(ground: Ground, marks: Marks) -> Stale:
    """Ask for the stale deals by the date of their last change of stage; one that never changed stands since it was."""
    where = _where(ground, marks)
    counting = f"SELECT COUNT() FROM {DEAL} WHERE {OPEN} AND {where}"  # noqa: S608  our own names
    query = records_where(ground, where, _CHANGED, "CreatedDate")
    [count, some] = yield Question(Way.COUNT, filled(counting)), first_of(query)
    return count.denied or some.denied or (tuple(some.rows), count.total, 0, False)


def _by_history(ground: Ground, marks: Marks) -> Stale:
    """Find them by their snapshots, where the org shows no such date."""
    [answer] = yield (Question(Way.QUERY, f"{_open(ground)} LIMIT {MOST_RECORDS}", rows=MOST_RECORDS),)
    if answer.denied:
        return answer.denied
    rows = tuple(answer.rows)
    looked_at, found = 0, list[Row]()
    for _, some in groupby(_whole_deals(rows), key=itemgetter("OpportunityId")):
        own = tuple(some)
        deal, since = own[-1]["Opportunity"], stays.since_when(own)
        mark = marks.get(stage_of(ground, deal))
        looked_at += mark is not None
        if mark is not None and ground.now - since > mark.limit:
            found.append({**deal, "Id": own[-1]["OpportunityId"], _CHANGED: since.isoformat()})
    return found, len(found), looked_at, len(rows) == MOST_RECORDS


def _snapshots(ground: Ground) -> Question:
    text = (
        f"SELECT OpportunityId, StageName, CreatedDate FROM {_HISTORY} "  # noqa: S608  our own names
        "WHERE Opportunity.IsWon = TRUE AND Opportunity.CloseDate >= :since "
        f"ORDER BY Opportunity.CloseDate DESC, OpportunityId, CreatedDate, Id LIMIT {MOST_RECORDS}"
    )
    return Question(Way.QUERY, filled(text, since=ground.today - _A_YEAR), rows=MOST_RECORDS)


def _won(ground: Ground) -> Question:
    text = (
        f"SELECT CreatedDate, CloseDate FROM {DEAL} WHERE IsWon = TRUE AND CloseDate >= :since "  # noqa: S608  our own names
        f"ORDER BY CloseDate DESC LIMIT {MOST_RECORDS}"
    )
    return Question(Way.QUERY, filled(text, since=ground.today - _A_YEAR), rows=MOST_RECORDS)


def _open(ground: Ground) -> str:
    amount = ", Opportunity.Amount" if ground.has(DEAL, "Amount") else ""
    return filled(
        "SELECT OpportunityId, StageName, CreatedDate, Opportunity.Name, Opportunity.StageName, "  # noqa: S608  our own names
        f"Opportunity.Owner.Name{amount} FROM {_HISTORY} WHERE Opportunity.IsClosed = FALSE "
        "ORDER BY OpportunityId, CreatedDate, Id"
    )


def _whole_deals(rows: Sequence[Row]) -> Sequence[Row]:
    """Leave out the last deal of an answer that was cut off: its newest rows may be missing."""
    if len(rows) < MOST_RECORDS:
        return rows
    return [row for row in rows if row["OpportunityId"] != rows[-1]["OpportunityId"]]


def _where(ground: Ground, marks: Marks) -> str:
    text = f"(StageName = :stage AND ({_CHANGED} < :then OR ({_CHANGED} = NULL AND CreatedDate < :then)))"
    return either([condition(text, stage=stage, then=ground.now - one.limit) for stage, one in marks.items()])


def _since(row: Row) -> datetime:
    return moment(row.get(_CHANGED) or row["CreatedDate"])


def _limits(marks: Marks, stages: Sequence[str]) -> str:
    return "; ".join(
        f"{stage} over {_days(marks[stage].limit)}, where nine of ten took {_days(marks[stage].usual)}"
        f"{' for the whole way' if marks[stage].whole else ''}"
        for stage in stages
    )


def _days(time: timedelta) -> str:
    return f"{time.days:,} day{'' if time.days == 1 else 's'}"


def _table(ground: Ground, marks: Marks, standing: Mapping[str, int]) -> Exhibit:
    rows = list[Sequence[str | int]]()
    for stage in in_order(ground, marks):
        one = marks[stage]
        of = "all stages" if one.whole else "this stage"
        rows.append((stage, one.usual.days, of, one.deals, one.limit.days, standing[stage]))
    return Exhibit(
        f"{STALE.name}/marks",
        "How long a stage takes",
        "The days in which nine of ten deals won in the past year were done, and after how many an open one is stale.",
        ("Stage", "Days", "Of", "Won deals", "Stale after days", "Open deals"),
        rows,
    )


STALE = Check("stale-stages", "Open deals that stand still in their stage", _stale, lambda _: 2)
CHECKS = (STALE,)
