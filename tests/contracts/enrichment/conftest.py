"""Every source of facts there is, each over the same two companies."""

import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
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


def _as_postgres(command: str) -> bool:
    """Run a command of PostgreSQL, which does not run as root; give whether it could."""
    call = ["su", "postgres", "-s", "/bin/sh", "-c", command] if os.geteuid() == 0 else ["/bin/sh", "-c", command]
    said = subprocess.DEVNULL  # a pipe would be held open by the server that goes on running
    return subprocess.run(call, stdout=said, stderr=said, check=False).returncode == 0


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, where there is one on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="upbeat-"))
    folder.chmod(0o777)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    start = f"pg_ctl -D {folder}/data -o '{options}' -l {folder}/log -w start"
    if not _as_postgres(f"initdb -D {folder}/data -A trust -U postgres && {start}"):
        pytest.skip("there is no PostgreSQL on this machine")
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("CREATE TABLE companies (domain text, industry text, employees integer, city text)")
        for domain, one in FACTS.items():
            conn.execute("INSERT INTO companies VALUES (%s, %s, %s, %s)", (domain, *one.values()))
    yield url
    _as_postgres(f"pg_ctl -D {folder}/data -m immediate stop")
    shutil.rmtree(folder, ignore_errors=True)


QUERY = "SELECT * FROM companies WHERE domain = :domain"
COLUMNS = {name: name for name in ("industry", "employees", "city")}


@pytest.fixture(params=["http", "csv", "sqlite", "postgresql"])
def source(request: pytest.FixtureRequest) -> Iterator[Source]:
    """Each adapter."""
    match request.param:
        case "http":
            made: Source = request.getfixturevalue("ask_http")()
        case "csv":
            made = CsvTable(request.getfixturevalue("csv"), COLUMNS, {"domain": host})
        case "postgresql":
            made = SqlTable(request.getfixturevalue("postgres"), QUERY, COLUMNS)
        case _:
            file = request.getfixturevalue("database")
            made = SqlTable(f"sqlite:///{file}", QUERY, COLUMNS)
    yield made
    made.close()
