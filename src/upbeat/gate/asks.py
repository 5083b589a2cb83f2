"""What one proposal asks for, by the policy's rules, the floor and its own doubts: each demand with its reason."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from upbeat.domain import HOUSE, Effect, Proposal, Tier, Verb
from upbeat.gate.deal import is_late
from upbeat.gate.effects import Meaning
from upbeat.gate.facts import Facts
from upbeat.gate.floor import FLOOR, OF_A_MODEL, OF_THE_TAKEN
from upbeat.gate.rulebook import Line, Rulebook
from upbeat.schema import Schema
from upbeat.workflows import doubtful

MEANINGS = {
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
    Effect.LOG: "A record of what was said",
    Effect.CREATE: "A new record",
    Effect.FIELD: "A change of a field",
    Effect.DELETE: "A deletion",
    Effect.UNDELETE: "A return from the recycle bin",
    Effect.MERGE: "A merge, which cannot be undone,",
    Effect.CONVERT: "A conversion, which cannot be undone,",
    Effect.NOTICE: "A notice to a colleague",
    Effect.MESSAGE: "A message to somebody outside, which cannot be taken back,",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One demand: the tier, whose signatures, the name of what demands it, and why in words."""

    rule: str
    tier: Tier
    why: Callable[[], str]
    roles: tuple[str, ...] = ()


def asks(proposal: Proposal, meaning: Meaning, effects: tuple[Effect, ...], book: Rulebook, facts: Facts) -> list[Ask]:
    """Give everything that a proposal with these effects asks for, the rules first."""
    found: list[Ask] = []
    sure = 0.0
    if is_own_notice(proposal, effects):
        return [Ask(HOUSE, Tier.AUTO, _of_the_house)]
    for effect in effects:
        for line in book.lines.get(effect, ()):
            if line.scoped and not line.rule.speaks_of(meaning.written, proposal.workflow):
                continue
            found.append(_of_line(effect, line, meaning, book, facts))
            sure = max(sure, line.confidence)
    found.extend(_of_itself(proposal, effects, sure, book))
    found.extend(_of_the_taken(effects, facts))
    found.extend(_of_its_values(proposal, facts.schema))
    return found


def is_own_notice(proposal: Proposal, effects: tuple[Effect, ...]) -> bool:
    """Whether the house itself tells a colleague what waits for them, in no run of any workflow.

    No rule holds that: nobody could be asked to release the request to be asked.
    """
    return proposal.workflow == HOUSE and not proposal.item_id and effects == (Effect.NOTICE,)


def _of_the_house() -> str:
    return "The house tells a colleague what waits for them, which no rule of the policy holds back."


def _of_line(effect: Effect, line: Line, meaning: Meaning, book: Rulebook, facts: Facts) -> Ask:
    """Give what a rule asks for, and never less than the floor: a rule that names nobody is released as a go-live."""
    floor = FLOOR.get(effect, Tier.AUTO)
    if effect is Effect.STAGE and any(is_late(one, book.policy.late_from, facts.schema) for one in meaning.stages):
        floor = Tier.APPROVAL
    tier = floor if floor.rank > line.tier.rank else line.tier
    roles = () if tier is Tier.AUTO else line.roles or book.policy.promotion.roles
    doubtful = effect in meaning.doubts
    return Ask(line.name, tier, partial(_words, effect, line, tier, roles, doubtful, tier is floor), roles)


def _words(effect: Effect, line: Line, tier: Tier, roles: tuple[str, ...], doubtful: bool, always: bool) -> str:
    if tier is Tier.AUTO:
        need = "happens at once"
    else:
        joint = " and " if tier is Tier.APPROVAL else " or "
        need = f"{'always ' if always else ''}needs {tier} by {joint.join(roles)}"
    doubt = " (the org does not say, so it counts as one)" if doubtful else ""
    return f"{MEANINGS[effect]}{doubt} {need}: {line.words}."


def _of_itself(proposal: Proposal, effects: tuple[Effect, ...], sure: float, book: Rulebook) -> Iterator[Ask]:
    """Give what a proposal asks for beside the rules: by its step, its model, and how sure it is."""
    if proposal.raise_to is not Tier.AUTO:
        yield Ask("step", proposal.raise_to, partial(_raised, proposal))
    beyond = [one for one in effects if one not in OF_A_MODEL]
    if proposal.from_model and beyond:
        yield Ask("model", Tier.REVIEW, partial(_of_a_model, beyond[0]))
    of_action = book.confidence.get(proposal.use, 0.0)
    if not max(sure, of_action) <= proposal.confidence <= 1:  # so written, what is not a number is not sure either
        yield Ask("confidence", Tier.REVIEW, partial(_unsure, proposal, sure, of_action, book))


def _of_the_taken(effects: tuple[Effect, ...], facts: Facts) -> Iterator[Ask]:
    """Ask a person before a record is taken from whoever works on it, by whatever workflow and also by a rollback."""
    if facts.taken:
        for effect in effects:
            if effect in OF_THE_TAKEN:
                yield Ask("taken", OF_THE_TAKEN[effect], partial(_taken, effect, facts.taken))


def _of_its_values(proposal: Proposal, schema: Schema) -> Iterator[Ask]:
    """Ask a person about a value that its field should not hold: bad data is kept out where it would come in.

    A value from before that is put back is as it was, and what a person wrote is their word.
    """
    if proposal.undoes or proposal.verb is Verb.SEND or not schema.has(proposal.object):
        return
    one = schema.object(proposal.object)
    for name, value in proposal.after.items():
        if value is None or name in proposal.edited or not one.has(name):
            continue
        if wrong := doubtful(value, one.field(name)):
            yield Ask("value", Tier.REVIEW, partial(str, f"A person looks at it first: {wrong}"))


def _raised(proposal: Proposal) -> str:
    return f"The step {proposal.step} itself asks for {proposal.raise_to}."


def _of_a_model(effect: Effect) -> str:
    return f"{MEANINGS[effect]} never happens on a model's word alone: a person looks at it first."


def _taken(effect: Effect, by: str) -> str:
    return f"{MEANINGS[effect]} is never auto once somebody works on it: {by}."


def _unsure(proposal: Proposal, sure: float, of_action: float, book: Rulebook) -> str:
    if not 0 <= proposal.confidence <= 1:
        return "The suggestion does not say how sure it is, from 0 to 1, and such a one is never auto."
    whose = ""
    if of_action > sure:
        said = book.policy.confidence
        owner = said.owner or book.policy.promotion.owner
        why = said.why.removesuffix(".")
        whose = f" for {proposal.use}: {why} (confidence, of {owner}, applies {said.applies})"
    least = max(sure, of_action)
    return f"The suggestion is {proposal.confidence:.0%} sure, and what is not {least:.0%} sure is never auto{whose}."
