from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.base import encode
from upbeat.conversation import Medium
from upbeat.conversation.files import Unreadable
from upbeat.conversation.signal import Signal, read_signals
from upbeat.workflows import SignalKind, SignalMap

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
FORM = SignalMap(
    kind=SignalKind.FORM, id="submission", at="at", topic="form", name="fields.name", address="fields.email",
    company="fields.company", text="fields.message",
)  # fmt: skip
SIGNUP = SignalMap(kind=SignalKind.SIGNUP, id="user_id", at="created", topic="plan", address="email", company="company")
INTENT = SignalMap(
    kind=SignalKind.INTENT, each="surges", at="week", topic="topics[0].name", company="company", score="score"
)
FILLED = {
    "submission": "s-1",
    "at": "2026-01-30T09:00:00+01:00",
    "form": "Request a demo",
    "fields": {
        "name": "Joost  Kramer",
        "email": "Joost@Dyke.example",
        "company": "Dyke Works",
        "message": "We lose pumps.",
    },
}
SIGNED_UP = "user_id,created,plan,email,company\n7,1769760000,Trial,joost@dyke.example,Dyke Works\n"
READS = {"surges": [{"company": "Dyke Works", "week": "2026-01-26", "topics": [{"name": "pump care"}], "score": 87}]}


def read(told: SignalMap, content: object, name: str = "delivery.json") -> list[Signal]:
    data = content.encode() if isinstance(content, str) else encode(content).encode()
    return read_signals(name, data, told, "web", NOW)


def test_a_form_a_signup_and_intent_data_are_one_kind_of_record() -> None:
    [form] = read(FORM, FILLED)
    [signup] = read(SIGNUP, SIGNED_UP, "users.csv")
    [intent] = read(INTENT, READS)
    assert [(one.kind, one.topic, one.company, one.score) for one in (form, signup, intent)] == [
        ("form", "Request a demo", "Dyke Works", ""),
        ("signup", "Trial", "Dyke Works", ""),
        ("intent", "pump care", "Dyke Works", "87"),
    ]
    assert [(one.person, one.address) for one in (form, signup, intent)] == [
        ("Joost Kramer", "joost@dyke.example"),
        ("", "joost@dyke.example"),
        ("", ""),
    ]
    assert [f"{one.at:%Y-%m-%d %H:%M %z}" for one in (form, signup, intent)] == [
        "2026-01-30 09:00 +0100",
        "2026-01-30 08:00 +0000",
        "2026-01-26 00:00 +0000",
    ]


def test_a_signal_keeps_every_value_as_it_came_and_what_a_person_wrote_as_their_words() -> None:
    [form] = read(FORM, FILLED)
    talk = form.conversation
    assert (talk.medium, talk.title) == (Medium.SIGNAL, "Form: Request a demo")
    assert "fields.message: We lose pumps." in talk.text.split("\n")
    assert [(one.party, one.text) for one in talk.turns] == [(0, "We lose pumps.")]


@pytest.mark.law(3)
def test_the_same_signal_is_one_and_the_same_number_of_two_sources_is_two() -> None:
    once, again = (read(FORM, FILLED)[0].conversation.key for _ in range(2))
    other = read_signals("delivery.json", encode(FILLED).encode(), FORM, "landing-page", NOW)[0].conversation.key
    assert once == again != other


@pytest.mark.parametrize("at", ["", "yesterday", "1e999", "٣"])
def test_a_time_that_is_none_gives_way_to_when_it_came(at: str) -> None:
    [form] = read(FORM, {**FILLED, "at": at})
    assert form.at == NOW or at == "٣"


@pytest.mark.parametrize(
    ("told", "content", "name"),
    [
        pytest.param(FORM, "no json", "delivery.json", id="no JSON"),
        pytest.param(FORM, "[1, 2]", "delivery.json", id="a list of no objects"),
        pytest.param(INTENT, '{"other": []}', "delivery.json", id="nothing where the list should stand"),
        pytest.param(SIGNUP, 'a,b\n"open', "users.csv", id="no table"),
    ],
)
def test_what_holds_no_signal_is_refused_in_words(told: SignalMap, content: str, name: str) -> None:
    with pytest.raises(Unreadable):
        read(told, content, name)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=30)
@given(JSON)
def test_any_json_is_read_or_refused(content: object) -> None:
    try:
        found = read(FORM, content)
    except Unreadable:
        return
    assert all(one.conversation.key == one.conversation.key for one in found)
