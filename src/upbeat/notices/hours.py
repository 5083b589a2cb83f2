"""When a person may be written to: their quiet hours, their days, and the hour of their digest, by their own clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from upbeat.workflows import Alerts


@dataclass(frozen=True, slots=True)
class Hours:
    """One person's clock and the policy's hours. All moments taken and given are aware; those given are UTC."""

    zone: ZoneInfo
    quiet_from: time
    quiet_until: time
    digest_at: time

    def day_began(self, now: datetime) -> datetime:
        """Give the midnight with which the person's day began."""
        return _utc(datetime.combine(now.astimezone(self.zone).date(), time(), self.zone))

    def quiet_end(self, now: datetime) -> datetime:
        """Give when the quiet hours that `now` lies in end; `now` itself where it lies in none.

        They may go over midnight. Where they begin and end at one time there are none.
        """
        here = now.astimezone(self.zone).replace(tzinfo=None)
        for day in (here.date() - timedelta(days=1), here.date()):
            begins, ends = datetime.combine(day, self.quiet_from), datetime.combine(day, self.quiet_until)
            if self.quiet_until < self.quiet_from:
                ends += timedelta(days=1)
            if begins <= here < ends:
                return max(now, _utc(ends.replace(tzinfo=self.zone)))
        return now

    def next_digest(self, now: datetime) -> datetime:
        """Give the next time of a digest after `now`; one that would come in quiet hours comes at their end."""
        here = now.astimezone(self.zone)
        days = (here.date() + timedelta(days=ahead) for ahead in range(3))
        moments = (self.quiet_end(_utc(datetime.combine(day, self.digest_at, self.zone))) for day in days)
        return next(one for one in moments if one > now)


def hours(alerts: Alerts, zone: ZoneInfo) -> Hours:
    """Give the policy's hours on the clock of `zone`."""
    quiet_from, quiet_until, digest_at = map(
        time.fromisoformat, (alerts.quiet_from, alerts.quiet_until, alerts.digest_at)
    )
    return Hours(zone, quiet_from, quiet_until, digest_at)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
