"""A workspace: a folder with upbeat.yaml, opened. Everything is wired here, each part when it is first asked for."""

import time
from collections.abc import Callable, Collection
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from upbeat.app.capturing import Capturing
from upbeat.app.catalogue import read_catalogue
from upbeat.app.code import code_version
from upbeat.app.finding import SETTINGS
from upbeat.app.folder import written
from upbeat.app.identities import CLIENT_NAMES, READING, WRITING, approver, credentials_of, is_alive
from upbeat.app.jobs import jobs
from upbeat.app.messages import sender_of
from upbeat.app.models import OpenModels
from upbeat.app.sources import Sources
from upbeat.app.vault import Vault
from upbeat.apply import Applier, Sender
from upbeat.base import Clock, SystemClock, UpbeatError
from upbeat.domain import Mode
from upbeat.engine import Directory, Engine, Parts, People, Pools, Versions
from upbeat.foundation import BY_KEY
from upbeat.gate import FLOOR
from upbeat.intake import Source
from upbeat.ledger import Keys, Ledger
from upbeat.notices import Links
from upbeat.operations import DisconnectedError, House, Need, reading_needs, writing_needs
from upbeat.salesforce import (
    Budget,
    Listener,
    Organization,
    Reader,
    Retries,
    Session,
    Subscriber,
    Usage,
    is_loopback,
)
from upbeat.schema import Schema, standard
from upbeat.steps import SPECS
from upbeat.store import EngineLock, Store
from upbeat.store.calls import kept_calls
from upbeat.store.connection import Disconnection, disconnection
from upbeat.timeline import SIGNALS
from upbeat.workflows import (
    Catalogue,
    Connection,
    DefinitionError,
    Definitions,
    Problem,
    Severity,
    Workflow,
    check,
    check_messages,
    check_models,
    compile_workflow,
    load,
    load_settings,
)

_KNOWN = timedelta(hours=1)  # so long the figure of API calls that an engine noted is begun with


class NoWritingError(UpbeatError):
    """Something is to be written, and the workspace has no connection that may."""


class Workspace:
    """One opened workspace. `with` closes what it opened."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock | None = None,
        sleep: Callable[[float], None] = time.sleep,
        without: Collection[str] = (),
        patient: bool = True,
    ) -> None:
        """Read upbeat.yaml; `sleep` waits before a read is sent to the org again.

        Without `patient` it is never sent again: somebody waits for the answer, and asks again sooner.
        `without` names jobs of the house that its engine leaves to others.

        Raises DefinitionError where the file is wrong.
        """
        self.folder = folder
        self.clock = clock or SystemClock()
        self._sleep = sleep
        self._without = without
        self._patient = patient
        self.settings = load_settings(folder)
        self._open = ExitStack()
        self._lent: dict[str, Session] = {}  # by username, of those who lend their name
        self._wider: dict[frozenset[str], Catalogue] = {}  # what drafts are checked against, by their objects
        self._read: tuple[frozenset[tuple[str, int, int]], Definitions] | None = None  # and of which files

    def __enter__(self) -> Self:
        """Give the workspace itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store and the connections."""
        self._open.close()

    @property
    def definitions(self) -> Definitions:
        """What the files say now, unchecked: they are read again when one of them was written."""
        found = written(self.folder)
        if self._read is None or self._read[0] != found:
            self._read = found, load(self.folder)
        return self._read[1]

    @cached_property
    def store(self) -> Store:
        """Our own database."""
        return self._open.enter_context(Store.open(self.settings.path(self.settings.store), clock=self.clock))

    @cached_property
    def keys(self) -> Keys:
        """The keys that stand outside the store."""
        return Keys.load_or_create(self.settings.path(self.settings.keys))

    @cached_property
    def ledger(self) -> Ledger:
        """What happened, in order."""
        return Ledger(self.keys, self.clock, lambda: self.versions.in_force)

    @cached_property
    def lock(self) -> EngineLock:
        """The lock that lets one engine run on the store."""
        return EngineLock(self.settings.path(self.settings.store), clock=self.clock)

    @cached_property
    def budget(self) -> Budget:
        """The org's API calls, shared by both connections; it begins with what an engine saw last, while that holds."""
        usage = None
        if self.settings.path(self.settings.store).exists():
            with self.store.reading() as conn:
                known = kept_calls(conn)
            if known is not None and self.clock.now() - known.at < _KNOWN:
                usage = Usage(known.used, known.allowed, known.at)
        return Budget(self.clock, sleep=self._sleep, reserve=self.settings.org.reserve, usage=usage)

    @property
    def disconnection(self) -> Disconnection | None:
        """Who disconnected the org, None while it is connected."""
        if not self.settings.path(self.settings.store).exists():
            return None
        with self.store.reading() as conn:
            return disconnection(conn)

    @cached_property
    def reading(self) -> Session:
        """The engine's eyes."""
        return self._connect(READING, self.settings.org.reading, Retries() if self._patient else Retries(attempts=1))

    @cached_property
    def writing(self) -> Session:
        """The connection that `apply` alone is handed.

        It sends once: the engine tries again, after it has looked at the stop, the mode and the record once more.
        """
        connection = self.settings.org.writing
        if connection is None:
            raise NoWritingError(
                "there is no writing connection: this workspace only reads",
                where=str(self.folder / SETTINGS),
                fix="Run `upbeat org connect --writing`; it says what the org must have for it.",
            )
        return self._connect(WRITING, connection, Retries(attempts=1))

    @property
    def writes(self) -> bool:
        """Whether there is a writing connection at all."""
        return self.settings.org.writing is not None

    @cached_property
    def sender(self) -> Sender | None:
        """What messages leave by, None where upbeat.yaml names neither a mail server nor Slack."""
        return sender_of(self.settings, self.vault, self.store, self.ledger, self.clock)

    @cached_property
    def links(self) -> Links:
        """What notices lead to the console by."""
        return Links(self.settings.links_to, self.keys.links)

    @cached_property
    def sources(self) -> Sources:
        """The sources of facts that steps ask."""
        return self._open.enter_context(closing(Sources(self.settings, self.clock)))

    @cached_property
    def open_models(self) -> OpenModels:
        """The models that read for agents, opened when they are asked."""
        return OpenModels(self.settings, self.clock)

    @cached_property
    def capturing(self) -> Capturing:
        """The sources of conversations."""
        return self._open.enter_context(closing(Capturing(self.settings, self.vault, self.keys.cipher, self.house)))

    @cached_property
    def vault(self) -> Vault:
        """What `upbeat org connect` keeps of the connections."""
        return Vault(self.folder, self.settings.path(self.settings.store), self.settings.path(self.settings.keys))

    @cached_property
    def reader(self) -> Reader:
        """Queries over the reading connection."""
        return Reader(self.reading, lambda: self.schema)

    @cached_property
    def organization(self) -> Organization:
        """Which org it is; the store is bound to it from the first time on."""
        found = self.reader.organization()
        self.store.claim_org(found.id)
        return found

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which schedules and dates are meant: the one of upbeat.yaml, else the org's."""
        return ZoneInfo(self.settings.time_zone or self.organization.time_zone)

    @property
    def schema(self) -> Schema:
        """The org's catalogue, as far as workflows read it, told to the user who reads it and writes nothing."""
        return self.catalogue.schema

    @property
    def catalogue(self) -> Catalogue:
        """What definitions are compiled against; it is read anew when something was published."""
        return self.versions.catalogue

    def _read_catalogue(self, published: set[str]) -> Catalogue:
        return read_catalogue(load(self.folder), published, self.reader, str(self.zone))

    @property
    def reading_needs(self) -> list[Need]:
        """What the reading identity must see, as far as the files say so: the org need not have let us in yet."""
        catalogue = Catalogue(standard(), SPECS, SIGNALS, time_zone=self.settings.time_zone or "UTC")
        return reading_needs(self.definitions, catalogue)

    @property
    def needs(self) -> dict[str, list[Need]]:
        """What each identity must see and change, by its name; what the reading one does not see yet as well."""
        catalogue = replace(self.catalogue, schema=self.schema.beside(standard()))
        return {
            READING: reading_needs(self.definitions, catalogue),
            WRITING: writing_needs(self.definitions, catalogue),
        }

    @cached_property
    def people(self) -> People:
        """The org's users and queues."""
        return People(self.reader.query, self.clock)

    def check(self, definitions: Definitions | None = None) -> list[Problem]:
        """Give everything that is wrong, or worth knowing, of definitions against the org: the files', or others."""
        files = definitions or self.definitions
        catalogue = self._knowing({one.trigger.object for one in files.workflows})
        found = check(files, catalogue, self.people.all(), FLOOR, BY_KEY, self.people.queues())
        unheard = check_models(files, SPECS, self.settings.models)
        return [*found, *check_messages(files, SPECS, self.settings.told_by), *unheard]

    def _knowing(self, objects: set[str]) -> Catalogue:
        """Give the catalogue, read anew where it lacks an object that the org has."""
        if all(self.catalogue.schema.has(one) for one in objects):
            return self.catalogue
        there = frozenset(objects.intersection(self.reader.objects()))
        if there not in self._wider:
            self._wider[there] = self._read_catalogue(set(there))
        return self._wider[there]

    @property
    def workflows(self) -> dict[str, Workflow]:
        """The files' workflows, compiled. Raises DefinitionError with every error that the checks find.

        What is wrong in fields.yaml is no error of theirs: no workflow is compiled by it, and the audit tells of it.
        """
        found = [one for one in self.check() if one.severity is Severity.ERROR]
        errors = [one for one in found if one.place.file != "fields.yaml"]
        if errors:
            raise DefinitionError(errors)
        flows = (compile_workflow(one, self.definitions, self.catalogue) for one in self.definitions.workflows)
        return {one.name: one for one in flows}

    @cached_property
    def versions(self) -> Versions:
        """The workflow versions that run."""
        return Versions(self.store, lambda: self.definitions, lambda: self.workflows, self._read_catalogue)

    @cached_property
    def house(self) -> House:
        """What the use cases look at: the store, the ledger, the definitions; the org only when asked."""
        return House(
            folder=self.folder,
            store=self.store,
            ledger=self.ledger,
            clock=self.clock,
            anchor=self.settings.path(self.settings.anchor),
            lock=self.lock,
            writes=self.writes,
            local=is_loopback(self.settings.org.login_url),
            org_url="" if is_loopback(self.settings.org.login_url) else self.settings.org.login_url.rstrip("/"),
            told_by=self.settings.told_by,
            get_versions=lambda: self.versions,
            read_catalogue=self._read_catalogue,
            check_files=self.check,
            get_people=lambda: self.people,
            get_schema=lambda: self.schema,
            get_reader=lambda: self.reader,
            get_zone=lambda: self.zone,
            get_sender=lambda: self.sender,
            get_links=lambda: self.links,
            get_readers=self._readers,
            get_code=code_version,
        )

    def engine(self, *, since: datetime | None = None, size: int | None = None) -> Engine:
        """Wire an engine; it opens with `with`. `since` is where changes that were never read begin, now by default."""
        organization = self.organization
        writer = ""
        if self.writes:
            writer = self._hold_writing_to(organization)
        elif live := [name for name, mode in self.versions.modes().items() if mode is Mode.LIVE]:
            raise NoWritingError(
                f"{live[0]} is live, and there is no writing connection",
                where=str(self.folder / SETTINGS),
                fix=f"Run `upbeat org connect --writing`, or take it back: `upbeat demote {live[0]}`.",
            )
        parts = Parts(
            org_id=organization.id,
            store=self.store,
            ledger=self.ledger,
            clock=self.clock,
            query=self.reader.query,
            applier=self._applier(writer),
            sender=self.sender,
            versions=self.versions,
            people=self.people,
            pools=Pools(self.reader.query, self.people, self.clock, self.zone),
            directory=Directory(self.reader.query, self.clock, lambda: self.schema),
            budget=self.budget,
            sources=self.sources,
            models=self.settings.models,
            open_model=self.open_models,
            zone=self.zone,
            links=self.links,
            bring_in=self.capturing,
            jobs=tuple(one for one in jobs(self.house) if one.name not in self._without),
        )
        sizes = {} if size is None else {"size": size}
        return Engine(
            parts,
            self.lock,
            self.settings.path(self.settings.store).with_suffix(".batches.db"),
            code_version(),
            anchor=self.settings.path(self.settings.anchor),
            poll_every=self.settings.poll_every,
            since=since or self.clock.now(),
            source=self._stream(),
            **sizes,
        )

    def _stream(self) -> Source | None:
        """Give the org's stream, where upbeat.yaml says that it is to be read."""
        address = self.settings.org.stream
        if address is None:
            return None

        def subscriber() -> Subscriber:
            return Subscriber(self.reading, self.clock, address=address, writes_as=CLIENT_NAMES[WRITING])

        asking = self._open.enter_context(subscriber())
        return Source(lambda position: Listener(subscriber(), position), asking.streams)

    def _readers(self) -> dict[str, Reader]:
        """Give what each connection sees, by its name: ours, and those that approvers lend."""
        found = {READING: self.reader} | ({WRITING: Reader(self.writing)} if self.writes else {})
        approving = self.settings.org.approving
        for username in () if approving is None else approving.users:
            session = self.lent(username)
            if session is not None and is_alive(session):
                found[approver(username)] = Reader(session)
        return found

    def lent(self, username: str) -> Session | None:
        """Give the connection in which an approver lends their own name, None where they have not, or no more.

        upbeat.yaml is read again: people connect and leave while an engine runs.
        """
        approving = load_settings(self.folder).org.approving
        if approving is None or username.casefold() not in {one.casefold() for one in approving.users}:
            self._lent.pop(username.casefold(), None)
            return None
        if username.casefold() not in self._lent:
            name = approver(username)
            connection = Connection(client_id=approving.client_id, kept="consent")
            self._lent[username.casefold()] = self._connect(name, connection, Retries(attempts=1))
        return self._lent[username.casefold()]

    def _applier(self, written_as: str) -> Applier | None:
        if not self.writes:
            return None
        schema = lambda: self.schema  # noqa: E731  it is read anew when something is published
        return Applier(self.writing, self.store, self.ledger, schema, self.clock, written_as=written_as, lent=self.lent)

    def _hold_writing_to(self, organization: Organization) -> str:
        """See to it that the writing connection is let in, and to the org that is read; give whom it acts as."""
        found = self.writing.identity()
        if found.org_id != organization.id:
            raise UpbeatError(
                f"the writing connection leads to the org {found.org_id}, the reading one to {organization.id}",
                where=str(self.folder / SETTINGS),
                fix="Give both connections client ids of one org.",
            )
        return found.username

    def _connect(self, name: str, connection: Connection, retries: Retries | None = None) -> Session:
        if (left := self.disconnection) is not None:
            raise DisconnectedError(
                f"{left.by} disconnected {self.settings.org.login_url} on {left.at:%d %B %Y}",
                where=str(self.folder / SETTINGS),
                fix="Connect it again: `upbeat org connect`.",
            )
        session = Session(
            credentials_of(self.settings, self.vault, name, connection),
            clock=self.clock,
            client_name=CLIENT_NAMES.get(name, CLIENT_NAMES[WRITING]),
            sleep=self._sleep,
            retries=retries,
            budget=self.budget,
        )
        return self._open.enter_context(session)
