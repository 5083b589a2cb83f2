"""One request as a value. Whoever can make a Call can send it, so only two places may import this module.

`session` makes the GETs; `salesforce.write` makes all that change records. The import contracts hold it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Call:
    """A request: `path` stands below the pinned API version, or, with a leading slash, below the instance."""

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    params: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: Any = field(default=None, repr=False)

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, so that a lost answer may be asked for again."""
        return self.method == "GET"

    def __str__(self) -> str:
        """Give method and path; parameters stay out, for they may name people."""
        return f"{self.method} {self.path}"
