"""An agent's contract, held while it works: what it may call, and which fields its proposals may touch.

`upbeat check` refuses a workflow that breaks it; this is the same rule at run time, for whatever got past.
"""

from collections.abc import Iterator

from upbeat.base import UpbeatError
from upbeat.domain import Proposal, Verb
from upbeat.steps.case import Result
from upbeat.workflows import Agent


class OutOfContractError(UpbeatError):
    """An agent did what its file does not allow. The step is stopped and its owner is told."""


_ITSELF = {Verb.MERGE: "MasterRecordId", Verb.CONVERT: "IsConverted"}
"""The field that such a write is of: what a merge writes to the records that go, and a conversion to the lead."""


def within_contract(agent: Agent, function: str, result: Result) -> Result:
    """Give the result back where the agent may have it. Raises OutOfContractError where it may not."""
    if function not in agent.may_call:
        raise OutOfContractError(
            f"{agent.agent} may not call {function}", fix=f"Add it to may_call in agents/{agent.agent}.yaml."
        )
    for proposal in result.proposals:
        if proposal.undoes:
            raise OutOfContractError(
                f"{agent.agent} says that it takes a write back", fix="Only people ask for that: `upbeat rollback`."
            )
        if proposal.verb is Verb.SEND:  # it writes no field; what it may send is held when the workflow is compiled
            continue
        for name in _written(proposal):
            if not agent.may(agent.writes, proposal.object, name):
                raise OutOfContractError(
                    f"{agent.agent} may not write {proposal.object}.{name}",
                    fix=f"Add it to writes in agents/{agent.agent}.yaml.",
                )
    return result


def _written(proposal: Proposal) -> Iterator[str]:
    """Give the fields that a proposal writes to its object; what it asks of convertLead are none."""
    if proposal.verb in _ITSELF:
        yield _ITSELF[proposal.verb]
    if proposal.verb is not Verb.CONVERT:
        yield from proposal.after
