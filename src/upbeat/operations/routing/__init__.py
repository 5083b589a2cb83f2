"""Use cases of routing: pools held against the org, a pool's tables out and back."""

from upbeat.operations.routing.against_org import against_org
from upbeat.operations.routing.sheets import Exported, Imported, draft_import, export_pool, keep_import

__all__ = ["Exported", "Imported", "against_org", "draft_import", "export_pool", "keep_import"]
