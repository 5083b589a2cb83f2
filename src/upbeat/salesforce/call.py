"""One request as a value. Whoever can make a Call can send it, so only four places may import this module.

`session` makes the GETs; `bulk` makes query jobs, and `components` many GETs in one; `salesforce.write` makes all that
change records. A test holds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Call:
    """A request: `path` stands below the pinned API version, or, with a leading slash, below the instance.

    `body` is sent as JSON. `soap` is an operation of the SOAP API in XML, sent in its place. `harmless` says of another
    method than GET that it changes no record.
    """

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    params: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: Any = field(default=None, repr=False)
    accept: str = "application/json"
    harmless: bool = False
    soap: str = field(default="", repr=False)

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, so that a lost answer may be asked for again."""
        return self.method == "GET" or self.harmless

    def __str__(self) -> str:
        """Give method and path; parameters stay out, for they may name people."""
        return f"{self.method} {self.path}"
