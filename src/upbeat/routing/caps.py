"""Caps: how many records a member took in a span of the calendar or of any such length, and whether that is the most.

Spans of the calendar are read off the clock on the wall: the hour that a change of clocks doubles is one hour, and a
week begins on a Monday. A rolling span of 7 days is over 7 days after a record, to the second: a part of a second
counts as a whole one, so that a cap is kept too long rather than not long enough. Of the
calendar the spans before and after the latest record's are remembered too: a clock set back over an edge forgets none.
"""

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from math import ceil

from upbeat.workflows import Cap

Calendar = tuple[tuple[int, int, int], ...]  # seconds of the span, its number since the first Monday of 1970, records
Lately = tuple[tuple[int, int], ...]  # a second since 1970, and records

Reached = tuple[str, datetime]  # a cap in the words of the file, and until when it surely stays reached

_FIRST_MONDAY = 4 * 86_400  # seconds after the beginning of 1970, a Thursday
_MINUTE = timedelta(minutes=1)


class Tally:
    """What one member took lately, as far as their caps ask."""

    def __init__(self, caps: Sequence[Cap], zone: tzinfo, calendar: Calendar = (), lately: Lately = ()) -> None:
        """Begin with what was kept; the caps may be others than then, and count from what there is."""
        self.caps = tuple((one.most, int(one.span.total_seconds()), one.rolling, one.text) for one in caps)
        self._zone = zone
        spans = {span for _, span, rolling, _ in self.caps if not rolling}
        self._counts = {span: dict[int, int]() for span in sorted(spans)}  # records by the number of the span
        for span, number, records in calendar:
            if span in spans:
                self._counts[span][number] = records
        self._longest = max((span for _, span, rolling, _ in self.caps if rolling), default=0)
        self._lately = deque(lately if self._longest else ())
        self._total = sum(records for _, records in self._lately)

    @property
    def kept(self) -> tuple[Calendar, Lately]:
        """What to begin with the next time."""
        calendar = ((span, *one) for span, counts in self._counts.items() for one in sorted(counts.items()))
        return tuple(calendar), tuple(self._lately)

    def add(self, at: datetime) -> Reached | None:
        """Count one record; give the cap that is reached with it, as `reached` does."""
        now, wall = _clocks(at, self._zone)
        for span, counts in self._counts.items():
            here = wall // span
            counts[here] = counts.get(here, 0) + 1
            if len(counts) > 1:
                for other in [one for one in counts if abs(one - here) > 1]:
                    del counts[other]
        if self._longest:
            lately, second = self._lately, ceil(now)
            while lately and lately[0][0] + self._longest <= now:
                self._total -= lately.popleft()[1]
            before = lately.pop()[1] if lately and lately[-1][0] == second else 0
            lately.append((second, before + 1))
            self._total += 1
        return self._reached(at, now, wall)

    def reached(self, at: datetime) -> Reached | None:
        """Give the first cap that is reached, in the words of the file, and until when that is sure; else None."""
        return self._reached(at, *_clocks(at, self._zone))

    def taken(self, at: datetime) -> list[tuple[str, int, int]]:
        """Give each cap in the words of the file, how many records count against it at a moment, and the most."""
        now, wall = _clocks(at, self._zone)
        return [(text, self._within(span, rolling, now, wall), most) for most, span, rolling, text in self.caps]

    def _within(self, span: int, rolling: bool, now: float, wall: int) -> int:
        if not rolling:
            return self._counts[span].get(wall // span, 0)
        return sum(records for second, records in self._lately if second + span > now)

    def _reached(self, at: datetime, now: float, wall: int) -> Reached | None:
        for most, span, rolling, text in self.caps:
            if not rolling:
                if self._counts[span].get(wall // span, 0) >= most:
                    return text, self._turns(at, wall, span)
            elif self._total >= most:
                within = [one for one in self._lately if one[0] + span > now]
                if sum(records for _, records in within) >= most:
                    return text, datetime.fromtimestamp(within[0][0] + span, UTC)
        return None

    def _turns(self, at: datetime, wall: int, span: int) -> datetime:
        """Give when the calendar's span is over, or before a change of clocks the next minute: it turns within none."""
        left = span - wall % span
        ends = at.replace(microsecond=0) + timedelta(seconds=left)
        if _clocks(ends, self._zone)[1] == wall + left:
            return ends
        return at.replace(second=0, microsecond=0) + _MINUTE


@lru_cache(maxsize=64)  # a batch has one moment, and a pool a handful of zones
def _clocks(at: datetime, zone: tzinfo) -> tuple[float, int]:
    """Give the seconds since 1970, and those that the wall of a zone shows since the first Monday of 1970."""
    now, ahead = at.timestamp(), at.astimezone(zone).utcoffset() or timedelta()
    return now, int(now + ahead.total_seconds()) - _FIRST_MONDAY
