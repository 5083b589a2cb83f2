"""What a step hears of the conversation that started its item: everything that was found in it, read once."""

from datetime import timedelta
from functools import lru_cache

from upbeat.base import UpbeatError
from upbeat.channels.enrich import Said
from upbeat.conversation import RULES, Captured, Conversation, Finding, Reading, Term, Terms, where
from upbeat.conversation.reading_by_model import merged, read_answers
from upbeat.domain import Quote
from upbeat.steps.case import Case
from upbeat.workflows import Methodology

_KEPT = 64  # readings of one process: the steps of one batch ask for the same few again and again


class NoConversationError(UpbeatError):
    """A step reads talk, and its item was not started by any."""


def captured_of(case: Case) -> Captured:
    """Give the conversation that started an item. Raises NoConversationError where none did."""
    if case.captured is None:
        what = f"{case.use} reads a conversation, and this run was not started by one"
        raise NoConversationError(what, fix="Write 'start: captured' in the workflow's trigger.")
    return case.captured


def reading_of(case: Case, methodology: Methodology | None = None) -> Reading:
    """Give what rules find in the conversation of an item, and what a model adds that the talk proves.

    Raises NoConversationError where there is none.
    """
    talk, terms, found = captured_of(case).conversation, terms_of(methodology), case.enriched
    rules = read(talk, terms)
    if found is None or found.status != Said.FOUND:
        return rules
    trust = case.calibration.trust.get(found.source)
    return merged(rules, read_answers((found.values, *found.more), talk, terms, found.source, rules, trust))


@lru_cache(maxsize=_KEPT)
def read(talk: Conversation, terms: Terms) -> Reading:
    """Give what rules find in a conversation, read once for all steps of its item."""
    return RULES.read(talk, terms)


def terms_of(methodology: Methodology | None) -> Terms:
    """Give what an extractor is told of a methodology."""
    if methodology is None:
        return Terms()
    elements = tuple(Term(key, one.title, one.means, one.examples) for key, one in methodology.elements.items())
    return Terms(elements=elements, competitors=methodology.competitors, products=methodology.products)


def quoted(talk: Conversation, one: Finding, field: str, of: str = "") -> Quote:
    """Give the words that prove a field's value, with where they were said: `Pilot review, 00:12:31, Joost Kramer`.

    `of` names what the value answers, where reviewers' decisions on such values are learnt from.
    """
    moment = talk.began + timedelta(seconds=one.place.at)
    source = f"{talk.title}, {where(talk, one.place)}"
    return Quote(field, one.place.quote, source, moment, of, one.by if of else "", one.confidence if of else 1.0)
