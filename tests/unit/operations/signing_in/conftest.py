"""One house for the tests of a file, and an hour's clock that each of them moves on."""

from collections.abc import Iterator

import pytest

from upbeat import operations
from upbeat.localorg import ConnectedApp
from upbeat.operations.signing_in import App
from upbeat.testing import House

CALLBACK = "http://localhost:8765/sign-in/answer"
PASSWORD, CLIENT = "correct horse", "upbeat-console"
PEOPLE = tuple(f"{one}@acme.example" for one in ("priya.shah", "dana.whitfield", "maya.chen"))


@pytest.fixture(scope="module")
def whole() -> Iterator[House]:
    """A house whose org has the console's app, and people with passwords."""
    with House(only=["advance-stage"]) as one:
        scopes = ("openid", "profile")
        app = ConnectedApp(CLIENT, callbacks=(CALLBACK,), scopes=scopes, public=True, requires_pkce=True)
        one.org.access.apps.connect(app)
        for person in PEOPLE:
            one.org.access.people.set_password(person, PASSWORD)
        one.restart()
        yield one


@pytest.fixture
def house(whole: House) -> operations.House:
    """The house, as the use cases see it."""
    return whole.space.house


@pytest.fixture
def app(whole: House) -> App:
    """The app that people sign in with."""
    return App(whole.space.settings.org.login_url, CLIENT, CALLBACK)
