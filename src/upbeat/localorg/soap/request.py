"""One operation as it came: who asks, what, in which of the two dialects."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from upbeat.base.xmltext import child, text
from upbeat.localorg.rest import Call
from upbeat.localorg.soap.envelope import Dialect


@dataclass(frozen=True, slots=True)
class Request:
    """`call` bears the user of the session; `operation` is the element in the body, `headers` are SOAP's."""

    call: Call
    dialect: Dialect
    operation: Element
    headers: Mapping[str, Element]

    @property
    def version(self) -> str:
        """The version of the API: `67.0`."""
        return self.call.path["number"]

    def header(self, name: str, field: str) -> str:
        """Give a field of one of SOAP's headers, empty where there is none."""
        found = self.headers.get(name)
        return text(child(found, field)) if found is not None else ""
