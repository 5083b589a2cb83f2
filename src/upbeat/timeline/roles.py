"""Who has a role on a deal: the one contact whom its contact roles name, or nobody.

Two contacts in one role are a doubt, and none is a gap: both leave the signal blank, and nobody is guessed. Which roles
there are is what Salesforce ships (Object Reference, OpportunityContactRole, Role).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from upbeat.domain import Record

ROLES: Final = (
    "Business User",
    "Decision Maker",
    "Economic Buyer",
    "Economic Decision Maker",
    "Evaluator",
    "Executive Sponsor",
    "Influencer",
    "Technical Buyer",
)

QUERY: Final = (
    "SELECT OpportunityId, Role, ContactId, Contact.Email FROM OpportunityContactRole "
    "WHERE OpportunityId IN :ids AND Role != NULL ORDER BY ContactId"
)

Holders = Mapping[str, Sequence[Record]]  # by role: the contacts who have it, each once


def holders(rows: Sequence[Record]) -> Holders:
    """Give the contacts of each role of one deal."""
    found: dict[str, dict[str, Record]] = {}
    for row in rows:
        found.setdefault(row["Role"], {})[row["ContactId"]] = row
    return {role: tuple(contacts.values()) for role, contacts in found.items()}


def contact(found: Holders, role: str) -> str | None:
    """Give the id of the one contact who has a role; None where nobody has it, or several do."""
    one = _only(found, role)
    return None if one is None else one["ContactId"]


def address(found: Holders, role: str) -> str | None:
    """Give the mail address of the one contact who has a role; None where there is no such contact or no address."""
    one = _only(found, role)
    return None if one is None else one["Contact"]["Email"]


def _only(found: Holders, role: str) -> Record | None:
    several = found.get(role, ())
    return several[0] if len(several) == 1 else None
