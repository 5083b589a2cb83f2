"""A rep's calls are held against everybody else's, and nobody is judged by a few."""

from datetime import UTC, datetime, timedelta

import pytest

from upbeat.conversation.coaching import Call, Example, reps
from upbeat.conversation.found import Place

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
PROOF, ASKED = Place(3, 40.0, "We lost 240,000 euros."), Place(0, 2.0, "What goes wrong today?")


def calls(rep: str, established: int, of: int) -> list[Call]:
    """Give so many calls of a rep, a day apart; the first of them establish what the trouble costs."""
    return [
        Call(
            key=f"{rep}-{day}",
            began=BEGAN + timedelta(days=day),
            rep=rep,
            name=rep.title(),
            talk_ratio=None if day else 0.5,
            depth=day % 2,
            clarity=4,
            established={"metrics": PROOF} if day < established else {},
            asked=ASKED,
        )
        for day in range(of)
    ]


@pytest.mark.parametrize(
    ("mine", "others", "behind"),
    [
        pytest.param((1, 10), (8, 10), True, id="far below"),
        pytest.param((6, 10), (8, 10), False, id="just the margin"),
        pytest.param((5, 10), (8, 10), True, id="more than the margin"),
        pytest.param((0, 4), (8, 10), False, id="too few calls of theirs"),
        pytest.param((0, 10), (4, 4), False, id="too few calls of everybody else"),
        pytest.param((10, 10), (1, 10), False, id="ahead"),
    ],
)
def test_who_is_below_the_others_by_more_than_the_margin_falls_behind(
    mine: tuple[int, int], others: tuple[int, int], *, behind: bool
) -> None:
    found = {one.rep: one for one in reps([*calls("maya", *mine), *calls("sam", *others)], ["metrics"], 0.2, 5)}
    [coverage] = found["maya"].elements
    assert coverage.behind is behind
    assert found["maya"].few is (mine[1] < 5)


def test_who_falls_behind_is_shown_their_newest_calls_without_it_and_how_others_do_it() -> None:
    maya, sam = reps([*calls("maya", 1, 10), *calls("sam", 8, 10)], ["metrics"], 0.2, 5)
    [coverage] = maya.elements
    assert coverage.lacking == tuple(
        Example(f"maya-{day}", BEGAN + timedelta(days=day), 2.0, "What goes wrong today?") for day in (9, 8)
    )
    assert [(one.key, one.quote) for one in coverage.shown] == [("sam-7", PROOF.quote), ("sam-6", PROOF.quote)]
    assert (sam.elements[0].lacking, sam.elements[0].shown) == ((), ())


def test_means_leave_out_what_could_not_be_measured() -> None:
    [only] = reps(calls("maya", 1, 4), ["metrics"], 0.2, 5)
    assert (only.calls, only.talk_ratio, only.depth, only.clarity) == (4, 0.5, 0.5, 4)
    assert only.elements[0].others.of == 0
