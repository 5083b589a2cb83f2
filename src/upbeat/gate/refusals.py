"""What is not even put before a person, whoever might release it."""

from collections.abc import Iterator

from upbeat.domain import Effect, Mode, Proposal, Verb
from upbeat.gate.asks import MEANINGS, is_own_notice
from upbeat.gate.facts import Facts
from upbeat.gate.rulebook import Rulebook
from upbeat.workflows import Written

MERGED = (2, 3)  # records that Salesforce merges in one request: one that stays, and one or two that go
_JOINS = ("AccountId", "ContactId", "OpportunityId")  # of convertLead: what a lead is joined to
_NAMES_A_RECORD = {"id", "attributes"}  # what would lead a write to another record, or another object


def refusals(
    proposal: Proposal, effects: tuple[Effect, ...], written: Written, book: Rulebook, facts: Facts
) -> Iterator[tuple[str, str]]:
    """Give the name of each thing that refuses a proposal, and why."""
    if not any(reason.strip() for reason in proposal.reasons):
        yield "reasons", "It gives no reason, and nothing is written without one."
    if not effects:
        yield "nothing to do", "It changes nothing."
    for effect in effects:
        lines = book.lines.get(effect)
        if (not lines or lines[0].scoped) and not is_own_notice(proposal, effects):
            yield str(effect), f"{MEANINGS[effect]} is in no rule of the policy, and what no rule names is refused."
    if (
        any(name in _NAMES_A_RECORD for _, name in written)
        or not _is_of_its_object(proposal, facts)
        or not _shows_all_it_reaches(proposal)
    ):
        yield "record", "It names another record than the one that was decided on, and nothing is written past that."
    bare = _without_quote(proposal)
    if bare:
        yield "quotes", f"It does not quote what {', '.join(bare)} rests on: no value of a model stands without."
    if proposal.verb is Verb.DELETE and not proposal.undoes:
        yield "delete", "Only what Upbeat created is ever deleted, by taking that very write back."
    if facts.mode is Mode.PAUSED:
        yield "paused", f"The workflow {proposal.workflow} is paused."


def _without_quote(proposal: Proposal) -> list[str]:
    """Give the fields whose value a model took from no words: what a person wrote needs none, nor does a message."""
    if not proposal.from_model or proposal.verb is Verb.SEND:
        return []
    proved = {one.field.casefold() for one in proposal.quotes if one.text.strip() and one.source.strip()}
    proved.update(name.casefold() for name in proposal.edited)
    return sorted(name for name in proposal.after if name.casefold() not in proved)


def _shows_all_it_reaches(proposal: Proposal) -> bool:
    """Whether what a merge or a conversion reaches stands in it as it was found: nothing goes that was not shown."""
    ids = [one.record_id for one in proposal.records]
    match proposal.verb:
        case Verb.MERGE:
            alike = all(one.object == proposal.object for one in proposal.records)
            return alike and ids[:1] == [proposal.record_id] and len(set(ids)) == len(ids) in MERGED
        case Verb.CONVERT:
            named = {str(proposal.after[name]) for name in _JOINS if proposal.after.get(name)}
            return ids[:1] == [proposal.record_id] and named == set(ids[1:])
        case _:
            return not ids


def _is_of_its_object(proposal: Proposal, facts: Facts) -> bool:
    """Whether the record is one of the object that the proposal names, as far as its id tells."""
    named = [] if proposal.verb is Verb.CREATE else [(proposal.object, proposal.record_id)]
    named += [(one.object, one.record_id) for one in proposal.records]
    schema = facts.schema
    return all(key.startswith(schema.object(name).key_prefix) for name, key in named if schema.has(name))
