"""No words, however long or often, keep the reader of what was said busy: one text holds up no other."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import process_time

import pytest

from upbeat.conversation import RULES, Conversation, Medium, Party, Terms, Turn
from upbeat.conversation.formats import Meeting, read
from upbeat.conversation.measuring import measure
from upbeat.conversation.privacy import Exclusions, excluded
from upbeat.conversation.speakers import with_speakers

LENGTH = 20_000
MOST = 5.0  # seconds of one reading, which takes a tenth of one; what grows with the square takes far more
PEOPLE = (Party("Dana Reyes", internal=False), Party("Owen Hughes", internal=True))


def talk(text: str = "Hi.", label: str = "S", name: str = "Ines") -> Conversation:
    return Conversation(
        medium=Medium.MEETING,
        source="Teams",
        source_id="1",
        title="Pumps",
        began=datetime(2026, 3, 2, 9, tzinfo=UTC),
        seconds=60,
        parties=(*PEOPLE, Party(name)),
        turns=(Turn(0, label, None, 0, 30, 30, text), Turn(1, "Owen Hughes", 1, 30, 60, 30, "Yes.")),
    )


READERS: dict[str, Callable[[str], object]] = {
    "what is said": lambda text: RULES.read(talk(text), Terms()),
    "how it was talked": lambda text: measure(talk(text)),
    "a label": lambda text: with_speakers(talk(label=text)),
    "a name": lambda text: with_speakers(talk(name=text)),
}


@pytest.mark.parametrize("reader", READERS)
def test_no_words_keep_a_reader_busy(reader: str) -> None:
    RULES.read(talk(), Terms())
    for filler in (
        ".",
        "?",
        "!",
        "@",
        "a@",
        "a.",
        "$",
        '"',
        "1.",
        "?!",
        "[",
        "(",
        "+",
        "=",
        "_",
        "a",
        "we sign ",
        "<",
        "#",
        "\u2026",
    ):
        before = process_time()
        READERS[reader](filler * (LENGTH // len(filler)) + "x")
        assert process_time() - before < MOST, filler


def test_a_title_is_no_longer_than_a_title_and_is_judged_as_quickly() -> None:
    beside = Meeting(title="[" * 200_000, began=datetime(2026, 3, 2, 9, tzinfo=UTC))
    found = read("a.txt", b"[00:01] Ines: Hello.", beside)
    assert len(found.title) == 1000
    assert excluded(found, Exclusions()) is None
