"""Every source of facts there is, each over the same two companies."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from provider_server import KEY, ProviderServer
from upbeat.base import ManualClock, host
from upbeat.channels.enrich import Address, CsvTable, Http, Source, SqlTable

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
FACTS = {
    "talwerk.example": {"industry": "manufacturing", "employees": 240, "city": "Köln"},
    "harborline.example": {"industry": "health", "employees": None, "city": ""},
}


def http(server: ProviderServer, **more: Any) -> Http:
    places = {name: f"company.{name}" for name in ("industry", "employees", "city")}
    plain = {"url": f"{server.url}/v1/companies?domain={{!domain}}", "timeout": timedelta(seconds=1)}
    secret = {"secret_header": "Authorization", "secret": f"Bearer {KEY}"}
    return Http(Address(**{"places": places, **plain, **secret, **more}), ManualClock(NOW))


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with ProviderServer({domain: {"company": one} for domain, one in FACTS.items()}) as provider:
        yield provider


@pytest.fixture
def ask_http(server: ProviderServer) -> Iterator[Callable[..., Http]]:
    made: list[Http] = []

    def make(**more: Any) -> Http:
        made.append(http(server, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    file = tmp_path / "companies.csv"
    rows = [f"{domain},{one['industry']},{one['employees'] or ''},{one['city']}" for domain, one in FACTS.items()]
    file.write_text("\n".join(["domain,industry,employees,city", *rows]) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "facts.db"
    with sqlite3.connect(file) as conn:
        conn.execute("CREATE TABLE companies (domain TEXT, industry TEXT, employees INTEGER, city TEXT)")
        rows = [(domain, *one.values()) for domain, one in FACTS.items()]
        conn.executemany("INSERT INTO companies VALUES (?, ?, ?, ?)", rows)
    conn.close()
    return file


COLUMNS = {name: name for name in ("industry", "employees", "city")}


@pytest.fixture(params=["http", "csv", "sqlite"])
def source(request: pytest.FixtureRequest) -> Iterator[Source]:
    """Each adapter."""
    match request.param:
        case "http":
            made: Source = request.getfixturevalue("ask_http")()
        case "csv":
            made = CsvTable(request.getfixturevalue("csv"), COLUMNS, {"domain": host})
        case _:
            file = request.getfixturevalue("database")
            made = SqlTable(f"sqlite:///{file}", "SELECT * FROM companies WHERE domain = :domain", COLUMNS)
    yield made
    made.close()
