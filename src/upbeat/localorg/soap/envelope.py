"""SOAP 1.1 as Salesforce writes it: envelopes read safely, results and faults written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat
from xml.sax.saxutils import escape

from upbeat.localorg.problems import Refused
from upbeat.localorg.rest import Reply

_ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NIL: Final = f"{_INSTANCE}}}nil"
_TYPE: Final = f"{_INSTANCE}}}type"
_XML: Final = {"Content-Type": "text/xml;charset=UTF-8"}
_NO_XML: Final = str.maketrans(dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF), "\ufffd"))
"""Characters that XML 1.0 cannot hold."""
_FAULTS: Final = {
    "INVALID_LOGIN": "LoginFault",
    "INVALID_QUERY_LOCATOR": "InvalidQueryLocatorFault",
    "MALFORMED_QUERY": "MalformedQueryFault",
    "INVALID_FIELD": "InvalidFieldFault",
    "INVALID_TYPE": "InvalidSObjectFault",
    "MALFORMED_ID": "InvalidIdFault",
}
"""Error code → the fault that carries it; every other one is an UnexpectedErrorFault."""

Values = str | bool | int | None | Mapping[str, Any] | list[Any]


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
    """Give the headers by name, and the operation. Raises NoEnvelope.

    A document type is refused where it begins, so no entity is ever declared, expanded or fetched.
    """
    root = _parsed(body)
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


def _parsed(body: bytes) -> Element:
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(body, True)
        return builder.close()
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise NoEnvelope(f"The envelope is no XML: {error}") from None


def _refuse(*_: object) -> None:
    raise NoEnvelope("A document type declaration is not allowed in a SOAP message")


def local(element: Element) -> str:
    """Give an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def text(element: Element | None, name: str = "") -> str:
    """Give the text of an element, or of its child of that name; empty where there is none, or it is nil."""
    found = element if not name or element is None else child(element, name)
    if found is None or found.get(_NIL) in {"true", "1"}:
        return ""
    return (found.text or "").strip()


def truth(element: Element, name: str) -> bool:
    """Give the boolean of a child, false where there is none."""
    return text(element, name) in {"true", "1"}


def child(element: Element, name: str) -> Element | None:
    """Give the first child of that name."""
    return next((one for one in element if local(one) == name), None)


def children(element: Element, name: str) -> list[Element]:
    """Give all children of that name."""
    return [one for one in element if local(one) == name]


def kind(element: Element) -> str:
    """Give the type that `xsi:type` names, without its prefix."""
    return element.get(_TYPE, "").rpartition(":")[2]


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
    code, message = refused.problems[0].code, _escaped(refused.problems[0].message)
    name = _FAULTS.get(code, "UnexpectedErrorFault")
    inner = f"<sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{message}</sf:exceptionMessage>"
    detail = f'<detail><sf:{name} xsi:type="sf:{name}">{inner}</sf:{name}></detail>'
    return _faulted(f'xmlns:sf="urn:fault.{dialect.name}.soap.sforce.com"', f"sf:{code}", f"{code}: {message}", detail)


def client_fault(message: str) -> Reply:
    """Word what is no message of SOAP, or names no operation."""
    return _faulted("", "soapenv:Client", _escaped(message), "")


def _faulted(names: str, code: str, message: str, detail: str) -> Reply:
    inner = f"<faultcode>{code}</faultcode><faultstring>{message}</faultstring>{detail}"
    return _envelope(500, names, f"<soapenv:Body><soapenv:Fault>{inner}</soapenv:Fault></soapenv:Body>")


def _envelope(status: int, names: str, inner: str) -> Reply:
    spaces = f'xmlns:soapenv="{_ENVELOPE}" xmlns:xsi="{_INSTANCE}" {names}'.strip()
    document = f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope {spaces}>{inner}</soapenv:Envelope>'
    return Reply(status, document.encode("utf-8", "replace"), _XML)


def xml(values: Mapping[str, Any], prefix: str = "") -> str:
    """Write values as elements: a list as one element an item, a mapping as its children, None as nil."""
    return "".join(_element(f"{prefix}{name}", value) for name, value in values.items())


def _element(name: str, value: Values) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if value is None:
        return f'<{name} xsi:nil="true"/>'
    if isinstance(value, Mapping):
        return f"<{name}>{xml(value)}</{name}>"
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{_escaped(shown)}</{name}>"


def _escaped(shown: str) -> str:
    return escape(shown.translate(_NO_XML))
