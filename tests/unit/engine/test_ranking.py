"""The order of what waits: by rank, and by age for whoever has waited long enough, so that nobody waits for ever."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.engine.items import Waiting
from upbeat.engine.ranking import in_turn

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def waiting(seq: int, rank: float | None, hours: float = 0) -> Waiting:
    return Waiting(seq, "route", "v1", None, f"lead {seq}", NOW - hours * HOUR, rank)


@pytest.mark.parametrize(
    ("given", "order"),
    [
        pytest.param([waiting(1, 5), waiting(2, 9), waiting(3, 7)], [2, 3, 1], id="the higher rank first"),
        pytest.param([waiting(1, 5), waiting(2, 5)], [1, 2], id="of one rank the older first"),
        pytest.param([waiting(1, None), waiting(2, -3)], [2, 1], id="what has no rank after what has one"),
        pytest.param([waiting(1, 0, 2.1), waiting(2, 1, 2.2), waiting(3, 9)], [1, 2, 3], id="long waits by age alone"),
        pytest.param([waiting(1, 0, 2), waiting(2, 9)], [2, 1], id="at the bound itself it may still be overtaken"),
    ],
)
def test_whose_turn_it_is(given: list[Waiting], order: list[int]) -> None:
    assert [one.seq for one in in_turn(given, NOW, 2 * HOUR)] == order


@given(st.lists(st.integers(0, 100), min_size=1, max_size=40), st.integers(1, 5), st.integers(2, 12))
def test_nobody_who_has_waited_for_the_bound_is_overtaken_by_who_came_later(
    ranks: list[int], size: int, minutes: int
) -> None:
    """One item arrives a minute, and more than are taken: whoever is past the bound goes before all younger ones."""
    bound, line, at = timedelta(minutes=minutes), list[Waiting](), NOW
    for seq, rank in enumerate(ranks):
        at = NOW + timedelta(minutes=seq)
        line += [Waiting(2 * seq + n, "route", "v1", None, "", at, rank) for n in (0, 1)]
        if seq % size:
            continue
        taken = in_turn(line, at, bound)[:1]
        late = [one for one in line if at - one.event_at > bound]
        assert taken[0] == min(late) if late else taken[0].rank == max(one.rank for one in line)
        line.remove(taken[0])
