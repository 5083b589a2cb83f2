"""From a transcript or a mail to typed findings, each with the words that prove it. Pure; decides nothing."""

from upbeat.conversation.draft import OBJECTS, draft
from upbeat.conversation.found import Dropped, Finding, Injection, Kind, Place, Reading, grounded, stands
from upbeat.conversation.link import Candidate, Captured, Link
from upbeat.conversation.port import Extractor, Term, Terms
from upbeat.conversation.rules import RULES
from upbeat.conversation.speakers import with_speakers
from upbeat.conversation.values import Attachment, Conversation, Medium, Party, Role, Side, Turn

__all__ = [
    "OBJECTS",
    "RULES",
    "Attachment",
    "Candidate",
    "Captured",
    "Conversation",
    "Dropped",
    "Extractor",
    "Finding",
    "Injection",
    "Kind",
    "Link",
    "Medium",
    "Party",
    "Place",
    "Reading",
    "Role",
    "Side",
    "Term",
    "Terms",
    "Turn",
    "draft",
    "grounded",
    "stands",
    "with_speakers",
]
