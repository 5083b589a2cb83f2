"""The roles of a conversation's people in its deal: each once, as the talk says, and none that stands is lowered."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from upbeat.conversation import Captured, Finding, Kind, Party, Role
from upbeat.conversation.attendance import Attendance, HeldRole
from upbeat.conversation.naming import Fit, fitting_names
from upbeat.conversation.people import CONTACT, Known
from upbeat.domain import Proposal, Tier, Verb
from upbeat.steps.case import Case
from upbeat.steps.hearing import quoted, reading_of

ROLES: Final = "OpportunityContactRole"
FIELDS: Final = ("OpportunityId", "ContactId", "Role")

_COPIED: Final = frozenset({Role.CC, Role.BCC})  # who was told of a mail has no part in the deal by that
_RANKS: Final[Mapping[str, int]] = {  # how much a role weighs in a deal; all others weigh as much as each other
    **dict.fromkeys(("economic buyer", "economic decision maker", "decision maker", "executive sponsor"), 3),
    "champion": 2,
    **dict.fromkeys(("business user", "influencer", "other"), 0),
}
_SOME: Final = 1
_NO_ROLE: Final = -1


def roles_of(
    case: Case, one: Captured, there: Attendance, present: Mapping[int, tuple[Known, Party]]
) -> Iterator[Proposal]:
    """Propose the roles of those who took part, and of contacts of the account of whom one was said.

    `present` are the contacts that took part, by their places among the parties.
    """
    found = reading_of(case).of(Kind.ROLE)
    each = {known.record_id: (known, party, at) for at, (known, party) in present.items()}
    for record_id, (known, party, at) in each.items():
        if party.role in _COPIED or record_id in there.suggested:
            continue
        said = _weightiest(role for role in found if role.person == at)
        yield from _role(case, one, known, there, said)
    for role in found:
        if role.person is None and (known := _spoken_of(role, there, one.link.account)) and known.record_id not in each:
            yield from _role(case, one, known, there, role)


def _spoken_of(role: Finding, there: Attendance, account: str) -> Known | None:
    """Give the one contact of the account whose full name a role was said of."""
    fits = [
        one
        for one in there.people
        if one.kind == CONTACT and one.account == account and fitting_names(role.value, one.name).fit is Fit.SAME
    ]
    return fits[0] if len(fits) == 1 else None


def _role(case: Case, one: Captured, known: Known, there: Attendance, said: Finding | None) -> Iterator[Proposal]:
    rows = [each for each in there.roles if each.contact == known.record_id]
    if not rows:
        after = {"OpportunityId": case.item.event.record_id, "ContactId": known.record_id}
        after |= {} if said is None else {"Role": said.name}
        why = f"{known.name} {took_part(one)}" if said is None else _says(said, known)
        made = case.propose(Verb.CREATE, ROLES, "", {}, after, (why, *case.reasons))
        yield made if said is None else _proved(made, one, said)
        return
    stands = max(rows, key=lambda each: _rank(each.role))
    if said is not None and _rank(said.name) > _rank(stands.role):
        yield _raised(case, one, known, stands, said)


def _raised(case: Case, one: Captured, known: Known, row: HeldRole, said: Finding) -> Proposal:
    """Propose a weightier role in place of a blank or a lesser one; what a person chose, a person changes."""
    before, after = {"Role": row.role or None}, {"Role": said.name}
    was = f"their role was {row.role}" if row.role else "their role was blank"
    made = case.propose(Verb.UPDATE, ROLES, row.record_id, before, after, (_says(said, known), was, *case.reasons))
    raised = max(made.raise_to, Tier.REVIEW, key=lambda tier: tier.rank) if row.role else made.raise_to
    return replace(_proved(made, one, said), raise_to=raised)


def _proved(made: Proposal, one: Captured, said: Finding) -> Proposal:
    proof = (quoted(one.conversation, said, "Role"),)
    return replace(made, quotes=proof, confidence=said.confidence, from_model=said.by != "rules")


def _weightiest(some: Iterator[Finding]) -> Finding | None:
    return max(some, key=lambda one: (_rank(one.name), one.confidence), default=None)


def _rank(role: str) -> int:
    return _RANKS.get(role.casefold(), _SOME) if role else _NO_ROLE


def _says(said: Finding, known: Known) -> str:
    return (
        f"{known.name} is {said.name}, by their own words: {said.why}"
        if said.person is not None
        else (f"{known.name} is {said.name}, as was said of them: {said.why}")
    )


def took_part(one: Captured) -> str:
    """Say of somebody that they took part, and in what."""
    talk = one.conversation
    return f"took part in the {talk.medium} of {talk.began:%d %B %Y}: {talk.title}"
