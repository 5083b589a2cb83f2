"""What a conversation is of in the org: its account, its deal, what it was logged as; and what it may be of."""

from dataclasses import dataclass

from upbeat.conversation.values import Conversation, Role


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a conversation may be of, with what speaks for it, as a person sees it beside the others.

    `account` is the id of the account that a deal is of.
    """

    object: str
    record_id: str
    name: str
    reasons: tuple[str, ...] = ()
    account: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """The records that a conversation is of, empty where that is not known; who took part stands in the parties.

    Where there is a doubt nothing is guessed: `candidates` stand beside one another, and a person says which (law 11).
    `why` says how it was found, or why not; `by` is the person who said it, where one did. `activity` is the Event,
    Task or EmailMessage that it was logged as, and `same_as` the conversation that tells of the same meeting from
    another source: both are logged as one. `reading` counts how often people had it read: who took part may be known
    better each time.
    """

    account: str = ""
    opportunity: str = ""
    candidates: tuple[Candidate, ...] = ()
    why: str = ""
    by: str = ""
    activity: str = ""
    same_as: str = ""
    reading: int = 1


@dataclass(frozen=True, slots=True)
class Captured:
    """A conversation with what it is of."""

    conversation: Conversation
    link: Link

    @property
    def owner(self) -> str:
        """Whose activity it is: the user who organized it, else the first of ours who took part; empty for nobody."""
        ours = [one for one in self.conversation.parties if one.kind == "User" and one.record_id]
        ours.sort(key=lambda one: one.role not in {Role.ORGANIZER, Role.SENDER})
        return ours[0].record_id if ours else ""
