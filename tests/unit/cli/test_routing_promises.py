"""What was promised, on the command line: what waits, and what its owner says to it."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.scenarios.promised import POOL, ROUTE, arrives, monday, until

from upbeat.testing import House

PULLED = POOL.replace("otherwise:", "pull: {most: 2, every: 1 day}\notherwise:")


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE], files={"routing/inbound.yaml": PULLED}) as one:
        one.promote(ROUTE)
        monday(one)
        yield one


@pytest.fixture(scope="module")
def lead(house: House) -> str:
    return arrives(house)


def test_an_empty_list_says_what_would_be_here(upbeat: Any) -> None:
    assert "A pool with 'promise:' promises" in upbeat("routing", "waiting").out


def test_what_waits_is_shown_with_its_age_and_the_working_time_left(house: House, upbeat: Any, lead: str) -> None:
    until(house, 10, minute=30)
    said = upbeat("routing", "waiting")
    owner = house.owner("Lead", lead)
    for part in ("Huber, Talwerk", owner, "open", "0 h 30 min", "1 h 30 min"):
        assert part in said.out
    [one] = upbeat("routing", "waiting", lead, "--json").json
    assert (one["record_id"], one["owner"], one["stage"], one["broken"]) == (lead, owner, "open", False)
    assert upbeat("routing", "waiting", "--owner", owner, "--pool", "nosuch", "--json").json == []


@pytest.mark.usefixtures("lead")
def test_status_counts_what_is_promised(upbeat: Any) -> None:
    assert "promised in inbound: 1" in upbeat("status").out


def test_a_promise_is_accepted_by_the_beginning_of_its_id_and_given_back_with_its_reason(
    house: House, upbeat: Any, lead: str
) -> None:
    owner = house.owner("Lead", lead)
    [one] = upbeat("routing", "waiting", lead, "--json").json
    key = one["promise"][:10]
    said = upbeat("routing", "accept", key, "--as", owner)
    assert f"{owner} has it" in said.out
    refused = upbeat("routing", "decline", key, "--why", "busy", "--as", owner)
    assert (refused.code, "has accepted it" in refused.err, "upbeat routing return" in refused.err) == (1, True, True)
    back = upbeat("routing", "return", key, "--why", "not my language", "--as", owner)
    assert "gave it back" in back.out
    house.play()
    assert house.owner("Lead", lead) != owner


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("accept", "0000"), "nothing was promised of '0000'"),
        (("next", "--pool", "inbound"), "nothing waits in the pool inbound"),
        (("next", "--pool", "nosuch"), "no live workflow asks a pool nosuch"),
    ],
)
def test_a_refusal_says_what_is_wrong(upbeat: Any, words: tuple[str, ...], what: str) -> None:
    said = upbeat("routing", *words, "--as", "lena.vogel@acme.example")
    assert (said.code, what in said.err) == (1, True)
