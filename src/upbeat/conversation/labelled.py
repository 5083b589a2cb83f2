"""What a document names outright: `Economic buyer: Dana Cole, CFO`, by the title of an element that is looked for.

Only what somebody wrote is read so: in talk a colon is a matter of whoever transcribed it. What the customer wrote is
established; what one of ours noted is their word for it, which a person looks at.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from upbeat.conversation.documents import Document
from upbeat.conversation.found import Finding, Kind, Place
from upbeat.conversation.port import Terms
from upbeat.conversation.values import Conversation, Side, Turn
from upbeat.matching import folding

_BY_THEM: Final = 0.9  # the customer's own document, in a field of its own
_BY_US: Final = 0.5  # a note of ours: as good as who took it
_NOT_KNOWN: Final = frozenset({"", "tbc", "tbd", "na", "none", "unknown", "open", "to be confirmed", "to be decided"})


def read(conversation: Conversation, terms: Terms) -> Sequence[Finding]:
    """Give the elements that a document names by their titles or keys, the last of each: forms repeat their fields."""
    if not conversation.written:
        return ()
    names = {words: term.key for term in terms.elements for words in (_words(term.title), _words(term.key))}
    found = {one.name: one for turn in conversation.turns for one in _found(turn, names, conversation)}
    return tuple(found.values())


def _found(turn: Turn, names: dict[tuple[str, ...], str], conversation: Conversation) -> Iterator[Finding]:
    theirs = conversation.side(turn) is Side.THEIRS
    for one in Document(turn.label, turn.text, (0,)).labelled():
        key = names.get(_words(one.label))
        if key is None or " ".join(_words(one.value)) in _NOT_KNOWN:
            continue
        yield Finding(
            kind=Kind.METHODOLOGY,
            name=key,
            value=one.value,
            place=Place(turn.number, turn.start, one.span.quote),
            confidence=_BY_THEM if theirs else _BY_US,
            why=f"it stands under {one.label}, {turn.label}",
        )


def _words(text: str) -> tuple[str, ...]:
    return tuple(folding.words(text.replace("_", " ")))
