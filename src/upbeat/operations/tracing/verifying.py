"""The proof of the whole ledger, recomputed beside whatever else goes on."""

from datetime import timedelta
from typing import Final

from upbeat.base import UpbeatError
from upbeat.operations.background import Background, Tell, begin
from upbeat.operations.house import House
from upbeat.operations.reporting import verify

VERIFY: Final = "verify"  # the name of the work
_EVERY: Final = timedelta(seconds=1)  # from one word about progress to the next: each is a write


def begin_verifying(house: House, by: str) -> Background:
    """Have the ledger recomputed from its first entry to its last. Raises Refused where that goes on already.

    What does not hold is told as why it went no further.
    """
    return begin(house, VERIFY, by, lambda tell: _verify(house, tell))


def _verify(house: House, tell: Tell) -> None:
    told = house.clock.now()

    def progress(done: int, whole: int) -> None:
        nonlocal told
        if house.clock.now() - told >= _EVERY:
            told = house.clock.now()
            tell(f"{done:,} of {whole:,} entries")

    found = verify(house, progress)
    if not found.ok:
        raise UpbeatError("The history does not hold: " + "; ".join(found.problems))
    tell(
        f"The history holds: {found.sealed:,} entries sealed, {found.unsealed:,} not sealed yet, and anchored outside "
        f"the store up to entry {found.anchored_to:,}"
    )
