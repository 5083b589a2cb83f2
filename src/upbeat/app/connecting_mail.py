"""Connecting a workspace to a mail server: log in to it, keep the password, write it down; no mail is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from upbeat.app.finding import SETTINGS
from upbeat.app.mail import PASSWORD, server_of
from upbeat.app.settings_file import with_mail, write_mail
from upbeat.app.workspace import Workspace
from upbeat.apply import Sender
from upbeat.base import Clock
from upbeat.base.files import parse
from upbeat.ledger import Entry, Kind
from upbeat.workflows import Mail, Settings


@dataclass(frozen=True, slots=True)
class MailWish:
    """What a person asks for: the `mail` of upbeat.yaml as it is to stand there, and the password for it.

    `keep` has the password kept, in the keyring or in the encrypted file; else upbeat.yaml names where it is.
    """

    mail: Mapping[str, Any]
    by: str
    password: str = field(default="", repr=False)
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


def connect_mail(folder: Path, wish: MailWish, *, clock: Clock) -> MailConnected:
    """Connect the workspace in `folder` to a mail server as a person wishes.

    Raises UpbeatError, and leaves upbeat.yaml and what was kept as they were, where the server cannot be reached, is
    not trusted or refuses the login, and where policy gives it to others.
    """
    file = folder / SETTINGS
    with Workspace(folder, clock=clock) as space:
        space.house.allow(wish.by, "connect")
        mail = _read(file, wish.mail)
        server = server_of(mail, wish.password)
        Sender(server, space.store, space.ledger, clock).reach()
        kept_in = ""
        if wish.keep:
            kept_in = space.vault.keep(PASSWORD, wish.password, in_file=wish.in_file)
        elif mail.username is not None:
            kept_in = mail.secret_file or f"the environment variable {mail.secret_env}"
        write_mail(file, wish.mail)
        payload = {"by": wish.by, "connection": "mail", "host": server.host, "sender": server.sender}
        with space.store.writing() as conn:
            space.ledger.append(conn, [Entry(Kind.CONNECTED, wish.by or server.sender, payload)])
    return MailConnected(server.host, server.port, server.security, mail.sender, server.username, kept_in)


def _read(file: Path, mail: Mapping[str, Any]) -> Mail:
    """Read the settings as they will be, so that what could not be read is never written."""
    return cast("Mail", parse(Settings, str(file), with_mail(file, mail)).mail)
