"""A rollback from a page: what would go back, as much as somebody looks at, and the order itself beside other work."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from upbeat.operations.background import Background, Tell, begin
from upbeat.operations.house import House
from upbeat.operations.rolling_back.asking import must_fit, preview, roll_back
from upbeat.operations.rolling_back.choosing import Pattern
from upbeat.operations.rolling_back.weighing import Reversal, Reversible

ROLLBACK: Final = "rollback"  # the name of the work
LOOKED_AT: Final = 600  # writes that are compared with the org before somebody says yes: a few seconds


@dataclass(frozen=True, slots=True)
class Ahead:
    """What taking back would do: the writes that were looked at, counted by state; `more` whether there are others."""

    reversals: tuple[Reversal, ...]
    counts: Mapping[Reversible, int]
    more: bool


def look_ahead(house: House, what: str | Pattern, most: int = LOOKED_AT) -> Ahead:
    """Compare the newest of what would be taken back with the org as it is. Raises as `preview` does."""
    found = tuple(islice(preview(house, what), most + 1))
    shown = found[:most]
    return Ahead(shown, Counter(one.state for one in shown), more=len(found) > most)


def begin_rollback(house: House, what: Pattern, by: str) -> Background:
    """Ask for all that fits to be taken back, beside other work: it may be tens of thousands of writes.

    Raises Refused where another one is being asked for, where nobody such may, and where nothing fits.
    """
    person = house.person(by).username
    must_fit(house, what)

    def work(tell: Tell) -> None:
        asked = roll_back(house, what, person, told=lambda said: tell(f"compared with the org: {said}"))
        left = f" {len(asked.left):,} stay as they are." if asked.left else ""
        tell(f"{asked.writes:,} changes are asked back, in {len(asked.runs):,} runs.{left}")

    return begin(house, ROLLBACK, person, work)
