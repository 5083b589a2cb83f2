"""What holds for every test: it stays on this machine and out of its keyring, and hypothesis repeats itself."""

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
from tests.commands import Forks
from tests.statements import compile_once

settings.register_profile("ci", deadline=None, derandomize=True, max_examples=50)  # the same ones on every machine
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
def _compile_statements_once() -> None:
    compile_once()


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
