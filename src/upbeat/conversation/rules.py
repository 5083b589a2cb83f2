"""The extractor that is always there: rules alone, without a model. What they find stands in the talk."""

from upbeat.conversation import elements
from upbeat.conversation.found import Reading, grounded
from upbeat.conversation.port import Extractor, Terms
from upbeat.conversation.values import Conversation


class _Rules:
    def read(self, conversation: Conversation, terms: Terms) -> Reading:
        found = elements.read(conversation, terms)
        in_order = sorted(found, key=lambda one: one.place.turn)
        return grounded(Reading(tuple(in_order)), conversation)


RULES: Extractor = _Rules()
"""Reads by rules alone; the same conversation gives the same reading."""
