"""From a transcript or a mail to typed findings, each with the words that prove it. Pure; decides nothing."""

from upbeat.conversation.found import Dropped, Finding, Injection, Kind, Place, Reading, grounded, stands
from upbeat.conversation.port import Extractor, Term, Terms
from upbeat.conversation.values import Conversation, Medium, Party, Role, Side, Turn

__all__ = [
    "Conversation",
    "Dropped",
    "Extractor",
    "Finding",
    "Injection",
    "Kind",
    "Medium",
    "Party",
    "Place",
    "Reading",
    "Role",
    "Side",
    "Term",
    "Terms",
    "Turn",
    "grounded",
    "stands",
]
