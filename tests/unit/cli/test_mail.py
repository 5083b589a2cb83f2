"""upbeat mail, upbeat alerts: set up, tried, and counted for each person."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mail_server import PASSWORD, USER, MailServer
from upbeat.notices import Kind, tell
from upbeat.testing import House

DANA, PRIYA = "dana.whitfield@acme.example", "priya.shah@acme.example"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=["route-inbound-leads"]) as one:
        one.play("3 hours")
        yield one


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer(tmp_path, "starttls", login=True) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        yield server


@pytest.fixture
def connected(upbeat: Any, house: House, post: MailServer, tmp_path: Path) -> MailServer:
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n")
    secret.chmod(0o600)
    house.close()
    said = upbeat(
        "mail", "connect", "--host", "localhost", "--port", post.port, "--sender", "Upbeat <upbeat@acme.example>",
        "--username", USER, "--secret-file", secret, "--json",
    )  # fmt: skip
    assert said.code == 0, said
    assert said.json["host"] == "localhost"
    return post


def test_connecting_logs_in_sends_nothing_and_writes_no_password(connected: MailServer, house: House) -> None:
    text = (house.folder / "upbeat.yaml").read_text()
    assert "sender: Upbeat <upbeat@acme.example>" in text
    assert PASSWORD not in text
    assert (connected.box, connected.connections > 0) == ([], True)


def test_a_password_that_is_refused_leaves_the_file_as_it_was(upbeat: Any, house: House, post: MailServer) -> None:
    before = (house.folder / "upbeat.yaml").read_text()
    house.close()
    said = upbeat(
        "mail", "connect", "--host", "localhost", "--port", post.port, "--sender", "upbeat@acme.example",
        "--username", USER, "--secret-env", "NO_SUCH_PASSWORD",
    )  # fmt: skip
    assert said.code == 1
    assert "refuses the login of upbeat" in said.err
    assert (house.folder / "upbeat.yaml").read_text() == before


@pytest.mark.law(1)
def test_a_test_mail_goes_through_the_gate_and_says_what_the_server_said(connected: MailServer, upbeat: Any) -> None:
    said = upbeat("mail", "test", "--to", DANA, "--json")
    assert (said.code, said.json["to"], said.json["said"]) == (0, DANA, "250 taken")
    [mail] = connected.box
    assert mail.subject == "Mail from Upbeat reaches you"
    assert "Why you get this: Somebody ran `upbeat mail test` with your name." in mail.text


def test_a_test_mail_goes_to_nobody_outside_the_org(connected: MailServer, upbeat: Any) -> None:
    said = upbeat("mail", "test", "--to", "buyer@customer.example")
    assert (said.code, connected.box) == (1, [])
    assert "is no user of this org" in said.err


@pytest.mark.law(15)
def test_a_test_mail_is_halted_by_a_stop_as_everything_is(connected: MailServer, upbeat: Any) -> None:
    upbeat("stop", "--why", "wrong words", "--as", DANA)
    said = upbeat("mail", "test", "--to", DANA)
    assert (said.code, connected.box) == (1, [])
    assert "all writes are stopped" in said.err


def test_without_mail_it_says_how_to_set_it_up(upbeat: Any, house: House) -> None:
    house.close()
    said = upbeat("mail", "test", "--to", DANA)
    assert said.code == 1
    assert "Run `upbeat mail connect`" in said.err


class TestAlerts:
    def test_say_where_there_are_none_and_how_mail_is_set_up(self, upbeat: Any) -> None:
        said = upbeat("alerts")
        assert "Nobody was told anything yet" in said.out
        assert "upbeat mail connect" in said.out

    def test_keep_what_nobody_could_send_yet(self, upbeat: Any, house: House) -> None:
        with house.space.store.writing() as conn:
            tell(conn, DANA, Kind.ALERT, subject="Lowell is quiet", text="", reason="r", now=house.clock.now())
        found = upbeat("alerts", "--json").json
        assert (found["told_by"], [one["subject"] for one in found["unsent"]]) == ([], ["Lowell is quiet"])
        [mine] = found["people"]
        assert (mine["person"], mine["waiting"], mine["sent"], mine["left_today"]) == (DANA, 1, 0, 10)
        assert "Lowell is quiet" in upbeat("alerts", "--person", DANA).out
        assert "Nobody was told anything yet" in upbeat("alerts", "--person", PRIYA).out
