"""A served org and a plain HTTP client that is logged in to it: what any client sees on the wire."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from upbeat.base import ManualClock
from upbeat.localorg import ConnectedApp, LocalOrg, Server
from upbeat.schema import Field, FieldType

Ask = Callable[..., httpx2.Response]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[LocalOrg, Server]]:
    """An org with Ana, a client and an external id on Account; shared by a module's tests."""
    org = LocalOrg(":memory:", clock=ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC)))
    org.user("ana.diaz@acme.example", last_name="Diaz", FirstName="Ana")
    app = ConnectedApp("client", run_as="ana.diaz@acme.example", session_minutes=1_000_000)  # tests move the clock
    org.access.connect(app, "secret")
    org.define(fields={"Account": [Field(name="Source_Id__c", type=FieldType.STRING, external_id=True)]})
    with Server(org) as server:
        yield org, server


@pytest.fixture(scope="module")
def token(served: tuple[LocalOrg, Server]) -> str:
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret"}
    return httpx2.post(f"{served[1].url}/services/oauth2/token", data=form).json()["access_token"]


@pytest.fixture(scope="module")
def ask(served: tuple[LocalOrg, Server], token: str) -> Iterator[Ask]:
    """Send a request with the session's token: `ask("GET", path, ...)`."""
    with httpx2.Client(base_url=served[1].url, headers={"Authorization": f"Bearer {token}"}) as client:

        def send(method: str, path: str, **more: Any) -> httpx2.Response:
            return client.request(method, path, **more)

        yield send


@pytest.fixture
def org(served: tuple[LocalOrg, Server]) -> LocalOrg:
    return served[0]
