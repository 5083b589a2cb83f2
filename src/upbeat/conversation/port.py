"""What every extractor promises, whether rules or a model read."""

from dataclasses import dataclass
from typing import Protocol

from upbeat.conversation.found import Reading
from upbeat.conversation.values import Conversation


@dataclass(frozen=True, slots=True)
class Term:
    """An element of the methodology that is looked for: its key and title, what it means, how people say it."""

    key: str
    title: str
    means: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What an extractor is told beside the talk itself.

    Findings name `elements` by their keys; `ours` are the names of our own company, `account` the customer's, and
    `competitors` and `products` are names that the house knows.
    """

    elements: tuple[Term, ...] = ()
    ours: tuple[str, ...] = ()
    account: str = ""
    competitors: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


class Extractor(Protocol):
    """Reads a conversation. It decides nothing and writes nothing."""

    def read(self, conversation: Conversation, terms: Terms) -> Reading:
        """Give all that was found, each with a verbatim quote: what is not proved stands among the dropped."""
        ...
