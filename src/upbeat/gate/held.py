"""A question that was put to people stands under the policy of then, and a policy made stricter since speaks too."""

from collections.abc import Sequence
from dataclasses import replace

from upbeat.domain import Decision, Proposal, Verdict
from upbeat.gate.decide import decide_group
from upbeat.gate.facts import Facts
from upbeat.gate.rulebook import rulebook
from upbeat.workflows import Policy

_STERN = (Verdict.APPLY, Verdict.OBSERVE, Verdict.REVIEW, Verdict.BLOCK)


def decide_again(group: Sequence[tuple[Proposal, Facts]], policy: Policy, asked_by: Policy) -> tuple[Decision, ...]:
    """Decide what was put to people by `asked_by`: whichever of that policy and today's asks for more holds.

    Who holds a role is as today's says: a signature of somebody who has lost it counts for nothing. A decision names
    the policy that it was taken by.
    """
    now = decide_group(group, policy)
    version = rulebook(asked_by).version
    if version == rulebook(policy).version:
        return now
    with_holders = asked_by.model_copy(update={"roles": {**asked_by.roles, **policy.roles}})
    then = tuple(replace(one, policy=version) for one in decide_group(group, with_holders))
    return then if _sternness(then[0]) > _sternness(now[0]) else now


def _sternness(decision: Decision) -> tuple[int, int]:
    return _STERN.index(decision.verdict), decision.tier.rank
