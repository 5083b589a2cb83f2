"""What of a talk is to be done, by whom and by when. Said on Wednesday 15 April 2026; `R` and `S` speak for us."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.conversation import Conversation, Finding, Kind, Medium, Party, Terms, Turn, stands
from upbeat.conversation.saying import read

PARTIES = (
    Party("Rosa Lindt", company="Kelvane", title="Account Executive", internal=True, labels=("R",)),
    Party("Sven Adair", company="Kelvane", title="Engineer", internal=True, labels=("S",)),
    Party("Ana Brightwell", company="Morrow Mills", title="Operations Director", internal=False, labels=("A",)),
    Party("Boris Okonjo", company="Morrow Mills", title="Controller", internal=False, labels=("B",)),
)


def talk(*said: str) -> Conversation:
    turns = list[Turn]()
    for number, line in enumerate(said):
        label, _, text = line.partition(": ")
        party = next(at for at, one in enumerate(PARTIES) if label in one.labels)
        turns.append(Turn(number, label, party, number * 10, number * 10 + 9, 9, text))
    return Conversation(
        medium=Medium.MEETING, source="test", source_id="1", title="", began=datetime(2026, 4, 15, 9, tzinfo=UTC),
        seconds=600, parties=PARTIES, turns=tuple(turns), language="en",
    )  # fmt: skip


def steps(*said: str) -> list[Finding]:
    conversation = talk(*said)
    found = [one for one in read(conversation, Terms()) if one.kind is Kind.NEXT_STEP]
    assert all(stands(one.place, conversation) for one in found)
    return found


def told(one: Finding) -> str:
    owner = "" if one.person is None else PARTIES[one.person].name.partition(" ")[0]
    return f"{owner} | {one.due or ''} | {one.value}"


@pytest.mark.parametrize(
    "said",
    [
        "I'll be in London on Friday.", "I'll see you on Thursday.", "I'll be honest, Monday was bad.",
        "I can do Friday.", "I can't do Friday.", "I'll know more on Friday.", "I'll stay until Friday.",
        "You'll have noticed that the site was down on Monday.", "I could live with Friday.",
        "I'll recommend three things today.",
    ],
)  # fmt: skip
def test_what_befalls_one_or_suits_one_on_a_day_is_no_step(said: str) -> None:
    assert steps(f"R: {said}") == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            ["R: I'll send you the, um, the pricing sheet by Friday."],
            "Rosa | 2026-04-17 | Send the pricing sheet",
            id="what somebody says they will do is theirs, by the day they name",
        ),
        pytest.param(
            ["R: Can you share last year's invoices?", "A: Sure, I'll have them to you by the twentieth."],
            "Ana | 2026-04-20 | Have them (Share last year's invoices)",
            id="who agrees to what was asked has it",
        ),
        pytest.param(
            ["R: Boris, could you send me the supplier form?", "B: Of course."],
            "Boris |  | Send the supplier form",
            id="who is called by name and agrees has it",
        ),
        pytest.param(
            ["R: Sven will email you the network diagram tomorrow."],
            "Sven | 2026-04-16 | Email the network diagram",
            id="a colleague who is named has it",
        ),
        pytest.param(
            ["R: You'll have the quote by Friday."],
            "Rosa | 2026-04-17 | Give the quote",
            id="what somebody tells others they will have is the speaker's",
        ),
        pytest.param(
            ["R: You'll get a written answer from me."],
            "Rosa |  | Give a written answer",
            id="what others will get from the speaker is the speaker's without a day too",
        ),
        pytest.param(
            ["R: I'll recalibrate the sensors on the twenty-second."],
            "Rosa | 2026-04-22 | Recalibrate the sensors",
            id="any deed with a day is a step",
        ),
        pytest.param(
            ["A: Let me get you the floor plans."],
            "Ana |  | Get the floor plans",
            id="what somebody lets themselves get for others is a step",
        ),
        pytest.param(
            ["R: Boris, could you write those findings up?", "B: Sure, I can do a summary."],
            "Boris |  | Write those findings up",
            id="who agrees by saying what he can do has what was asked",
        ),
        pytest.param(
            [
                "R: I'll come back to you on the price by Friday, is that okay?",
                "A: Friday I'm travelling. Monday.",
                "R: Monday the twentieth.",
            ],
            "Rosa | 2026-04-20 | Come back to you on the price",
            id="a bare day in the place of one that does not suit is the day",
        ),
        pytest.param(
            [
                "R: I'll send you the draft.",
                "A: When?",
                "R: Twentieth?",
                "A: Twenty-second.",
                "R: Twenty-second, done.",
            ],
            "Rosa | 2026-04-22 | Send the draft",
            id="a number alone is a day",
        ),
        pytest.param(
            ["R: I'll send the draft on Friday.", "A: I could go to the fair on Monday.", "B: Monday then."],
            "Rosa | 2026-04-17 | Send the draft",
            id="a day of somebody else's own deed moves no step",
        ),
        pytest.param(
            ["R: Can we aim for the tenth of June for signature?", "A: I'd say the seventeenth.", "R: Agreed."],
            " | 2026-06-17 | Contract signature",
            id="a day named in the place of one that was asked for has its month",
        ),
        pytest.param(
            ["A: Somebody needs to check with legal about the warranty."],
            " |  | Check with legal about the warranty",
            id="what somebody should do is nobody's",
        ),
        pytest.param(
            ["A: We should set up a call with the auditors.", "S: Leave it with me."],
            "Sven |  | Set up a call with the auditors",
            id="who takes what was nobody's has it",
        ),
        pytest.param(
            ["R: Shall I send you a reference list?", "A: Yes, please."],
            "Rosa |  | Send a reference list",
            id="an offer that is taken counts",
        ),
        pytest.param(
            ["R: I'll send the draft contract by Friday.", "A: Could you make that Monday?", "R: Monday, fine."],
            "Rosa | 2026-04-20 | Send the draft contract",
            id="a revised day takes the place of the first",
        ),
        pytest.param(
            ["R: I'll send you the draft contract.", "A: By when?", "R: End of next week."],
            "Rosa | 2026-04-24 | Send the draft contract",
            id="a day that answers when belongs to the step",
        ),
        pytest.param(
            [
                "S: I'd suggest a workshop on the scanners. Would Thursday work?",
                "A: Thursday's fine.",
                "S: I'll send the invite.",
            ],
            "Sven | 2026-04-16 | Send the invite: workshop on the scanners",
            id="an invitation is for the day that was agreed",
        ),
        pytest.param(
            ["A: I'll get back to you on that at some point."],
            "Ana |  | Get back to you on that at some point",
            id="a vague time is no day",
        ),
    ],
)
def test_a_commitment_is_a_next_step(said: list[str], expected: str) -> None:
    assert [told(one) for one in steps(*said)] == [expected]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(["R: Shall I send you a brochure?", "A: No, don't bother."], id="an offer that is declined"),
        pytest.param(["R: I'll send you a brochure.", "A: No need, I have it."], id="a promise that is declined"),
        pytest.param(["A: If it were cheaper I would send it to the board."], id="what would be done"),
        pytest.param(["A: I sent the invoices last week."], id="what is done"),
        pytest.param(["R: I'll let you go. I'll be honest, that was fun."], id="a pleasantry"),
        pytest.param(["R: I'll share my screen, and I'll show you the board."], id="what is done in the talk"),
        pytest.param(["A: My boss said I'll send him flowers."], id="what somebody else is said to have said"),
        pytest.param(["A: We have to send every invoice by hand."], id="daily work"),
        pytest.param(["R: I'll send the deck.", "A: Forget the deck."], id="what is called off"),
    ],
)
def test_what_nobody_commits_to_is_no_next_step(said: list[str]) -> None:
    assert [told(one) for one in steps(*said)] == []


def test_what_is_said_twice_is_one_step_and_its_first_day_is_kept_as_superseded() -> None:
    (one,) = steps(
        "R: I'll send the revised quote on Thursday.", "A: Good.", "R: The revised quote on Friday, not Thursday."
    )
    assert told(one) == "Rosa | 2026-04-17 | Send the revised quote"
    assert [place.turn for place in one.supersedes] == [0]
    assert "2026-04-17 takes the place of 2026-04-16" in one.why


def test_a_recap_at_the_end_adds_nothing_that_was_said_before() -> None:
    found = steps(
        "R: I'll send the security answers by Friday.",
        "A: And I'll get you the floor plans.",
        "R: So to recap, I'll send the security answers and you'll get me the floor plans.",
    )
    assert [told(one) for one in found] == [
        "Rosa | 2026-04-17 | Send the security answers",
        "Ana |  | Get the floor plans",
    ]


@given(
    st.lists(
        st.sampled_from("RSAB").flatmap(lambda who: st.text(max_size=60).map(lambda said: f"{who}: {said}")), max_size=6
    )
)
def test_whatever_is_said_every_step_is_quoted_from_its_turn(said: list[str]) -> None:
    steps(*said)


def test_what_the_transcriber_heard_beside_the_words_is_in_no_step() -> None:
    (one,) = steps("R: I'll send you {vocalsound} the [laughter] pricing sheet by Friday.")
    assert one.value == "Send the pricing sheet"
