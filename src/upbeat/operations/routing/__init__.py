"""Use cases of routing: pools against the org and its past, their tables, what was promised, and how it all went."""

from upbeat.operations.routing.against_org import against_org
from upbeat.operations.routing.asked import pools_of
from upbeat.operations.routing.failures import Failure, failures, touched_in
from upbeat.operations.routing.given import Given, given
from upbeat.operations.routing.measures import Load, Span
from upbeat.operations.routing.measuring import LENGTH, PoolMeasures, RoutingMeasures, measure_routing
from upbeat.operations.routing.promising import Waiting, accept_promise, decline_promise, return_promise, waiting
from upbeat.operations.routing.pulling import Pulled, next_please
from upbeat.operations.routing.reassigning import Going, Reassigned, Reassignment, plan_reassignment, reassign
from upbeat.operations.routing.room import Cap, PoolRoom, Room, room
from upbeat.operations.routing.sheets import Exported, Imported, draft_import, export_pool, keep_import
from upbeat.operations.routing.simulated import Differs, Side
from upbeat.operations.routing.simulating import Past, PoolSimulation, Simulation, simulate_pools

__all__ = [
    "LENGTH",
    "Cap",
    "Differs",
    "Exported",
    "Failure",
    "Given",
    "Going",
    "Imported",
    "Load",
    "Past",
    "PoolMeasures",
    "PoolRoom",
    "PoolSimulation",
    "Pulled",
    "Reassigned",
    "Reassignment",
    "Room",
    "RoutingMeasures",
    "Side",
    "Simulation",
    "Span",
    "Waiting",
    "accept_promise",
    "against_org",
    "decline_promise",
    "draft_import",
    "export_pool",
    "failures",
    "given",
    "keep_import",
    "measure_routing",
    "next_please",
    "plan_reassignment",
    "pools_of",
    "reassign",
    "return_promise",
    "room",
    "simulate_pools",
    "touched_in",
    "waiting",
]
