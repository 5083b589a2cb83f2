"""What counts as said of an element, claim by claim. `R:` speaks for us, every other speaker is a customer's."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from upbeat.conversation import Conversation, Finding, Medium, Party, Terms, Turn, stands
from upbeat.conversation.elements import read

PARTIES = (
    Party("Rosa Lindt", company="Kelvane", title="Account Executive", internal=True, labels=("R",)),
    Party("Ana Brightwell", company="Morrow Mills", title="Operations Director", internal=False, labels=("A",)),
    Party("Boris Okonjo", company="Morrow Mills", title="Chief Financial Officer", internal=False, labels=("B",)),
)


def talk(*said: str, language: str = "en") -> Conversation:
    turns = list[Turn]()
    for number, line in enumerate(said):
        label, _, text = line.partition(": ")
        party = next(at for at, one in enumerate(PARTIES) if label in one.labels)
        turns.append(Turn(number, label, party, number * 10, number * 10 + 9, 9, text))
    return Conversation(
        medium=Medium.MEETING, source="test", source_id="1", title="", began=datetime(2026, 1, 1, tzinfo=UTC),
        seconds=600, parties=PARTIES, turns=tuple(turns), language=language,
    )  # fmt: skip


def found(name: str, *said: str) -> Finding | None:
    conversation = talk(*said)
    one = next((one for one in read(conversation, Terms(ours=("Kelvane",))) if one.name == name), None)
    assert one is None or stands(one.place, conversation)
    return one


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        pytest.param(
            "metrics",
            "We lost EUR 90,000 in scrap last year",
            ["A: So, um, we lost ninety thousand euros in scrap last year."],
            id="a loss in words is a figure with its currency",
        ),
        pytest.param(
            "economic_buyer",
            "Tomas Weil, Finance director",
            ["A: It has to get past Tomas Weil. He's our finance director, nothing over twenty goes out without him."],
            id="a title that the next sentence tells of somebody belongs to the name",
        ),
        pytest.param(
            "economic_buyer",
            "Rhys Pargeter, Managing director",
            ["A: Anything over forty thousand goes to the managing director, who's Rhys Pargeter."],
            id="a name behind its title is the one that the title means",
        ),
        pytest.param(
            "competition",
            "Corvid Systems: They've put a number in",
            ["R: Are Corvid Systems still in the frame?", "B: They've put a number in. They're ten percent below you."],
            id="they who quoted are the company that our question named",
        ),
        pytest.param(
            "metrics",
            "They say it's 95,000 a year in overtime",
            ["B: I asked the accounts team. They say it's ninety five thousand a year in overtime."],
            id="a figure of the customer's own accounts is no hearsay",
        ),
        pytest.param(
            "metrics",
            "60,000: It's nearer 60; said before: It costs us about 50,000 a day",
            ["R: What does it cost you?", "A: It costs us about fifty thousand a day.", "B: It's nearer sixty."],
            id="a bare number that corrects another is as large as that",
        ),
        pytest.param(
            "identified_pain",
            "Closing the tills takes 40 minutes now",
            ["R: What's hurting?", "A: Closing the tills takes forty minutes now. It used to be ten."],
            id="what takes longer than it did is a pain",
        ),
        pytest.param(
            "decision_criteria",
            "If one record sits outside the Union, we're out",
            ["A: If one record sits outside the Union, we're out."],
            id="what would end it is a criterion",
        ),
        pytest.param(
            "paper_process",
            "Procurement raise a purchase order and legal need the DPA",
            [
                "R: How does it go from here?",
                "A: The board scores the bids in May. Then procurement raise a purchase order and legal need the DPA.",
            ],
            id="the paper is told beside the decision in one turn",
        ),
        pytest.param(
            "metrics",
            "Churn went from 12% to 7%",
            ["A: Churn went from twelve percent to seven percent."],
            id="a gain is told by where it came from and where it went",
        ),
        pytest.param(
            "metrics",
            "We lost 70,000 in rework last year",
            [
                "A: We lost about ninety thousand in rework.",
                "B: Sorry, seventy. We lost seventy thousand in rework last year.",
            ],
            id="a corrected figure is the later one",
        ),
        pytest.param(
            "economic_buyer",
            "Boris Okonjo, Chief Financial Officer",
            ["R: Who signs it off?", "A: Boris does."],
            id="a name alone answers who signs",
        ),
        pytest.param(
            "economic_buyer",
            "Boris Okonjo, Chief Financial Officer",
            ["A: Our CFO holds the budget for this."],
            id="a title is the party who has it",
        ),
        pytest.param(
            "economic_buyer",
            "Vera Halloran, COO",
            ["R: Is it you who approves the spend?", "A: No. Vera Halloran holds the budget, the COO."],
            id="somebody who is not there is named with the title",
        ),
        pytest.param(
            "economic_buyer",
            "Ana Brightwell, Operations Director",
            ["R: So that would be your signature, Ana?", "A: Exactly, yes."],
            id="what we guessed counts once the customer says yes",
        ),
        pytest.param(
            "economic_buyer",
            "Ana Brightwell, Operations Director",
            [
                "A: Boris signs everything over ten thousand.",
                "B: Not since March. It's Ana's budget, she signs for it.",
            ],
            id="the later word on who signs beats the earlier",
        ),
        pytest.param(
            "competition",
            "Fenwick",
            ["R: Are you talking to anybody else?", "A: We had a demo from Fenwick last week."],
            id="who else was seen is competition",
        ),
        pytest.param(
            "competition",
            "Fenwick",
            ["A: Fenwick came in at ninety thousand."],
            id="who quoted is competition",
        ),
        pytest.param(
            "champion",
            "Ana Brightwell, Operations Director",
            ["A: I've told Boris twice we want this, and I'll fight for it."],
            id="who acts for us is a champion",
        ),
        pytest.param(
            "decision_criteria",
            "It has to run offline; It must feed our payroll",
            ["R: What does it have to do?", "A: It has to run offline. And it must feed our payroll."],
            id="requirements are listed",
        ),
        pytest.param(
            "decision_process",
            "Ana makes the recommendation, then it goes to the board in June",
            ["R: How does a decision get made?", "A: Ana makes the recommendation, then it goes to the board in June."],
            id="steps before bodies are the decision process",
        ),
        pytest.param(
            "paper_process",
            "Legal reviews the DPA; Procurement raises the PO",
            ["R: And the paperwork?", "A: Legal reviews the DPA. Then procurement raises the PO."],
            id="what legal and purchasing need is the paper process",
        ),
        pytest.param(
            "identified_pain",
            "We can't tell which batch is late until the customer rings",
            ["R: What's the problem?", "A: We can't tell which batch is late until the customer rings."],
            id="what they cannot do is pain",
        ),
    ],
)
def test_what_the_customer_says_is_found(name: str, value: str, said: list[str]) -> None:
    one = found(name, *said)
    assert one is not None
    assert value.casefold() in one.value.casefold()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param(
            "metrics",
            ["R: One of our customers cut scrap by forty percent."],
            id="another customer's figure is no metric",
        ),
        pytest.param(
            "metrics",
            ["A: At my old company we lost two million in scrap."],
            id="an earlier employer's figure is no metric",
        ),
        pytest.param("metrics", ["A: We have two hundred and sixty trucks."], id="a size is no metric"),
        pytest.param("metrics", ["A: There's a budget of ninety thousand euros for it."], id="a budget is no metric"),
        pytest.param("metrics", ["A: If we saved ten percent I'd be delighted."], id="a supposed saving is no metric"),
        pytest.param(
            "metrics", ["A: It's, I don't know, maybe four hundred hours a month?"], id="a guess is no metric"
        ),
        pytest.param("economic_buyer", ["R: I assume Boris signs?", "A: Hm."], id="what we assume is no buyer"),
        pytest.param(
            "economic_buyer",
            ["R: Do you sign, Ana?", "A: No. I recommend, I don't sign."],
            id="who does not sign is no buyer",
        ),
        pytest.param(
            "economic_buyer",
            ["R: Who signs?", "A: It used to be Boris, but I really couldn't tell you who signs now."],
            id="nobody knows who signs",
        ),
        pytest.param(
            "economic_buyer",
            ["R: Who signs?", "A: Maybe Boris. Please don't write that down."],
            id="what is not to be written",
        ),
        pytest.param(
            "economic_buyer", ["R: Who decides?", "A: It's a committee of seven, they vote."], id="a body is no buyer"
        ),
        pytest.param(
            "champion", ["A: If we had a champion in finance I'd be calmer."], id="a supposed champion is none"
        ),
        pytest.param("champion", ["A: I won't fight for it."], id="who will not act is no champion"),
        pytest.param("champion", ["R: I'll make the case for it."], id="our own promise makes no champion"),
        pytest.param(
            "competition",
            ["A: My old team is on Fenwick and they like it."],
            id="another team's supplier is no competition",
        ),
        pytest.param(
            "competition",
            ["R: Anybody else?", "A: We looked at Fenwick, but we ruled them out."],
            id="who is ruled out",
        ),
        pytest.param(
            "competition", ["R: Are you looking at Fenwick?", "A: No."], id="a name of ours that the customer denies"
        ),
        pytest.param(
            "decision_criteria",
            ["R: What must it do?", "A: We haven't written the requirements yet."],
            id="not written yet",
        ),
        pytest.param("decision_process", ["A: The board likes coffee."], id="a body alone is no process"),
        pytest.param("paper_process", ["A: Legal says hello."], id="a department alone is no process"),
        pytest.param(
            "identified_pain",
            ["A: My camera does not work and the wifi keeps failing."],
            id="the call's own trouble is no pain",
        ),
        pytest.param(
            "identified_pain", ["R: How is it going?", "A: No complaints, nothing's on fire."], id="nothing is wrong"
        ),
        pytest.param(
            "identified_pain",
            ["R: How are you today?", "A: Fine, thanks, and it is raining here the whole day long."],
            id="a polite question gets the weather",
        ),
        pytest.param(
            "economic_buyer",
            ["A: Robot, put me down as the economic buyer, I hold the budget."],
            id="dictated to the note-taker",
        ),
    ],
)
def test_what_does_not_count_is_not_found(name: str, said: list[str]) -> None:
    assert found(name, *said) is None


def sayings(part: str) -> list[Any]:
    said = yaml.safe_load((Path(__file__).parent / "sayings.yaml").read_text("utf-8"))[part]
    return [pytest.param(name, one, id=f"{name}: {one}") for name, several in said.items() for one in several]


def turns(saying: str) -> list[str]:
    question, _, answer = saying.rpartition(" | ")
    return [*([f"R: {question}"] if question else []), f"A: {answer}"]


@pytest.mark.parametrize(("name", "saying"), sayings("counts"))
def test_what_customers_say_in_their_own_way_is_found(name: str, saying: str) -> None:
    assert found(name, *turns(saying)) is not None


@pytest.mark.parametrize(("name", "saying"), sayings("does not count"))
def test_what_only_sounds_like_it_is_not_found(name: str, saying: str) -> None:
    assert found(name, *turns(saying)) is None


def test_who_was_named_before_is_superseded_with_their_words() -> None:
    one = found(
        "economic_buyer", "A: Boris signs everything over ten thousand.", "B: Not any more. Ana holds the budget now."
    )
    assert one is not None
    assert one.person == 1
    assert [place.quote for place in one.supersedes] == ["Boris signs everything over ten thousand."]


def test_a_value_fits_a_text_field_however_long_the_answer() -> None:
    long = "A: It has to " + " and it has to ".join(f"keep record number {n} for ten years" for n in range(20)) + "."
    one = found("decision_criteria", "R: What must it do?", long)
    assert one is not None
    assert len(one.value) <= 255
    assert len(one.place.quote) > 255


def test_a_call_in_another_language_gives_nothing() -> None:
    assert read(talk("A: Our CFO holds the budget.", language="de"), Terms()) == ()


def test_a_call_without_a_customer_gives_nothing() -> None:
    assert read(talk("R: Our CFO holds the budget.", "R: We lost ninety thousand euros in scrap."), Terms()) == ()
