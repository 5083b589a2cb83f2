"""A source of facts about companies and people as a user writes it: `enrichment/<name>.yaml`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from upbeat.base import company, host
from upbeat.base.files import CurrencyCode, FileModel, Model, Name, Path, Sentence, Username, Word, refuse
from upbeat.formula import Type
from upbeat.workflows.model import Duration
from upbeat.workflows.secrets import THIS_MACHINE, logs_in, no_secret, sounds_secret

PLACE = re.compile(r"\{!(\w+)\}")  # where an address or a body takes what is asked with
_BIND = re.compile(r"(?<![:\w]):(\w+)")  # a bind of a query, and no cast such as ::text
_PATH = re.compile(r"[^.\[\]]+(?:\[\d+\])*(?:\.[^.\[\]]+(?:\[\d+\])*)*")
_LOGIN = re.compile(r"//[^@]*:[^@]*@")  # a password may hold every sign but an @

RESERVED = frozenset({"status", "why", "source", "filled", "kept", "dropped"})  # what a step says beside the facts

Text = Annotated[str, StringConstraints(min_length=1)]


class Key(StrEnum):
    """What a source is asked with, and so how it is put into one form."""

    DOMAIN = "domain"  # of a website or an email address; one that many share, such as public mail, is none
    EMAIL = "email"
    COMPANY = "company"  # a company's name; in a table it is compared without case, signs and legal form
    TEXT = "text"


def _path(value: str) -> str:
    if _PATH.fullmatch(value) is None:
        raise refuse(f"{value} is no place in an answer", "Write it as company.industry, or results[0].name.")
    return value


def _address(value: str) -> str:
    found = urlsplit(value)
    host = found.hostname or ""
    if found.scheme not in {"http", "https"} or not host or "{" in found.netloc:
        raise refuse(f"{value} is no address to ask", "Write https://, a host without merge fields, and a path.")
    if found.scheme == "http" and host not in THIS_MACHINE:
        raise refuse(f"what is asked would go to {host} in the clear", "Write https://.")
    if found.username or found.password:
        raise refuse("the address holds a login, where everyone who reads the file reads it", "Write 'secret:'.")
    if shown := _secret_in(_parameters(value)):
        raise refuse(f"the address holds a {shown}, and addresses stand in logs", "Send it in a header: 'secret:'.")
    return value


def _parameters(address: str) -> Iterator[tuple[str, str]]:
    """Give what an address says by name, after its `?` and its `#`."""
    _, *parts = re.split(r"[?#]", address)
    for one in parts:
        yield from parse_qsl(one.replace(";", "&"), keep_blank_values=True)


def _secret_in(values: Iterable[tuple[str, str]]) -> str:
    """Name the first that is a secret by its name, or logs in by its value; what is asked with is none."""
    written = ((name, text) for name, text in values if PLACE.fullmatch(text) is None)
    return next((name for name, text in written if sounds_secret(name) or logs_in(text)), "")


def _headers(value: Mapping[str, str]) -> Mapping[str, str]:
    if shown := _secret_in(value.items()):
        fix = "Write 'secret: {header: ..., secret_env: NAME}', or 'secret_file: path' of a file only you can read."
        raise refuse(f"{shown} is written in the file, where everyone who reads the file reads it", fix)
    return value


HttpAddress = Annotated[Text, AfterValidator(_address)]


class Secret(Model):
    """Where the secret is, and the header that carries it."""

    header: Text = "Authorization"
    """The header's name."""
    before: str = "Bearer "
    """What stands before the secret in the header; `''` for nothing."""
    secret_env: Text | None = None
    """The environment variable that holds it."""
    secret_file: Text | None = None
    """A file of mode 0600 that holds it and nothing else, a path from upbeat.yaml."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.secret_env is None) == (self.secret_file is None):
            raise refuse("a secret lies in one place", "Write one of 'secret_env:' and 'secret_file:'.")
        return self


class Http(Model):
    """A provider over HTTP, one call a question. 404 says that nothing is known; redirects are not followed."""

    url: HttpAddress
    """The address, with what is asked: `https://api.firmlens.example/companies?domain={!domain}`."""
    method: Literal["GET", "POST"] = "GET"
    """POST sends `body`."""
    headers: Annotated[Mapping[Text, str], AfterValidator(_headers)] = Field(default_factory=dict)
    """Headers that hold no secret."""
    body: Annotated[Mapping[Text, str], AfterValidator(_headers)] = Field(default_factory=dict)
    """Sent as a JSON object, without a secret: `{domain: '{!domain}'}`."""
    secret: Annotated[Secret, BeforeValidator(no_secret)] | None = None
    """What to log in with."""
    timeout: Duration = timedelta(seconds=5)
    """How long one call may take, from the first byte to the last."""
    calls_per_day: Annotated[int, Field(gt=0)] = 1000
    """The most calls in one day of the org's time zone, those that failed among them."""
    cost: Annotated[Decimal | int, Field(ge=0)] = 0
    """What one call costs, for the reports."""
    per_month: Annotated[Decimal | int, Field(gt=0)] | None = None
    """The most that all calls of a calendar month may cost; then records go on without, and the owner is told."""
    currency: CurrencyCode = "USD"
    """In which currency."""
    keeps: Duration = timedelta(days=30)
    """How long an answer is used again for the same question."""
    in_monitor: bool = False
    """Whether it is asked for records in monitor mode as well, which otherwise sends nothing."""

    @model_validator(mode="after")
    def _body_goes_with_post(self) -> Self:
        if (self.method == "POST") != bool(self.body):
            raise refuse("a body goes with POST, and with it alone", "Write 'method: POST' with 'body:', or neither.")
        return self


class Table(Model):
    """A table: a CSV file, or a query of a database."""

    file: Text | None = None
    """A CSV file, a path from upbeat.yaml; its columns are found by the names in `takes`."""
    query: Text | None = None
    """A SELECT with what is asked as binds: `SELECT * FROM companies WHERE domain = :domain`."""
    database: Text | None = None
    """The database of the query: `sqlite:///facts.db`, or `postgresql://host/name` without a login in it."""
    secret_env: Text | None = None
    """Instead of `database`: the environment variable that holds its address, with the login."""
    secret_file: Text | None = None
    """Instead of `database`: a file of mode 0600 that holds its address, with the login."""
    in_monitor: bool = False
    """Whether a database is asked for records in monitor mode as well, which otherwise sends nothing."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.file is None) == (self.query is None):
            raise refuse("a table is a file or a query", "Write one of 'file:' and 'query:'.")
        places = sum(one is not None for one in (self.database, self.secret_env, self.secret_file))
        if places != (self.query is not None):
            raise refuse("a query has one database, and a file none", "Write 'database:' beside 'query:', or neither.")
        if self.database and (_LOGIN.search(self.database) or _secret_in(_parameters(self.database))):
            fix = "Write 'secret_env: NAME' of a variable that has the address, or 'secret_file: path' of a file."
            raise refuse("the database's address holds a login", fix)
        if self.in_monitor and self.file is not None:
            raise refuse("a file is read in monitor mode anyway", "Leave 'in_monitor:' out.")
        return self


class Given(Model):
    """One fact that the source gives."""

    at: Annotated[Text, AfterValidator(_path)]
    """Where it stands: a path in the JSON answer, such as `company.industry` or `results[0].name`; a table's column."""
    type: Literal["text", "number", "boolean", "date"] = "text"
    """What it is; a value that is something else is dropped, and counted."""
    values: Mapping[Text, Text] = Field(default_factory=dict)
    """The org's word for each of the source's: `{fin_services: Banking}`. A word that is not here stays as it is."""


def _given(value: Any) -> Any:
    return {"at": value} if isinstance(value, str) else value


class Provider(FileModel):
    """A source that steps ask before they decide: with what, how, what it gives, and whose values it may replace."""

    provider: Name
    """Its name, and its file's: what values are stamped with."""
    title: Sentence
    """What it is, in one line."""
    owner: Username
    """The active user who answers for it and its cost."""
    takes: Annotated[Mapping[Word, Annotated[Key, Field(strict=False)]], Field(min_length=1)]
    """What it is asked with: `{domain: domain, name: company}`. Where all of them are blank, it is not asked."""
    http: Http | None = None
    """A provider over HTTP."""
    table: Table | None = None
    """A table, in place of `http`."""
    gives: Annotated[
        Mapping[Word, Annotated[Given, BeforeValidator(_given, json_schema_input_type=str | Given)]],
        Field(min_length=1),
    ]
    """What it gives, by the names that steps use: `{industry: company.industry}`."""
    wait: Duration = timedelta(minutes=2)
    """How long a record waits for the answer before it goes on without."""
    replaces: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    """Sources whose values this one may replace, beside its own older ones."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.http is None) == (self.table is None):
            raise refuse("a source is asked in one way", "Write one of 'http:' and 'table:'.")
        if taken := next((one for one in self.gives if one in RESERVED), ""):
            raise refuse(f"a fact cannot be called {taken}: the step itself says that", "Give it another name.")
        for path, text in self._texts():
            for name in PLACE.findall(text):
                if name not in self.takes:
                    raise refuse(f"{'.'.join(map(str, path))} asks with {name}", f"Add {name} to 'takes'.")
        return self

    def _texts(self) -> Iterator[tuple[Path, str]]:
        """Give every text that may hold a `{!name}`, with where it stands."""
        if self.http is not None:
            yield ("http", "url"), self.http.url
            yield from ((("http", "body", name), text) for name, text in self.http.body.items())
        if self.table is not None and self.table.query is not None:
            yield ("table", "query"), _BIND.sub(r"{!\1}", self.table.query)

    @property
    def leaves(self) -> bool:
        """Whether what it is asked with leaves this machine; a file does not make it."""
        return self.table is None or self.table.file is None

    @property
    def in_monitor(self) -> bool:
        """Whether it is asked for records in monitor mode as well, where that leaves this machine."""
        return any(one.in_monitor for one in (self.http, self.table) if one is not None)

    @property
    def to(self) -> str:
        """Where what it is asked with goes, as the ledger says it; empty where that is told with a secret alone."""
        address = self.http.url if self.http is not None else (self.table and self.table.database) or ""
        return re.split(r"[?#]", address)[0]

    def types(self) -> Mapping[str, Type]:
        """Give the type of each fact, as formulas see it."""
        return {name: _TYPES[one.type] for name, one in self.gives.items()}


_TYPES = {"text": Type.TEXT, "number": Type.NUMBER, "boolean": Type.BOOLEAN, "date": Type.DATE}


def asked_with(kind: Key, text: str) -> str:
    """Give a key as a source is asked with it; empty where the text holds none."""
    match kind:
        case Key.DOMAIN:
            return host(text)
        case Key.EMAIL:
            return text.strip().casefold()
        case _:
            return text.strip()


def compared(kind: Key, text: str) -> str:
    """Give a key in the form by which a table finds it: that of `asked_with`, of a company without its trimmings."""
    return company(text) if kind is Key.COMPANY else asked_with(kind, text)
