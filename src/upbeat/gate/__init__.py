"""The one gate: what a write means, what it therefore needs, and the pass that `apply` asks for. Pure; no I/O.

`effects` reads a proposal, `decide` and `decide_group` hold it against the policy and the floor, `clear` turns a
decision that the ledger holds into a `Clearance`. `deal_path` and `DEAL_FIELDS` say what of a deal to read first;
`met` whether signatures are enough.
"""

from upbeat.gate.clearance import Clearance, Uncleared, clear
from upbeat.gate.deal import DEAL_FIELDS, deal_path
from upbeat.gate.decide import decide, decide_group
from upbeat.gate.effects import effects
from upbeat.gate.facts import Facts
from upbeat.gate.floor import FLOOR
from upbeat.gate.held import decide_again
from upbeat.gate.signatures import Demand, met

__all__ = [
    "DEAL_FIELDS",
    "FLOOR",
    "Clearance",
    "Demand",
    "Facts",
    "Uncleared",
    "clear",
    "deal_path",
    "decide",
    "decide_again",
    "decide_group",
    "effects",
    "met",
]
