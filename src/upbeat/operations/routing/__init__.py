"""Use cases of routing: pools held against the org, a pool's tables out and back, and what was promised to whom."""

from upbeat.operations.routing.against_org import against_org
from upbeat.operations.routing.promising import Waiting, accept_promise, decline_promise, return_promise, waiting
from upbeat.operations.routing.pulling import Pulled, next_please
from upbeat.operations.routing.sheets import Exported, Imported, draft_import, export_pool, keep_import

__all__ = [
    "Exported",
    "Imported",
    "Pulled",
    "Waiting",
    "accept_promise",
    "against_org",
    "decline_promise",
    "draft_import",
    "export_pool",
    "keep_import",
    "next_please",
    "return_promise",
    "waiting",
]
