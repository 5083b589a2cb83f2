"""The small language in which cues are written down."""

from datetime import UTC, datetime

import pytest

from upbeat.conversation import Conversation, Medium, Party, Turn
from upbeat.conversation.cues import Cues, compiled
from upbeat.conversation.speech import Sentence, sentences


def sentence(text: str) -> Sentence:
    talk = Conversation(
        medium=Medium.CALL, source="test", source_id="1", title="", began=datetime(2026, 1, 1, tzinfo=UTC), seconds=9,
        parties=(Party("Joost Kramer", internal=False),), turns=(Turn(0, "Joost", 0, 0, 9, 9, text),),
    )  # fmt: skip
    return sentences(talk)[0]


@pytest.mark.parametrize(
    ("cue", "text", "quote"),
    [
        ("holds the budget", "So Ruth, um, holds the, the budget.", "holds the, the budget"),
        ("signs|approves it", "He approves it.", "approves it"),
        ("(we can|i can) not see", "We can't see it.", "We can't see"),
        ("went from # to #", "It went from seventy-one to 88.", "went from seventy-one to 88"),
        ("goes to * board", "It goes to the executive board.", "goes to the executive board"),
        ("=money sits with", "The cash sits with Ana.", "cash sits with"),
        ("the? budget sits", "Budget sits there.", "Budget sits"),
    ],
)
def test_a_cue_is_found_in_the_words_as_they_were_said(cue: str, text: str, quote: str) -> None:
    (hit,) = Cues([compiled("tell", 4, cue, {"money": "cash|budget"})]).hits(sentence(text))
    assert hit.sentence.quote(hit.first, hit.last) == quote


def test_a_slot_keeps_what_stood_in_it() -> None:
    (hit,) = Cues([compiled("tell", 4, "{who} holds|owns the budget", {})]).hits(sentence("Our CFO owns the budget."))
    assert hit.sentence.quote(*hit.slots["who"]) == "Our CFO"


def test_a_cue_that_could_be_anything_is_refused() -> None:
    with pytest.raises(ValueError, match="no word that must be said"):
        compiled("tell", 4, "{who} *", {})
