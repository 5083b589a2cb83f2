"""What an assignment is: who takes a record and by which rule, or who is asked, and all that it stood on."""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from upbeat.routing.known import Match
from upbeat.routing.screen import Passed, Screen, Stake
from upbeat.routing.state import Turn
from upbeat.workflows import Criterion


class Rule(StrEnum):
    """What decided."""

    LEFT_ALONE = "left alone"
    DOUBLE = "owner of the double"
    RECORD_OWNER = "record owner"
    ACCOUNT_OWNER = "account owner"
    CONTACT_OWNER = "contact owner"
    LAST_OWNER = "last owner"
    FAIR_SHARE = "fair share"
    HOLDING = "holding pool"


class Assignment(NamedTuple):
    """Who takes a record, and why: or, where nobody is named, who is asked, for what, and by when.

    `turn` is what the pool's state moves by, None where no member took it. `notes` are its first reasons, `kept` those
    whom an earlier rule named, and why they do not have it. The rest is told by the `screen` when it is asked for.
    `account` and `contact` are the ids of what the record was matched with; where only a person can tell which account
    it is, `candidates` are those it could be.

    It is a tuple because one is made for every record, and a dataclass takes four times as long.
    """

    rule: Rule
    notes: tuple[str, ...] = ()
    turn: Turn | None = None
    owner: str = ""  # username
    user_id: str = ""
    kept: tuple[Passed, ...] = ()
    screen: Screen | None = None
    ask: str = ""
    holder: str = ""  # username
    due: timedelta = timedelta()
    choices: tuple[str, ...] = ()  # usernames
    candidates: tuple[Match, ...] = ()
    instead: str = ""  # username: who would have got, in monitor mode, what somebody has already
    instead_by: Rule | None = None  # and by which rule
    account: str = ""
    contact: str = ""

    @property
    def left_alone(self) -> bool:
        """Whether the record keeps its owner."""
        return self.rule is Rule.LEFT_ALONE

    @property
    def held(self) -> bool:
        """Whether a person must decide."""
        return self.rule is Rule.HOLDING

    @property
    def territory(self) -> str:
        """The name of the territory that was shared, empty where none was asked for or found."""
        return "" if self.screen is None else self.screen.territory

    @property
    def relaxed(self) -> tuple[Criterion, ...]:
        """What was left out, as nobody fitted."""
        return () if self.screen is None else self.screen.relaxed

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, from the weightiest down."""
        if self.screen is None:
            return self.notes
        told = (*self.notes, *self.screen.reasons)
        return told if self.turn is None else (*told, self.screen.share(self.turn.user))

    @property
    def passed_over(self) -> tuple[Passed, ...]:
        """Everybody who could not take it, each with the weightiest reason; not those whose turn it was not."""
        if self.screen is None:
            return self.kept
        told = {user for user, _ in self.kept}
        return (*self.kept, *(one for one in self.screen.passed_over if one[0] not in told))

    @property
    def stakes(self) -> tuple[Stake, ...]:
        """Those among whom it was shared, the taker with them; nobody where it was no one's turn."""
        return () if self.screen is None or self.turn is None else self.screen.stakes
