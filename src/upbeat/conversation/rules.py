"""The extractor that is always there: rules alone, without a model. What they find stands in the talk."""

from upbeat.conversation import elements, saying
from upbeat.conversation.found import Reading, grounded
from upbeat.conversation.port import Extractor, Terms
from upbeat.conversation.values import Conversation


class _Rules:
    def read(self, conversation: Conversation, terms: Terms) -> Reading:
        told = saying.injections(conversation)
        established = grounded(Reading(tuple(elements.read(conversation, terms)), told), conversation)
        beside = saying.read(conversation, terms, established.findings)
        in_order = sorted([*established.findings, *beside], key=lambda one: one.place.turn)
        return grounded(Reading(tuple(in_order), told, established.dropped), conversation)


RULES: Extractor = _Rules()
"""Reads by rules alone; the same conversation gives the same reading."""
