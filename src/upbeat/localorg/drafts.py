"""One row on its way into the org: what it was, what the client gave, and what it will be."""

from dataclasses import dataclass, field
from datetime import datetime

from upbeat.localorg.problems import Problem
from upbeat.localorg.storage import Row
from upbeat.soql.layout import Stored


@dataclass(slots=True)
class Draft:
    """A record being saved. `old` is empty for a create; `given` names the fields that the client sent."""

    position: int  # of the row in the client's call
    id: str
    old: Row
    new: Row
    given: frozenset[str]
    now: datetime
    at: str  # `now` as the org stores it
    problems: list[Problem] = field(default_factory=list[Problem])
    duplicates: list[tuple[str, list[str]]] = field(default_factory=list[tuple[str, list[str]]])
    """What duplicate rules let by and want to be reported: the rule's name, and the ids of the duplicates."""

    @property
    def created(self) -> bool:
        """Whether the record is new."""
        return not self.old

    def changed(self, name: str) -> bool:
        """Whether the field will have another value than it had; of a new record, whether it has one."""
        return self.new.get(name) != self.old.get(name)

    def changes(self) -> Row:
        """Give what an update has to write."""
        old = self.old
        return {name: value for name, value in self.new.items() if old[name] != value}

    def text(self, name: str) -> str:
        """Give a text field's value, empty where it is blank."""
        value: Stored = self.new.get(name)
        return value if isinstance(value, str) else ""
