"""upbeat.yaml: which org, where our own files stand, how often to look. Secrets are named, never written."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from upbeat.base import UpbeatError
from upbeat.base.files import FileModel, Model, Url, Username, refuse
from upbeat.channels import SLACK, Security, Way, address_of, addresses_in
from upbeat.workflows.model import Duration
from upbeat.workflows.model_settings import Models
from upbeat.workflows.secrets import THIS_MACHINE, no_secret
from upbeat.workflows.web_address import web_address

_ADDRESS = re.compile(r"[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\]")


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise refuse(f"{value} is no time zone", "Write a name such as America/Chicago.") from error
    return value


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise refuse(f"{value} is more than an address", "Write https:// and the host alone, with its port if any.")
    if parts.scheme != "https" and parts.hostname not in THIS_MACHINE:
        raise refuse(f"{value} would carry sessions in the clear", "Write https://; plain http is for this machine.")
    return value.rstrip("/")


def _address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or _ADDRESS.fullmatch(host) is None:
        raise refuse(f"{value} is no address of a stream", "Write a host and its port: api.pubsub.salesforce.com:7443.")
    return value


def _mailbox(value: str) -> str:
    try:
        [address_of(one) for one in addresses_in(value) or [value]]
    except UpbeatError as error:
        raise refuse(error.what, error.fix) from error
    if len(addresses_in(value)) != 1:
        raise refuse("this is more than one address", "Write one: Upbeat <upbeat@acme.example>.")
    return value


Text = Annotated[str, StringConstraints(min_length=1)]
Zone = Annotated[str, AfterValidator(_zone)]


class Connection(Model):
    """An External Client App of the org, and the one way in which Upbeat logs in with it."""

    client_id: Text
    """The consumer key."""
    secret_env: Text | None = None
    """Client credentials: the environment variable that holds the consumer secret."""
    secret_file: Text | None = None
    """Client credentials: a file of mode 0600 that holds the consumer secret and nothing else."""
    kept: Literal["secret", "consent"] | None = None
    """What `upbeat org connect` keeps in the system's keyring: the consumer secret, or a person's consent."""
    key_file: Text | None = None
    """JWT bearer: a file of mode 0600 with the RSA key whose certificate the app has."""
    username: Username | None = None
    """JWT bearer: the user who is acted as."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = (self.secret_env, self.secret_file, self.kept, self.key_file)
        if sum(one is not None for one in ways) != 1:
            fix = (
                "Write 'secret_env:', 'secret_file:', 'key_file:' with 'username:', or have `upbeat org connect` do it."
            )
            raise refuse("a connection names in one way what it logs in with", fix)
        if (self.key_file is None) != (self.username is None):
            raise refuse("a key signs for one user", "Write 'key_file:' and 'username:' together.")
        return self


class Approving(Model):
    """The app in which people lend their own name, and who has: what they approve is written in it."""

    client_id: Text
    """The consumer key of an app with the web server flow and PKCE."""
    users: Annotated[tuple[Username, ...], Field(strict=False, min_length=1)]
    """Who has logged in to lend it, by username. `upbeat org connect --approver` adds, `org disconnect` takes away."""


Identity = Annotated[Connection, BeforeValidator(no_secret)]


class OrgSettings(Model):
    """The Salesforce org, and the two identities that Upbeat has there."""

    login_url: Url
    """`https://<my domain>.my.salesforce.com`."""
    reading: Identity
    """The engine's eyes: a user that can see what workflows read, and change nothing."""
    writing: Identity | None = None
    """The one that writes what the gate has cleared. It is not needed before a workflow goes live."""
    approving: Approving | None = None
    """Whose own name their approved changes are written in. Left out, the writing identity writes them all."""
    reserve: Annotated[int, Field(ge=0)] = 500
    """API calls of a day that are never spent: they are the other users'. Before that, work waits, then stops."""
    stream: Annotated[str, AfterValidator(_address)] | None = None
    """Where the org tells its changes, `api.pubsub.salesforce.com:7443`. Left out, they are only polled."""


class Mail(Model):
    """The mail server that messages are handed to, and who they come from."""

    host: Text
    """The server's name, which its certificate must carry: `smtp.acme.example`."""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    """587 with `starttls`, 465 with `tls`, as a rule."""
    security: Annotated[Security, Field(strict=False)] = Security.STARTTLS
    """How the way there is kept secret. `none` is for a server on this machine alone."""
    sender: Annotated[str, AfterValidator(_mailbox)]
    """Who mails come from: `upbeat@acme.example`, or `Upbeat <upbeat@acme.example>`."""
    reply_to: Annotated[str, AfterValidator(_mailbox)] | None = None
    """Where answers go; left out, to the sender."""
    username: Text | None = None
    """As whom to log in; left out, nobody does."""
    secret_env: Text | None = None
    """The environment variable that holds the password."""
    secret_file: Text | None = None
    """A file of mode 0600 that holds the password and nothing else."""
    kept: Literal["secret"] | None = None
    """What `upbeat mail connect` keeps in the system's keyring."""
    timeout: Duration = timedelta(seconds=30)
    """How long the whole exchange over one message may take."""

    @model_validator(mode="after")
    def _nothing_in_the_clear(self) -> Self:
        if self.security is Security.NONE and self.host not in THIS_MACHINE:
            raise refuse(f"mail would go to {self.host} in the clear", "Write 'security: starttls' or 'security: tls'.")
        ways = sum(one is not None for one in (self.secret_env, self.secret_file, self.kept))
        if ways != (self.username is not None):
            fix = "Write 'username:' and one of 'secret_env:', 'secret_file:', or have `upbeat mail connect` do it."
            raise refuse("a login is a username and one place where its password is", fix)
        return self


class Slack(Model):
    """The Slack app as which colleagues are told, and where its token is."""

    url: Annotated[str, AfterValidator(web_address)] = SLACK
    """Slack's API: another one for GovSlack, `https://slack-gov.com/api/`."""
    secret_env: Text | None = None
    """The environment variable that holds the bot token."""
    secret_file: Text | None = None
    """A file of mode 0600 that holds the bot token and nothing else."""
    kept: Literal["secret"] | None = None
    """What `upbeat slack connect` keeps in the system's keyring."""
    timeout: Duration = timedelta(seconds=30)
    """How long Slack may take over one part of a call."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(one is not None for one in (self.secret_env, self.secret_file, self.kept)) != 1:
            fix = "Write one of 'secret_env:' and 'secret_file:', or have `upbeat slack connect` do it."
            raise refuse("the app's token is in one place", fix)
        return self


class Console(Model):
    """The console: where people reach it, and the app of the org that they sign in with."""

    address: Annotated[Url, AfterValidator(_origin)] = "http://localhost:8765"
    """As browsers see it: `https://upbeat.acme.example`. Notices lead there where it is written here."""
    client_id: Text | None = None
    """The consumer key of an app with the web server flow and PKCE, whose callback is this address and
    `/sign-in/answer`. Left out, nobody signs in with Salesforce."""


class Settings(FileModel):
    """One workspace: the folder of this file, with its definitions beside it."""

    org: Annotated[OrgSettings, BeforeValidator(no_secret)]
    """The org to work with."""
    store: Text = "upbeat.db"
    """Our own database, a path from this file."""
    keys: Text = "keys"
    """The folder of the ledger's keys, kept apart from the store; a path from this file."""
    anchor: Text = "ledger.anchor"
    """Where the ledger's head is anchored, best on another disk; a path from this file."""
    poll_every: Duration = timedelta(seconds=10)
    """How often to look for changes in the org."""
    time_zone: Zone | None = None
    """Left out, the org's own."""
    mail: Annotated[Mail, BeforeValidator(no_secret)] | None = None
    """Where mail is handed over. Without it and without Slack no message is sent; notices stay in `upbeat alerts`."""
    slack: Annotated[Slack, BeforeValidator(no_secret)] | None = None
    """Where colleagues are told before mail is tried. Left out, they are told by mail."""
    console: Console = Console()
    """The console in the browser."""
    models: Models = Models()
    """The models that may read for agents. Left out, none is asked: rules decide alone."""

    @property
    def links_to(self) -> str:
        """Where notices lead to: the console's address, nothing where nobody has said it."""
        return self.console.address if "address" in self.console.model_fields_set else ""

    @property
    def told_by(self) -> tuple[Way, ...]:
        """By what colleagues are told, the first way first."""
        set_up = {Way.SLACK: self.slack is not None, Way.MAIL: self.mail is not None}
        return tuple(way for way, there in set_up.items() if there)

    def path(self, written: str) -> Path:
        """Give a path of this file as one that the process can open."""
        return Path(self.source.file).parent / Path(written).expanduser()
