"""`upbeat console`: where it may be served, and to whom."""

import signal
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from tests.commands import Forks

from upbeat.testing import House


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House() as house:
        house.play()
        yield house


def test_development_sign_in_is_for_this_machine_alone(upbeat: Any) -> None:
    said = upbeat("console", "--dev", "--host", "0.0.0.0")
    assert (said.code, "--dev lets anybody in" in said.err) == (1, True)


def test_development_sign_in_is_never_with_an_org_elsewhere(upbeat: Any, house: House) -> None:
    settings = house.folder / "upbeat.yaml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(before.replace("http://127.0.0.1", "https://acme.my.salesforce.example"), encoding="utf-8")
    said = upbeat("console", "--dev")
    settings.write_text(before, encoding="utf-8")
    assert (said.code, "--dev is for a local org alone" in said.err) == (1, True)


def test_it_is_served_to_others_behind_tls_alone(upbeat: Any, house: House) -> None:
    said = upbeat("console", "--host", "0.0.0.0", "--dir", house.folder)
    assert (said.code, "sessions would cross the network in the clear" in said.err) == (1, True)


def test_it_says_where_it_is_and_ends_when_asked_to(house: House, forks: Forks) -> None:
    with forks.started("console", "--dev", "--port", "0", "--json", "--dir", house.folder, cwd=house.folder) as one:
        url = one.told()["url"]
        assert "Sign in to Upbeat" in httpx2.get(f"{url}/sign-in").text
        assert one.end(signal.SIGTERM) == 0
