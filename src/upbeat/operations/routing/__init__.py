"""Use cases of routing: a pool's tables out and back."""

from upbeat.operations.routing.sheets import Exported, Imported, draft_import, export_pool, keep_import

__all__ = ["Exported", "Imported", "draft_import", "export_pool", "keep_import"]
