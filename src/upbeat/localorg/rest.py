"""What a REST resource is: the call that it reads, the reply that it gives, and the addresses where resources stand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import unquote

import msgspec

from upbeat.base import decode
from upbeat.localorg import problems
from upbeat.localorg.faults import Fault, FaultKind
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import NotSaved, Problem, Refused

FIRST_VERSION: Final = 40
LAST_VERSION: Final = 67
_APIS: Final = {"services/Soap/": "soap", "services/async/": "bulkapi"}  # where they stand → as origins name them
MOST_BYTES: Final = 50 * 1024 * 1024  # of a body, where a resource says nothing else


@dataclass(frozen=True, slots=True)
class Call:
    """A request as a resource reads it.

    `address` is as the client sent it, still encoded, with the query; `path` holds the parts of it that the route
    names, and `routes` is where it was looked up: a resource may send calls of its own there.
    """

    org: LocalOrg
    routes: "Routes"
    method: str
    address: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    host: str
    user_id: str = ""
    fault: Fault | None = None

    @property
    def base_url(self) -> str:
        """Where the version's resources live: `/services/data/v67.0`."""
        return f"/services/data/{self.path['version']}"

    @property
    def version(self) -> int:
        """The version of the API that is called: 67."""
        return int(self.path["version"][1:3])

    @property
    def origin(self) -> str:
        """What change events will name as the origin: this door, and the client where it says its name."""
        number = self.path.get("number") or self.path.get("version", "")[1:]  # the others' versions have no letter
        api = next((api for root, api in _APIS.items() if self.address.lstrip("/").startswith(root)), "rest")
        door = f"com/salesforce/api/{api}/{number}"
        options = (one.partition("=") for one in self.headers.get("sforce-call-options", "").split(","))
        client = next((value.strip() for name, _, value in options if name.strip().casefold() == "client"), "")
        return f"{door};client={client}" if client else door

    def row_fault(self, *ids: str) -> Problem | None:
        """Give what is to go wrong with the rows of these ids."""
        if self.fault is None:
            return None
        return problems.locked(ids) if self.fault.kind == FaultKind.LOCK else problems.trigger_refused()

    def json(self) -> dict[str, Any]:
        """Read the body as a JSON object. Raises Refused (400) where it is none."""
        try:
            content = decode(self.body)
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            raise Refused(400, problems.no_json(str(error))) from None
        if not isinstance(content, dict):
            raise Refused(400, problems.no_json("the body is not a JSON object"))
        return cast("dict[str, Any]", content)

    def parameter(self, name: str) -> str:
        """Give a parameter of the address. Raises Refused (400) where there is none."""
        if name not in self.query:
            raise Refused(400, problems.no_parameter(name))
        return self.query[name]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a resource answers: `content` is JSON, or bytes that `headers` name a Content-Type for, or None for no body.

    Bytes without a Content-Type are JSON already.
    """

    status: int
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Handler = Callable[[Call], Reply]


def refusal(refused: Refused) -> Reply:
    """Word a refusal as REST does: a list of errors."""
    of_save = isinstance(refused, NotSaved)
    return Reply(refused.status, [problem.body(of_save=of_save) for problem in refused.problems], refused.headers)


class Resource:
    """What stands at one address: a handler a method. `open` resources need no session and count no call."""

    def __init__(
        self,
        *,
        is_open: bool = False,
        counts: bool = True,
        takes: tuple[str, ...] = ("application/json",),
        most: int = MOST_BYTES,
        refusal: Callable[[Call, Refused], Reply] = lambda _, refused: refusal(refused),
        **handlers: Handler,
    ) -> None:
        """Answer with these handlers, named by method in lower case.

        `counts` where a call is one of the day's. `takes` names the media types that bodies may have, any where it is
        empty; `most` is the largest body in bytes, and `refusal` words what is refused of a call.
        """
        self.is_open = is_open
        self.counts = counts and not is_open
        self.takes = () if is_open else takes
        self.most = most
        self.refusal = refusal
        self._handlers = {method.upper(): handler for method, handler in handlers.items()}

    @property
    def methods(self) -> list[str]:
        """The methods that it takes, as an Allow header lists them."""
        return sorted({*self._handlers, *(["HEAD"] if "GET" in self._handlers else [])})

    def handler(self, method: str) -> Handler:
        """Give what answers a method. Raises Refused (405) where nothing does."""
        found = self._handlers.get("GET" if method == "HEAD" else method)
        if found is None:
            raise Refused(405, problems.no_method(method, self.methods), headers={"Allow": ",".join(self.methods)})
        return found


@dataclass(slots=True)
class _Node:
    """One step of an address: what may follow it, by its own word or whatever it is, and what stands there."""

    words: dict[str, "_Node"] = field(default_factory=dict[str, "_Node"])
    one: "_Node | None" = None  # whatever the next part is
    rest: "_Node | None" = None  # whatever all parts are that follow
    resource: Resource | None = None
    names: tuple[str, ...] = ()


class Routes:
    """The addresses of an org's resources, as `/sobjects/{name}/describe` says; a part's own word goes before a name.

    An address is cut at its slashes before anything of it is decoded, so that no `%2F` ever changes where it leads.
    A part named `{value:path}` takes the rest of the address.
    """

    def __init__(self, table: Mapping[str, Resource]) -> None:
        """Take the resources by address."""
        self._root = _Node()
        for address, resource in table.items():
            here = self._root
            for part in _parts(address):
                here = _step(here, part)
            here.resource = resource
            here.names = tuple(part[1:-1].removesuffix(":path") for part in _parts(address) if part.startswith("{"))

    def find(self, path: str) -> tuple[Resource, dict[str, str]]:
        """Give the resource at an encoded path, and the parts that it names. Raises Refused (404) where none is."""
        found = _walk(self._root, [unquote(part) for part in _parts(path)], ())
        if found is None or found[0].resource is None:
            raise Refused(404, problems.NOT_FOUND)
        node, values = found
        return found[0].resource, dict(zip(node.names, values, strict=True))


def _parts(path: str) -> list[str]:
    """Cut an address at its slashes; those around it count for nothing, as in Salesforce: `sf` begins with two."""
    inner = path.strip("/")
    return inner.split("/") if inner else []


def _step(here: _Node, part: str) -> _Node:
    if not part.startswith("{"):
        return here.words.setdefault(part, _Node())
    if part.endswith(":path}"):
        here.rest = here.rest or _Node()
        return here.rest
    here.one = here.one or _Node()
    return here.one


def _walk(here: _Node, parts: Sequence[str], taken: tuple[str, ...]) -> tuple[_Node, tuple[str, ...]] | None:
    if not parts:
        return (here, taken) if here.resource else None
    first, rest = parts[0], parts[1:]
    found = _walk(here.words[first], rest, taken) if first in here.words else None
    if found is None and here.one is not None and first:
        found = _walk(here.one, rest, (*taken, first))
    if found is None and here.rest is not None:
        found = (here.rest, (*taken, "/".join(parts)))
    return found
