"""Slack: who is found there, what a text may do to its reader, and what each of its answers means."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from slack_server import LOSE, TOKEN, SlackServer
from upbeat.channels import (
    BusyError,
    ChannelAwayError,
    LostAnswerError,
    Message,
    NotNowError,
    RefusedMessageError,
    SlackApp,
)
from upbeat.channels.send import Slack
from upbeat.channels.send.slack import LONGEST, text_of

DANA = "dana.whitfield@acme.example"
NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer({DANA: "UDANA"}) as server:
        yield server


def channel(slack: SlackServer, **more: Any) -> Slack:
    return Slack(SlackApp(**{"token": TOKEN, "url": slack.url, "timeout": timedelta(seconds=1), **more}))


def message(**more: Any) -> Message:
    plain = {"id": "k1", "to": DANA, "subject": "Lowell", "text": "Shall it?", "reason": "you are its manager"}
    return Message(**{**plain, "at": NOW, **more})


def test_a_person_is_found_by_their_mail_address_once_while_the_channel_is_open(slack: SlackServer) -> None:
    with channel(slack) as one:
        one.send(message())
        one.send(message(id="k2"))
    assert [post.user for post in slack.box] == ["UDANA", "UDANA"]
    assert slack.calls.count("users.lookupByEmail") == 1


@pytest.mark.parametrize("gone", [False, True], ids=["nobody has the address", "they have left Slack"])
def test_whom_slack_does_not_know_is_refused(slack: SlackServer, gone: bool) -> None:
    if gone:
        slack.gone.add("UDANA")
    else:
        slack.people.clear()
    with pytest.raises(RefusedMessageError, match=r"dana\.whitfield"), channel(slack) as one:
        one.send(message())
    assert slack.box == []


def test_what_was_handed_over_and_never_answered_is_found_and_not_posted_again(slack: SlackServer) -> None:
    slack.next("chat.postMessage", LOSE)
    with channel(slack) as one:
        with pytest.raises(LostAnswerError):
            one.send(message())
        said = one.send(message(again=True))
        one.send(message(id="k2", again=True))
    assert said == "taken by Slack: DUDANA at 1700000000.000001"
    assert [post.words["metadata"]["event_payload"]["key"] for post in slack.box] == ["k1", "k2"]


@pytest.mark.parametrize(
    ("method", "answer", "error", "words"),
    [
        pytest.param("users.lookupByEmail", "token_revoked", ChannelAwayError, "token_revoked", id="token taken back"),
        pytest.param("chat.postMessage", "missing_scope", ChannelAwayError, "missing_scope", id="a scope is missing"),
        pytest.param("chat.postMessage", "cannot_dm_bot", RefusedMessageError, "cannot_dm_bot", id="not to be told"),
        pytest.param("chat.postMessage", "service_unavailable", NotNowError, "later", id="not just now"),
        pytest.param("users.lookupByEmail", (503, {}), NotNowError, "503", id="down while it is asked"),
        pytest.param("chat.postMessage", (503, {}), LostAnswerError, "503", id="down while it is handed over"),
        pytest.param("chat.postMessage", "fatal_error", LostAnswerError, "fatal_error", id="it may have been posted"),
    ],
)
def test_each_answer_says_what_left(
    slack: SlackServer, method: str, answer: Any, error: type[Exception], words: str
) -> None:
    slack.next(method, answer)
    with pytest.raises(error, match=words), channel(slack) as one:
        one.send(message())


@pytest.mark.parametrize(
    ("headers", "wait"), [({"Retry-After": "90"}, 90), ({"Retry-After": "soon"}, 30), ({}, 30)], ids=str
)
@pytest.mark.parametrize("method", ["users.lookupByEmail", "chat.postMessage"])
def test_a_rate_limit_is_waited_out_as_long_as_slack_says(
    slack: SlackServer, method: str, headers: dict[str, str], wait: int
) -> None:
    slack.next(method, (429, headers))
    with pytest.raises(BusyError) as caught, channel(slack) as one:
        one.send(message())
    assert caught.value.wait == timedelta(seconds=wait)
    assert slack.calls.count(method) == 1


def test_a_call_that_failed_is_never_repeated_by_itself(slack: SlackServer) -> None:
    slack.next("chat.postMessage", LOSE)
    with pytest.raises(LostAnswerError), channel(slack) as one:
        one.send(message())
    assert len(slack.box) == 1


def test_reaching_it_says_which_scopes_the_app_lacks(slack: SlackServer) -> None:
    channel(slack).reach()
    slack.scopes = "chat:write,users:read"
    with pytest.raises(ChannelAwayError, match=r"lacks im:history, im:write, users:read\.email"):
        channel(slack).reach()


def test_no_error_repeats_the_token(slack: SlackServer) -> None:
    with pytest.raises(ChannelAwayError, match="invalid_auth") as caught:
        channel(slack, token="xoxb-a-guess").reach()
    assert "a-guess" not in f"{caught.value!r} {caught.value} {SlackApp('xoxb-a-guess')!r}"


class TestWhatSomebodyWrote:
    @pytest.mark.parametrize(
        ("written", "posted"),
        [
            ("<!channel> wake up", "&lt;!channel&gt; wake up"),
            ("<@U123> pay", "&lt;@U123&gt; pay"),
            ("<https://thief.example|your bank>", "&lt;<https://thief.example>|your bank&gt;"),
            ("a & b < c", "a &amp; b &lt; c"),
            ("https://acme.example/a?x=1&y=2.", "<https://acme.example/a?x=1&amp;y=2.>"),
        ],
    )
    def test_names_no_channel_mentions_nobody_and_words_no_link(self, written: str, posted: str) -> None:
        assert posted in text_of(message(text=written))

    def test_is_no_markup_and_fetches_nobodys_page(self, slack: SlackServer) -> None:
        with channel(slack) as one:
            one.send(message(subject="*Lowell*"))
        words = slack.box[0].words
        assert (words["mrkdwn"], words["unfurl_links"], words["unfurl_media"]) == (False, False, False)
        assert words["text"].startswith("*Lowell*\n")

    def test_is_cut_at_a_lines_end_where_it_is_too_long_and_says_so(self) -> None:
        text = text_of(message(text="\n".join(f"line {number}" for number in range(6000))))
        assert len(text) <= LONGEST + 100
        assert text.splitlines()[-3].startswith("line ")
        assert text.endswith("There is more: `upbeat alerts` has all of it.")
