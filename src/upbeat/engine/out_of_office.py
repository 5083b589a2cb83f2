"""When people are out of office, as their calendars in the org say: events that they show as such."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from upbeat.domain import Record
from upbeat.intake import Query
from upbeat.routing import Absence
from upbeat.timeline import moment

_OWNERS = 200  # ids in one query: a longer address is refused
_DAY = timedelta(days=1)  # the last day of an all-day event counts whole, and its zone may be half a day from ours


def out_of_office(
    query: Query, zones: Mapping[str, ZoneInfo], now: datetime, ahead: timedelta
) -> Mapping[str, tuple[Absence, ...]]:
    """Give by user id when each is out of office now or until so much later; `zones` has each one's time zone.

    An event of whole days covers them as its owner's calendar counts days. Raises SalesforceError.
    """
    found: dict[str, list[Absence]] = defaultdict(list)
    owners = list(zones)
    for start in range(0, len(owners), _OWNERS):
        binds = {"owners": owners[start : start + _OWNERS], "since": now - 2 * _DAY, "until": now + ahead + _DAY}
        for row in query(_EVENTS, binds):
            away = _absence(row, zones[row["OwnerId"]])
            if away.ends > now and away.begins <= now + ahead:
                found[row["OwnerId"]].append(away)
    return {owner: tuple(sorted(some)) for owner, some in found.items()}


_EVENTS = (
    "SELECT OwnerId, StartDateTime, EndDateTime, IsAllDayEvent FROM Event WHERE OwnerId IN :owners "
    "AND ShowAs = 'OutOfOffice' AND StartDateTime <= :until AND EndDateTime >= :since"
)


def _absence(row: Record, zone: ZoneInfo) -> Absence:
    start, end = moment(row["StartDateTime"]), moment(row["EndDateTime"])
    if not row["IsAllDayEvent"]:
        return Absence(start, end)
    first, last = (datetime.combine(one.date(), time(), zone) for one in (start, end + _DAY))
    return Absence(first.astimezone(UTC), last.astimezone(UTC))
