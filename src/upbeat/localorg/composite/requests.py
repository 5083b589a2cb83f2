"""Requests inside a request, as clients write them down: checked before any is run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from upbeat.localorg import problems
from upbeat.localorg.problems import Problem, Refused
from upbeat.localorg.rest import FIRST_VERSION, Call

MOST: Final = 25
_METHODS: Final = ("GET", "POST", "PATCH", "PUT", "DELETE")
_VERSION: Final = re.compile(r"/services/data/v([0-9]{2})\.0(?=[/?]|$)")
_INHERITED: Final = {"accept", "authorization", "content-type"}


@dataclass(frozen=True, slots=True)
class Request:
    """One of them. `url` begins at `/services/data`; `content` is its JSON body, or None."""

    method: str
    url: str
    content: Any
    headers: Mapping[str, str]
    reference_id: str = ""

    @property
    def resource(self) -> str:
        """What it asks of its version: `/sobjects/Account/001...`, without the query."""
        return _VERSION.sub("", self.url.partition("?")[0])


def listed(call: Call, name: str) -> list[dict[str, Any]]:
    """Give the list of objects that the body has by this name. Raises Refused (400) where there is none."""
    rows = call.json().get(name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in cast("list[Any]", rows)):
        raise Refused(400, problems.no_json(f"'{name}' is not a list of objects"))
    return cast("list[dict[str, Any]]", rows)


def read(row: Mapping[str, Any], body: str) -> Request:
    """Read one; `body` names the property that holds its content. Raises Refused (400) where it is not well formed."""
    method, url, reference_id = row.get("method"), row.get("url"), row.get("referenceId")
    headers: Any = row.get("httpHeaders") or {}
    if not isinstance(method, str) or method not in _METHODS:
        raise Refused(400, problems.no_json(f"'method' is none of {', '.join(_METHODS)}: {method!r}"))
    if not isinstance(url, str):
        raise Refused(400, problems.no_json("'url' is missing"))
    if not isinstance(headers, dict) or not all(isinstance(one, str) for one in cast("Any", headers).values()):
        raise Refused(400, problems.no_json("'httpHeaders' is not an object of texts"))
    own = cast("dict[str, str]", headers)
    for name in own:
        if name.casefold() in _INHERITED:
            raise Refused(400, problems.no_json(f"a subrequest inherits the header {name} and may not name it"))
    return Request(method, url, row.get(body), own, reference_id if isinstance(reference_id, str) else "")


def above(most: int, what: str) -> Problem:
    """Word a limit that the requests are above."""
    return Problem("LIMIT_EXCEEDED", f"The request can\u2019t contain more than {most} {what}.")


def check_version(url: str, call: Call) -> None:
    """Raises Refused (400) where an address is of no version, or of a newer one than the call that brings it."""
    version = _VERSION.match(url)
    if version is None or not FIRST_VERSION <= int(version[1]) <= call.version:
        text = f"a subrequest's url begins with /services/data/vXX.X, of a version up to {call.version}.0: {url!r}"
        raise Refused(400, problems.no_json(text))
