"""SOAP 1.1 as Salesforce writes it: envelopes read, results and faults written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from upbeat.base.xmltext import INSTANCE, NoXml, document, escaped, local, parse
from upbeat.localorg.problems import Refused
from upbeat.localorg.rest import Reply

_ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_XML: Final = {"Content-Type": "text/xml;charset=UTF-8"}
_FAULTS: Final = {
    "INVALID_LOGIN": "LoginFault",
    "INVALID_QUERY_LOCATOR": "InvalidQueryLocatorFault",
    "MALFORMED_QUERY": "MalformedQueryFault",
    "INVALID_FIELD": "InvalidFieldFault",
    "INVALID_TYPE": "InvalidSObjectFault",
    "MALFORMED_ID": "InvalidIdFault",
}
"""Error code → the fault that carries it; every other one is an UnexpectedErrorFault."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One of the two WSDLs: `partner` names no object's type, `enterprise` each."""

    name: str

    @property
    def namespace(self) -> str:
        """Where operations and results live."""
        return f"urn:{self.name}.soap.sforce.com"


PARTNER: Final = Dialect("partner")
ENTERPRISE: Final = Dialect("enterprise")


class NoEnvelope(Exception):  # noqa: N818 (it says what came)
    """What came is no SOAP envelope, or holds what none may hold."""


def read(body: bytes) -> tuple[Mapping[str, Element], Element]:
    """Give the headers by name, and the operation. Raises NoEnvelope."""
    try:
        root = parse(body)
    except NoXml as error:
        raise NoEnvelope(f"The envelope is no XML: {error}") from None
    if local(root) != "Envelope" or not root.tag.startswith(_ENVELOPE):
        raise NoEnvelope(f"'{local(root)}' found where soapenv:Envelope was expected")
    headers: dict[str, Element] = {}
    operation: Element | None = None
    for part in root:
        if local(part) == "Header":
            headers = {local(one): one for one in part}
        elif local(part) == "Body":
            operation = next(iter(part), None)
    if operation is None:
        raise NoEnvelope("No operation available for request: the body is empty")
    return headers, operation


def result(dialect: Dialect, operation: str, results: Iterable[str], used: tuple[int, int]) -> Reply:
    """Word the answer to an operation; each of `results` is XML already. `used` is calls used, and allowed, a day."""
    limit = f"<current>{used[0]}</current><limit>{used[1]}</limit><type>API REQUESTS</type>"
    header = f"<soapenv:Header><LimitInfoHeader><limitInfo>{limit}</limitInfo></LimitInfoHeader></soapenv:Header>"
    inner = "".join(f"<result>{one}</result>" for one in results)
    return _envelope(
        200,
        f'xmlns="{dialect.namespace}" xmlns:sf="urn:sobject.{dialect.name}.soap.sforce.com"',
        (f"{header}<soapenv:Body><{operation}Response>{inner}</{operation}Response></soapenv:Body>"),
    )


def fault(dialect: Dialect, refused: Refused) -> Reply:
    """Word a refusal of a whole call: the status is 500, as SOAP demands."""
    code, message = refused.problems[0].code, escaped(refused.problems[0].message)
    name = _FAULTS.get(code, "UnexpectedErrorFault")
    inner = f"<sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{message}</sf:exceptionMessage>"
    detail = f'<detail><sf:{name} xsi:type="sf:{name}">{inner}</sf:{name}></detail>'
    return _faulted(f'xmlns:sf="urn:fault.{dialect.name}.soap.sforce.com"', f"sf:{code}", f"{code}: {message}", detail)


def client_fault(message: str) -> Reply:
    """Word what is no message of SOAP, or names no operation."""
    return _faulted("", "soapenv:Client", escaped(message), "")


def _faulted(names: str, code: str, message: str, detail: str) -> Reply:
    inner = f"<faultcode>{code}</faultcode><faultstring>{message}</faultstring>{detail}"
    return _envelope(500, names, f"<soapenv:Body><soapenv:Fault>{inner}</soapenv:Fault></soapenv:Body>")


def _envelope(status: int, names: str, inner: str) -> Reply:
    spaces = f'xmlns:soapenv="{_ENVELOPE}" xmlns:xsi="{INSTANCE}" {names}'.strip()
    return Reply(status, document(f"<soapenv:Envelope {spaces}>{inner}</soapenv:Envelope>"), _XML)
