"""What somebody does in the org at a moment, as a value: the year and the morning are made of these."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Ref:
    """The id of another record of the sample, by its key: it is not known before the org has made it."""

    key: str


@dataclass(frozen=True, slots=True)
class Act:
    """`actor`, a username, creates or updates the record that the sample calls `key`, such as `deal 17`."""

    at: datetime
    actor: str
    verb: Literal["create", "update"]
    object: str
    key: str
    values: Mapping[str, Any]

    def row(self, ids: Mapping[str, str]) -> dict[str, Any]:
        """Give the row to save: references as ids and, for an update, the record's own `Id`."""
        row = {name: ids[value.key] if isinstance(value, Ref) else value for name, value in self.values.items()}
        return row if self.verb == "create" else {"Id": ids[self.key], **row}
