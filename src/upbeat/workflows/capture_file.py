"""capture.yaml: where calls, mail and meetings come from, what of them is never kept, and for how long the rest is."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

import idna
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from upbeat.base import UpbeatError
from upbeat.base.files import Day, FileModel, Model, Name, Sentence, Username, refuse
from upbeat.channels import Security, address_of
from upbeat.workflows.model import Duration
from upbeat.workflows.provider import Text
from upbeat.workflows.secrets import THIS_MACHINE, no_secret


def _domain(value: str) -> str:
    bare = value.strip().removeprefix("@").casefold()
    try:
        found = idna.encode(bare, uts46=True).decode() if "." in bare else ""
    except (idna.IDNAError, UnicodeError):
        found = ""
    if not found:
        raise refuse(f"{value} is no domain", "Write what stands behind the @: acme.example.")
    return found


def _mailbox(value: str) -> str:
    try:
        return address_of(value).casefold()
    except UpbeatError as error:
        raise refuse(error.what, error.fix) from error


def _ours(value: str) -> str:
    return _mailbox(value) if "@" in value.strip().removeprefix("@") else _domain(value)


Domain = Annotated[Text, AfterValidator(_domain)]
Address = Annotated[Text, AfterValidator(_mailbox)]
Ours = Annotated[Text, AfterValidator(_ours)]


class Exclude(Model):
    """What is never kept, and never sent to a model.

    What only our own people take part in, what a calendar marks as private or confidential, and a recording that
    somebody objected to never is, whatever stands here.
    """

    domains: Annotated[tuple[Domain, ...], Field(strict=False)] = ()
    """Whoever takes part from one of these, or a domain below it, is enough: `lawyers.example`."""
    addresses: Annotated[tuple[Address, ...], Field(strict=False)] = ()
    """Whoever takes part with one of these addresses is enough."""
    words: Annotated[tuple[Sentence, ...], Field(strict=False)] = ()
    """A title with one of these, as whole words: they stand beside those that are always looked for."""
    allow: Annotated[tuple[Sentence, ...], Field(strict=False)] = ()
    """Words that are always looked for, and are everyday business here: a house of lawyers allows `contract`."""


class Consent(StrEnum):
    """What becomes of a recording in which nobody says that they agree to it."""

    NOTED = "noted"  # kept, with what was said of it
    REQUIRED = "required"  # never kept


class Keep(Model):
    """What is kept of a conversation in our own store, and for how long. What stands in the org stays there."""

    transcripts: bool = True
    """Whether the words stay once every workflow has read them; without them nothing can be read again."""
    days: Annotated[int, Field(ge=1)] = 730
    """So many days after it was taken the words are erased; that it was, and the quotes of what was written, stay."""


class FolderSource(Model):
    """A folder, with those below it, that others put files into: transcripts, `.eml`, `.ics`."""

    path: Text
    """The folder, a path from upbeat.yaml. They are taken when nobody wrote to them for ten seconds, and stay."""


class ImapSource(Model):
    """Mailboxes of one account. They are read and never changed: nothing is marked, moved or deleted."""

    host: Text
    """The server's name, which its certificate must carry: `imap.acme.example`."""
    port: Annotated[int, Field(ge=1, le=65535)] = 993
    """993 with `tls`, 143 with `starttls`, as a rule."""
    security: Annotated[Security, Field(strict=False)] = Security.TLS
    """How the way there is kept secret. `none` is for a server on this machine alone."""
    username: Text
    """As whom to log in."""
    secret_env: Text | None = None
    """The environment variable that holds the password."""
    secret_file: Text | None = None
    """A file of mode 0600 that holds the password and nothing else, a path from upbeat.yaml."""
    kept: Literal["secret"] | None = None
    """What `upbeat capture connect` keeps in the system's keyring."""
    folders: Annotated[tuple[Text, ...], Field(strict=False, min_length=1)] = ("INBOX", "Sent")
    """The mailboxes that are read, by the names that the server gives them."""
    since: Day | None = None
    """Only what came on this day or later; left out, all that is there."""
    timeout: Duration = timedelta(seconds=10)
    """How long the server may take to answer."""

    @model_validator(mode="after")
    def _nothing_in_the_clear(self) -> Self:
        if self.security is Security.NONE and self.host not in THIS_MACHINE:
            raise refuse(f"mail of {self.host} would come in the clear", "Write 'security: tls' or 'starttls'.")
        if sum(one is not None for one in (self.secret_env, self.secret_file, self.kept)) != 1:
            fix = "Write 'secret_env:' or 'secret_file:', or 'kept: secret' and run `upbeat capture connect`."
            raise refuse("a login has one place where its password is", fix)
        return self

    @property
    def first_day(self) -> date | None:
        """The first day whose mail is read."""
        return None if self.since is None else date.fromisoformat(self.since)


class WebhookSource(Model):
    """Deliveries that others post to `upbeat capture serve`, each signed by the rules of Standard Webhooks."""

    secret_env: Text | None = None
    """The environment variable that holds the secret, `whsec_` and base64."""
    secret_file: Text | None = None
    """A file of mode 0600 that holds the secret and nothing else, a path from upbeat.yaml."""
    largest: Annotated[int, Field(ge=1_000, le=32_000_000)] = 5_000_000
    """The most bytes of one delivery; eight hours of talk in Gong's JSON are about five million."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.secret_env is None) == (self.secret_file is None):
            raise refuse("a secret lies in one place", "Write one of 'secret_env:' and 'secret_file:'.")
        return self


class SignalKind(StrEnum):
    """What shows that somebody is interested."""

    FORM = "form"  # somebody filled it in
    SIGNUP = "signup"  # somebody signed up: for a trial, an event
    INTENT = "intent"  # somebody of a company reads about what we sell, as a provider of such data tells


class SignalMap(Model):
    """Where each thing stands in the JSON or the table of a source: `fields.email`, `surges[0].topic`, a column."""

    kind: Annotated[SignalKind, Field(strict=False)]
    """What its signals are."""
    each: Text | None = None
    """Where the list of them stands; left out, all of it is one, or a list."""
    id: Text | None = None
    """What one is known by: it is taken once. Left out, all that is in it."""
    at: Text | None = None
    """When it was: ISO 8601, or seconds or milliseconds since 1970. Left out, when it came."""
    topic: Text | None = None
    """What it is about: the form, the product, the subject that is read about."""
    name: Text | None = None
    """The person's name."""
    address: Text | None = None
    """The person's mail address."""
    company: Text | None = None
    """The company's name."""
    score: Text | None = None
    """How strong it is, as the source has it."""
    text: Text | None = None
    """The words that the person wrote: they are read like a mail."""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.address or self.name or self.company):
            raise refuse("a signal is of somebody", "Say where 'address', 'name' or 'company' stands.")
        return self


class CaptureSource(Model):
    """One source."""

    source: Name
    """Its name: a webhook is reached under it."""
    title: Sentence = ""
    """What comes from it, in one line."""
    paused: bool = False
    """Whether nothing is taken from it for now; it goes on where it stood."""
    folder: FolderSource | None = None
    """Files in a folder."""
    imap: Annotated[ImapSource, BeforeValidator(no_secret)] | None = None
    """Mailboxes over IMAP."""
    webhook: Annotated[WebhookSource, BeforeValidator(no_secret)] | None = None
    """Signed deliveries over HTTP."""
    signals: SignalMap | None = None
    """What it gives are no talks but signals: forms, signups, intent data, as JSON or CSV."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(one is not None for one in (self.folder, self.imap, self.webhook)) != 1:
            raise refuse("a source is of one kind", "Write one of 'folder:', 'imap:' and 'webhook:'.")
        if self.signals is not None and self.imap is not None:
            raise refuse("a mailbox gives mail, and no signals", "Read signals from a folder or a webhook.")
        return self

    @property
    def kind(self) -> str:
        """Of which kind it is."""
        return "folder" if self.folder else "imap" if self.imap else "webhook"


class Capture(FileModel):
    """What Upbeat captures of a team's calls, mail and meetings. Without the file nothing is taken by itself."""

    owner: Username
    """The active user who answers for what is captured, and whom doubts without another owner are put to."""
    internal: Annotated[tuple[Ours, ...], Field(strict=False, min_length=1)]
    """Our own domains, with those below them, and single addresses beside them: `[acme.example]`."""
    exclude: Exclude = Exclude()
    """What is never kept."""
    consent: Annotated[Consent, Field(strict=False)] = Consent.NOTED
    """What becomes of a recording in which nobody agrees to it: `noted` keeps it, `required` does not."""
    keep: Keep = Keep()
    """What is kept in our own store, and for how long."""
    calendar_days: Annotated[int, Field(ge=1, le=400)] = 31
    """Meetings of a calendar that began within so many days before it is read; of series each day by itself."""
    within: Duration = timedelta(days=1)
    """How soon after it ended a meeting with customers is to be captured; `upbeat capture status` lists what is not."""
    sources: Annotated[tuple[CaptureSource, ...], Field(strict=False)] = ()
    """Where conversations come from; `upbeat run` takes from each."""

    @model_validator(mode="after")
    def _a_name_each(self) -> Self:
        names = [one.source for one in self.sources]
        if twice := next((one for one in names if names.count(one) > 1), ""):
            raise refuse(f"two sources are called {twice}", "Give each a name of its own: its position is kept by it.")
        return self
