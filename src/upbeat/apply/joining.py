"""Merges and conversions: what is asked of the org, and whether it was done.

Both are found in the org without any marker: a record that was merged away says into which, a converted lead what it
became.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from upbeat.base import full_id
from upbeat.domain import Proposal, Record
from upbeat.salesforce import Reader
from upbeat.salesforce.write import LeadConvert, Merge

_PAGE = 200  # record ids in one query
_BECAME = {"accountId": "AccountId", "contactId": "ContactId", "opportunityId": "OpportunityId"}
"""What convertLead answers, and by which name a proposal asks for it; the lead has it with `Converted` before."""


@dataclass(frozen=True, slots=True)
class Done:
    """What the org says of a merge or a conversion; `why` where it is not ours for sure."""

    why: str = ""
    became: Mapping[str, str] = field(default_factory=dict[str, str])


def reached(proposal: Proposal) -> frozenset[str]:
    """Give the ids of every record that a proposal changes, or makes go."""
    return frozenset(filter(None, (proposal.record_id, *(one.record_id for one in proposal.records))))


def merge_of(proposal: Proposal) -> Merge:
    """Give a merge as the client takes it."""
    others = [one.record_id for one in proposal.records[1:]]
    return Merge(proposal.object, proposal.record_id, others, proposal.after)


def conversion_of(proposal: Proposal) -> LeadConvert:
    """Give a conversion as the client takes it."""
    after: Mapping[str, Any] = proposal.after
    return LeadConvert(
        lead_id=proposal.record_id,
        converted_status=after["ConvertedStatus"],
        account_id=after.get("AccountId") or "",
        contact_id=after.get("ContactId") or "",
        opportunity_id=after.get("OpportunityId") or "",
        opportunity_name=after.get("OpportunityName") or "",
        owner_id=after.get("OwnerId") or "",
        do_not_create_opportunity=after.get("DoNotCreateOpportunity") is True,
    )


def merged(reader: Reader, proposals: Sequence[Proposal], _: str) -> dict[str, Done | None]:
    """Say of each merge whether it was done, None where it was not. Raises SalesforceError."""
    by_object: dict[str, list[Proposal]] = {}
    for one in proposals:
        by_object.setdefault(one.object, []).append(one)
    found: dict[str, Done | None] = {}
    for name, some in by_object.items():
        ids = [other.record_id for one in some for other in one.records[1:]]
        text = f"SELECT Id, IsDeleted, MasterRecordId FROM {name} WHERE Id IN :ids ALL ROWS"  # noqa: S608  from the schema
        rows = _rows(reader, text, ids)
        found |= {one.id: _merged(one, rows) for one in some}
    return found


def _merged(proposal: Proposal, rows: Mapping[str, Record]) -> Done | None:
    others = [one.record_id for one in proposal.records[1:]]
    into = [full_id(rows[key]["MasterRecordId"]) if key in rows else "" for key in others]
    if all(one == full_id(proposal.record_id) for one in into):
        return Done()
    if all(key in rows and not rows[key]["IsDeleted"] for key in others):
        return None
    gone = [key for key in others if key not in rows or rows[key]["IsDeleted"]]
    return Done(f"its answer was lost, and {', '.join(gone)} is gone otherwise than by this merge")


def converted(reader: Reader, proposals: Sequence[Proposal], user_id: str) -> dict[str, Done | None]:
    """Say of each conversion whether this user did it, None where the lead is one still. Raises SalesforceError."""
    fields = ", ".join(f"Converted{name}" for name in _BECAME.values())
    text = f"SELECT Id, IsConverted, LastModifiedById, {fields} FROM Lead WHERE Id IN :ids"  # noqa: S608  the names above
    rows = _rows(reader, text, [one.record_id for one in proposals])
    return {one.id: _converted(one, rows.get(one.record_id), user_id) for one in proposals}


def _converted(proposal: Proposal, row: Record | None, user_id: str) -> Done | None:
    if row is None:
        return Done(f"its answer was lost, and the lead {proposal.record_id} is gone")
    if not row["IsConverted"]:
        return None
    became = {said: row[f"Converted{name}"] for said, name in _BECAME.items() if row[f"Converted{name}"]}
    asked = {said: proposal.after.get(name) for said, name in _BECAME.items() if proposal.after.get(name)}
    as_asked = all(full_id(became.get(said)) == full_id(key) for said, key in asked.items())
    if not as_asked or full_id(row["LastModifiedById"]) != full_id(user_id):
        return Done("its answer was lost, and the lead was converted otherwise than this asked: somebody else did it")
    return Done(became=became)


def _rows(reader: Reader, text: str, ids: Sequence[str]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for start in range(0, len(ids), _PAGE):
        found.update((row["Id"], row) for row in reader.query(text, {"ids": list(ids[start : start + _PAGE])}))
    return found
