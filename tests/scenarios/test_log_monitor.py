"""In monitor mode a conversation is told as it would be logged, also one that came before any engine ran."""

import pytest
from tests.scenarios import talked
from tests.scenarios.talked import AE

from upbeat import operations
from upbeat.conversation import Party
from upbeat.operations.capture import take
from upbeat.testing import House


@pytest.mark.law(7)
def test_monitor_mode_says_what_would_be_logged_and_logs_nothing() -> None:
    with House(only=["missing-next-step"], files=talked.files("Event")) as house:
        maya = talked.party(house, "Maya Chen", house.ids[AE])
        talk = talked.meeting(house, [maya, Party("Hanna Berg", "hanna@havelund.example")])
        take(house.space.house, [talk])
        house.play()
        [journey] = operations.explain(house.space.house, talk.key)
        assert (journey.mode, journey.outcome) == ("monitor", "logged")
        assert house.written() == []
