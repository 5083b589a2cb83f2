"""A console over a house, asked without a browser."""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from upbeat.console import application
from upbeat.testing import House

SignIn = Callable[[str], TestClient]
PRIYA = "priya.shah@acme.example"  # RevOps
DANA = "dana.whitfield@acme.example"  # sales manager
MAYA = "maya.chen@acme.example"  # a rep


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House() as house:
        house.play()
        yield house


@pytest.fixture(scope="module")
def sign_in(house: House) -> Iterator[SignIn]:
    """Give a browser in which this person is signed in; `headers` of its own show the form's token."""
    app = application(house.space.house, dev=True)
    with TestClient(app, base_url="http://127.0.0.1:8765") as anybody:

        def browser(username: str) -> TestClient:
            one = TestClient(app, base_url=anybody.base_url, follow_redirects=False)
            assert one.post("/sign-in", data={"username": username}).status_code == 303
            one.headers["X-Form-Token"] = form_token(one)
            return one

        yield browser


def form_token(browser: TestClient) -> str:
    return browser.get("/").text.partition('name="form-token" content="')[2].partition('"')[0]
