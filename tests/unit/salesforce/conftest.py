"""An org that answers what a test scripts, and keeps what it was asked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Lock
from typing import Any

import httpx2
import pytest

from upbeat.base import ManualClock, decode, encode
from upbeat.salesforce import API_VERSION, ClientCredentials, Retries, Session

Answer = httpx2.Response | Exception | Callable[[httpx2.Request], httpx2.Response]


class ScriptedOrg:
    """Logs in whoever asks, and gives scripted answers: each once in their order, the last one for ever."""

    secret = "consumer-secret-7f3a"

    def __init__(self) -> None:
        self.clock = ManualClock(datetime(2026, 11, 16, 6, tzinfo=UTC))
        self.versions = ["66.0", API_VERSION]
        self.requests: list[httpx2.Request] = []
        self.logins = 0
        self.slept: list[float] = []
        self._answers: list[Answer] = []
        self._login_answers: list[Answer] = []
        self._one_at_a_time = Lock()

    def will(self, *answers: Answer) -> None:
        self._answers = list(answers)

    def will_at_login(self, *answers: Answer) -> None:
        self._login_answers = list(answers)

    @staticmethod
    def gives(content: Any, **headers: str) -> httpx2.Response:
        return httpx2.Response(
            200, content=encode(content), headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    @staticmethod
    def refuses(status: int, code: str, message: str = "as it is worded", **headers: str) -> httpx2.Response:
        body = [{"errorCode": code, "message": message}]
        return httpx2.Response(
            status, content=encode(body), headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    def session(self, **options: Any) -> Session:
        return Session(
            ClientCredentials("https://login.acme.example", "upbeat-reader", self.secret),
            clock=self.clock,
            transport=httpx2.MockTransport(self._answer),
            sleep=self._sleep,
            **{"retries": Retries(random=Random(7)), **options},
        )

    def bodies(self) -> list[Any]:
        return [decode(request.content) for request in self.requests]

    def token(self) -> str:
        return f"token-{self.logins}-of-the-org"

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(timedelta(seconds=seconds))

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        with self._one_at_a_time:
            if request.url.path == "/services/data":
                return self.gives([{"version": version} for version in self.versions])
            if request.url.path == "/services/oauth2/token":
                self.logins += 1
                return _given(self._login_answers.pop(0), request) if self._login_answers else self._logged_in()
            self.requests.append(request)
            return _given(self._answers.pop(0) if len(self._answers) > 1 else self._answers[0], request)

    def _logged_in(self) -> httpx2.Response:
        return self.gives(
            {
                "access_token": self.token(),
                "instance_url": "https://acme.my.example",
                "id": "https://login.acme.example/id/00D000000000001AAA/005000000000001AAA",
            }
        )


def _given(answer: Answer, request: httpx2.Request) -> httpx2.Response:
    if isinstance(answer, Exception):
        raise answer
    return answer if isinstance(answer, httpx2.Response) else answer(request)


@pytest.fixture
def org() -> ScriptedOrg:
    return ScriptedOrg()


@pytest.fixture(scope="session")
def new_org() -> type[ScriptedOrg]:
    """Give what makes such an org, for a test that needs many."""
    return ScriptedOrg
