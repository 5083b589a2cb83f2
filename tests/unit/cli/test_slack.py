"""upbeat slack: set up with a token that stands nowhere in the files, and tried."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slack_server import TOKEN, SlackServer
from upbeat.testing import House

DANA = "dana.whitfield@acme.example"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["route-inbound-leads"]) as one:
        one.play("3 hours")
        one.close()
        yield one


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with SlackServer({DANA: "UDANA"}) as server:
        yield server


def connect(upbeat: Any, slack: SlackServer, folder: Path, token: str) -> Any:
    secret = folder / "token"
    secret.write_text(f"{token}\n")
    secret.chmod(0o600)
    return upbeat("slack", "connect", "--url", slack.url, "--secret-file", secret, "--json")


def test_a_token_that_slack_refuses_leaves_the_file_as_it_was(
    upbeat: Any, house: House, slack: SlackServer, tmp_path: Path
) -> None:
    before = (house.folder / "upbeat.yaml").read_text()
    said = connect(upbeat, slack, tmp_path, "xoxb-a-guess")
    assert (said.code, "invalid_auth" in said.json["error"]["what"]) == (1, True)
    assert (house.folder / "upbeat.yaml").read_text() == before


@pytest.mark.law(1)
def test_once_connected_a_test_message_goes_through_the_gate_and_says_what_slack_said(
    upbeat: Any, house: House, slack: SlackServer, tmp_path: Path
) -> None:
    assert "Run `upbeat slack connect`" in upbeat("slack", "test", "--to", DANA).err
    said = connect(upbeat, slack, tmp_path, TOKEN)
    assert (said.code, said.json["url"], slack.box) == (0, slack.url, [])
    assert TOKEN not in (house.folder / "upbeat.yaml").read_text()
    said = upbeat("slack", "test", "--to", DANA, "--json")
    assert (said.code, said.json["to"], said.json["by"]) == (0, DANA, "slack")
    [post] = slack.box
    assert post.text.startswith("Slack from Upbeat reaches you")
    assert upbeat("alerts", "--json").json["told_by"] == ["slack"]
