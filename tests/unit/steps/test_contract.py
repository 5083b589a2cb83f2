"""An agent's file is its contract while it works, whatever got past the checks."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from upbeat.steps import FUNCTIONS, Case, OutOfContractError, within_contract
from upbeat.workflows import Agent

Make = Callable[..., Case]


def agent(**what: tuple[str, ...]) -> Agent:
    allowed = {"may_call": ("update_record",), "writes": ("Opportunity.Risk_Flag__c",), **what}
    return Agent(agent="inspector", role="Looks.", model="none", **allowed)


def test_what_the_contract_allows_passes_unchanged(case: Make) -> None:
    result = FUNCTIONS["update_record"].run(case(set={"Risk_Flag__c": "Stalled"}))
    assert within_contract(agent(), "update_record", result) is result


def test_another_function_is_refused_with_the_file_to_mend(case: Make) -> None:
    result = FUNCTIONS["update_record"].run(case(set={}))
    with pytest.raises(OutOfContractError, match="inspector may not call update_record") as raised:
        within_contract(agent(may_call=()), "update_record", result)
    assert raised.value.fix == "Add it to may_call in agents/inspector.yaml."


def test_another_field_is_refused_with_the_file_to_mend(case: Make) -> None:
    result = FUNCTIONS["update_record"].run(case(set={"Amount": 1}))
    with pytest.raises(OutOfContractError, match=r"may not write Opportunity\.Amount") as raised:
        within_contract(agent(), "update_record", result)
    assert raised.value.fix == "Add it to writes in agents/inspector.yaml."


def test_all_fields_of_an_object_may_be_granted_at_once(case: Make) -> None:
    result = FUNCTIONS["update_record"].run(case(set={"Amount": 1}))
    assert within_contract(agent(writes=("opportunity.*",)), "update_record", result) is result


@pytest.mark.law(8)
def test_no_agent_takes_a_write_back_by_itself(case: Make) -> None:
    result = FUNCTIONS["update_record"].run(case(set={"Risk_Flag__c": "Stalled"}))
    undoing = replace(result, proposals=tuple(replace(one, undoes=("p0",)) for one in result.proposals))
    with pytest.raises(OutOfContractError, match="inspector says that it takes a write back"):
        within_contract(agent(), "update_record", undoing)
