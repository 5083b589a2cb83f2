"""Connecting a workspace to a mail server or to Slack: log in, keep the secret, write it down; nothing is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from upbeat.app.finding import SETTINGS
from upbeat.app.messages import PASSWORD, TOKEN, app_of, server_of
from upbeat.app.secrets import NamesSecret
from upbeat.app.settings_file import with_block, write_block
from upbeat.app.workspace import Workspace
from upbeat.apply import Sender
from upbeat.base import Clock
from upbeat.base.files import parse
from upbeat.ledger import Entry, Kind
from upbeat.workflows import Mail, Settings, Slack


@dataclass(frozen=True, slots=True)
class MessagesWish:
    """What a person asks for: the `mail` or `slack` of upbeat.yaml as it is to stand there, and the secret for it.

    `keep` has the secret kept, in the keyring or in the encrypted file; else upbeat.yaml names where it is.
    """

    block: Mapping[str, Any]
    by: str
    secret: str = field(default="", repr=False)
    keep: bool = False
    in_file: bool = False


@dataclass(frozen=True, slots=True)
class MailConnected:
    """What is so now: the server, who mails come from, as whom it is logged in to, and where the password lies."""

    host: str
    port: int
    security: str
    sender: str
    username: str
    kept_in: str


@dataclass(frozen=True, slots=True)
class SlackConnected:
    """What is so now: which Slack API is spoken to, and where the token lies."""

    url: str
    kept_in: str


def connect_mail(folder: Path, wish: MessagesWish, *, clock: Clock) -> MailConnected:
    """Connect the workspace in `folder` to a mail server as a person wishes.

    Raises UpbeatError, and leaves upbeat.yaml and what was kept as they were, where the server cannot be reached, is
    not trusted or refuses the login, and where policy gives it to others.
    """
    with Workspace(folder, clock=clock) as space:
        space.house.allow(wish.by, "connect")
        mail = cast("Mail", _read(folder, "mail", wish).mail)
        server = server_of(mail, wish.secret)
        Sender(server, None, space.store, space.ledger, clock).reach()
        kept_in = _keep(space, "mail", wish, PASSWORD, mail)
        payload = {"by": wish.by, "connection": "mail", "host": server.host, "sender": server.sender}
        _note(space, wish.by or server.sender, payload)
    return MailConnected(server.host, server.port, server.security, mail.sender, server.username, kept_in)


def connect_slack(folder: Path, wish: MessagesWish, *, clock: Clock) -> SlackConnected:
    """Connect the workspace in `folder` to an app in Slack as a person wishes.

    Raises UpbeatError, and leaves everything as it was, where Slack cannot be reached, refuses the token or gives the
    app less than messages need, and where policy gives it to others.
    """
    with Workspace(folder, clock=clock) as space:
        space.house.allow(wish.by, "connect")
        slack = cast("Slack", _read(folder, "slack", wish).slack)
        app = app_of(slack, wish.secret)
        Sender(None, app, space.store, space.ledger, clock).reach()
        kept_in = _keep(space, "slack", wish, TOKEN, slack)
        _note(space, wish.by or app.url, {"by": wish.by, "connection": "slack", "host": app.url})
    return SlackConnected(app.url, kept_in)


def _read(folder: Path, name: str, wish: MessagesWish) -> Settings:
    """Read the settings as they will be, so that what could not be read is never written."""
    file = folder / SETTINGS
    return parse(Settings, str(file), with_block(file, name, wish.block))


def _keep(space: Workspace, name: str, wish: MessagesWish, kept_as: str, named: NamesSecret) -> str:
    """Keep the secret where that is wished, and write the block; give where the secret lies, in words."""
    kept_in = named.secret_file or (f"the environment variable {named.secret_env}" if named.secret_env else "")
    if wish.keep:
        kept_in = space.vault.keep(kept_as, wish.secret, in_file=wish.in_file)
    write_block(space.folder / SETTINGS, name, wish.block)
    return kept_in


def _note(space: Workspace, actor: str, payload: Mapping[str, Any]) -> None:
    with space.store.writing() as conn:
        space.ledger.append(conn, [Entry(Kind.CONNECTED, actor, payload)])
