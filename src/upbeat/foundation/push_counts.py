"""The push counter: what the field says against the pushes that history shows.

A counter counts every move of the close date to a later day, or those to a later month alone, as Salesforce's own
PushCount does; which of the two it is, is the one that fits more deals.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final

from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import DEAL, deals, listed, moment, unseen
from upbeat.foundation.findings import Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Row, Way, filled
from upbeat.schema import Field, FieldType
from upbeat.timeline import from_snapshots, pushes

_MOST: Final = 10_000  # snapshots that are looked at
_SNAPSHOTS: Final = 6  # of one deal, or fewer
_NUMBERS = frozenset({FieldType.INT, FieldType.DOUBLE})
_EVIDENT = re.compile(
    r"(?:push|slip)(?:es|s|ped|ed)?_?(?:count(?:er)?|times)|(?:count|number|times)_?(?:of_?)?(?:close_?date_?)?(?:push|slip)",
    re.IGNORECASE,
)
_SAME_MOMENT = timedelta(minutes=1)
_MINUTES = 1  # to set a counter right, for one deal
_MEND = 60  # to mend what counts


@dataclass(frozen=True, slots=True)
class Counted:
    """A deal's counter, and its pushes by history: to a later day, and to a later month.

    `whole` is whether history begins with the deal: else a counter that is higher may know more.
    """

    id: str
    name: str
    says: int
    days: int
    months: int
    whole: bool

    def fits(self, *, months: bool) -> bool:
        """Whether the counter says what history shows."""
        shown = self.months if months else self.days
        return self.says == shown or (self.says > shown and not self.whole)


def counter(ground: Ground) -> Field | None:
    """Give the field that counts pushes: the one that fields.yaml names, else the one that is evidently it."""
    if ground.fields.push_count is not None or not ground.has(DEAL):
        return ground.field(DEAL, ground.fields.push_count or "")
    found = _evident(ground)
    return found[0] if len(found) == 1 else None


def _evident(ground: Ground) -> list[Field]:
    """Give what evidently counts pushes: an org that made a field for it goes by that, and not by the standard one."""
    fields = ground.schema.object(DEAL).fields.values()
    found = [one for one in fields if one.type in _NUMBERS and _EVIDENT.search(one.name.removesuffix("__c"))]
    return [one for one in found if one.custom] or found


def count(rows: Iterable[Row], field: str) -> list[Counted]:
    """Count each deal's pushes by its snapshots: the rows of one deal together, oldest first."""
    found = list[Counted]()
    for id, some in groupby(rows, key=itemgetter("OpportunityId")):  # noqa: A001  Salesforce's own word
        own = list(some)
        deal, moves = own[0]["Opportunity"], from_snapshots(own)
        begins = moment(own[0]["CreatedDate"]) - moment(deal["CreatedDate"]) <= _SAME_MOMENT
        days, months = len(pushes(moves)), len(pushes(moves, month_crossing=True))
        found.append(Counted(id, deal["Name"] or "", int(deal[field] or 0), days, months, begins))
    return found


def by_months(some: Sequence[Counted]) -> bool:
    """Whether a counter evidently counts the pushes to a later month alone."""
    return sum(one.fits(months=True) for one in some) > sum(one.fits(months=False) for one in some)


def _counts(ground: Ground) -> Look:
    named = ground.fields.push_count
    field = counter(ground)
    if field is None and (named is not None or not ground.has(DEAL)):
        return Found(unseen=unseen(ground, DEAL, *([named] if named else [])))
    if field is None:
        several = listed(one.name for one in _evident(ground)) if _evident(ground) else ""
        says = "no field of Opportunity counts pushes; name it under push_count in fields.yaml where there is one"
        if several:
            says = f"several fields of Opportunity count pushes, {several}: name one under push_count in fields.yaml"
        return Found(measures=(Measure(COUNTS.name, 0, 0, says),))
    if blind := unseen(ground, "OpportunityHistory", "CloseDate", "StageName"):
        return Found(unseen=blind)
    query = filled(
        "SELECT OpportunityId, StageName, CloseDate, CreatedDate, Opportunity.IsClosed, Opportunity.Name, "  # noqa: S608  a name from the schema
        f"Opportunity.CreatedDate, Opportunity.{field.name} FROM OpportunityHistory "
        "WHERE Opportunity.IsClosed = FALSE ORDER BY OpportunityId, CreatedDate, Id"
    )
    there = ground.count(DEAL)
    most = _MOST if there is None else max(1, min(_MOST, _SNAPSHOTS * there))
    [answer] = yield (Question(Way.QUERY, f"{query} LIMIT {_MOST}", rows=most),)
    if answer.denied:
        return Found(unseen=(Unseen("OpportunityHistory", "", answer.denied),))
    rows = tuple(answer.rows)
    counted, cut_off = count(rows, field.name), len(rows) == _MOST
    counted = counted[:-1] if cut_off else counted
    months = by_months(counted)
    wrong = [one for one in counted if not one.fits(months=months)]
    what = "pushes to a later month" if months else "pushes to a later day"
    whole, right = len(counted), len(counted) - len(wrong)
    looked_at = " that were looked at" if cut_off else ""  # the first by their ids, which say nothing of the others
    says = f"{field.name} counts the {what} that history shows on {right:,} of {deals(whole)}{looked_at}"
    measure = Measure(COUNTS.name, right, whole, says, queries=(query,))
    if not wrong:
        return Found(measures=(measure,))
    finding = Finding(
        check=COUNTS.name,
        key=f"{COUNTS.name}:{DEAL}.{field.name}",
        weight=Weight.HIGH,
        says=f"On {len(wrong):,} of {deals(whole)}{looked_at} {field.name} is not the number of {what} "
        "that history shows: what fires on pushes goes by a wrong number.",
        object=DEAL,
        fields=(field.name,),
        count=len(wrong),
        of=whole,
        fix=f"Mend the flow that counts {field.name}, so that every later CloseDate of an open deal adds one, "
        "and set the deals below right.",
        minutes=_MEND + _MINUTES * len(wrong),
        queries=(query,),
        records=tuple(RecordAt(one.id, DEAL, one.name, _why(one, field.name, months=months)) for one in wrong),
    )
    return Found((finding,), (measure,))


def _why(one: Counted, field: str, *, months: bool) -> str:
    return f"{field} is {one.says}, history shows {one.months if months else one.days}"


COUNTS = Check("push-count", "The push counter, against the pushes that history shows", _counts)
CHECKS = (COUNTS,)
