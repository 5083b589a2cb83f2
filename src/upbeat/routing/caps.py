"""Caps: how many records a member took in a span of the calendar or of any such length, and whether that is the most.

Spans of the calendar are read off the clock on the wall: the hour that a change of clocks doubles is one hour, and a
week begins on a Monday. A rolling span of 7 days is over 7 days after a record, to the second: a part of a second
counts as a whole one, so that a cap is kept too long rather than not long enough.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from math import ceil

from upbeat.workflows import Cap

Calendar = tuple[tuple[int, int, int], ...]  # seconds of the span, its number since the first Monday of 1970, records
Lately = tuple[tuple[int, int], ...]  # a second since 1970, and records

_FIRST_MONDAY = 4 * 86_400  # seconds after the beginning of 1970, a Thursday
_MINUTE = timedelta(minutes=1)


class Tally:
    """What one member took lately, as far as their caps ask."""

    def __init__(self, caps: Sequence[Cap], zone: tzinfo, calendar: Calendar = (), lately: Lately = ()) -> None:
        """Begin with what was kept; the caps may be others than then, and count from what there is."""
        self.caps = tuple(caps)
        self._zone = zone
        self._spans = sorted({_seconds(one) for one in caps if not one.rolling})
        self._longest = max((_seconds(one) for one in caps if one.rolling), default=0)
        self._counts = {span: (number, records) for span, number, records in calendar if span in self._spans}
        self._lately = list(lately) if self._longest else []

    @property
    def kept(self) -> tuple[Calendar, Lately]:
        """What to begin with the next time."""
        return tuple((span, *one) for span, one in self._counts.items()), tuple(self._lately)

    def add(self, at: datetime) -> None:
        """Count one record."""
        now = at.timestamp()
        if self._spans:
            wall = self._wall(at, now)
            for span in self._spans:
                number, records = self._counts.get(span, (0, 0))
                here = wall // span
                self._counts[span] = (here, records + 1 if number == here else 1)
        if self._longest:
            second = ceil(now)
            self._lately = [one for one in self._lately if one[0] + self._longest > now]
            before = self._lately.pop()[1] if self._lately and self._lately[-1][0] == second else 0
            self._lately.append((second, before + 1))

    def reached(self, at: datetime) -> tuple[str, datetime] | None:
        """Give the first cap that is reached, in the words of the file, and until when that is sure; else None."""
        now = at.timestamp()
        wall = self._wall(at, now) if self._spans else 0
        for cap in self.caps:
            span = _seconds(cap)
            if not cap.rolling:
                number, records = self._counts.get(span, (0, 0))
                if records >= cap.most and number == wall // span:
                    return cap.text, at.replace(second=0, microsecond=0) + _MINUTE  # no calendar turns within one
            else:
                within = [one for one in self._lately if one[0] + span > now]
                if sum(records for _, records in within) >= cap.most:
                    return cap.text, datetime.fromtimestamp(within[0][0] + span, UTC)
        return None

    def _wall(self, at: datetime, now: float) -> int:
        ahead = at.astimezone(self._zone).utcoffset() or timedelta()
        return int(now + ahead.total_seconds()) - _FIRST_MONDAY


def _seconds(cap: Cap) -> int:
    return int(cap.span.total_seconds())
