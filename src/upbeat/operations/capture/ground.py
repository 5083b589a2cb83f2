"""What conversations are judged by before they are kept: capture.yaml, and whose domains are our own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from upbeat.base.companies import SHARED_HOSTS
from upbeat.conversation import Conversation, Medium
from upbeat.conversation.calendar import Window
from upbeat.conversation.consent import Answer, consent
from upbeat.conversation.privacy import Excluded, Exclusions, Rule, excluded
from upbeat.operations.house import House
from upbeat.workflows import Capture, Consent, load

_DAYS = 31  # of a calendar that are read back, where no capture.yaml says it


@dataclass(frozen=True, slots=True)
class Ground:
    """What a house keeps out, whether a recording needs a yes, and how far a calendar is read."""

    exclusions: Exclusions
    needs_consent: bool
    window: Window

    @staticmethod
    def of(house: House) -> "Ground":
        """Read capture.yaml; without it our own domains are those of the org's active users. Raises DefinitionError."""
        written = load(house.folder).capture
        days = _DAYS if written is None else written.calendar_days
        window = Window(house.clock.now() - timedelta(days=days), house.clock.now(), house.get_zone())
        if written is None:
            return Ground(Exclusions(internal=_of_users(house)), needs_consent=False, window=window)
        return Ground(_exclusions(written), written.consent is Consent.REQUIRED, window)

    @property
    def ours(self) -> frozenset[str]:
        """Our own domains, and single addresses beside them."""
        return self.exclusions.internal

    def keeps_out(self, talk: Conversation) -> Excluded | None:
        """Give why a conversation may not be kept; None where it may."""
        why = excluded(talk, self.exclusions)
        if why is None and self.needs_consent and talk.turns and talk.medium is not Medium.EMAIL:
            agreed = consent(talk).answer is Answer.AGREED
            return None if agreed else Excluded(Rule.OBJECTION, "nobody said that they agree to the recording")
        return why

    def over(self, talk: Conversation, now: datetime) -> bool:
        """Whether a conversation is over: a meeting to come is captured when it was held."""
        return talk.began + timedelta(seconds=talk.seconds) <= now


def _exclusions(written: Capture) -> Exclusions:
    kept_out = written.exclude
    return Exclusions(
        internal=frozenset(written.internal),
        domains=frozenset(kept_out.domains),
        addresses=frozenset(kept_out.addresses),
        words=tuple(kept_out.words),
        allowed=frozenset(kept_out.allow),
    )


def _of_users(house: House) -> frozenset[str]:
    people = house.get_people().colleagues()
    return frozenset(one.rpartition("@")[2] for one in people if "@" in one) - SHARED_HOSTS
