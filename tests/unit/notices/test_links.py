"""A link in a notice opens one thing, for one person, for a while; whatever is changed of it opens nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.notices import Kind, LinkError, Links, Notice, State, Thing
from upbeat.notices.links import LASTS

DANA, ROWAN = "dana.whitfield@acme.example", "rowan.ellis@acme.example"
NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
LINKS = Links("https://upbeat.acme.example", b"k" * 32)


def notice(**more: Any) -> Notice:
    plain = dict.fromkeys(("subject", "text", "reason", "command", "workflow", "record_id", "detail", "source"), "")
    rest = {"proposal_id": "", "item_id": "", "review_id": "3f2a", "due_at": None, "created_at": NOW, "send_at": NOW}
    state = {"id": "1", "to": DANA, "kind": Kind.ASKED, "urgent": True, "state": State.WAITING, "sent_at": None}
    return Notice(**{**plain, **rest, **state, **more})


def shown(links: Links = LINKS, **more: Any) -> str:
    return links.of(notice(**more), NOW).rpartition("/")[2]


def test_it_opens_the_review_that_a_notice_is_about_and_else_the_run() -> None:
    assert LINKS.read(shown(), DANA, NOW) == (Thing.REVIEW, "3f2a")
    assert LINKS.read(shown(review_id="", item_id="9c"), DANA, NOW) == (Thing.FLAG, "9c")


def test_there_is_none_where_there_is_nothing_to_open_or_no_console() -> None:
    assert LINKS.of(notice(review_id=""), NOW) == ""
    assert Links("", b"k" * 32).of(notice(), NOW) == ""


def test_it_stands_on_one_line_in_letters_that_every_mail_reader_knows() -> None:
    link = LINKS.of(notice(to="łukasz.o'brien@acme.example"), NOW)
    assert link.startswith("https://upbeat.acme.example/open/")
    assert link.isascii()
    assert not set(link) & set(" <>\"'|&")


def test_the_name_of_a_user_is_one_name_in_whatever_case() -> None:
    assert LINKS.read(shown(), DANA.upper(), NOW) == (Thing.REVIEW, "3f2a")


@pytest.mark.parametrize(
    ("who", "when", "why"),
    [
        pytest.param(ROWAN, NOW, f"written to {DANA}, and you are signed in as {ROWAN}", id="passed on"),
        pytest.param(DANA, NOW + LASTS, "has expired", id="too old"),
    ],
)
def test_it_opens_nothing_to_another_or_later(who: str, when: datetime, why: str) -> None:
    with pytest.raises(LinkError, match=why):
        LINKS.read(shown(), who, when)


def test_it_is_good_to_the_end() -> None:
    assert LINKS.read(shown(), DANA, NOW + LASTS - timedelta(seconds=1)) == (Thing.REVIEW, "3f2a")


def test_a_link_of_another_house_opens_nothing() -> None:
    with pytest.raises(LinkError, match="not made here"):
        LINKS.read(shown(Links(LINKS.url, b"x" * 32)), DANA, NOW)


@given(at=st.integers(0, 10_000), letter=st.characters())
def test_a_link_with_any_one_letter_changed_opens_nothing(at: int, letter: str) -> None:
    whole = shown()
    at %= len(whole)
    changed = f"{whole[:at]}{letter}{whole[at + 1 :]}"
    if changed != whole:
        with pytest.raises(LinkError):
            LINKS.read(changed, DANA, NOW)


@given(st.text(max_size=300))
def test_no_text_that_somebody_makes_up_opens_anything(text: str) -> None:
    with pytest.raises(LinkError):
        LINKS.read(text, DANA, NOW)
