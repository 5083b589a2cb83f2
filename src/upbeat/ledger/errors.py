"""What the ledger raises."""

from upbeat.base import UpbeatError


class LedgerError(UpbeatError):
    """An entry, a seal, the anchor or a key does not hold."""
