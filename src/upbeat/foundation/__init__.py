"""The foundation audit: what an org's data, process, tools and governance must be before an agent acts on them.

`CHECKS` say what to ask and how to judge the answers, `ITEMS` are the nineteen that they measure. Nothing here asks
anything itself, and nothing is ever changed.
"""

from upbeat.foundation.catalogue import CHECKS
from upbeat.foundation.checks import Check, Look, ask
from upbeat.foundation.comparing import Compared, ItemMoved, Move, Moved, compare
from upbeat.foundation.findings import (
    LONGEST_KEY,
    MOST_RECORDS,
    Chart,
    Exhibit,
    Finding,
    Found,
    Interval,
    Measure,
    RecordAt,
    Unseen,
    Weight,
)
from upbeat.foundation.ground import CORE, COUNTED, Attestation, Ground, HouseFacts, Org, PacketAt, Stake
from upbeat.foundation.items import BY_KEY, ITEMS, Attest, Group, Item
from upbeat.foundation.judging import Judged, Status, judge, judge_again
from upbeat.foundation.questions import Answer, Question, Row, Way
from upbeat.foundation.ranking import RULE, FirstThing, Pressing, first_things, ranked
from upbeat.foundation.readiness import Below, Consequence, Flows, Readiness, Stand, consequences, readiness
from upbeat.foundation.report import Audit, NotEnded
from upbeat.foundation.resting import Rest, rests
from upbeat.foundation.told import Told, tell

__all__ = [
    "BY_KEY",
    "CHECKS",
    "CORE",
    "COUNTED",
    "ITEMS",
    "LONGEST_KEY",
    "MOST_RECORDS",
    "RULE",
    "Answer",
    "Attest",
    "Attestation",
    "Audit",
    "Below",
    "Chart",
    "Check",
    "Compared",
    "Consequence",
    "Exhibit",
    "Finding",
    "FirstThing",
    "Flows",
    "Found",
    "Ground",
    "Group",
    "HouseFacts",
    "Interval",
    "Item",
    "ItemMoved",
    "Judged",
    "Look",
    "Measure",
    "Move",
    "Moved",
    "NotEnded",
    "Org",
    "PacketAt",
    "Pressing",
    "Question",
    "Readiness",
    "RecordAt",
    "Rest",
    "Row",
    "Stake",
    "Stand",
    "Status",
    "Told",
    "Unseen",
    "Way",
    "Weight",
    "ask",
    "compare",
    "consequences",
    "first_things",
    "judge",
    "judge_again",
    "ranked",
    "readiness",
    "rests",
    "tell",
]
