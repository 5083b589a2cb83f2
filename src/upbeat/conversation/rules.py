"""The extractor that is always there: rules alone, without a model. What they find stands in the talk."""

from collections.abc import Iterator, Sequence

from upbeat.conversation import elements, labelled, saying
from upbeat.conversation.found import Finding, Reading, grounded
from upbeat.conversation.port import Extractor, Terms
from upbeat.conversation.speech import Sentence, sentences
from upbeat.conversation.values import Conversation


class _Rules:
    def read(self, conversation: Conversation, terms: Terms) -> Reading:
        told = saying.injections(conversation)
        said = sentences(conversation)
        established = grounded(Reading(tuple(_elements(conversation, terms, said)), told), conversation)
        beside = saying.read(conversation, terms, established.findings, said)
        in_order = sorted([*established.findings, *beside], key=lambda one: one.place.turn)
        return grounded(Reading(tuple(in_order), told, established.dropped), conversation)


def _elements(conversation: Conversation, terms: Terms, said: Sequence[Sentence]) -> Iterator[Finding]:
    """Give what a document names outright, and of the other elements what was said."""
    named = labelled.read(conversation, terms)
    yield from named
    yield from (
        one for one in elements.read(conversation, terms, said) if one.name not in {each.name for each in named}
    )


RULES: Extractor = _Rules()
"""Reads by rules alone; the same conversation gives the same reading."""
