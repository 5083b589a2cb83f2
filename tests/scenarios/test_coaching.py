"""Coaching over the conversations that are kept: who asks for what, beside everybody else."""

from dataclasses import replace
from datetime import timedelta

from tests.scenarios import talked
from tests.scenarios.talked import AE
from typer.testing import CliRunner

from upbeat.cli import app
from upbeat.conversation import Turn
from upbeat.operations.capture import coach, take
from upbeat.testing import House

OTHER = "sam.porter@acme.example"
ASKS, LOSS = "What does that cost you today?", "We lost 240,000 euros last year to spoiled loads."
CHAT = "How are you today?"


def test_a_rep_whose_customers_never_name_a_figure_falls_behind_the_others() -> None:
    with House(only=["none of the shipped ones"]) as house:
        account = house.create("Account", Name="Havelund Fresh")
        contact = house.create(
            "Contact", FirstName="Hanna", LastName="Berg", Email="hanna@havelund.example", AccountId=account
        )
        hanna = talked.party(house, "Hanna Berg", contact)
        began = house.clock.now()
        talks = []
        for day in range(6):
            for rep, asked, answer in ((AE, ASKS, LOSS), (OTHER, CHAT, "Fine, thanks. We will read the offer.")):
                ours = talked.party(house, rep.partition(".")[0].title(), house.ids[rep])
                turns = (Turn(0, ours.name, 0, 0, 4, 4, asked), Turn(1, "Hanna Berg", 1, 5, 9, 4, answer))
                given = {"source_id": f"{rep}-{day}", "began": began - timedelta(days=day, hours=len(rep))}
                talks.append(replace(talked.meeting(house, [ours, hanna], **given), turns=turns))
        take(house.space.house, talks)
        found = coach(house.space.house, house.clock.now() - timedelta(days=4))
        assert [(one.name, one.calls, one.talk_ratio, one.few) for one in found.reps] == [
            ("Maya", 4, 0.5, True),
            ("Sam", 4, 0.5, True),
        ]
        found = coach(house.space.house, None)
        behind = found.reps[0]
        assert (behind.name, behind.few) == ("Sam", False)
        [metrics] = [one for one in behind.elements if one.behind]
        assert (metrics.element, metrics.share.part, metrics.others.part, metrics.others.of) == ("metrics", 0, 6, 6)
        assert {one.quote for one in metrics.shown} == {LOSS}
        said = CliRunner().invoke(app, ["capture", "coaching", "--dir", str(house.folder)]).output
        assert "Sam, metrics: 0 of 6 calls" in said
        assert LOSS in " ".join(said.split())
        said = CliRunner().invoke(app, ["capture", "calibration", "--dir", str(house.folder)]).output
        assert "No value that was read of talk has been decided yet" in said
