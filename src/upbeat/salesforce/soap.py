"""SOAP as the session sends it: the two things that Salesforce offers in no other way, merging and converting.

A session's token stands in the envelope, and a refusal is a fault whose status is 500 whatever it says: here it is
given the status that REST has for the same code, so that one set of rules tells what to do about it.
"""

from collections.abc import Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element

from upbeat.base.xmltext import NoXml, children, document, escaped, local, parse, text, truth
from upbeat.salesforce.errors import Fault
from upbeat.salesforce.login import API_VERSION

PATH: Final = f"/services/Soap/u/{API_VERSION}"
HEADERS: Final = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""', "Accept": "text/xml"}

_ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
_STATUS: Final[Mapping[str, int]] = {
    "INVALID_SESSION_ID": 401,
    "REQUEST_LIMIT_EXCEEDED": 403,
    "SERVER_UNAVAILABLE": 503,
    "UNKNOWN_EXCEPTION": 500,
}
_REFUSED: Final = 400  # what every other code says is wrong with the call, and nothing was done


def envelope(operation: str, secret: str, client: str) -> bytes:
    """Give an operation of the partner API in its envelope, in the session of this token, said to be this client's."""
    session = f"<urn:SessionHeader><urn:sessionId>{escaped(secret)}</urn:sessionId></urn:SessionHeader>"
    options = f"<urn:CallOptions><urn:client>{escaped(client)}</urn:client></urn:CallOptions>"
    return document(
        f'<env:Envelope xmlns:env="{_ENVELOPE}" xmlns:xsi="{_INSTANCE}" xmlns:urn="urn:partner.soap.sforce.com" '
        f'xmlns:sf="urn:sobject.partner.soap.sforce.com"><env:Header>{session}{options}</env:Header>'
        f"<env:Body>{operation}</env:Body></env:Envelope>"
    )


def results(body: bytes) -> list[dict[str, Any]]:
    """Give each result of an answer as a collection's row has it, and beside that its other ids by name.

    Raises NoXml where it is no answer of SOAP.
    """
    [answer] = _body(body)
    return [_result(one) for one in children(answer, "result")]


def refusal(body: bytes, status: int) -> tuple[int, tuple[Fault, ...]]:
    """Give a refusal as REST would have given it; `status` as it came where something else than the org answered."""
    try:
        [fault] = _body(body)
    except NoXml:
        return status, ()
    code, words = text(fault, "faultcode").rpartition(":")[2], text(fault, "faultstring")
    return _STATUS.get(code, _REFUSED), (Fault(code, words.removeprefix(f"{code}: ")),)


def _body(body: bytes) -> list[Element]:
    root = parse(body)
    found = [one for part in root if local(part) == "Body" for one in part]
    if local(root) != "Envelope" or len(found) != 1:
        raise NoXml("it is no envelope of SOAP")
    return found


def _result(one: Element) -> dict[str, Any]:
    errors = [
        {
            "statusCode": text(error, "statusCode"),
            "message": text(error, "message"),
            "fields": [text(name) for name in children(error, "fields")],
        }
        for error in children(one, "errors")
    ]
    ids = {local(part): text(part) for part in one if local(part).endswith("Id") and text(part)}
    return {
        "success": truth(one, "success"),
        "id": text(one, "id") or ids.pop("leadId", ""),
        "errors": errors,
        "ids": ids,
    }
