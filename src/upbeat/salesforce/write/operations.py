"""What merging and converting ask for, as values, and the operations of SOAP that say it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from upbeat.base.xmltext import xml

_DATETIME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)\+0000")  # as REST writes it


@dataclass(frozen=True, slots=True)
class Merge:
    """Records of one object that become one: `master_id` stays, with these `values`; the `others`, two at most, go."""

    object: str
    master_id: str
    others: Sequence[str]
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class LeadConvert:
    """A lead that is converted, in the words of Salesforce's convertLead; an empty id stands for a new record."""

    lead_id: str
    converted_status: str
    account_id: str = ""
    contact_id: str = ""
    opportunity_id: str = ""
    opportunity_name: str = ""
    owner_id: str = ""
    do_not_create_opportunity: bool = False


def merging(asked: Sequence[Merge]) -> str:
    """Give the operation that merges."""
    return f"<urn:merge>{''.join(map(_merge, asked))}</urn:merge>"


def converting(asked: Sequence[LeadConvert]) -> str:
    """Give the operation that converts leads."""
    return f"<urn:convertLead>{''.join(map(_convert, asked))}</urn:convertLead>"


def _merge(one: Merge) -> str:
    blank = [name for name, value in one.values.items() if value is None]
    given = {name: _worded(value) for name, value in one.values.items() if value is not None}
    row = xml({"type": one.object, "fieldsToNull": blank, "Id": one.master_id, **given}, "sf:")
    ids = xml({"recordToMergeIds": list(one.others)}, "urn:")
    return f"<urn:request><urn:masterRecord>{row}</urn:masterRecord>{ids}</urn:request>"


def _convert(one: LeadConvert) -> str:
    """Word one lead, its fields in the order of the WSDL; what is left out is Salesforce's to choose."""
    values: dict[str, Any] = {
        "accountId": one.account_id,
        "contactId": one.contact_id,
        "convertedStatus": one.converted_status,
        "doNotCreateOpportunity": one.do_not_create_opportunity,
        "leadId": one.lead_id,
        "opportunityId": one.opportunity_id,
        "opportunityName": one.opportunity_name,
        "overwriteLeadSource": False,
        "ownerId": one.owner_id,
        "sendNotificationEmail": False,
    }
    given = {name: value for name, value in values.items() if value != ""}
    return f"<urn:leadConverts>{xml(given, 'urn:')}</urn:leadConverts>"


def _worded(value: object) -> Any:
    """Give a value of REST's as SOAP writes it."""
    match value:
        case str():
            return _DATETIME.sub(r"\1Z", value) if _DATETIME.fullmatch(value) else value
        case float() | Decimal():
            return format(Decimal(str(value)), "f")
        case _:
            return value
