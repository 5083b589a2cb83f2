"""convertLead: the one way to convert leads that Salesforce offers to clients."""

from collections.abc import Iterable
from typing import Any, Final
from xml.etree.ElementTree import Element

from upbeat.base.xmltext import children, text, truth, xml
from upbeat.localorg.conversion import Converted, LeadConvert, convert
from upbeat.localorg.problems import Problem, Refused
from upbeat.localorg.soap.request import Request

_MOST: Final = 100  # leads a call (SOAP API guide, convertLead)


def convert_leads(request: Request) -> Iterable[str]:
    """`convertLead(leadConverts)`: a result for each lead, in order."""
    call, asked = request.call, children(request.operation, "leadConverts")
    if len(asked) > _MOST:
        text_ = f"record limit reached. cannot submit more than {_MOST} records into this call"
        raise Refused(500, Problem("EXCEEDED_ID_LIMIT", text_))
    results: list[str] = []
    for position, one in enumerate(asked):
        held = (
            call.row_fault(text(one, "leadId")) if call.fault and position in range(call.fault.rows or _MOST) else None
        )
        if held is not None:
            results.append(_shown(Converted(text(one, "leadId"), errors=(held,))))
        else:
            results.append(_shown(convert(call.org, _read(one), call.user_id)))
    return results


def _read(one: Element) -> LeadConvert:
    return LeadConvert(
        lead_id=text(one, "leadId"),
        converted_status=text(one, "convertedStatus"),
        account_id=text(one, "accountId"),
        contact_id=text(one, "contactId"),
        opportunity_id=text(one, "opportunityId"),
        opportunity_name=text(one, "opportunityName"),
        owner_id=text(one, "ownerId"),
        do_not_create_opportunity=truth(one, "doNotCreateOpportunity"),
        overwrite_lead_source=truth(one, "overwriteLeadSource"),
    )


def _shown(converted: Converted) -> str:
    values: dict[str, Any] = {
        "accountId": converted.account_id or None,
        "contactId": converted.contact_id or None,
        "errors": [
            {"fields": list(one.fields), "message": one.message, "statusCode": one.code} for one in converted.errors
        ],
        "leadId": converted.lead_id,
        "opportunityId": converted.opportunity_id or None,
        "relatedPersonAccountId": None,
        "success": not converted.errors,
    }
    return xml(values)
