"""upbeat.yaml: the org and our own files, and never a secret."""

from datetime import timedelta
from pathlib import Path

import pytest

from upbeat.channels import Way
from upbeat.workflows import DefinitionError, load_settings

RIGHT = """
org:
  login_url: https://acme.my.salesforce.com
  reading: {client_id: reader, secret_env: UPBEAT_READING_SECRET}
  writing: {client_id: writer, secret_file: writing.secret}
poll_every: 30 seconds
time_zone: America/Chicago
"""


def test_paths_are_meant_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "upbeat.yaml").write_text(RIGHT, encoding="utf-8")
    settings = load_settings(tmp_path)
    assert settings.path(settings.store) == tmp_path / "upbeat.db"
    assert settings.path("/elsewhere/x") == Path("/elsewhere/x")


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    (tmp_path / "upbeat.yaml").write_text(RIGHT.replace("poll_every: 30 seconds\n", ""), encoding="utf-8")
    assert load_settings(tmp_path).poll_every == timedelta(seconds=10)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "secret_env: UPBEAT_READING_SECRET",
            "client_secret: hunter2",
            "upbeat.yaml:4:3 org.reading: client_secret is written in the file",
            id="a secret in the file",
        ),
        pytest.param(
            ", secret_env: UPBEAT_READING_SECRET", "", "org.reading: a connection names in one way", id="none"
        ),
        pytest.param("https://acme", "acme", "org.login_url: login_url cannot be acme", id="no address"),
        pytest.param("America/Chicago", "Chicago", "time_zone: Chicago is no time zone", id="no time zone"),
        pytest.param(
            "org:",
            "org:\n  stream: tcp://pubsub",
            "org.stream: tcp://pubsub is no address of a stream",
            id="no stream",
        ),
        pytest.param("30 seconds", "30", "poll_every: '30' is not a duration", id="no unit"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "upbeat.yaml").write_text(RIGHT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_settings(tmp_path)
    assert message in str(caught.value)


def test_no_message_repeats_a_secret(tmp_path: Path) -> None:
    (tmp_path / "upbeat.yaml").write_text(RIGHT.replace("secret_env: U", "client_secret: U"), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_settings(tmp_path)
    assert "UPBEAT_READING_SECRET" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"the file is missing"):
        load_settings(tmp_path)


MAIL = """
mail:
  host: smtp.acme.example
  sender: Upbeat <upbeat@acme.example>
  username: upbeat
  secret_env: UPBEAT_MAIL_PASSWORD
"""


def test_mail_goes_by_starttls_unless_it_says_else(tmp_path: Path) -> None:
    (tmp_path / "upbeat.yaml").write_text(RIGHT + MAIL, encoding="utf-8")
    mail = load_settings(tmp_path).mail
    assert mail is not None
    assert (mail.port, mail.security, mail.timeout) == (587, "starttls", timedelta(seconds=30))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("secret_env: UPBEAT_MAIL_PASSWORD", "password: hunter2", "password is written in the file",
                     id="a password in the file"),
        pytest.param("  host", "  security: none\n  host", "mail would go to smtp.acme.example in the clear",
                     id="in the clear to another machine"),
        pytest.param("  secret_env: UPBEAT_MAIL_PASSWORD\n", "", "a login is a username and one place",
                     id="a username and no password"),
        pytest.param("  username: upbeat\n", "", "a login is a username and one place", id="a password for nobody"),
        pytest.param("Upbeat <upbeat@acme.example>", "Upbeat", "'Upbeat' is no mail address", id="a sender without @"),
        pytest.param("Upbeat <upbeat@acme.example>", "a@acme.example, b@acme.example", "more than one address",
                     id="two senders"),
    ],
)  # fmt: skip
def test_a_mistake_about_mail_is_said(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in MAIL
    (tmp_path / "upbeat.yaml").write_text(RIGHT + MAIL.replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionError, match=message):
        load_settings(tmp_path)


SLACK = "\nslack: {secret_env: SLACK_TOKEN}\n"


@pytest.mark.parametrize(
    ("written", "ways"),
    [("", ()), (MAIL, (Way.MAIL,)), (SLACK, (Way.SLACK,)), (MAIL + SLACK, (Way.SLACK, Way.MAIL))],
    ids=["nothing", "mail", "Slack", "both: Slack first"],
)
def test_people_are_told_by_what_is_set_up(tmp_path: Path, written: str, ways: tuple[Way, ...]) -> None:
    (tmp_path / "upbeat.yaml").write_text(RIGHT + written, encoding="utf-8")
    assert load_settings(tmp_path).told_by == ways


def test_notices_lead_to_the_console_only_where_its_address_is_written(tmp_path: Path) -> None:
    file = tmp_path / "upbeat.yaml"
    file.write_text(RIGHT, encoding="utf-8")
    assert load_settings(tmp_path).links_to == ""
    file.write_text(f"{RIGHT}\nconsole: {{address: https://upbeat.acme.example/}}\n", encoding="utf-8")
    assert load_settings(tmp_path).links_to == "https://upbeat.acme.example"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        pytest.param("slack: {token: xoxb-1}", "token is written in the file", id="a token in the file"),
        pytest.param("slack: {}", "the app's token is in one place", id="no token"),
        pytest.param("slack: {secret_env: A, secret_file: b}", "the app's token is in one place", id="two tokens"),
        pytest.param("slack: {secret_env: A, url: http://slack.acme.example/api}", "in the clear", id="in the clear"),
    ],
)
def test_a_mistake_about_slack_is_said(tmp_path: Path, written: str, message: str) -> None:
    (tmp_path / "upbeat.yaml").write_text(f"{RIGHT}\n{written}\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=message):
        load_settings(tmp_path)
