"""In whose name a write leaves: of those who approved it, and of nobody else."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.apply.hands import Hands
from upbeat.domain import Approval, Decision, Tier, Verdict
from upbeat.salesforce import Session, SessionDead
from upbeat.schema import Schema

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
PEOPLE = [f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield", "priya.shah", "maya.chen")]
OURS = "upbeat@acme.example"


class Lent:
    """A connection that somebody lent, alive or ended."""

    def __init__(self, *, alive: bool) -> None:
        self._alive = alive

    def token(self) -> str:
        if not self._alive:
            raise SessionDead("the consent was withdrawn")
        return "a token"


approvals = st.lists(
    st.builds(
        Approval,
        review_id=st.just("r"),
        by=st.sampled_from(PEOPLE),
        role=st.just("revops"),
        at=st.integers(0, 5).map(lambda hours: NOON + timedelta(hours=hours)),
        proposal_digest=st.just("d"),
    ),
    max_size=4,
)
lent = st.dictionaries(st.sampled_from(PEOPLE), st.booleans())


def warrant(signed: list[Approval], connections: dict[str, bool]) -> Any:
    sessions = {name: cast("Session", Lent(alive=alive)) for name, alive in connections.items()}
    hands = Hands(cast("Session", Lent(alive=True)), OURS, sessions.get, lambda: Schema({}), "Upbeat_Key__c")
    decision = Decision("p", "d", Verdict.APPLY, Tier.APPROVAL, (), "rule", "why", approvals=tuple(signed), policy="v")
    return hands.warrant(decision)


@pytest.mark.law(1)
@given(approvals, lent)
def test_a_write_is_never_in_the_name_of_somebody_who_did_not_approve_it(
    signed: list[Approval], connections: dict[str, bool]
) -> None:
    found = warrant(signed, connections)
    assert found.written_as == (found.lent_by or OURS)
    assert found.lent_by in {"", *(one.by for one in signed if connections.get(one.by))}


@given(approvals, lent)
def test_it_is_the_last_of_those_whose_connection_lives(signed: list[Approval], connections: dict[str, bool]) -> None:
    found = warrant(signed, connections)
    able = [one for one in signed if connections.get(one.by)]
    latest = max((one.at for one in able), default=None)
    assert (found.lent_by in {one.by for one in able if one.at == latest}) == bool(able)


@given(approvals, lent)
def test_why_not_another_is_said_of_each_whose_connection_has_ended(
    signed: list[Approval], connections: dict[str, bool]
) -> None:
    found = warrant(signed, connections)
    if not found.lent_by:
        ended = {one.by for one in signed if connections.get(one.by) is False}
        assert all(name in found.instead for name in ended)
        assert bool(found.instead) == bool(ended)
