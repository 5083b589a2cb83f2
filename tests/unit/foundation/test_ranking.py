"""What stands first among the things to fix, and what it takes to stand there."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.foundation.audits import a_finding, records

from upbeat.foundation import Finding, Weight, first_things, ranked


def first_of(*findings: Finding, breaks: dict[str, list[str]] | None = None, pipeline: Decimal | None = None) -> str:
    return ranked(findings, breaks or {}, pipeline)[0].finding


def score(pipeline: Decimal | None = None, broken: int = 0, **parts: Any) -> float:
    one = a_finding("a:Contact.X", **{"weight": Weight.HIGH, "count": 100, "of": 100, "minutes": 0, **parts})
    return ranked([one], {one.key: [f"flow-{at}" for at in range(broken)]}, pipeline)[0].score


@pytest.mark.parametrize(
    ("heavier", "lighter"),
    [
        pytest.param({"weight": Weight.HIGH}, {"weight": Weight.MEDIUM}, id="the heavier"),
        pytest.param({"weight": Weight.MEDIUM}, {"weight": Weight.LOW}, id="medium before low"),
        pytest.param({"count": 101}, {"count": 100}, id="the larger share"),
        pytest.param({"minutes": 59}, {"minutes": 60}, id="the smaller work"),
        pytest.param(
            {"amount": Decimal(900)}, {"amount": Decimal(899)}, id="the more money, above the share of records"
        ),
    ],
)
def test_of_two_findings_alike_in_all_else_this_one_stands_first(
    heavier: dict[str, Any], lighter: dict[str, Any]
) -> None:
    one, other = a_finding("z:Contact.X", **heavier), a_finding("a:Contact.X", **lighter)
    assert first_of(other, one, pipeline=Decimal(1000)) == one.key


def test_a_finding_that_breaks_a_workflow_stands_before_one_that_breaks_none() -> None:
    one, other = a_finding("z:Contact.X"), a_finding("a:Contact.X")
    assert first_of(other, one, breaks={one.key: ["stalled-deal"]}) == one.key


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param({}, 9.0, id="high, all of it, no work"),
        pytest.param({"weight": Weight.MEDIUM}, 3.0, id="medium"),
        pytest.param({"weight": Weight.LOW}, 1.0, id="low"),
        pytest.param({"count": 25}, 4.5, id="a quarter counts half"),
        pytest.param({"count": 0}, 0.0, id="of none"),
        pytest.param({"of": 0, "count": 0}, 9.0, id="what is about no records is whole"),
        pytest.param({"broken": 1}, 18.0, id="one workflow"),
        pytest.param({"broken": 3}, 36.0, id="three workflows"),
        pytest.param({"broken": 4}, 36.0, id="a fourth counts no more"),
        pytest.param({"minutes": 1440}, 4.5, id="three days of work halve it"),
        pytest.param({"minutes": 3840}, 3.0, id="eight days"),
        pytest.param({"count": 10, "of": 10}, 9.0, id="ten of ten"),
        pytest.param({"count": 1, "of": 1}, 9 * 0.1**0.5, id="one of one counts as one of ten"),
        pytest.param({"count": 1, "amount": Decimal(25), "pipeline": Decimal(100)}, 4.5, id="money, where it is more"),
        pytest.param({"count": 1, "amount": Decimal(25), "pipeline": None}, 0.9, id="money of an unknown pipeline"),
        pytest.param({"count": 1, "amount": Decimal(0), "pipeline": Decimal(0)}, 0.9, id="an empty pipeline"),
        pytest.param({"amount": Decimal(300), "pipeline": Decimal(100)}, 9.0, id="never more than all of it"),
    ],
)
def test_the_score_follows_the_rule_that_the_report_states(parts: dict[str, Any], expected: float) -> None:
    assert score(**parts) == pytest.approx(expected)


def test_of_several_findings_of_one_check_only_the_first_is_named_and_the_others_are_counted() -> None:
    alike = [a_finding(f"spelling:Account.Industry:{at}", weight=Weight.HIGH) for at in range(5)]
    others = [a_finding(f"{name}:Contact.X", weight=Weight.LOW) for name in ("a", "b", "c")]
    named = first_things(ranked([*others, *alike], {}), [*others, *alike])
    assert [one.finding for one in named] == ["spelling:Account.Industry:0", "a:Contact.X", "b:Contact.X"]
    assert named[0].alike == tuple(one.key for one in alike[1:])


def test_where_less_than_three_things_are_wrong_less_are_named() -> None:
    assert first_things([], []) == ()
    assert len(first_things(ranked([a_finding()], {}), [a_finding()])) == 1


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        pytest.param({"records": records(3, "Contact")}, 1, id="the same records, the same field"),
        pytest.param({"records": records(5, "Contact")}, 1, id="three of five records"),
        pytest.param({"records": records(6, "Contact")}, 2, id="three of six are not most"),
        pytest.param({"records": records(3, "Contact"), "fields": ("Email",)}, 2, id="another field of them"),
        pytest.param({"records": records(3), "object": "Opportunity"}, 2, id="another object"),
        pytest.param({"records": ()}, 2, id="records that are not known"),
    ],
)
def test_what_is_said_again_of_the_same_records_is_not_named_beside_it(parts: dict[str, Any], named: int) -> None:
    heavier = a_finding("a:Contact.AccountId", weight=Weight.HIGH, records=records(3, "Contact"))
    findings = [heavier, a_finding("b:Contact.AccountId", **parts)]
    assert len(first_things(ranked(findings, {}), findings)) == named


def test_a_check_whose_first_finding_is_said_already_is_named_by_its_next() -> None:
    heavier = a_finding("a:Contact.AccountId", weight=Weight.HIGH, records=records(3, "Contact"))
    again = a_finding("b:Contact.AccountId", records=records(3, "Contact"))
    other = a_finding("b:Contact.Email", weight=Weight.LOW, fields=("Email",))
    found = first_things(ranked([heavier, again, other], {}), [heavier, again, other])
    assert [one.finding for one in found] == [heavier.key, other.key]


@given(
    st.lists(
        st.tuples(st.sampled_from(Weight), st.integers(0, 9), st.integers(0, 9), st.integers(0, 5000)), max_size=12
    ),
    st.randoms(),
)
def test_the_order_does_not_hang_on_the_order_in_which_things_were_found(rows: list[Any], random: Any) -> None:
    findings = [
        a_finding(f"c{at}:Contact.X", weight=weight, count=count, of=count + more, minutes=minutes)
        for at, (weight, count, more, minutes) in enumerate(rows)
    ]
    shuffled = random.sample(findings, len(findings))
    assert ranked(findings, {}) == ranked(shuffled, {})
    assert sorted(one.finding for one in ranked(shuffled, {})) == sorted(one.key for one in findings)
