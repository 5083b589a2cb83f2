"""A proposal, the policy and the facts → what happens to it, by which rule, and who may still release it. Pure.

The first of these that speaks decides:

    block     no reasons, nothing changed, an effect without a rule, a delete of what is not ours, a paused workflow
    observe   the workflow is in monitor mode
    apply     auto, or released by stored approvals of people who may
    review    everything else waits for a person
"""

from collections.abc import Sequence
from dataclasses import dataclass

from upbeat.base import digest
from upbeat.domain import Approval, Decision, Effect, Mode, Proposal, Tier, Verb, Verdict
from upbeat.gate.effects import effects, is_doubtful, is_late
from upbeat.gate.facts import Facts
from upbeat.workflows import Policy

FLOOR = {  # what no policy goes below (laws 6 and 8); an effect that is not named here may be auto
    Effect.COMMIT: Tier.APPROVAL,
    Effect.CLOSED_WON: Tier.APPROVAL,
    Effect.ACCOUNT_OWNER: Tier.APPROVAL,
    Effect.PRICE: Tier.APPROVAL,
    Effect.MERGE: Tier.APPROVAL,
    Effect.CONVERT: Tier.APPROVAL,
    Effect.MESSAGE: Tier.REVIEW,
    Effect.STAGE: Tier.REVIEW,  # approval where a late stage begins: `Policy.late_from`
}

_MEANINGS = {
    Effect.COMMIT: "A change into, out of or within Commit",
    Effect.CLOSED_WON: "A change to a won deal",
    Effect.ACCOUNT_OWNER: "A new owner of an account",
    Effect.PRICE: "A change of price",
    Effect.OPPORTUNITY_OWNER: "A new owner of an opportunity",
    Effect.STAGE: "A change of stage",
    Effect.FORECAST: "A change of forecast category",
    Effect.LEAD_OWNER: "A new owner of a lead",
    Effect.OWNER: "A new owner",
    Effect.CREATE_TASK: "A new task",
    Effect.CREATE: "A new record",
    Effect.FIELD: "A change of a field",
    Effect.DELETE: "A deletion",
    Effect.UNDELETE: "A return from the recycle bin",
    Effect.MERGE: "A merge",
    Effect.CONVERT: "A conversion",
    Effect.NOTICE: "A notice to a colleague",
    Effect.MESSAGE: "A message to somebody outside, which cannot be taken back,",
}


@dataclass(frozen=True, slots=True)
class _Ask:
    """What one effect of a proposal asks for, or something else about it: the rule that says so, and in words."""

    rule: str
    why: str
    tier: Tier
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """One proposal, read against the policy. A refusal speaks before everything that is asked for."""

    proposal: Proposal
    facts: Facts
    digest: str
    effects: tuple[Effect, ...]
    asks: tuple[_Ask, ...]
    refusal: _Ask | None


def decide(proposal: Proposal, policy: Policy, facts: Facts) -> Decision:
    """Decide a proposal that stands alone in its step."""
    return decide_group([(proposal, facts)], policy)[0]


def decide_group(group: Sequence[tuple[Proposal, Facts]], policy: Policy) -> tuple[Decision, ...]:
    """Decide the proposals of one step, at least one: all take the highest tier, and go together or not at all.

    Gives one decision for each, in order. An approval counts for the proposal whose digest it carries, so a person
    who releases a step signs every proposal in it.
    """
    readings = [_read(proposal, policy, facts) for proposal, facts in group]
    asks = [ask for one in readings for ask in one.asks]
    tier = max((one.tier for one in asks), key=lambda one: one.rank, default=Tier.AUTO)
    roles = _roles(tier, asks, policy)
    signed = [_signed(tier, roles, one, policy) for one in readings]
    refusal = next((one.refusal for one in readings if one.refusal), None)
    speaks = refusal or next(one for one in asks if one.tier is tier)
    if refusal:
        verdict = Verdict.BLOCK
    elif any(one.facts.mode is Mode.MONITOR for one in readings):
        verdict = Verdict.OBSERVE
    else:
        verdict = Verdict.REVIEW if None in signed else Verdict.APPLY
    return tuple(
        Decision(
            proposal_id=one.proposal.id,
            proposal_digest=one.digest,
            verdict=verdict,
            tier=tier,
            effects=one.effects,
            rule=speaks.rule,
            why=speaks.why,
            roles=roles,
            approvals=approvals or (),
        )
        for one, approvals in zip(readings, signed, strict=True)
    )


def _read(proposal: Proposal, policy: Policy, facts: Facts) -> _Reading:
    found = effects(proposal, facts)
    ordered = tuple(one for one in Effect if one in found)
    asks = [_ask(effect, proposal, policy, facts) for effect in ordered]
    if proposal.raise_to is not Tier.AUTO:
        asks.append(_Ask("step", f"The step {proposal.step} itself asks for {proposal.raise_to}.", proposal.raise_to))
    floor = float(max((rule.confidence for rule in policy.rules if rule.effect in found), default=1))
    if not proposal.confidence >= floor:  # so written, what is not a number is not sure either
        why = f"The suggestion is {proposal.confidence:.0%} sure, and what is not {floor:.0%} sure is never auto."
        asks.append(_Ask("confidence", why, Tier.REVIEW))
    return _Reading(proposal, facts, digest(proposal), ordered, tuple(asks), _refusal(proposal, ordered, policy, facts))


def _ask(effect: Effect, proposal: Proposal, policy: Policy, facts: Facts) -> _Ask:
    """Give what an effect asks for: by its rule, and never less than the floor."""
    floor = FLOOR.get(effect, Tier.AUTO)
    if effect is Effect.STAGE and is_late(proposal, policy.late_from, facts):
        floor = Tier.APPROVAL
    rule = policy.rule(effect)
    if rule is None:
        return _Ask(str(effect), _unruled(effect), Tier.APPROVAL)
    tier = max(rule.tier, floor, key=lambda one: one.rank)
    if tier is Tier.AUTO:
        need = "happens at once"
    else:
        joint = " and " if tier is Tier.APPROVAL else " or "
        need = f"{'always ' if tier is floor else ''}needs {tier}{' by ' if rule.roles else ''}{joint.join(rule.roles)}"
    doubt = " (the org does not say, so it counts as one)" if is_doubtful(effect, proposal, facts) else ""
    why = f"{_MEANINGS[effect]}{doubt} {need}: {rule.why.rstrip('.')} (rule of {rule.owner}, applies {rule.applies})."
    return _Ask(str(effect), why, tier, rule.roles)


def _refusal(proposal: Proposal, found: Sequence[Effect], policy: Policy, facts: Facts) -> _Ask | None:
    """Give why a proposal is not even put before a person, or None."""
    unruled = [one for one in found if policy.rule(one) is None]
    if not any(reason.strip() for reason in proposal.reasons):
        rule, why = "reasons", "It gives no reason, and nothing is written without one."
    elif not found:
        rule, why = "nothing to do", "It changes nothing."
    elif unruled:
        rule, why = str(unruled[0]), _unruled(unruled[0])
    elif proposal.verb is Verb.DELETE and not proposal.undoes:
        rule, why = "delete", "Only what Upbeat created is ever deleted, by taking that very write back."
    elif facts.mode is Mode.PAUSED:
        rule, why = "paused", f"The workflow {proposal.workflow} is paused."
    else:
        return None
    return _Ask(rule, why, Tier.APPROVAL)


def _unruled(effect: Effect) -> str:
    return f"{_MEANINGS[effect]} is in no rule of the policy, and what no rule names is refused."


def _roles(tier: Tier, asks: Sequence[_Ask], policy: Policy) -> tuple[str, ...]:
    """Give who releases: whom the rules of this tier name, else any rule; else those who may take a workflow live."""
    if tier is Tier.AUTO:
        return ()
    here = [role for one in asks if one.tier is tier for role in one.roles]
    anywhere = [role for one in asks for role in one.roles]
    return tuple(dict.fromkeys(here or anywhere or policy.promotion.roles))


def _signed(tier: Tier, roles: Sequence[str], reading: _Reading, policy: Policy) -> tuple[Approval, ...] | None:
    """Give the approvals that release a proposal, none of them for an auto one; None while one is missing."""
    if tier is Tier.AUTO:
        return ()
    valid = [one for one in reading.facts.approvals if _holds(one, reading, policy)]
    valid.sort(key=lambda one: (one.at, one.by, one.role, one.review_id))
    if tier is Tier.REVIEW:
        return next(((one,) for one in valid if one.role in roles), None)
    return _each_by_another(roles, valid)


def _holds(approval: Approval, reading: _Reading, policy: Policy) -> bool:
    """Whether an approval is of exactly this proposal, by someone who holds the role and is not the one who asks."""
    by, facts = approval.by.casefold(), reading.facts
    return (
        approval.proposal_digest == reading.digest
        and approval.at <= facts.now
        and by != facts.author.casefold()
        and policy.holds(approval.by, approval.role)
    )


def _each_by_another(roles: Sequence[str], approvals: Sequence[Approval]) -> tuple[Approval, ...] | None:
    """Give one approval for each role, no two by the same person, or None where there is no such choice."""
    if not roles:
        return ()
    for one in approvals:
        if one.role == roles[0]:
            others = [other for other in approvals if other.by.casefold() != one.by.casefold()]
            rest = _each_by_another(roles[1:], others)
            if rest is not None:
                return (one, *rest)
    return None
