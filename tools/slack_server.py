"""Slack's API on this machine, as far as notices use it: for tests, and to try them by hand.

`python tools/slack_server.py` prints what is posted, and says what to write in upbeat.yaml. `SlackServer` answers as
Slack's reference says (docs.slack.dev/reference/methods): 200 with `ok: false` and an error's name, 429 with
Retry-After; and it fails when told to.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs

TOKEN = "xoxb-a-token-of-the-app"  # noqa: S105  of nobody
SCOPES = "chat:write,im:history,im:write,users:read,users:read.email"
DROP, LOSE = "drop", "lose"  # end the connection before the call is carried out, or after

Answer = str | float | tuple[int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Post:
    """One message as Slack took it. `words` is all that was posted."""

    user: str
    text: str
    words: dict[str, Any]
    ts: str


@dataclass
class SlackServer:
    """The server, for `with`. `box` is all that was posted, in order; `people` are user ids by mail address.

    `answers` holds what a method says next: the name of an error; a status and its headers; seconds to wait before the
    answer; DROP or LOSE.
    """

    people: dict[str, str] = field(default_factory=dict[str, str])
    scopes: str = SCOPES
    box: list[Post] = field(default_factory=list[Post])
    calls: list[str] = field(default_factory=list[str])
    answers: dict[str, list[Answer]] = field(default_factory=dict[str, list[Answer]])
    gone: set[str] = field(default_factory=set[str])

    def __enter__(self) -> Self:
        """Listen on a free port."""
        self._stamps = count(1)
        self._server = _Server(self)
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The address of its API."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/api"

    def next(self, method: str, *answers: Answer) -> None:
        """Answer the next calls of a method so."""
        self.answers.setdefault(method, []).extend(answers)

    def of(self, address: str) -> list[Post]:
        """Give what was posted to one person."""
        return [one for one in self.box if one.user == self.people[address]]

    def carry_out(self, method: str, said: dict[str, Any]) -> dict[str, Any]:
        """Do what a method does, and give its answer."""
        answer = _METHODS.get(method)
        return {"ok": False, "error": "unknown_method"} if answer is None else {"ok": True, **answer(self, said)}

    def _test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"team": "Acme", "user": "upbeat", "user_id": "UBOT"}

    def _look_up(self, said: dict[str, Any]) -> dict[str, Any]:
        user = self.people.get(str(said["email"]))
        if user is None:
            return {"ok": False, "error": "users_not_found"}
        return {"user": {"id": user, "deleted": user in self.gone, "is_bot": False}}

    def _open(self, said: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": f"D{said['users']}"}}

    def _post(self, said: dict[str, Any]) -> dict[str, Any]:
        if len(said["text"]) > 40_000:
            return {"ok": False, "error": "msg_too_long"}
        stamp = f"1700000000.{next(self._stamps):06}"
        self.box.append(Post(said["channel"], said["text"], said, stamp))
        return {"channel": f"D{said['channel']}", "ts": stamp, "message": {"text": said["text"]}}

    def _history(self, said: dict[str, Any]) -> dict[str, Any]:
        posted = [one for one in reversed(self.box) if f"D{one.user}" == said["channel"]]
        hidden = said.get("include_all_metadata") not in {True, "1", "true"}
        rows = ({"ts": one.ts, "text": one.text, "metadata": one.words.get("metadata")} for one in posted)
        return {"messages": [row | ({"metadata": None} if hidden else {}) for row in rows][: int(said["limit"])]}


_METHODS: dict[str, Callable[[SlackServer, dict[str, Any]], dict[str, Any]]] = {
    "auth.test": SlackServer._test,  # noqa: SLF001  its own
    "users.lookupByEmail": SlackServer._look_up,  # noqa: SLF001
    "conversations.open": SlackServer._open,  # noqa: SLF001
    "conversations.history": SlackServer._history,  # noqa: SLF001
    "chat.postMessage": SlackServer._post,  # noqa: SLF001
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, slack: SlackServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.slack = slack


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        slack, method = self.server.slack, self.path.removeprefix("/api/").partition("?")[0]
        said, told = self._read(), slack.answers.get(method, [])
        slack.calls.append(method)
        answer = told.pop(0) if told else ""
        if isinstance(answer, float):
            time.sleep(answer)
            answer = ""
        if isinstance(answer, tuple):
            self._answer({"ok": False, "error": "ratelimited" if answer[0] == 429 else ""}, *answer)
        elif answer in {DROP, LOSE}:
            self.close_connection = True
            if answer == LOSE:
                slack.carry_out(method, said)
        elif self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer({"ok": False, "error": "invalid_auth"})
        else:
            self._answer({"ok": False, "error": answer} if answer else slack.carry_out(method, said))

    def _read(self) -> dict[str, Any]:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        if "json" in (self.headers["Content-Type"] or ""):
            return json.loads(body or "{}")
        return {name: values[0] for name, values in parse_qs(body).items()}

    def _answer(self, found: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(found).encode()
        self.send_response(status)
        plain = {"Content-Type": "application/json", "x-oauth-scopes": self.server.slack.scopes}
        for name, value in {**plain, **(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Take messages until it is interrupted, and print them. Everybody whose address is given is known."""
    with SlackServer({address: f"U{number}" for number, address in enumerate(sys.argv[1:], 1)}) as slack:
        print(f"slack: {{url: {slack.url}, secret_env: SLACK_TOKEN}}\nexport SLACK_TOKEN={TOKEN}", flush=True)
        shown = 0
        try:
            while True:
                time.sleep(0.2)
                for one in slack.box[shown:]:
                    print(f"\nTo: {one.user}\n{one.text}", flush=True)
                shown = len(slack.box)
        except KeyboardInterrupt:
            sys.exit(0)


if __name__ == "__main__":
    main()
