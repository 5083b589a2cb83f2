"""The eight elements of MEDDPICC by rules alone: what the customer said, in the customer's words, or nothing."""

from collections.abc import Sequence

from upbeat.conversation.elements import champion, competition, criteria, economic_buyer, metrics, pain, process
from upbeat.conversation.elements.talk import Talk
from upbeat.conversation.found import Finding
from upbeat.conversation.port import Terms
from upbeat.conversation.speech import Sentence, sentences
from upbeat.conversation.values import Conversation


def read(conversation: Conversation, terms: Terms, said: Sequence[Sentence] | None = None) -> Sequence[Finding]:
    """Give what the customer established of each element, at most one finding an element, in the order of MEDDPICC.

    Only the customer's own turns prove anything: without a speaker of theirs nothing is found. Rules read English, and
    a conversation that is said to be in another language gives nothing. `said` are its sentences, where they are known.
    """
    if conversation.language not in {"", "en"}:
        return ()
    talk = Talk(conversation, terms, sentences(conversation) if said is None else said)
    claimed = competition.claims_in(talk)
    found = (
        metrics.find(talk),
        economic_buyer.find(talk),
        criteria.find(talk),
        process.decision(talk),
        process.paper(talk),
        pain.find(talk, competition.rivals(claimed)),
        champion.find(talk),
        competition.find(talk, claimed),
    )
    return tuple(one for one in found if one is not None)
