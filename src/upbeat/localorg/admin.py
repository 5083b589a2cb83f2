"""The admin's door of a served org: what whoever started it may ask of it, on this machine, with the key of that start.

It stands beside the org's own addresses, on a port of its own that listens on loopback whatever the org listens at.
A request is `POST /upbeat/<what>` with `Authorization: Bearer <key>` and a JSON object; so is the answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import compare_digest
from threading import Thread
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from upbeat.base import UpbeatError, decode, encode
from upbeat.base.files import DefinitionError
from upbeat.localorg.access import ConnectedApp
from upbeat.localorg.definition_file import apply, read_texts
from upbeat.localorg.exporting import export
from upbeat.localorg.faults import Fault
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.overview import overview

_LONGEST: Final = 50_000_000  # bytes of a request

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A fault as a request has it; each of its values means what Fault's does."""

    match: str
    kind: str
    times: int | None = 1
    skip: int = 0
    rows: int | None = None
    seconds: float = 1.0
    rate: float = 1.0
    seed: int = 0


class AdminDoor:
    """Serves an admin until it is stopped; a context manager. `url` is known once it is made."""

    def __init__(self, org: LocalOrg, key: str, told: Mapping[str, Any], stop: Callable[[], None]) -> None:
        """Open a door to this org for whoever has the key.

        `told` is what the start knows of itself, such as its addresses; `stop` ends the process.
        """
        self._org = org
        self._told = told
        self._answers: Mapping[str, Callable[[Body], Any]] = {
            "info": self._info,
            "faults": self._faults,
            "define": self._define,
            "export": self._export,
            "reset": self._reset,
            "token": self._token,
            "password": self._password,
            "app": self._app,
            "stop": lambda _: stop(),
        }
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                given = self.headers.get("Authorization", "").removeprefix("Bearer ")
                if not compare_digest(given.encode(), key.encode()) or length > _LONGEST:
                    status, content = 403, {"error": {"what": "the key is not the org's"}}
                else:
                    status, content = door.answer(self.path, self.rfile.read(length))
                body = encode(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's own name)
                """Say nothing: who asks is told."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, name="admin", daemon=True)

    def answer(self, path: str, raw: bytes) -> tuple[int, dict[str, Any]]:
        """Give the status and the body for a request."""
        handle = self._answers.get(path.removeprefix("/upbeat/"))
        if handle is None:
            return 404, {"error": {"what": f"there is nothing at {path}"}}
        try:
            body = decode(raw, dict[str, Any]) if raw else dict[str, Any]()
            return 200, {"result": handle(body)}
        except DefinitionError as error:
            return 400, {"error": _told(error), "problems": error.problems}
        except UpbeatError as error:
            return 400, {"error": _told(error)}
        except (ValueError, TypeError, KeyError, msgspec.MsgspecError) as error:
            return 400, {"error": {"what": str(error), "where": "", "fix": ""}}

    def _info(self, _: Body) -> dict[str, Any]:
        return {**overview(self._org), **self._told}

    def _faults(self, body: Body) -> list[dict[str, Any]]:
        """Add a fault, or clear all, where asked; and give those that wait."""
        if body.get("clear"):
            self._org.faults.clear()
        if "add" in body:
            asked = msgspec.convert(body["add"], _Asked)
            self._org.faults.add(Fault(**asdict(asked)))
        return [asdict(fault) | {"left": left} for fault, left in self._org.faults.waiting()]

    def _define(self, body: Body) -> dict[str, int]:
        files = [(str(one["name"]), str(one["text"]).encode()) for one in body["files"]]
        return asdict(apply(self._org, read_texts(files)))

    def _export(self, body: Body) -> dict[str, Any]:
        return asdict(export(self._org, Path(str(body["folder"]))))

    def _reset(self, _: Body) -> dict[str, int]:
        return self._org.archive.empty()

    def _token(self, body: Body) -> str:
        return self._org.access.token_for(str(body["user"]))

    def _password(self, body: Body) -> None:
        self._org.access.set_password(str(body["user"]), str(body["password"]))

    def _app(self, body: Body) -> None:
        """Define an app, or remove the one that `remove` names."""
        if "remove" in body:
            self._org.access.disconnect(str(body["remove"]))
        else:
            self._org.access.connect(msgspec.convert(body["app"], ConnectedApp), str(body["secret"]))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _told(error: UpbeatError) -> dict[str, Any]:
    return {"what": error.what, "where": str(error.where), "fix": error.fix}
