"""What holds for every test: it stays on this machine and out of its keyring, and hypothesis repeats itself.

Every test opens databases of its own, with the same statements: they are compiled once a process.
"""

import gc
import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import keyring
import keyring.backends.fail
import pytest
from hypothesis import settings
from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from tests.commands import Forks

settings.register_profile("ci", deadline=None, derandomize=True)  # the same examples on every machine
settings.register_profile("dev", deadline=None, max_examples=1000, print_blob=True)  # a search for new ones
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what is loaded by now, and look less often through what tests make.

    It took a fifth of the time of a test with a house.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def _stay_on_this_machine() -> Iterator[None]:
    """Fail the test that connects to anything but the loopback interface, or the org that a contract run names."""
    if os.environ.get("UPBEAT_CONTRACT_URL"):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def _leave_the_keyring_alone() -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())


@pytest.fixture(scope="session", autouse=True)
def _compile_statements_once() -> Iterator[None]:
    """Keep compiled SQL for all SQLite databases together: SQLAlchemy keeps it by engine, and by its dialect."""
    kept, sqlite = LRUCache[Any, Any](2000), SQLiteDialect_pysqlite
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(sqlite, "__hash__", lambda one: hash(type(one)))
        patch.setattr(Engine, "_compiled_cache", property(lambda _: kept, lambda *_: None), raising=False)
        yield


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    with closing(Forks()) as forks:
        yield forks


def _guarded(connect: Any) -> Any:
    def guarded(sock: socket.socket, address: Any) -> Any:
        if sock.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
            pytest.fail(f"a test connects to {address[0]}: only this machine's loopback is open to tests")
        return connect(sock, address)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
