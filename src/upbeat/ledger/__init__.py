"""What happened, in order, provably: entries are written, sealed in batches, anchored outside and verified.

`Ledger.append` writes in the caller's transaction; `read` and `about` give back; `seal` chains and signs what was
committed; `anchor` writes the newest head to a file outside the store; `verify` finds any change up to there.
`export` gives entries with what proves them, and `check_export` holds such rows against nothing but themselves.
"""

from upbeat.ledger.anchors import Anchor
from upbeat.ledger.entries import Entry, Kind, Stored
from upbeat.ledger.errors import LedgerError
from upbeat.ledger.export import COLUMNS, Span, Wanted
from upbeat.ledger.exported import Checked, check_export
from upbeat.ledger.keys import Keys
from upbeat.ledger.ledger import Ledger
from upbeat.ledger.seals import Sealed
from upbeat.ledger.verify import Verification

__all__ = [
    "COLUMNS",
    "Anchor",
    "Checked",
    "Entry",
    "Keys",
    "Kind",
    "Ledger",
    "LedgerError",
    "Sealed",
    "Span",
    "Stored",
    "Verification",
    "Wanted",
    "check_export",
]
