"""Texts for other readers than people: links and pictures in HTML, and texts made safe for a page, a script, a URL."""

import html
import re
from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote_plus

from upbeat.formula.fit import Unfit
from upbeat.formula.functions.row import Function
from upbeat.formula.tree import Literal, Typed
from upbeat.formula.values import plain

_PICTURE = re.compile(r'<img src="[^"<>]*" alt="[^"<>]*"( style="[^"<>]*")? border="0"/>')
_IN_HTML = str.maketrans({
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;",
    "\u00a9": "&copy;", "\u2028": "<br>", "\u2029": "<p>",
})  # fmt: skip
_TARGETS = ("_blank", "_parent", "_self", "_top")
_IN_SCRIPT = {
    "\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\u2028": "\\n", "\u2029": "\\u2029", "\0": "",
    "<": "\\u003C", ">": "\\u003E", "/*": "\\/\\*", "*/": "\\*\\/", "*": "\\*", "!--": "\\!--",
    "</": "\\u003C\\/",
}  # fmt: skip
"""What Salesforce's documentation shows in a script, and for what it does not show, its open formula engine."""
_UNSAFE_IN_SCRIPT = re.compile("|".join(re.escape(part) for part in sorted(_IN_SCRIPT, key=len, reverse=True)))


def _link(url: str, name: str, target: str = "_blank") -> str:
    shown = name if _PICTURE.fullmatch(name) else html.escape(name)
    return f'<a href="{html.escape(url)}" target="{html.escape(target)}">{shown}</a>'


def _in_a_window(args: Sequence[Typed]) -> None:
    target = args[2] if len(args) > 2 else None
    if isinstance(target, Literal) and target.value not in _TARGETS:
        raise Unfit(f"{target.value!r} is no window of a link", target.at, f"Write one of {', '.join(_TARGETS)}.")


def _picture(url: str, text: str, height: Decimal | None = None, width: Decimal | None = None) -> str:
    sizes = [f"{name}:{plain(size)}px;" for name, size in (("height", height), ("width", width)) if size is not None]
    style = f' style="{" ".join(sizes)}"' if sizes else ""
    return f'<img src="{html.escape(url)}" alt="{html.escape(text)}"{style} border="0"/>'


def _in_html(text: str) -> str:
    return text.translate(_IN_HTML)


def _in_script(text: str) -> str:
    return _UNSAFE_IN_SCRIPT.sub(lambda part: _IN_SCRIPT[part[0]], text)


def _in_script_in_html(text: str) -> str:
    return _in_script(_in_html(text))


def _in_url(text: str) -> str:
    return quote_plus(text, safe="*").replace("~", "%7E")


MARKUP = (
    Function("HYPERLINK", "text, text, text? -> text", "A link in HTML: the address, what is shown, the window",
             _link, demands=_in_a_window),
    Function("IMAGE", "text, text, number?, number? -> text", "A picture in HTML: address, words, height, width",
             _picture, strict=False),
    Function("HTMLENCODE", "text -> text", "The text as HTML shows it", _in_html),
    Function("JSENCODE", "text -> text", "The text as it stands in a script", _in_script),
    Function("JSINHTMLENCODE", "text -> text", "The text as it stands in a script in HTML", _in_script_in_html),
    Function("URLENCODE", "text -> text", "The text as it stands in a URL", _in_url),
)  # fmt: skip
