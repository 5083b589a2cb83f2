"""What changed between two audits, and what only came into sight or went out of it."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.audits import a_finding, an_audit

from upbeat.foundation import Found, Interval, Measure, Move, NotEnded, Status, Unseen, compare

KEY = "contacts-without-account:Contact.AccountId"


def moves(before: Any, now: Any) -> list[tuple[Move, int, int]]:
    return [(one.move, one.before, one.now) for one in compare(before, now).findings]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param([], [{}], [(Move.NEW, 0, 120)], id="new"),
        pytest.param([{}], [], [(Move.GONE, 120, 0)], id="gone"),
        pytest.param([{"count": 119}], [{}], [(Move.GROWN, 119, 120)], id="grown"),
        pytest.param([{"count": 121}], [{}], [(Move.SHRUNK, 121, 120)], id="shrunk"),
        pytest.param([{}], [{}], [], id="the same"),
        pytest.param([{"says": "other words"}], [{}], [], id="only said otherwise"),
        pytest.param(
            [{"count": 100, "sampled": Interval(0.2, 0.31)}], [{"sampled": Interval(0.3, 0.4)}], [],
            id="two estimates that overlap",
        ),
        pytest.param(
            [{"count": 100, "sampled": Interval(0.2, 0.29)}], [{"sampled": Interval(0.3, 0.4)}],
            [(Move.GROWN, 100, 120)], id="two estimates apart",
        ),
        pytest.param(
            [{"count": 100, "sampled": Interval(0.2, 0.29)}], [{}], [(Move.GROWN, 100, 120)],
            id="an estimate, then a count of 30 %, which lies outside it",
        ),
    ],
)  # fmt: skip
def test_a_finding_is_known_again_by_its_key(before: list[Any], now: list[Any], expected: list[Any]) -> None:
    earlier = an_audit(*(a_finding(KEY, **parts) for parts in before))
    later = an_audit(*(a_finding(KEY, **parts) for parts in now))
    assert moves(earlier, later) == expected


@pytest.mark.parametrize(
    "blind",
    [
        pytest.param({"not_ended": (NotEnded("contacts-without-account", "spent"),)}, id="the check did not end"),
        pytest.param({"unseen": (Unseen("Contact", "AccountId", "no such field"),)}, id="the field is hidden"),
        pytest.param({"unseen": (Unseen("Contact", "", "no such object"),)}, id="the object is hidden"),
        pytest.param({"checks": ("close-dates-past",)}, id="there was no such check yet"),
    ],
)
def test_what_an_audit_could_not_look_at_is_neither_gone_nor_new(blind: dict[str, Any]) -> None:
    assert moves(an_audit(a_finding(KEY)), an_audit(**blind)) == [(Move.UNSEEN, 120, 0)]
    assert moves(an_audit(**blind), an_audit(a_finding(KEY))) == [(Move.SEEN, 0, 120)]


def test_what_is_hidden_elsewhere_hides_no_finding() -> None:
    blind = an_audit(unseen=(Unseen("Contact", "Email", "hidden"), Unseen("Lead", "", "hidden")))
    assert moves(an_audit(a_finding(KEY)), blind) == [(Move.GONE, 120, 0)]


def test_an_item_that_changed_is_told_with_how_it_stood() -> None:
    def having(part: int) -> Any:
        return an_audit(found={"methodology": Found(measures=(Measure("methodology", part, 6, "elements"),))})

    [one] = compare(having(3), having(6)).items
    assert (one.key, one.before, one.now) == ("methodology", Status.FAILS, Status.PASSES)
    assert (one.score_before, one.score_now) == (50.0, 100.0)
    assert compare(having(3), having(3)).items == ()


def test_what_stayed_is_counted_and_the_weightiest_change_comes_first() -> None:
    before = an_audit(*(a_finding(f"c:Contact.{at}") for at in "abc"), a_finding("d:Contact.X", count=1))
    now = an_audit(*(replace(one, count=one.count * (2 if one.check == "d" else 1)) for one in before.findings[1:]),
                   a_finding("new:Contact.X"))  # fmt: skip
    found = compare(before, now)
    assert [one.move for one in found.findings] == [Move.NEW, Move.GROWN, Move.GONE]
    assert found.same == 2
    assert found.since == before.at
