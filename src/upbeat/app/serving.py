"""An application on a port of this machine, until it is stopped: the receiver of deliveries, the console."""

import socket
from threading import Event, Thread
from typing import Final, Literal, Self

import uvicorn
from starlette.types import ASGIApp

from upbeat.base import UpbeatError

_CONNECTIONS: Final = 64  # at once; beyond that callers are told to try again
_POLL: Final = 0.2  # seconds between two looks at whether to stop


class Serving:
    """Serves an application, for `with`; `url` is known once it is made."""

    def __init__(
        self,
        application: ASGIApp,
        *,
        host: str,
        port: int,
        lifespan: Literal["on", "off"] = "off",
        connections: int = _CONNECTIONS,
        ends_within: int = 10,
    ) -> None:
        """Take the port; 0 picks a free one. `ends_within` are the seconds that what is under way has at the end.

        Raises UpbeatError where the port is not free.
        """
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
        except OSError as error:
            self._socket.close()
            what = f"the port is not free: {error.strerror}"
            raise UpbeatError(what, where=f"{host}:{port}", fix="Give another one with --port.") from None
        named = f"[{host}]" if family == socket.AF_INET6 else host
        self.url = f"http://{named}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            lifespan=lifespan,
            ws="none",
            server_header=False,
            limit_concurrency=connections,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=ends_within,
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, args=([self._socket],), name="serving", daemon=True)

    def __enter__(self) -> Self:
        """Begin to serve: the port takes calls at once."""
        self._socket.listen()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Answer what is under way, then stop."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def wait(self, stop: Event) -> None:
        """Serve until `stop` is set. Raises UpbeatError where serving ended by itself."""
        while not stop.wait(_POLL):
            if not self._thread.is_alive():
                raise UpbeatError("the server ended by itself", where=self.url, fix="Start it again.")
