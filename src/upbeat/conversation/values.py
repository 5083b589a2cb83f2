"""A conversation in its one form, wherever it came from: who took part, what was said when, and from which source.

Every reader of a format gives this form, and everything else here reads nothing but it. Times within a conversation are
seconds from its beginning.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from upbeat.base import digest


class Medium(StrEnum):
    """How people talked, which says what it is logged as: meetings as Event, mail as EmailMessage, the rest as Task."""

    MEETING = "meeting"
    CALL = "call"
    EMAIL = "email"
    SIGNAL = "signal"  # no talk: somebody filled in a form, signed up, or reads about what we sell


class Role(StrEnum):
    """What somebody was in a conversation. Who was invited and who spoke are told apart by the turns."""

    ATTENDEE = "attendee"
    ORGANIZER = "organizer"
    SENDER = "from"
    TO = "to"
    CC = "cc"
    BCC = "bcc"


class Side(StrEnum):
    """On whose side somebody is."""

    OURS = "ours"
    THEIRS = "theirs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who took part, or was asked to.

    `address` is in small letters, empty where it is not known; `labels` are the names by which the transcript tells
    their turns. `internal` says whether they are ours, None where nobody knows. `answer` is what they said to an
    invitation: accepted, declined, tentative, empty where they said nothing. `kind` and `record_id` name the User,
    Contact or Lead that they are in the org, empty while that is open.
    """

    name: str
    address: str = ""
    company: str = ""
    title: str = ""
    internal: bool | None = None
    role: Role = Role.ATTENDEE
    labels: tuple[str, ...] = ()
    answer: str = ""
    kind: str = ""
    record_id: str = ""

    @property
    def side(self) -> Side:
        """On whose side they are."""
        if self.internal is None:
            return Side.UNKNOWN
        return Side.OURS if self.internal else Side.THEIRS


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said before somebody else spoke: consecutive cues, joined with one space.

    `party` is the speaker's place among the parties, None while it is open. `spoken` are the seconds of speech: the
    cues themselves, without the pauses between them, which is less than `end - start`.
    """

    number: int
    label: str
    party: int | None
    start: float
    end: float
    spoken: float
    text: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that a mail carries, which nobody opened: its name, its media type, and its bytes."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One call, meeting or mail.

    `source` is what it came from, such as Gong or IMAP, and `source_id` what it is known by there: a call's id, a
    message's Message-ID, a meeting's UID. `text` is what was written and not said: a mail's body, an invitation's
    notes. `thread` are the messages that a mail answers, the oldest first. `sensitivity` is the calendar's own mark:
    private, confidential, or empty. `consent` is what was said of the recording, empty where nobody spoke of it.
    `language` is a code of ISO 639-1, empty where it is not known. `odd` tells what its reader noticed and mended.
    """

    medium: Medium
    source: str
    source_id: str
    title: str
    began: datetime
    seconds: float
    parties: tuple[Party, ...]
    turns: tuple[Turn, ...] = ()
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    thread: tuple[str, ...] = ()
    language: str = ""
    sensitivity: str = ""
    consent: str = ""
    odd: tuple[str, ...] = field(default=())

    @property
    def key(self) -> str:
        """What it is known by in the house, whatever else changes: 18 characters that no record of an org has."""
        return f"c-{digest([self.source, self.source_id])[:16]}"

    @property
    def written(self) -> bool:
        """Whether one person wrote it, which takes no time, and nobody answers: a mail, notes, a document."""
        alone = len({turn.party for turn in self.turns}) == 1 and not any(turn.end for turn in self.turns)
        return alone or self.medium is Medium.EMAIL

    @property
    def called(self) -> list[str]:
        """How those who took part are called: their names, and the labels of the turns whose speaker is open."""
        names = [one.name for one in self.parties]
        return list(dict.fromkeys(filter(None, [*names, *(one.label for one in self.turns if one.party is None)])))

    def speaker(self, turn: Turn) -> Party | None:
        """Give who spoke, where that is known."""
        return None if turn.party is None else self.parties[turn.party]

    def side(self, turn: Turn) -> Side:
        """On whose side the speaker of a turn is."""
        speaker = self.speaker(turn)
        return Side.UNKNOWN if speaker is None else speaker.side
