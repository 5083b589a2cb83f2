"""The org's stream over gRPC, on a port of this machine, in threads of this process."""

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

import grpc

from upbeat.localorg.hosts import check_port, reached
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import OrgError
from upbeat.localorg.stream.service import PubSub
from upbeat.localorg.stream.subscription import Rhythm
from upbeat.localorg.tls import Identity

_GRACE: Final = 5  # seconds for what is under way
_MOST: Final = 64  # calls at a time, and each subscription is one for as long as it stands


class StreamServer:
    """Serves an org's change events until it is stopped; a context manager. `address` is known once it is made."""

    def __init__(
        self,
        org: LocalOrg,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        rhythm: Rhythm | None = None,
        identity: Identity | None = None,
    ) -> None:
        """Take the port; 0 picks a free one. Speaks TLS where it has an identity.

        Raises OrgError where it is taken, or there is none of that number.
        """
        check_port(port)
        self._service = PubSub(org, rhythm or Rhythm())
        self._server = grpc.server(
            ThreadPoolExecutor(_MOST, thread_name_prefix="stream"),
            handlers=[self._service.handlers()],
            options=(("grpc.so_reuseport", 0),),  # two servers on one port would share its calls
            maximum_concurrent_rpcs=_MOST,
        )
        try:
            found = self._listen(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", identity)
        except RuntimeError:
            raise OrgError("the port is not free", where=f"{host}:{port}", fix="Give another port.") from None
        self.address = f"{reached(host)}:{found}"

    def _listen(self, address: str, identity: Identity | None) -> int:
        if identity is None:
            return self._server.add_insecure_port(address)
        return self._server.add_secure_port(address, grpc.ssl_server_credentials([(identity.key, identity.chain)]))

    def start(self) -> Self:
        """Begin to serve."""
        self._server.start()
        return self

    def stop(self) -> None:
        """End what is under way, then stop."""
        self._service.stop()
        self._server.stop(_GRACE).wait(_GRACE * 2)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
