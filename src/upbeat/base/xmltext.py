"""XML as Salesforce's APIs read and write it: parsed safely, walked by local names, written from plain values."""

from collections.abc import Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat
from xml.sax.saxutils import escape

INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"

_NIL: Final = f"{INSTANCE}}}nil"
_TYPE: Final = f"{INSTANCE}}}type"
_NO_XML: Final = str.maketrans(dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF), "\ufffd"))
"""Characters that XML 1.0 cannot hold."""

Values = str | bool | int | None | Mapping[str, Any] | list[Any]


class NoXml(Exception):  # noqa: N818 (it says what came)
    """What came is no XML, or declares a document type."""


# Reading


def parse(body: bytes) -> Element:
    """Give the outermost element, each tag as `namespace}name`. Raises NoXml.

    A document type is refused where it begins, so no entity is ever declared, expanded or fetched.
    """
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
        raise NoXml(str(error)) from None


def _refuse(*_: object) -> None:
    raise NoXml("a document type declaration is not allowed")


def local(element: Element) -> str:
    """Give an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def is_nil(element: Element) -> bool:
    """Whether `xsi:nil` says that an element has no value."""
    return element.get(_NIL) in {"true", "1"}


def text(element: Element | None, name: str = "") -> str:
    """Give the text of an element, or of its child of that name; empty where there is none, or it is nil."""
    found = element if not name or element is None else child(element, name)
    if found is None or is_nil(found):
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


# Writing


def xml(values: Mapping[str, Any], prefix: str = "") -> str:
    """Write values as elements: a list as one element an item, a mapping as its children, None as nil."""
    return "".join(_element(f"{prefix}{name}", value) for name, value in values.items())


def document(inner: str) -> bytes:
    """Give a document of this element."""
    return f'<?xml version="1.0" encoding="UTF-8"?>{inner}'.encode("utf-8", "replace")


def escaped(shown: str) -> str:
    """Write a text as XML has it; what XML cannot hold becomes a replacement character."""
    return escape(shown.translate(_NO_XML))


def _element(name: str, value: Values) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if value is None:
        return f'<{name} xsi:nil="true"/>'
    if isinstance(value, Mapping):
        return f"<{name}>{xml(value)}</{name}>"
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{escaped(shown)}</{name}>"
