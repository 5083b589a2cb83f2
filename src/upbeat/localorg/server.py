"""The org over HTTP, on a port of this machine, in a thread of this process."""

import socket
from threading import Thread
from types import TracebackType
from typing import Final, Self

import uvicorn

from upbeat.localorg import (
    absent,
    async_bulk,
    bulk,
    composite,
    limits,
    oauth,
    offered,
    relationships,
    resources,
    soap,
    tooling,
)
from upbeat.localorg.door import LONGEST, Door
from upbeat.localorg.hosts import check_port, reached
from upbeat.localorg.oauth import passwords
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import OrgError
from upbeat.localorg.querying import QueryResources
from upbeat.localorg.rest import Resource, Routes
from upbeat.localorg.tls import Identity

_DATA: Final = "/services/data/{version}"
_KEEP_ALIVE: Final = 60  # seconds, for a client that waits for a job and asks again on the same connection


def application(org: LocalOrg) -> Door:
    """Give the ASGI application of an org: every address that it serves."""
    described = tooling.Tooling(org)
    queries = QueryResources(lambda call, query: described if tooling.is_described(query) else call.org)
    versioned = {
        "": Resource(get=resources.directory),
        "/sobjects": Resource(get=resources.objects),
        "/sobjects/{name}": Resource(get=resources.overview, post=resources.create),
        "/sobjects/{name}/describe": Resource(get=resources.describe),
        "/sobjects/{name}/updated": Resource(get=resources.updated),
        "/sobjects/{name}/deleted": Resource(get=resources.deleted),
        "/sobjects/{name}/{id}": Resource(get=resources.read, patch=resources.update, delete=resources.delete),
        "/sobjects/{name}/{field}/{value:path}": relationships.RESOURCE,
        "/query": Resource(get=queries.query),
        "/query/{locator}": Resource(get=queries.more),
        "/queryAll": Resource(get=queries.query_all),
        "/limits": Resource(get=limits.limits),
        "/limits/recordCount": Resource(get=limits.record_count),
        **absent.ADDRESSES,
        **bulk.ADDRESSES,
        **composite.ADDRESSES,
        **offered.ADDRESSES,
        **passwords.ADDRESSES,
        **tooling.addresses(described),
    }
    others = {
        **oauth.addresses(),
        **async_bulk.ADDRESSES,
        **soap.ADDRESSES,
        "/services/data": Resource(is_open=True, get=resources.versions),
    }
    return Door(org, Routes({f"{_DATA}{address}": one for address, one in versioned.items()} | others))


class Server:
    """Serves an org until it is stopped; a context manager. `url` is known once it is made."""

    def __init__(
        self, org: LocalOrg, *, host: str = "127.0.0.1", port: int = 0, identity: Identity | None = None
    ) -> None:
        """Take the port; 0 picks a free one. Speaks TLS where it has an identity.

        Raises OrgError where it is taken, or there is none of that number.
        """
        check_port(port)
        # The protocol is named because asyncio turns Nagle's algorithm off only then: 40 ms a call, otherwise.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
        except OSError as error:
            self._socket.close()
            raise OrgError(f"the port is not free: {error}", where=f"{host}:{port}", fix="Give another port.") from None
        scheme = "https" if identity else "http"
        self.url = f"{scheme}://{reached(host)}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            application(org),
            log_config=None,
            log_level="critical",  # the door logs what fails, and an answer cut on demand is no failure
            h11_max_incomplete_event_size=8 * LONGEST,  # so that the door can say what is too long
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
            timeout_keep_alive=_KEEP_ALIVE,
            ssl_context_factory=(lambda _config, _default: identity.context) if identity else None,
        )
        self._server = uvicorn.Server(config)
        self._worker = bulk.Worker(org)
        self._thread = Thread(target=self._server.run, args=([self._socket],), name="localorg", daemon=True)

    def start(self) -> Self:
        """Begin to serve: the port takes calls at once."""
        self._socket.listen()
        self._thread.start()
        self._worker.start()
        return self

    def stop(self) -> None:
        """Answer what is under way, then stop."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._worker.stop()
        self._socket.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
