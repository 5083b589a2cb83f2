"""Risks, objections, more to sell, rivals, roles and the mood: told by customers, and meant. `R` speaks for us."""

from datetime import UTC, datetime

import pytest

from upbeat.conversation import Conversation, Finding, Kind, Medium, Party, Place, Terms, Turn, stands
from upbeat.conversation.saying import read

PARTIES = (
    Party("Rosa Lindt", company="Kelvane", title="Account Executive", internal=True, labels=("R",)),
    Party("Ana Brightwell", company="Morrow Mills", title="Operations Director", internal=False, labels=("A",)),
    Party("Boris Okonjo", company="Morrow Mills", title="Head of Information Security", internal=False, labels=("B",)),
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


def found(kind: Kind, *said: str, terms: Terms | None = None) -> list[Finding]:
    conversation = talk(*said)
    every = read(conversation, terms or Terms())
    assert all(stands(one.place, conversation) for one in every)
    return [one for one in every if one.kind is kind]


@pytest.mark.parametrize(
    ("sort", "said"),
    [
        ("no known signer", "There isn't one person who signs this."),
        ("competitor", "They have already done a trial with our data."),
        ("competitor", "We've had a demo from somebody else."),
        ("price", "The number needs to come down."),
        ("timing", "There's a change freeze until autumn."),
        ("stalled", "I can't release the order until legal is done."),
        ("champion leaving", "Ruud is leaving in May."),
        ("champion leaving", "If we had somebody in finance championing this, it would be easier."),
        ("new decision maker", "There's a new CFO starting in June."),
        ("budget", "The budget was cut last month."),
        ("champion leaving", "Ingrid moved on in March."),
        ("no known signer", "I've no clue who over there would look at tooling."),
        ("timing", "Nobody will touch this until November."),
        ("stalled", "If it isn't agreed by June, we are in the holidays."),
        ("churn", "I've been asked to halve the number of suppliers."),
        ("deal breaker", "That clause is not going to wash."),
        ("churn", "If nothing changes I give notice."),
        ("unhappy", "The importer still fails on Mondays."),
        ("deal breaker", "Without single sign-on it's a no from me."),
        ("skeptic", "My director thinks it's a toy."),
    ],
)
def test_a_risk_is_told_by_its_sort_with_the_customers_words(sort: str, said: str) -> None:
    (one,) = found(Kind.RISK, f"A: {said}")
    assert (one.name, one.place.quote) == (sort, said)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("R: Has the budget been cut?", id="a question is no risk"),
        pytest.param("R: The importer still fails on Mondays.", id="what we say is no risk of theirs"),
        pytest.param("A: A friend of mine at another company said they will not renew.", id="somebody else's story"),
        pytest.param("A: If it failed I would cancel the contract.", id="what is only supposed"),
        pytest.param("A: I've got thirty thousand left in the budget.", id="money that is left is nobody who left"),
        pytest.param(
            "A: We lost time, and three of them handed in their notice.", id="staff who leave are no champion"
        ),
        pytest.param("A: I'm in charge since Alun retired.", id="whom the speaker came after"),
    ],
)
def test_what_nobody_of_the_customer_states_is_no_risk(said: str) -> None:
    assert found(Kind.RISK, said) == []


def test_a_condition_that_is_met_soon_after_and_an_answer_to_something_else_are_no_risk() -> None:
    met = ["A: If it is not encrypted, we're out.", "R: It always is.", "A: Then I'm satisfied."]
    assert found(Kind.RISK, *met) == []
    assert found(Kind.RISK, "R: Is the Lyon office moving?", "A: Not this year.") == []
    assert found(Kind.RISK, "R: Will you sign soon?", "A: Not this year.") != []


@pytest.mark.parametrize(
    ("sort", "said"),
    [
        ("budget", "I've got about ten thousand squirrelled away for it."),
        ("headcount", "We're hiring forty more people by March."),
        ("headcount", "We're opening two branches in the spring."),
        ("budget", "I've got thirty thousand left in this year's budget."),
        ("budget", "Eighty thousand is ring-fenced for it."),
        ("product", "I'd like to look at the scheduling module too."),
        ("product", "Our drivers keep asking for it."),
    ],
)
def test_more_to_sell_is_told_by_its_sort(sort: str, said: str) -> None:
    (one,) = found(Kind.EXPANSION, f"A: {said}")
    assert (one.name, one.place.quote) == (sort, said)


@pytest.mark.parametrize(
    "said",
    [
        "A: We have four hundred people.",
        "A: Perhaps I should buy the other module as well, since it is going so beautifully.",
        "R: You could add the scheduling module.",
    ],
)
def test_size_scorn_and_our_own_wishes_are_nothing_more_to_sell(said: str) -> None:
    assert found(Kind.EXPANSION, said) == []


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        pytest.param(
            "positive", ["A: We had trouble at first.", "A: I'm really impressed, I love it."], id="glad at the end"
        ),
        pytest.param(
            "negative", ["A: Nice to see you.", "A: It's still broken, and I'm fed up."], id="sorry at the end"
        ),
        pytest.param("neutral", ["A: We'll see. Ask me again in June."], id="left open"),
        pytest.param(
            "negative",
            ["A: It has been down since Monday.", "A: Oh, brilliant, another webinar. I so enjoyed the last one."],
            id="praise in the midst of what is wrong is scorn",
        ),
        pytest.param("neutral", ["A: Thank you so much."], id="thanks alone are no mood"),
        pytest.param("neutral", ["A: I never said I was happy."], id="what somebody did not say is no mood"),
        pytest.param(
            "positive", ["A: Hello again.", "A: It went through, so I'm kinda chuffed."], id="glad with an adverb"
        ),
    ],
)
def test_the_mood_is_the_customers_at_the_end(mood: str, said: list[str]) -> None:
    (one,) = found(Kind.SENTIMENT, *said)
    assert one.name == mood


def test_a_known_competitor_is_named_even_where_it_is_only_mentioned() -> None:
    terms = Terms(competitors=("Quarzo",))
    (one,) = found(Kind.COMPETITOR, "A: My old team used Quarzo.", terms=terms)
    assert (one.value, one.place.turn) == ("Quarzo", 0)


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("Procurement", "A: I'm the buyer, so I'm here for the paper."),
        ("Legal", "A: The redlines are with me."),
        ("Technical Buyer", "B: I look after security here."),
        ("Legal", "A: I've read the redlines."),
        ("Evaluator", "A: I chair the panel, and I don't hold the budget."),
    ],
)
def test_a_role_is_what_somebody_says_of_themselves(role: str, said: str) -> None:
    (one,) = found(Kind.ROLE, said)
    assert one.name == role
    assert one.value == PARTIES[1 if said.startswith("A") else 2].name


def test_who_buys_and_who_champions_is_what_the_methodology_established() -> None:
    conversation = talk("A: I sign it, it is my budget.")
    buyer = Finding(
        Kind.METHODOLOGY, "economic_buyer", "Ana Brightwell, Operations Director",
        Place(0, 0.0, "I sign it, it is my budget."), 0.9, "says so", person=1,
    )  # fmt: skip
    roles = [one for one in read(conversation, Terms(), [buyer]) if one.kind is Kind.ROLE]
    assert [(one.name, one.value, one.person) for one in roles] == [("Economic Buyer", "Ana Brightwell", 1)]


def test_a_summary_says_what_it_was_for_what_was_learnt_decided_and_left_open() -> None:
    points = found(
        Kind.POINT,
        "R: I wanted to talk about the scanners in your warehouses today.",
        "A: We're hiring forty more people by March, so we need more of them.",
        "A: We have decided to replace every scanner this year.",
        "A: I need to check with finance whether that can be leased.",
    )
    assert [one.name for one in points] == ["reason", "learnt", "decided", "open"]


def test_another_language_gives_nothing_rather_than_something_wrong() -> None:
    conversation = talk("A: We will give notice.")
    german = Conversation(**{
        name: getattr(conversation, name) for name in conversation.__dataclass_fields__ if name != "language"
    }, language="de")  # fmt: skip
    assert read(german, Terms()) == ()
