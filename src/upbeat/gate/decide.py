"""A proposal, the policy and the facts → what happens to it, by which rule, and who may still release it. Pure.

The first of these that speaks decides:

    block     no reasons, nothing changed, an effect without a rule, another record than was decided on, a model's
              value without its quote, a delete of what is not ours, a paused workflow
    observe   the workflow is in monitor mode
    apply     auto, or released by stored approvals of people who may
    review    everything else waits for a person
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from upbeat.base import digest
from upbeat.domain import Approval, Decision, Effect, Mode, Proposal, Tier, Verdict
from upbeat.gate.asks import Ask, asks
from upbeat.gate.effects import meaning
from upbeat.gate.facts import Facts
from upbeat.gate.refusals import refusals
from upbeat.gate.rulebook import Rulebook, rulebook
from upbeat.gate.signatures import Demand, demand, met
from upbeat.workflows import Policy

_ORDER = {effect: number for number, effect in enumerate(Effect)}


@dataclass(frozen=True, slots=True)
class _Reading:
    """One proposal, read against the policy. A refusal, by name and in words, speaks before all that is asked for."""

    proposal: Proposal
    facts: Facts
    digest: str
    effects: tuple[Effect, ...]
    asks: list[Ask]
    refusal: tuple[str, str] | None


def decide(proposal: Proposal, policy: Policy, facts: Facts) -> Decision:
    """Decide a proposal that stands alone in its step."""
    return decide_group([(proposal, facts)], policy)[0]


def decide_group(group: Sequence[tuple[Proposal, Facts]], policy: Policy) -> tuple[Decision, ...]:
    """Decide the proposals of one step: all take the highest tier, and go together or not at all.

    Gives one decision for each, in order. An approval counts for the proposal whose digest it carries, so a person
    who releases a step signs every proposal in it.
    """
    book = rulebook(policy)
    readings = [_read(proposal, book, facts) for proposal, facts in group]
    asked = [ask for one in readings for ask in one.asks]
    tier = max((one.tier for one in asked), key=lambda one: one.rank, default=Tier.AUTO)
    wanted = _demand(tier, asked, policy)
    signed = [_signed(tier, wanted, one, book) for one in readings]
    refused = next((one.refusal for one in readings if one.refusal), None)
    rule, why = refused or _reason(tier, wanted, asked)
    if refused:
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
            rule=rule,
            why=why,
            roles=wanted.every or wanted.any_of,
            one_of=wanted.one_of,
            approvals=approvals or (),
            policy=book.version,
        )
        for one, approvals in zip(readings, signed, strict=True)
    )


def _read(proposal: Proposal, book: Rulebook, facts: Facts) -> _Reading:
    found = meaning(proposal, facts)
    ordered = tuple(sorted(found.effects, key=_ORDER.__getitem__))
    return _Reading(
        proposal=proposal,
        facts=facts,
        digest=digest(proposal),
        effects=ordered,
        asks=asks(proposal, found, ordered, book, facts),
        refusal=next(refusals(proposal, ordered, found.written, book, facts), None),
    )


def _demand(tier: Tier, asked: Sequence[Ask], policy: Policy) -> Demand:
    """Put together whose signatures are needed. Where nobody says, it is whom any rule names, else a go-live's."""
    if tier is Tier.AUTO:
        return Demand()
    anybody = tuple(dict.fromkeys(role for one in asked for role in one.roles)) or policy.promotion.roles
    here = [one.roles for one in asked if one.tier is tier and one.roles] or [anybody]
    if tier is Tier.REVIEW:
        return demand((), here)
    return demand((role for roles in here for role in roles), [one.roles for one in asked])


def _reason(tier: Tier, wanted: Demand, asked: Sequence[Ask]) -> tuple[str, str]:
    """Give the name of the first rule that acts, and what every rule that acts says: by its tier, or by its list."""
    acting = [one for one in asked if one.tier is tier or one.roles in wanted.one_of]
    acting.sort(key=lambda one: -one.tier.rank)
    return acting[0].rule, " ".join(dict.fromkeys(one.why() for one in acting))


def _signed(tier: Tier, wanted: Demand, reading: _Reading, book: Rulebook) -> tuple[Approval, ...] | None:
    """Give the approvals that release a proposal, none of them for an auto one; None while one is missing."""
    if tier is Tier.AUTO:
        return ()
    return met(wanted, list(_good(tier, reading, book)), lambda person, role: book.holds(person.casefold(), role))


def _good(tier: Tier, reading: _Reading, book: Rulebook) -> Iterator[Approval]:
    """Give the approvals of exactly this proposal, by people who hold the role and are not those who ask.

    Who wrote a value of it asks for it too: their word is enough for a review, and not for an approval.
    """
    facts, asking = reading.facts, {reading.facts.author.casefold()}
    if tier is Tier.APPROVAL:
        asking.update(one.casefold() for one in reading.proposal.edited.values())
    for one in facts.approvals:
        by = one.by.casefold()
        if (
            one.proposal_digest == reading.digest
            and one.at <= facts.now
            and by not in asking
            and book.holds(by, one.role)
        ):
            yield one
