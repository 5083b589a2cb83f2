"""From monitor to live and back: what people are shown, who decides, and what stands in the way."""

from upbeat.operations.promoting.demoting import demote
from upbeat.operations.promoting.going_live import Promoted, promote

__all__ = ["Promoted", "demote", "promote"]
