"""What is said beside the methodology: next steps, risks, objections, rivals, more to sell, roles, mood, and a summary.

Rules read English. What nobody says in words that are listed here is not found; see the decision on what talk says.
"""

import re
from collections.abc import Iterator, Sequence

from upbeat.conversation.found import Finding, Kind
from upbeat.conversation.port import Terms
from upbeat.conversation.saying.heard import Heard, place
from upbeat.conversation.saying.injections import injections
from upbeat.conversation.saying.lines import in_lines
from upbeat.conversation.saying.mood import mood
from upbeat.conversation.saying.named import people
from upbeat.conversation.saying.next_steps import next_steps
from upbeat.conversation.saying.points import points
from upbeat.conversation.saying.roles import roles
from upbeat.conversation.saying.signals import expansion, objections, risks
from upbeat.conversation.speech import Sentence, sentences
from upbeat.conversation.values import Conversation

__all__ = ["injections", "read"]


def read(
    conversation: Conversation,
    terms: Terms,
    established: Sequence[Finding] = (),
    said: Sequence[Sentence] | None = None,
) -> tuple[Finding, ...]:
    """Give all findings beside the methodology.

    `established` are those of the methodology, which some rest on, and `said` the sentences, where they are known. A
    conversation that is said to be in another language than English gives nothing.
    """
    if conversation.language not in {"", "en"} or not conversation.turns:
        return ()
    every = sentences(conversation) if said is None else said
    heard, who = Heard(conversation, every), people(conversation)
    today = conversation.began.date()
    signals = [*risks(heard), *expansion(heard), *objections(heard), *_rivals(heard, terms, established)]
    feeling = mood(heard)
    return (
        *points(heard, established, signals),
        *next_steps(in_lines(every, today, who), who),
        *([feeling] if feeling else []),
        *signals,
        *roles(heard, who, established),
    )


def _rivals(heard: Heard, terms: Terms, established: Sequence[Finding]) -> Iterator[Finding]:
    """Give each competitor that is named: those who are in the running, and known ones that are only mentioned."""
    named = set[str]()
    for one in established:
        if one.name == "competition":
            for name in one.value.partition(":")[0].split(", "):
                named.add(name.casefold())
                yield Finding(Kind.COMPETITOR, name, name, one.place, one.confidence, one.why, by=one.by)
    for name in terms.competitors:
        pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        spoken = next((one for one in heard.theirs if pattern.search(one.text)), None)
        if spoken is not None and name.casefold() not in named:
            yield Finding(
                Kind.COMPETITOR, name, name, place(spoken), 0.6, f"a known competitor, mentioned: \u201c{name}\u201d"
            )
