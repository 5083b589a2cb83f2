"""How long deals stand in their stages: those that were won, as the measure, and the open ones against it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Final
from zoneinfo import ZoneInfo

from upbeat.foundation.deals import moment
from upbeat.foundation.questions import Row

ENOUGH: Final = 10
"""So many won deals tell how long one takes."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """From when on a deal is stale in a stage: `usual` is the time in which nine of ten of `deals` won ones were done.

    They were done with the stage, or, where too few tell that (`whole`), with all stages from the first to the last.
    """

    usual: timedelta
    deals: int
    whole: bool
    limit: timedelta


def stays(snapshots: Iterable[Row]) -> dict[str, list[timedelta]]:
    """Give how long each deal stood in each stage that it left, by the stage: rows of one deal together, oldest first.

    Several stays of one deal in one stage are added up. A deal whose rows were all written within a day was brought in
    from elsewhere, and tells nothing.
    """
    found = dict[str, list[timedelta]]()
    for _, rows in groupby(snapshots, key=itemgetter("OpportunityId")):
        times = [(row["StageName"] or "", moment(row["CreatedDate"])) for row in rows]
        if times[-1][1] - times[0][1] < _DAY:
            continue
        own = dict[str, timedelta]()
        for (stage, since), (_, until) in pairwise(times):
            own[stage] = own.get(stage, timedelta()) + (until - since)
        for stage, time in own.items():
            found.setdefault(stage, []).append(time)
    return found


def cycles(won: Iterable[Row], zone: ZoneInfo) -> list[timedelta]:
    """Give how long each won deal took from its creation to its close; one that was closed before that is left out.

    Both are days of the org, whose time `zone` says on which day a deal was created.
    """
    made = ((row, moment(row["CreatedDate"]).astimezone(zone).date()) for row in won)
    times = [date.fromisoformat(row["CloseDate"]) - day for row, day in made]
    return [one for one in times if one >= _DAY]


def nine_of_ten(times: Sequence[timedelta]) -> timedelta:
    """Give the time in which nine of ten are done: the nearest rank, and so one that was seen."""
    return sorted(times)[-(-9 * len(times) // 10) - 1]


def marks(
    stages: Iterable[str],
    stood: Mapping[str, Sequence[timedelta]],
    took: Sequence[timedelta],
    least: timedelta,
    times: int,
) -> dict[str, Mark]:
    """Give from when on a deal is stale in each stage; a stage of which nothing tells is left out.

    That is so many `times` as nine of ten won deals took there. Where fewer than ten tell that, it is what nine of ten
    took for the whole way. Before `least` nothing is stale.
    """
    found = dict[str, Mark]()
    for stage in stages:
        known = stood.get(stage, ())
        if len(known) >= ENOUGH:
            usual = nine_of_ten(known)
            found[stage] = Mark(usual, len(known), whole=False, limit=max(least, times * usual))
        elif len(took) >= ENOUGH:
            usual = nine_of_ten(took)
            found[stage] = Mark(usual, len(took), whole=True, limit=max(least, usual))
    return found


def since_when(snapshots: Sequence[Row]) -> datetime:
    """Give when a deal came into the stage in which it is, by its snapshots, oldest first."""
    runs = [next(rows)["CreatedDate"] for _, rows in groupby(snapshots, key=itemgetter("StageName"))]
    return moment(runs[-1])
