"""How leads flow: how long they wait for an owner and for a first activity, and which ones nobody routed.

All are figures: how long is too long is for the org to say, and a lead may stand in a queue on purpose.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import ceil, floor, sqrt
from statistics import median
from typing import Final

from upbeat.base import percent
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import moment
from upbeat.foundation.findings import Chart, Exhibit, Found, Interval, Unseen
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, Way, filled

_LEADS: Final = 400  # the newest that are a day old
_AT_ONCE: Final = 200  # ids in one query
_SPAN: Final = 90  # days
_Row = tuple[str | float | None, ...]  # of a table
_HOUR: Final = timedelta(hours=1)
_OWNER: Final = ("Owner", "ownerAccepted", "ownerAssignment")  # what LeadHistory calls a change of owner


@dataclass(frozen=True, slots=True)
class Waits:
    """How long something took, in hours: the median, and where it lies at 95 % where there are enough to tell."""

    of: int
    middle: float
    low: float | None = None
    high: float | None = None

    @classmethod
    def over(cls, hours: Iterable[float]) -> "Waits | None":
        """Give the median; its interval by ranks (Conover, Practical Nonparametric Statistics, 3.2). None of none."""
        found = sorted(hours)
        if not found:
            return None
        reach = 1.959964 * sqrt(len(found)) / 2
        low, high = floor(len(found) / 2 - reach), ceil(len(found) / 2 + reach)
        if low < 1 or high >= len(found):  # too few to tell
            return cls(len(found), median(found))
        return cls(len(found), median(found), found[low - 1], found[high])


def _look(ground: Ground) -> Look:
    if not ground.has("Lead", "CreatedDate", "CreatedById", "OwnerId"):
        why = ground.hidden.get("Lead", "this user does not see when leads were created, or whose they are")
        return Found(unseen=(Unseen("Lead", "", why),))
    [newest, whole, queued] = yield _newest(ground), _count(ground), _count(ground, "Owner.Type = 'Queue'")
    if denied := newest.denied or whole.denied or queued.denied:
        return Found(unseen=(Unseen("Lead", "OwnerId", denied),))
    leads = tuple(newest.rows)
    owners, no_history = yield from _firsts(ground, leads, "LeadHistory", "LeadId", "Field IN :owner AND ")
    tasks, no_tasks = yield from _firsts(ground, leads, "Task", "WhoId")
    events, no_events = yield from _firsts(ground, leads, "Event", "WhoId")
    exhibits = [_latency(leads, owners, _earliest(tasks, events))] if leads else []
    if whole.total:
        exhibits.append(_routing(leads, owners, whole.total, queued.total, told=not no_history))
    return Found(unseen=(*no_history, *no_tasks, *no_events), exhibits=tuple(exhibits))


def _newest(ground: Ground) -> Question:
    contact = ", ConvertedContactId" if ground.has("Lead", "ConvertedContactId") else ""
    text = (
        f"SELECT Id, CreatedDate, CreatedById, OwnerId{contact} FROM Lead WHERE CreatedDate >= :since "  # noqa: S608  our own names
        f"AND CreatedDate < :until ORDER BY CreatedDate DESC LIMIT {_LEADS}"
    )
    return Question(Way.QUERY, filled(text, since=_midnight(ground, _SPAN), until=_midnight(ground, 1)), rows=_LEADS)


def _count(ground: Ground, *where: str) -> Question:
    """Count leads that are not converted a day after they were created."""
    whole = [*where, *(["IsConverted = FALSE"] if ground.has("Lead", "IsConverted") else []), "CreatedDate < :until"]
    text = f"SELECT COUNT() FROM Lead WHERE {' AND '.join(whole)}"  # noqa: S608  our own names
    return Question(Way.COUNT, filled(text, until=_midnight(ground, 1)))


def _midnight(ground: Ground, days: int) -> datetime:
    """Give when a day began so many days ago: all day long the same, so that an audit that goes on asks the same."""
    return datetime.combine(ground.today - timedelta(days=days), time(), ground.zone).astimezone(UTC)


def _firsts(
    ground: Ground, leads: Sequence[Row], name: str, key: str, where: str = ""
) -> Generator[Sequence[Question], Sequence[Answer], tuple[Mapping[str, datetime], tuple[Unseen, ...]]]:
    """Ask when each lead was first written of in an object: by the lead's id, also for what moved to its contact."""
    if name not in ground.objects:
        return {}, (Unseen(name, "", "the org has no such object, or the reading user does not see it"),)
    lead_of = {str(one["Id"]): str(one["Id"]) for one in leads}
    if key == "WhoId":
        lead_of |= {str(one["ConvertedContactId"]): str(one["Id"]) for one in leads if one.get("ConvertedContactId")}
    ids = sorted(lead_of)
    text = f"SELECT {key}, MIN(CreatedDate) earliest FROM {name} WHERE {where}{key} IN :ids GROUP BY {key}"  # noqa: S608  our own names
    binds = {"owner": list(_OWNER)} if where else {}
    asked = [
        Question(Way.QUERY, filled(text, ids=ids[at : at + _AT_ONCE], **binds), rows=_AT_ONCE)
        for at in range(0, len(ids), _AT_ONCE)
    ]
    answers = (yield asked) if asked else ()
    if denied := next((one.denied for one in answers if one.denied), ""):
        return {}, (Unseen(name, key, denied),)
    found = [{lead_of[str(row[key])]: moment(row["earliest"])} for one in answers for row in one.rows]
    return _earliest(*found), ()


def _earliest(*found: Mapping[str, datetime]) -> Mapping[str, datetime]:
    """Give the earliest moment of each key."""
    earliest: dict[str, datetime] = {}
    for one in found:
        for key, when in one.items():
            earliest[key] = min(when, earliest.get(key, when))
    return earliest


def _latency(leads: Sequence[Row], owners: Mapping[str, datetime], touched: Mapping[str, datetime]) -> Exhibit:
    rows, told = list[_Row](), list[str]()
    for what, firsts in (("a change of owner", owners), ("a task or event", touched)):
        found = Waits.over(
            (firsts[one["Id"]] - moment(one["CreatedDate"])) / _HOUR for one in leads if one["Id"] in firsts
        )
        if found is None:
            told.append(f"none had {what}")
            rows.append((f"To {what}", None, None, None, 0, len(leads)))
            continue
        told.append(f"{found.of:,} had {what}, half of them within {found.middle:,.1f} hours")
        rows.append((f"To {what}", *map(_rounded, (found.middle, found.low, found.high)), found.of, len(leads)))
    return Exhibit(
        "design/latency",
        "How long a lead waits",
        f"Of the {len(leads):,} newest leads of {_SPAN} days, {'; '.join(told)}.",
        ("From its creation", "Median, hours", "From, at 95 %", "To", "Leads that had it", "Of"),
        rows,
        Chart.BARS,
    )


def _rounded(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 1)


def _routing(leads: Sequence[Row], owners: Mapping[str, datetime], whole: int, queued: int, *, told: bool) -> Exhibit:
    rows: list[tuple[str, int, int, float, str]] = [
        ("With a queue", queued, whole, _share(queued, whole), "all counted")
    ]
    if told and leads:
        still = sum(one["OwnerId"] == one["CreatedById"] and one["Id"] not in owners for one in leads)
        found = Interval.of(still, len(leads))
        reach = f"{percent(100 * found.low)} to {percent(100 * found.high)} at 95 %"
        rows.append(
            ("With who created it, its owner never changed", still, len(leads), _share(still, len(leads)), reach)
        )
    return Exhibit(
        "design/missed-routing",
        "Leads that nobody routed",
        f"{queued:,} of {whole:,} unconverted leads that are more than a day old are still with a queue. Of the "
        "newest, those are told too that whoever created them still has; a rep's own leads are among them.",
        ("A day after its creation", "Leads", "Of", "Percent", "By"),
        rows,
    )


def _share(part: int, of: int) -> float:
    return round(100 * part / of, 1)


def _more(ground: Ground) -> int:
    """Count the later questions: of as many leads, and as many contacts that leads became, as one look takes."""
    return sum(name in ground.objects for name in ("LeadHistory", "Task", "Event")) * (2 * _LEADS // _AT_ONCE)


LEADS = Check("lead-flow", "How leads flow", _look, _more)
CHECKS = (LEADS,)
