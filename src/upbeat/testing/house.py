"""A whole house for one test: a local org with people in it, a workspace connected to it, and a clock that is moved."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from upbeat import operations
from upbeat.app import Workspace, code_version, connect_local, copy_definitions
from upbeat.base import ManualClock
from upbeat.engine import Engine
from upbeat.engine.durable import Durable
from upbeat.localorg import LocalOrg, Server, sample
from upbeat.operations import Journey, Review
from upbeat.store import Store
from upbeat.workflows import PLAYBOOKS, duration

ADMIN = "priya.shah@acme.example"
_TURNS = 100  # in one `play`: far more than any story takes
_POLICY = "policy.yaml"
_UNAUDITED = "\nfoundation: {holds_back: false, why: The org of a test is made for it}\n"


class BusyError(AssertionError):
    """The engine found something to do in every turn of a `play`: it goes in a circle."""


class House:
    """One org, one workspace and one engine, for `with`.

    The org is Acme's: its people, queue, stages and custom fields, and no other record; with `year=True` also the
    accounts, leads and deals of the year before, which another `seed` makes another. Workflows go live on it without an
    audit of the foundation: its policy says so, unless a test writes its own. `org` is the org itself, for whatever
    else a test needs there: users, custom fields, validation rules, faults. Do that before the first `play` or
    `promote`, which open the workspace. One engine runs in a process at a time, so a test uses one house after another.
    """

    def __init__(
        self,
        definitions: Path = PLAYBOOKS,
        *,
        only: Iterable[str] = (),
        files: Mapping[str, str] | None = None,
        year: bool = False,
        seed: int = 7,
        sandbox: bool = True,
        nightly: bool = False,
    ) -> None:
        """Take the folder of a workspace's definitions: the shipped ones, or your own.

        `only` names the workflows to keep, all of them where it is empty; `files` are texts by their path in the
        workspace, written over what is there. The org is a sandbox, unless `sandbox` says that it is production. With
        `nightly` the org is compared with the ledger each night, as `upbeat run` does: it asks the org much, so a test
        in which weeks go by leaves it out.
        """
        self._definitions = definitions
        self._only = frozenset(only)
        self._files = files or {}
        self._year = year
        self._seed = seed
        self._sandbox = sandbox
        self._without = () if nightly else ("reconcile",)
        self._held = ExitStack()
        self._opened = ExitStack()
        self._space: Workspace | None = None
        self._engine: Engine | None = None

    def __enter__(self) -> Self:
        """Set the org up and write the workspace; the engine opens when it is first needed."""
        with ExitStack() as held:
            self.clock = ManualClock(sample.NOW)
            image, ids = _acme(self._seed if self._year else None, self._sandbox)
            self.org = LocalOrg(":memory:", clock=self.clock, image=image)
            held.callback(self.org.close)
            self.ids = dict(ids)
            """Record ids by username or queue; with `year`, by every key of the sample."""
            self._since: datetime | None = self.clock.now()
            server = held.enter_context(Server(self.org))
            self.folder = Path(held.enter_context(TemporaryDirectory(prefix="upbeat-")))
            copy_definitions(self.folder, self._definitions)
            for file in (self.folder / "workflows").glob("*.yaml"):
                if self._only and file.stem not in self._only:
                    file.unlink()
            copied = self.folder / _POLICY
            self.write({_POLICY: copied.read_text(encoding="utf-8")} if copied.exists() else {})
            self.write(self._files)
            reading, writing = ((one.client_id, one.client_secret) for one in sample.CONNECTIONS.values())
            connect_local(self.folder, server.url, reading, writing)
            (self.folder / "upbeat.db").write_bytes(_empty_store())
            held.callback(self.close)
            self._held = held.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the engine, the workspace and the org, and remove the folder."""
        self._held.close()

    # The workspace and its engine

    @property
    def space(self) -> Workspace:
        """The opened workspace; `space.house` is what the functions of `upbeat.operations` take."""
        if self._space is None:
            space = Workspace(self.folder, clock=self.clock, sleep=self._sleep, without=self._without)
            self._space = self._opened.enter_context(space)
        return self._space

    @property
    def engine(self) -> Engine:
        """The engine, open on the store. It takes in what happened since the house began."""
        if self._engine is None:
            batches = self.folder / "upbeat.batches.db"
            if not batches.exists():
                batches.write_bytes(_no_batches())
            self._engine = self._opened.enter_context(self.space.engine(since=self._since))
            self._since = None  # from now on its place is in the store
        return self._engine

    def write(self, files: Mapping[str, str]) -> None:
        """Write files of the workspace by their path; they count when they are published: `publish`, `restart`.

        A policy.yaml that says nothing of the foundation is told to hold nothing back for it.
        """
        for path, text in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            unaudited = path == _POLICY and "\nfoundation:" not in text
            file.write_text(text + _UNAUDITED if unaudited else text, encoding="utf-8")

    def close(self) -> None:
        """Close the engine and the workspace, as the end of `upbeat run` does; using either opens them again."""
        self._engine = self._space = None
        self._opened.close()

    def restart(self) -> None:
        """End the engine, publish the files as they are now, and start it anew."""
        self.close()
        if operations.unpublished(self.space.house):
            self.publish()
        _ = self.engine

    def publish(self, *names: str, by: str = "", note: str = "") -> None:
        """Publish files by their names, all where none is named, as somebody whom the policy lets build.

        An open engine picks it up at the next `play`.
        """
        house = self.space.house
        builders = [one for role in house.policy.permissions.build for one in house.policy.roles.get(role, ())]
        operations.publish(house, names, by or next(iter(builders), ADMIN), note)

    def play(self, after: timedelta | str = "15 seconds") -> None:
        """Let time pass, as much as `after` says, and turn the engine until it waits for people or for time.

        Left out, it is longer than the shipped policy holds an approved change back, so that it is written.

        Raises BusyError where that never comes.
        """
        engine = self.engine
        self.clock.advance(duration(after) if isinstance(after, str) else after)
        for _ in range(_TURNS):
            if engine.turn().idle:
                return
        raise BusyError(f"after {_TURNS} turns the engine still finds something to do")

    # The org, as people use it

    def create(self, name: str, *, by: str = ADMIN, **values: Any) -> str:
        """Create a record in a person's name and give its id. Raises AssertionError where the org refuses it."""
        (saved,) = self.org.create(name, [values], self._user(by))
        assert saved.ok, saved.errors  # noqa: S101  a test's own set-up fails as a test does
        return saved.id

    def update(self, name: str, record_id: str, *, by: str = ADMIN, **values: Any) -> None:
        """Change a record in a person's name. Raises AssertionError where the org refuses it."""
        (saved,) = self.org.update(name, [{"Id": record_id, **values}], self._user(by))
        assert saved.ok, saved.errors  # noqa: S101  as above

    def get(self, name: str, record_id: str) -> dict[str, Any]:
        """Give a record with all its fields, as REST JSON has it."""
        return self.org.record(name, record_id)

    def query(self, text: str) -> list[dict[str, Any]]:
        """Give the records of a query in SOQL."""
        return self.org.query(text, self._user(ADMIN))

    def owner(self, name: str, record_id: str) -> str:
        """Give the username of a record's owner, or the name of the queue that has it."""
        key = self.get(name, record_id)["OwnerId"]
        found = self.query(f"SELECT Username FROM User WHERE Id = '{key}'")  # noqa: S608  an id of the org
        return found[0]["Username"] if found else self.get("Group", key)["Name"]

    def written(self) -> list[str]:
        """Give the ids of all records that Upbeat created or changed last, by the org's own audit fields."""
        writer = self._user(sample.CONNECTIONS["writer"].username)
        audited = [one.name for one in self.org.schema if one.has("LastModifiedById") and one.has("CreatedById")]
        mine = f"LastModifiedById = '{writer}' OR CreatedById = '{writer}'"
        return [row["Id"] for name in audited for row in self.query(f"SELECT Id FROM {name} WHERE {mine}")]  # noqa: S608

    # People and their decisions

    def promote(self, *names: str) -> None:
        """Take workflows live, in the names of different people who hold the roles that the policy asks for."""
        _ = self.engine  # a version can be promoted once an engine has published it
        policy = self.space.house.policy
        second = () if policy.promotion.second is None else ((policy.promotion.second,),)
        chosen = product(*(policy.roles[role] for role in policy.promotion.roles), *second)
        people = next(some for some in chosen if len(set(some)) == len(some))
        for name in names:
            operations.promote(self.space.house, name, people)

    def reviews(self, owner: str = "") -> list[Review]:
        """Give what waits for a person, the most pressing first."""
        return operations.reviews(self.space.house, owner=owner)

    def approve(self, review: Review, by: str, choice: str = "") -> Review:
        """Release a suggested change, or choose a move, in a person's name; the next `play` carries it out."""
        return operations.approve(self.space.house, review.id, by, choice=choice)

    def edit(self, review: Review, by: str, **values: str) -> Review:
        """Put other values in place of those suggested; the next `play` has them decided anew."""
        return operations.edit(self.space.house, review.id, by, values)

    def recall(self, review: Review, by: str) -> Review:
        """Take a person's signature back, as long as the change is not on its way."""
        return operations.recall(self.space.house, review.id, by)

    def reject(self, review: Review, by: str, reason: str = "wrong fact") -> Review:
        """Say no in a person's name."""
        return operations.reject(self.space.house, review.id, by, reason)

    # What came of it

    def runs(self, record_id: str) -> list[Journey]:
        """Give every run of a record, oldest first, as `upbeat explain` tells it; none is an empty list."""
        try:
            return operations.explain(self.space.house, record_id)
        except operations.Refused:
            return []

    def run(self, record_id: str) -> Journey:
        """Give the newest run of a record. Raises operations.Refused where there is none."""
        return operations.explain(self.space.house, record_id)[-1]

    def _sleep(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def _user(self, username: str) -> str:
        if username not in self.ids:
            (row,) = self.org.query(f"SELECT Id FROM User WHERE Username = '{username}'", self.ids[ADMIN])  # noqa: S608
            self.ids[username] = row["Id"]
        return self.ids[username]


@cache
def _acme(seed: int | None, sandbox: bool) -> tuple[bytes, Mapping[str, str]]:
    """Give Acme's org, with the year of a seed where one is given, and its ids: made once a process, then copied."""
    clock = ManualClock(sample.NOW if seed is None else sample.BEGAN)
    with closing(LocalOrg(":memory:", clock=clock, time_zone=sample.TIME_ZONE, sandbox=sandbox)) as org:
        ids = sample.set_up(org) if seed is None else sample.build(org, clock, seed)
        return org.image(), ids


@cache
def _empty_store() -> bytes:
    """Give the file of a store in which nothing happened yet: migrated once a process, and copied for every house."""
    with TemporaryDirectory(prefix="upbeat-") as folder:
        file = Path(folder) / "upbeat.db"
        Store.open(file, clock=ManualClock(sample.NOW)).close()  # the last to close writes the log back into the file
        return file.read_bytes()


@cache
def _no_batches() -> bytes:
    """Give the durable engine's file with no batch in it: made once a process, before an engine opens, then copied."""
    with TemporaryDirectory(prefix="upbeat-") as folder:
        file = Path(folder) / "upbeat.batches.db"
        Durable(file, code_version(), lambda _: ()).close()
        return file.read_bytes()
