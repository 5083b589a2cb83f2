"""What a person who lets a workflow go live is told of the layers below it."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from upbeat.foundation import Flows, readiness
from upbeat.operations.promoting.layers import Layers, in_the_way, worth_knowing
from upbeat.workflows import PLAYBOOKS, FieldMap, ToolRegister, Workflow, load

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


@pytest.mark.parametrize("held_back", [True, False])
def test_before_the_first_audit_that_alone_is_said_and_nothing_of_what_it_would_have_found(
    shipped: Mapping[str, Workflow], *, held_back: bool
) -> None:
    flow = shipped["single-threaded-larger-deals"]  # it says why it goes live despite its contact roles
    below = readiness(flow, Flows((flow,), frozenset(), FieldMap(), ToolRegister()), {}, ())
    layers = Layers("", None, below, held_back=held_back, why="There is nothing to hold.")
    told = (*in_the_way(layers, load(PLAYBOOKS).policy, NOW), *worth_knowing(layers))
    assert [(one.rule, "was never audited" in one.what) for one in told] == [("audit", True)]
