"""What Acme's people write down as they work, beside what the year asks: methodology, push counters, territories.

Each value is drawn from a source of chance of its own record, so that the acts themselves stay what they were.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from upbeat.localorg.sample.accounts import Account
from upbeat.localorg.sample.act import Act
from upbeat.localorg.sample.company import EXITS, STAGES

_SAID: Mapping[str, tuple[str, ...]] = {
    "Identified_Pain__c": (
        "Orders are keyed in three times",
        "The month-end close takes eleven days",
        "Nobody sees stock before it runs out",
        "Field visits are planned on paper",
    ),
    "Metrics__c": (
        "Close in five days, not eleven",
        "A tenth fewer expired goods",
        "Two visits more per engineer and day",
        "Cut 400 hours of typing a month",
    ),
    "Economic_Buyer__c": ("Chief Financial Officer", "VP Finance", "Chief Operating Officer", "Managing Director"),
    "Decision_Criteria__c": (
        "Fits the data centre's rules, and pays back within a year",
        "Runs beside the ledger that they have",
        "References from two plants of their size",
    ),
    "Decision_Process__c": (
        "Pilot, then the steering committee, then the board",
        "Two quotes, then procurement",
        "IT signs off security, finance signs the order",
    ),
    "Champion__c": ("Head of Procurement", "Director of Operations", "IT Manager", "Operations Manager"),
}


def filled(acts: Iterable[Act], accounts: Iterable[Account], seed: int) -> Iterator[Act]:
    """Give the acts, which are in order, with what else their people write in the same moment."""
    territories = {one.key: one.territory.name for one in accounts}
    deals: dict[str, _Deal] = {}
    for act in acts:
        if act.object == "Opportunity":
            deal = deals.setdefault(act.key, _Deal(Random(f"{seed} {act.key}")))  # noqa: S311 - as in `history`
            yield replace(act, values={**act.values, **deal.beside(act.values)})
        elif act.object == "Account" and act.verb == "create":
            random = Random(f"{seed} {act.key}")  # noqa: S311
            phone = f"+1 {random.randrange(201, 990)} 555 01{random.randrange(100):02}"
            yield replace(act, values={**act.values, "Phone": phone, "Territory__c": territories[act.key]})
        else:
            yield act


class _Deal:
    """A deal as its acts go by."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._closes = ""
        self._pushes = 0
        self._known: set[str] = set()

    def beside(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give what is written along with these values: each later date counted, each stage left with its exit met."""
        found: dict[str, Any] = {}
        stage, closes = values.get("StageName", ""), values.get("CloseDate", "")
        if closes and stage not in _ENDS:
            self._pushes += bool(self._closes) and closes > self._closes
            found["Push_Count__c"] = self._pushes
        self._closes = closes or self._closes
        left = STAGES.index(stage) if stage in STAGES else len(STAGES) if stage == "Closed Won" else 0
        for field in (field for one in STAGES[:left] for field in EXITS[one]):
            if field in _SAID and field not in self._known:
                self._known.add(field)
                found[field] = self._random.choice(_SAID[field])
        return found


_ENDS = ("Closed Won", "Closed Lost")
