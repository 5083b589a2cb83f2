"""From a transcript or a mail to typed findings, each with the words that prove it. Pure; decides nothing."""

from upbeat.conversation.draft import OBJECTS, TEXTS, draft
from upbeat.conversation.found import Dropped, Finding, Injection, Kind, Place, Reading, grounded, stands
from upbeat.conversation.link import Candidate, Captured, Link
from upbeat.conversation.measuring import Measures, Stretch, measure
from upbeat.conversation.port import Extractor, Term, Terms
from upbeat.conversation.rules import RULES
from upbeat.conversation.speakers import with_speakers
from upbeat.conversation.summary import next_steps, owner_of, soonest, step_in_words, summary, told, where
from upbeat.conversation.values import Attachment, Conversation, Medium, Party, Role, Side, Turn

__all__ = [
    "OBJECTS",
    "RULES",
    "TEXTS",
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
    "Measures",
    "Medium",
    "Party",
    "Place",
    "Reading",
    "Role",
    "Side",
    "Stretch",
    "Term",
    "Terms",
    "Turn",
    "draft",
    "grounded",
    "measure",
    "next_steps",
    "owner_of",
    "soonest",
    "stands",
    "step_in_words",
    "summary",
    "told",
    "where",
    "with_speakers",
]
