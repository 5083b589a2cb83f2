"""What a file holds, told without a house: its conversations, and what was left with why."""

from datetime import UTC, datetime

from upbeat.conversation.calendar import Window
from upbeat.operations.capture.pieces import conversations_of

NOW = datetime(2026, 1, 10, tzinfo=UTC)


def test_a_mail_with_nothing_in_it_is_left_and_told() -> None:
    found = conversations_of("empty.eml", b"", Window(NOW, NOW), NOW)
    assert found.talks == ()
    assert [one.why for one in found.left] == ["nothing is in it: no sender, nobody it was sent to, and no text"]
