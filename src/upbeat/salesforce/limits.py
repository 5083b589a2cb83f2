"""The org's API calls: how many are used, read from the header that every answer carries."""

import re
from dataclasses import dataclass
from datetime import datetime

HEADER = "Sforce-Limit-Info"
_USAGE = re.compile(r"(?:^|[\s,;])api-usage=(\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Usage:
    """API calls used of those allowed in 24 hours, as of an answer's moment. The org's figure lags a little."""

    used: int
    allowed: int
    at: datetime

    @property
    def left(self) -> int:
        """How many calls are left, never below 0."""
        return max(self.allowed - self.used, 0)


def read_usage(header: str | None, at: datetime) -> Usage | None:
    """Read `api-usage=18/15000`, which may stand beside a figure per app; None where there is none."""
    found = _USAGE.search(header or "")
    return Usage(int(found[1]), int(found[2]), at) if found else None
