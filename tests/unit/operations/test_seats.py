"""Who must agree before a workflow goes live: different people for different seats."""

from collections.abc import Mapping
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.operations.promoting.seats import filled, next_to_ask
from upbeat.workflows import Policy, Promotion

PEOPLE = ("ana", "bo", "cleo", "dan", "eve")


def policy(roles: Mapping[str, tuple[str, ...]], asked: tuple[str, ...], second: str | None = None) -> Policy:
    named = {role: tuple(f"{one}@acme.example" for one in people) for role, people in roles.items()}
    other = None if second is None else f"{second}@acme.example"
    promotion = Promotion(roles=asked, second=other, why="Two see more than one.", owner="ana@acme.example")
    return Policy(rules=(), roles=named, promotion=promotion)


def at(*names: str) -> list[str]:
    return [f"{name}@acme.example" for name in names]


@pytest.mark.parametrize(
    ("people", "enough"),
    [
        pytest.param(at("ana", "bo"), True, id="one of each"),
        pytest.param(at("bo", "ana"), True, id="in any order"),
        pytest.param(at("ANA", "bo"), True, id="whatever the capitals"),
        pytest.param(at("ana"), False, id="one alone"),
        pytest.param(at("ana", "ana"), False, id="one twice"),
        pytest.param(at("ana", "dan"), False, id="one without a seat"),
        pytest.param(at("ana", "bo", "dan"), True, id="one more, who signs along"),
        pytest.param(at("cleo", "ana"), True, id="one who may take either seat"),
    ],
)
def test_different_people_take_the_seats(people: list[str], enough: bool) -> None:
    rules = policy({"revops": ("ana", "cleo"), "revenue": ("bo", "cleo")}, ("revops", "revenue"))
    assert filled(rules, people) is enough


def test_a_team_of_one_has_its_second_person() -> None:
    rules = policy({"revops": ("ana",)}, ("revops",), second="dan")
    assert (filled(rules, at("ana", "dan")), filled(rules, at("ana", "bo"))) == (True, False)
    assert next_to_ask(rules, at("ana")) == at("dan")


def test_somebody_without_a_seat_asks_nobody() -> None:
    rules = policy({"revops": ("ana",), "revenue": ("bo",)}, ("revops", "revenue"))
    assert next_to_ask(rules, at("dan")) == []


roles = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sets(st.sampled_from(PEOPLE), min_size=1), min_size=2)


@given(roles, st.lists(st.sampled_from(PEOPLE), unique=True))
def test_it_is_so_whenever_some_order_of_the_people_has_each_seat_taken(
    held: dict[str, set[str]], people: list[str]
) -> None:
    rules = policy({role: tuple(sorted(some)) for role, some in held.items()}, tuple(held))
    orders = permutations(people, len(held))
    naive = any(all(one in held[role] for one, role in zip(order, held, strict=True)) for order in orders)
    assert filled(rules, at(*people)) is naive


@given(roles, st.sampled_from(PEOPLE))
def test_whoever_is_asked_next_brings_it_nearer_and_everyone_asked_in_turn_fills_it(
    held: dict[str, set[str]], first: str
) -> None:
    rules = policy({role: tuple(sorted(some)) for role, some in held.items()}, tuple(held))
    people = at(first)
    while others := next_to_ask(rules, people):
        people.append(others[0])
    if len(people) == len(held):
        assert filled(rules, people)
