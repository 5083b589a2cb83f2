"""What every org must hold against the client: the local org by default, a real one where the environment names it.

`UPBEAT_CONTRACT_URL`, `UPBEAT_CONTRACT_CLIENT_ID` and `UPBEAT_CONTRACT_SECRET` name a real org (a sandbox). There the
suite creates and removes only its own leads, known by a company that no other run has, and skips what needs faults.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from secrets import token_hex
from typing import Any

import pytest
import structlog.testing

from upbeat.base import Clock, ManualClock, SystemClock
from upbeat.localorg import Fault, LocalOrg, Server, StreamServer
from upbeat.salesforce import ClientCredentials, Reader, Retries, Session, Subscriber
from upbeat.salesforce.write import Writer
from upbeat.schema import Field, FieldType

KEY = "Upbeat_Key__c"
URL = os.environ.get("UPBEAT_CONTRACT_URL", "")
STREAM = os.environ.get("UPBEAT_CONTRACT_STREAM", "")
_SECRET = "secret-of-the-contract"
_USER = "upbeat.writer@acme.example"


@dataclass
class Org:
    """One org, a session in it, and the marks by which this test's own records are known."""

    session: Session
    clock: Clock
    told: list[dict[str, Any]]
    local: LocalOrg | None = None
    stream: str = ""
    company: str = field(default_factory=lambda: f"Upbeat contract {token_hex(6)}")

    @property
    def reader(self) -> Reader:
        return Reader(self.session)

    @property
    def writer(self) -> Writer:
        return Writer(self.session)

    def fails(self, match: str, kind: str, **more: Any) -> None:
        """Have the org fail as asked; skips the test where the org is a real one."""
        if self.local is None:
            pytest.skip("a real org fails when it wants to")
        self.local.faults.add(Fault(match, kind, **more))

    def rows(self, count: int, **more: Any) -> list[dict[str, Any]]:
        return [{"LastName": f"Row {number}", "Company": self.company, **more} for number in range(count)]

    def made(self, count: int) -> list[str]:
        return [one.id for one in self.writer.create("Lead", self.rows(count))]

    def standing(self, *names: str) -> list[dict[str, Any]]:
        """Give this test's records as the org has them, by last name."""
        fields = ", ".join(["Id", "LastName", *names])
        text = f"SELECT {fields} FROM Lead WHERE Company = :company ORDER BY LastName"
        return self.reader.query(text, {"company": self.company})

    def explained(self) -> list[str]:
        """Give the causes of everything that was sent more than once, as the log tells them."""
        again = [line for line in self.told if line["event"] == "sending again"]
        assert all({"cause", "call", "wait", "attempt", "why"} <= line.keys() for line in again)
        renewed = [line for line in self.told if "logging in again" in line["event"]]
        return [*(line["cause"] for line in again), *("session" for _ in renewed)]


@pytest.fixture
def org() -> Iterator[Org]:
    with structlog.testing.capture_logs() as told:
        yield from _real(told) if URL else _local(told)


def _local(told: list[Any]) -> Iterator[Org]:
    clock = ManualClock(datetime(2026, 11, 16, 6, tzinfo=UTC))
    local = LocalOrg(":memory:", clock=clock)
    local.user(_USER, last_name="Writer", profile="System Administrator")
    local.client_credentials("contract", _SECRET, _USER)
    key = Field(name=KEY, type=FieldType.STRING, length=64, unique=True, external_id=True)
    local.define(fields={"Lead": [key]})

    def sleep(seconds: float) -> None:
        clock.advance(timedelta(seconds=seconds))

    with (
        Server(local) as server,
        StreamServer(local) as stream,
        _session(ClientCredentials(server.url, "contract", _SECRET), clock, sleep) as session,
    ):
        yield Org(session, clock, told, local, stream.address)
    local.close()


def _real(told: list[Any]) -> Iterator[Org]:
    credentials = ClientCredentials(URL, os.environ["UPBEAT_CONTRACT_CLIENT_ID"], os.environ["UPBEAT_CONTRACT_SECRET"])
    with _session(credentials, SystemClock(), time.sleep) as session:
        org = Org(session, SystemClock(), told, stream=STREAM)
        try:
            yield org
        finally:
            org.writer.delete([row["Id"] for row in org.standing()])


def _session(credentials: ClientCredentials, clock: Clock, sleep: Any) -> Session:
    return Session(credentials, clock=clock, sleep=sleep, client_name="upbeat", retries=Retries(random=Random(7)))


@pytest.fixture
def subscriber(org: Org) -> Iterator[Subscriber]:
    if not org.stream:
        pytest.skip("UPBEAT_CONTRACT_STREAM names no stream")
    with Subscriber(org.session, org.clock, "/data/LeadChangeEvent", address=org.stream) as one:
        yield one
