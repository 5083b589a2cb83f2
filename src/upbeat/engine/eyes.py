"""What can be looked at without an engine: the org as it is read, and what is known of its pools."""

from typing import Protocol
from zoneinfo import ZoneInfo

from upbeat.base import Clock
from upbeat.engine.directory import Directory
from upbeat.engine.people import People
from upbeat.engine.pools import Pools
from upbeat.engine.versions import Versions
from upbeat.intake import Query
from upbeat.schema import Schema


class Eyes(Protocol):
    """The engine's eyes: nothing of this writes. `Parts` has them, and so has a use case that foresees."""

    @property
    def query(self) -> Query:
        """Read from the org, over the reading connection."""
        ...

    @property
    def schema(self) -> Schema:
        """The org's catalogue."""
        ...

    @property
    def versions(self) -> Versions:
        """Which version of each workflow runs."""
        ...

    @property
    def people(self) -> People:
        """Its users and queues."""
        ...

    @property
    def pools(self) -> Pools:
        """Who is in each pool, and who is there."""
        ...

    @property
    def directory(self) -> Directory:
        """Its accounts in memory."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """The org's time zone."""
        ...
