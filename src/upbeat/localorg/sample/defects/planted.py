"""What is planted, as values, and the hands that plant it: every write goes through the org's own save path."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import OrgError, Saved
from upbeat.localorg.sample.company import ADMIN


@dataclass(frozen=True, slots=True)
class Planted:
    """One defect, and what an audit must say of it.

    `check` is the check that must find it, at `object` and `field`, naming `records` where it is about records, and
    else `value`. `also` are checks that may rightly tell of the same records or value for the same reason.
    """

    kind: str
    check: str
    object: str
    field: str
    says: str
    records: tuple[str, ...] = ()
    value: str = ""
    also: tuple[str, ...] = ()


@dataclass
class Hands:
    """Somebody who does harm to an org: `used` are records that a defect is about, which no other touches."""

    org: LocalOrg
    ids: Mapping[str, str]
    random: Random
    used: set[str] = field(default_factory=set[str])

    def pick(self, text: str, among: Iterable[str] | None = None) -> dict[str, Any] | None:
        """Draw one record that a query gives and no defect is about yet, of these ids; None where none is left."""
        allowed = None if among is None else set(among)
        rows = [
            row
            for row in self.org.query(text, self.ids[ADMIN])
            if row["Id"] not in self.used and (allowed is None or row["Id"] in allowed)
        ]
        if not rows:
            return None
        row = self.random.choice(rows)
        self.used.add(row["Id"])
        return row

    def deal(self, where: str = "", fields: str = "Name") -> dict[str, Any] | None:
        """Draw an open deal that no story of the sample is about."""
        ordinary = (key for name, key in self.ids.items() if name.startswith("deal ") and name[5:].isdigit())
        more = f" AND {where}" if where else ""
        text = f"SELECT Id, {fields} FROM Opportunity WHERE IsClosed = FALSE{more} ORDER BY Id"  # noqa: S608 - our own names
        return self.pick(text, ordinary)

    def query(self, text: str) -> list[dict[str, Any]]:
        """Ask the org as its admin."""
        return self.org.query(text, self.ids[ADMIN])

    def create(self, name: str, values: Mapping[str, Any], user_id: str = "") -> str:
        """Create a record, as the admin or as whoever else, and give its id."""
        return self._saved(self.org.create(name, [values], user_id or self.ids[ADMIN]))

    def update(self, name: str, key: str, values: Mapping[str, Any], by: str = ADMIN) -> None:
        """Change a record, as the admin or as whoever else."""
        self._saved(self.org.update(name, [{"Id": key, **values}], self.ids[by]))

    def delete(self, keys: Iterable[str]) -> None:
        """Put records into the recycle bin."""
        for saved in self.org.delete(list(keys), self.ids[ADMIN]):
            self._saved([saved])

    def _saved(self, results: Sequence[Saved]) -> str:
        (saved,) = results
        if not saved.ok:
            raise OrgError(f"a defect is refused: {saved.errors[0].message}")
        self.used.add(saved.id)
        return saved.id
