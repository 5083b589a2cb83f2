"""What conversations are judged by before they are kept: capture.yaml, and whose domains are our own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from upbeat.base.companies import SHARED_HOSTS
from upbeat.conversation.calendar import Window
from upbeat.conversation.privacy import Exclusions
from upbeat.operations.house import House
from upbeat.workflows import Capture, Consent, load_capture

_AHEAD: Final = timedelta(days=366)  # so far series are followed; who exports a calendar does so more often
_DAYS: Final = 31  # of a calendar that are read back, where no capture.yaml says it


@dataclass(frozen=True, slots=True)
class Ground:
    """What a house keeps out, and how far back a calendar is read."""

    exclusions: Exclusions
    window: Window

    @staticmethod
    def of(house: House) -> "Ground":
        """Read capture.yaml; without it our own domains are those of the org's active users. Raises DefinitionError."""
        written = load_capture(house.folder)
        days = _DAYS if written is None else written.calendar_days
        now = house.clock.now()
        window = Window(now - timedelta(days=days), now + _AHEAD, house.get_zone())
        return Ground(Exclusions(internal=_of_users(house)) if written is None else _exclusions(written), window)

    @property
    def ours(self) -> frozenset[str]:
        """Our own domains, and single addresses beside them."""
        return self.exclusions.internal


def _exclusions(written: Capture) -> Exclusions:
    kept_out = written.exclude
    return Exclusions(
        internal=frozenset(written.internal),
        domains=frozenset(kept_out.domains),
        addresses=frozenset(kept_out.addresses),
        words=tuple(kept_out.words),
        allowed=frozenset(kept_out.allow),
        agreed=written.consent is Consent.REQUIRED,
    )


def _of_users(house: House) -> frozenset[str]:
    people = house.get_people().colleagues()
    return frozenset(one.rpartition("@")[2] for one in people if "@" in one) - SHARED_HOSTS
