"""Which candidate a record belongs to: the one, none, or a doubt that a person settles."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base import decode, encode
from upbeat.matching import Agreement, Choice, Considered, Facts, Likeness, Marks, Verdict, Way, choose, standings

MARKS = Marks(certain=0.9, doubtful=0.6)
ORDER = ("open opportunity", "customer", "tier", "activity", "age")


def one(name: str, score: float, by: Sequence[str] = ORDER, **facts: Any) -> Considered:
    agreement = Agreement(Way.NAME, name, name, 1.0, 6.0, "the same name")
    return Considered({"Id": name, "Name": name}, Likeness(score, (agreement,)), "", standings(Facts(**facts), by))


def names(choice: Choice) -> list[str]:
    return [each.name for each in choice.candidates]


@pytest.mark.parametrize(
    ("score", "verdict"),
    [
        pytest.param(0.9, Verdict.SAME, id="at the mark it is certain"),
        pytest.param(0.8999, Verdict.DOUBT, id="just below it a person says"),
        pytest.param(0.6, Verdict.DOUBT, id="at the lower mark still"),
        pytest.param(0.5999, Verdict.NONE, id="below that it is none"),
    ],
)
def test_a_single_candidate_is(score: float, verdict: Verdict) -> None:
    assert choose([one("Acme", score)], MARKS).verdict is verdict


def test_nobody_is_chosen_of_none() -> None:
    assert choose([], MARKS) == Choice(Verdict.NONE)


def test_the_likest_is_chosen_where_the_others_are_far_less_likely_whatever_else_they_have() -> None:
    found = choose([one("Far", 0.91, open_opportunities=3), one("Near", 0.995, open_opportunities=0)], MARKS)
    assert (found.verdict, names(found)) == (Verdict.SAME, ["Near", "Far"])


@pytest.mark.parametrize(
    ("ahead", "behind", "says"),
    [
        pytest.param(
            {"open_opportunities": 2}, {"open_opportunities": 0}, "2 open opportunities", id="open opportunity"
        ),
        pytest.param({"customer": True}, {"customer": False}, "a customer", id="customer"),
        pytest.param({"tier": "A"}, {"tier": "b"}, "tier A", id="the first tier in the alphabet"),
        pytest.param({"tier": "C"}, {"tier": ""}, "tier C", id="any tier before none"),
        pytest.param(
            {"last_activity": "2026-11-20"}, {"last_activity": "2026-01-02"}, "2026-11-20", id="the later activity"
        ),
        pytest.param(
            {"last_activity": "2020-01-01"}, {"last_activity": ""}, "2020-01-01", id="any activity before none"
        ),
        pytest.param(
            {"created": "2019-03-01T09:00:00"}, {"created": "2024-03-01T09:00:00"}, "2019-03-01", id="the older"
        ),
    ],
)
def test_of_two_that_are_equally_alike_goes_first(ahead: dict[str, Any], behind: dict[str, Any], says: str) -> None:
    found = choose([one("Behind", 0.96, **behind), one("Ahead", 0.96, **ahead)], MARKS)
    assert (found.verdict, names(found)[0], says in found.why) == (Verdict.SAME, "Ahead", True)


def test_what_comes_first_in_the_order_outweighs_all_that_comes_later() -> None:
    seller = one("Seller", 0.96, open_opportunities=1, customer=False, created="2026-01-01")
    old = one("Old", 0.96, open_opportunities=0, customer=True, created="2001-01-01")
    assert names(choose([old, seller], MARKS))[0] == "Seller"
    first, second = (one(name, 0.96, ["age"], created=day) for name, day in (("New", "2026"), ("Old", "2001")))
    assert names(choose([first, second], MARKS))[0] == "Old"


def test_what_only_the_front_runners_differ_in_is_asked_of_them_alone() -> None:
    some = [
        one("A", 0.96, open_opportunities=1, tier="B"),
        one("B", 0.96, open_opportunities=1, tier="A"),
        one("C", 0.96, open_opportunities=0, tier="A"),
    ]
    found = choose(some, MARKS)
    assert (names(found)[0], found.why.endswith("the one with 1 open opportunity, tier A")) == ("B", True)


@pytest.mark.law(11)
def test_a_tie_that_stays_goes_to_a_person_with_all_of_them_side_by_side() -> None:
    found = choose([one(name, 0.96, open_opportunities=1) for name in ("A", "B", "C")], MARKS)
    assert (found.verdict, names(found)) == (Verdict.DOUBT, ["A", "B", "C"])
    assert found.why == "3 accounts are equally alike, and nothing tells them apart"


@pytest.mark.law(11)
def test_nothing_is_concluded_from_what_is_known_of_one_alone() -> None:
    assert choose([one("A", 0.96, customer=True), one("B", 0.96)], MARKS).verdict is Verdict.DOUBT


@pytest.mark.law(11)
def test_the_likest_is_a_doubt_where_another_has_the_very_name() -> None:
    mailed = Agreement(Way.WEBSITE, "trellwick.example", "trellwick.example", 1.0, 9.0, "the same domain")
    part = Agreement(Way.NAME, "Trellwick Rex", "Trellwick", 0.7, 3.0, "only one has rex")
    parent = Considered({"Id": "Parent", "Name": "Trellwick"}, Likeness(0.9997, (mailed, part)))
    found = choose([one("Trellwick Rex", 0.73), parent], MARKS)
    assert (found.verdict, names(found)) == (Verdict.DOUBT, ["Trellwick", "Trellwick Rex"])
    assert found.why == "Trellwick is the likest, but Trellwick Rex has the very name"


def test_an_equal_that_is_just_below_the_mark_may_be_the_one() -> None:
    found = choose([one("A", 0.905, open_opportunities=0), one("B", 0.899, open_opportunities=1)], MARKS)
    assert (found.verdict, names(found)[0]) == (Verdict.SAME, "B")


def test_a_candidate_says_what_it_is_beside_others() -> None:
    assert (
        one("Acme", 0.8759, open_opportunities=0).beside
        == "Acme: 87.5 %; company name: the same name; no open opportunity"
    )


@pytest.mark.parametrize(("score", "said"), [(1.0, "99.9 %"), (0.8999, "89.9 %"), (0.5, "50 %")])
def test_no_more_is_said_than_is_so_and_nothing_is_wholly_certain(score: float, said: str) -> None:
    assert said in one("Acme", score).beside


_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "open_opportunities": st.integers(0, 2),
        "customer": st.booleans(),
        "tier": st.sampled_from(["", "A", "B"]),
        "created": st.sampled_from(["2020", "2021"]),
    },
)
_CANDIDATES = st.lists(st.tuples(st.floats(0, 1), _FACTS), max_size=6)


@given(_CANDIDATES, st.randoms())
def test_the_choice_does_not_depend_on_the_order_in_which_candidates_come(drawn: Any, random: Any) -> None:
    some = [one(f"{n}", score, **facts) for n, (score, facts) in enumerate(drawn)]
    shuffled = random.sample(some, len(some))
    assert choose(some, MARKS) == choose(shuffled, MARKS)


@given(_CANDIDATES)
def test_a_choice_made_again_from_its_candidates_as_json_is_the_same(drawn: Any) -> None:
    some = tuple(one(f"{n}", score, **facts) for n, (score, facts) in enumerate(drawn))
    assert choose(decode(encode(some), tuple[Considered, ...]), MARKS) == choose(some, MARKS)
