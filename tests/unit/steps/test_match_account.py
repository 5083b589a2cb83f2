"""match_account: which account, contact and doubles a record has, and what is asked where that is a doubt."""

from collections.abc import Callable

import pytest

from upbeat.routing import Double, Known, Match
from upbeat.steps import FUNCTIONS, Answer, Case, Result

Make = Callable[..., Case]

ACME, GLOBEX = (
    Match({"Id": f"00100000000000{n}AAA", "Name": name}, f"{sure} %; company name: nearly the same", sure / 100)
    for n, (name, sure) in enumerate([("Acme", 87), ("Globex", 71)], 1)
)
DOUBT = Known(accounts=(ACME, GLOBEX), doubt="2 accounts may be its own")
PRIYA, MAYA = (f"{name}@acme.example" for name in ("priya.shah", "maya.chen"))


def run(case: Case) -> Result:
    return FUNCTIONS["match_account"].run(case)


def test_a_certain_account_is_given_with_its_likeness_contact_and_doubles(case: Make) -> None:
    contact = Double("Contact", {"Id": "003000000000001AAA"}, "email address: the same address")
    double = Double("Lead", {"Id": "00Q000000000002AAA"}, "phone: the same number")
    found = run(case("Lead", pool="inbound", known=Known(accounts=(ACME,), contact=contact, doubles=(double, contact))))
    assert found.hold is None
    assert found.gives == {
        "account": "001000000000001AAA",
        "account_name": "Acme",
        "likeness": 0.87,
        "contact": "003000000000001AAA",
        "doubles": "00Q000000000002AAA, 003000000000001AAA",
        "why": "87 %; company name: nearly the same",
        "held": False,
    }


def test_a_record_without_an_account_says_so(case: Make) -> None:
    found = run(case("Lead", pool="inbound"))
    assert (found.gives["account"], found.gives["why"], found.hold) == (None, "no account is like it", None)


@pytest.mark.law(11)
@pytest.mark.parametrize(("of", "asked"), [({}, PRIYA), ({"of": MAYA}, MAYA)], ids=["the step's owner", "who is named"])
def test_a_doubt_is_asked_with_the_candidates_side_by_side(case: Make, of: dict[str, str], asked: str) -> None:
    found = run(case("Lead", pool="inbound", known=DOUBT, **of))
    assert found.hold is not None
    assert (found.waits, found.gives["held"], found.gives["account"], found.hold.owner) == (True, True, None, asked)
    assert found.hold.choices == (
        "Acme (001000000000001AAA)",
        "Globex (001000000000002AAA)",
        "none of these accounts",
    )
    assert found.hold.reasons[:2] == (f"Acme: {ACME.why}", f"Globex: {GLOBEX.why}")


@pytest.mark.parametrize(
    ("choice", "account", "why"),
    [
        ("Globex (001000000000002AAA)", "001000000000002AAA", f"{PRIYA} chose it; {GLOBEX.why}"),
        ("none of these accounts", None, f"{PRIYA} says that it is none of them"),
    ],
)
def test_what_a_person_chose_is_the_account(case: Make, choice: str, account: str | None, why: str) -> None:
    found = run(case("Lead", pool="inbound", known=DOUBT, answer=Answer(choice, PRIYA)))
    assert (found.gives["account"], found.gives["why"], found.hold) == (account, why, None)


@pytest.mark.law(11)
def test_a_chosen_account_that_is_gone_meanwhile_is_asked_about_again(case: Make) -> None:
    found = run(case("Lead", pool="inbound", known=DOUBT, answer=Answer("Initech (001000000000009AAA)", PRIYA)))
    assert found.hold is not None
    assert found.hold.reasons[0] == "Initech (001000000000009AAA) is not like it any more, or gone"


def test_a_chosen_account_that_was_merged_meanwhile_gives_way_to_the_one_that_is_certain_now(case: Make) -> None:
    gone, now = Answer("Initech (001000000000009AAA)", PRIYA), Known(accounts=(ACME,))
    found = run(case("Lead", pool="inbound", known=now, answer=gone))
    assert (found.hold, found.gives["account"]) == (None, "001000000000001AAA")
