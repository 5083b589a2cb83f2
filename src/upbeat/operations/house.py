"""What every use case looks at, and the errors that a use case answers with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from upbeat.apply import Sender
from upbeat.base import Clock, UpbeatError
from upbeat.channels import Way
from upbeat.domain import Record
from upbeat.engine import People, Versions
from upbeat.ledger import Ledger
from upbeat.notices import Links
from upbeat.salesforce import Reader
from upbeat.schema import Schema
from upbeat.store import EngineLock, Store
from upbeat.workflows import Act, Catalogue, Definitions, Person, Policy, Problem, Workflow

_DOING: Mapping[Act, str] = {
    "build": "publish what runs",
    "connect": "connect the org or leave it",
    "resume": "let writes go on",
    "attest": "attest items of the foundation",
    "watch": "see how work goes",
    "roll_back": "take writes back",
    "report": "read the reports for leadership",
    "audit": "take the history away",
}


class Refused(UpbeatError):  # noqa: N818  it names an answer, as people speak of it
    """A use case cannot be done as asked; `what` says why and `fix` what to do instead."""


class DisconnectedError(UpbeatError):
    """The org is asked for something, and people have disconnected it."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for something: a username. `unchecked` says why the org could not be asked, where it could not."""

    username: str
    unchecked: str = ""


@dataclass(frozen=True)
class House:
    """An opened workspace, as the use cases see it. What needs the org is asked for only when it is needed.

    `writes` is whether it has a writing connection, `local` whether its org is on this machine;
    `org_url` is where people open its records, empty for one that has no pages. `get_readers` gives
    what each connection sees, by its name; `get_code` the version of our own code. `folder` holds the files;
    `read_catalogue` asks the org anew what they are compiled against, these objects among it; `check_files` finds what
    is wrong with definitions, as `upbeat check` does. `told_by` is by what colleagues are told, nothing where no
    message can leave.
    """

    folder: Path
    store: Store
    ledger: Ledger
    clock: Clock
    anchor: Path
    lock: EngineLock
    writes: bool
    local: bool
    org_url: str
    told_by: tuple[Way, ...]
    get_versions: Callable[[], Versions]
    read_catalogue: Callable[[set[str]], Catalogue]
    check_files: Callable[[Definitions], Sequence[Problem]]
    get_people: Callable[[], People]
    get_schema: Callable[[], Schema]
    get_reader: Callable[[], Reader]
    get_readers: Callable[[], Mapping[str, Reader]]
    get_code: Callable[[], str]
    get_zone: Callable[[], ZoneInfo]
    get_sender: Callable[[], Sender | None]
    get_links: Callable[[], Links]

    @property
    def versions(self) -> Versions:
        """The versions that run, as published by now."""
        versions = self.get_versions()
        versions.pick_up()
        return versions

    @property
    def policy(self) -> Policy:
        """The policy that decides. Asks nothing of the org."""
        return self.versions.policy

    @property
    def engine_runs(self) -> bool:
        """Whether an engine runs on the store now; without one, a decision waits for the next `upbeat run`."""
        return self.lock.holder() is not None

    def workflow(self, name: str) -> Workflow:
        """Give a workflow as it runs now. Raises Refused where there is none of that name."""
        current = self.versions.current
        if name not in current:
            raise Refused(f"there is no workflow {name}", fix=f"There are: {', '.join(sorted(current))}.")
        return current[name]

    def query(self, text: str, binds: Mapping[str, Any]) -> Sequence[Record]:
        """Read from the org, over the reading connection."""
        return self.get_reader().query(text, binds)

    def person(self, name: str) -> Person:
        """Give the active user that somebody says they are. Raises Refused where the org knows no such user."""
        if not name:
            raise Refused("nobody says who is deciding", fix="Add --as USERNAME, or set UPBEAT_USER.")
        found = self.get_people().find(name)
        if found is None or not found.active:
            some = "is not active" if found else "is no user of this org"
            raise Refused(f"{name} {some}", fix="Decisions are made by people: name an active Salesforce user.")
        return found

    def allow(self, username: str, act: Act) -> None:
        """Hold that somebody may do something to the workspace. Raises Refused where policy.yaml gives it to others."""
        if not self.policy.may(username, act):
            said = self.policy.permissions
            roles = " or ".join(said.by_act()[act])
            who = username or "somebody who does not say who they are"
            fix = f"policy.yaml gives it to {roles}: {said.why} `--as` names you."
            raise Refused(f"{who} may not {_DOING[act]}", fix=fix)

    def asker(self, name: str, *, without: type[UpbeatError]) -> Asker:
        """Give who asks, as `person` does; an error of `without`, other than Refused, has the name stand unchecked."""
        try:
            return Asker(self.person(name).username)
        except Refused:
            raise
        except without as error:
            return Asker(name, error.what)
