"""Whatever is saved, deleted and restored, the org agrees with a plain model of it, and its journal rebuilds it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, custom_object
from upbeat.localorg.journal import ChangeType
from upbeat.schema import DeleteConstraint, Field, FieldType

KEPT = timedelta(days=15)
CASCADE, HOLD, CUT = DeleteConstraint.CASCADE, DeleteConstraint.RESTRICT, DeleteConstraint.SET_NULL
LOOKUPS = {  # object → its lookups: the parent's object, and what the parent's delete does
    "Account": {"ParentId": ("Account", CUT)},
    "Contact": {"AccountId": ("Account", CASCADE)},
    "Plan__c": {"Account__c": ("Account", CUT), "Contact__c": ("Contact", HOLD)},
}
TEXTS = {"Account": "Name", "Contact": "LastName", "Plan__c": "Name"}
UNIQUE = "Key__c"
COLUMNS = {name: [TEXTS[name], *lookups, *([UNIQUE] if name == "Plan__c" else [])] for name, lookups in LOOKUPS.items()}


@dataclass(frozen=True)
class Drawn:
    """What a save gives a record, whatever its object."""

    text: str
    key: str | None
    parents: tuple[int | None, int | None]


names = st.sampled_from(["north", "south", "east", "west"])
keys = st.sampled_from([None, "k1", "k2", "k3"])
places = st.integers(0, 7)
drawn = st.builds(Drawn, names, keys, st.tuples(places | st.none(), places | st.none()))


def _plans() -> Any:
    lookups = [
        Field(name=name, type=FieldType.REFERENCE, reference_to=(parent,), delete_constraint=constraint)
        for name, (parent, constraint) in LOOKUPS["Plan__c"].items()
    ]
    unique = Field(name=UNIQUE, type=FieldType.STRING, length=20, unique=True, external_id=True)
    return custom_object("Plan__c", "Plan", "a00", [*lookups, unique])


@dataclass
class Row:
    """A record as the model keeps it; in the bin it belongs to the record with which it went there."""

    object: str
    values: dict[str, Any]
    bin: str = ""
    at: datetime | None = None


@dataclass
class Model:
    """Records by id, and the lookups that each delete cut: whose, which, and what it was."""

    rows: dict[str, Row] = field(default_factory=dict[str, Row])
    cuts: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict[str, list[tuple[str, str, str]]])

    def live(self, name: str = "") -> list[str]:
        return [key for key, row in self.rows.items() if not row.bin and name in ("", row.object)]

    def fits(self, name: str, values: dict[str, Any], own: str = "") -> bool:
        parents = [values[one] for one in LOOKUPS[name] if values.get(one)]
        taken = {self.rows[key].values.get(UNIQUE) for key in self.live(name) if key != own} - {None}
        return all(one in self.live() for one in parents) and values.get(UNIQUE) not in taken

    def pointing(self, ids: set[str]) -> Iterator[tuple[str, str, DeleteConstraint]]:
        for key in self.live():
            for one, (_, constraint) in LOOKUPS[self.rows[key].object].items():
                if self.rows[key].values.get(one) in ids:
                    yield key, one, constraint

    def delete(self, root: str, now: datetime) -> bool:
        gone = {root}
        while more := {key for key, _, constraint in self.pointing(gone) if constraint is CASCADE} - gone:
            gone |= more
        left = [(key, one, constraint) for key, one, constraint in self.pointing(gone) if key not in gone]
        if any(constraint is HOLD for _, _, constraint in left):
            return False
        self.cuts[root] = [(key, one, self.rows[key].values[one]) for key, one, _ in left]
        for key, one, _ in left:
            self.rows[key].values[one] = None
        for key in gone:
            self.rows[key].bin, self.rows[key].at = root, now
        return True

    def undelete(self, root: str) -> bool:
        coming = [key for key, row in self.rows.items() if row.bin == root]
        taken = {self.rows[key].values.get(UNIQUE) for key in self.live()} - {None}
        if root not in coming or any(self.rows[key].values.get(UNIQUE) in taken for key in coming):
            return False
        for key in coming:
            self.rows[key].bin, self.rows[key].at = "", None
        for key in coming:
            row = self.rows[key]
            row.values.update({one: None for one in LOOKUPS[row.object] if row.values.get(one) not in self.live()})
        for key, one, parent in self.cuts.pop(root, []):
            if key in self.live() and self.rows[key].values[one] is None and parent in self.live():
                self.rows[key].values[one] = parent
        return True

    def age(self, now: datetime) -> None:
        for key in [key for key, row in self.rows.items() if row.at is not None and row.at < now - KEPT]:
            del self.rows[key]
            self.cuts.pop(key, None)


class OrgAgainstModel(RuleBasedStateMachine):
    """Does the same to an org and to the model of it."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC))
        self.org = LocalOrg(":memory:", clock=self.clock)
        self.org.define(objects=[_plans()], streamed=["Account", "Contact", "Plan__c"])
        self.user = self.org.user("ana.diaz@acme.example", last_name="Diaz", profile="System Administrator")
        self.model = Model()
        self.replayed = True  # until the journal is older than it keeps entries

    def teardown(self) -> None:
        self.org.close()

    def values(self, name: str, drawn: Drawn) -> dict[str, Any]:
        """Give an object's fields their values, lookups those of parents that may be deleted."""
        values: dict[str, Any] = {TEXTS[name]: drawn.text}
        for (one, (parent, _)), place in zip(LOOKUPS[name].items(), drawn.parents, strict=False):
            found = [key for key, row in self.model.rows.items() if row.object == parent]
            values[one] = None if place is None or not found else found[place % len(found)]
        return values | ({UNIQUE: drawn.key} if name == "Plan__c" else {})

    @initialize(given=st.lists(drawn, min_size=2, max_size=4))
    def begin(self, given: list[Drawn]) -> None:
        """Begin with a few of each object, so that every delete soon has something to do."""
        for name in LOOKUPS:
            for one in given:
                self.create(name, one)

    @rule(name=st.sampled_from(list(LOOKUPS)), drawn=drawn)
    def create(self, name: str, drawn: Drawn) -> None:
        values = self.values(name, drawn)
        (saved,) = self.org.create(name, [values], self.user)
        assert saved.ok is self.model.fits(name, values)
        if saved.ok:
            self.model.rows[saved.id] = Row(name, values)

    @precondition(lambda self: self.model.live())
    @rule(which=places, drawn=drawn)
    def update(self, which: int, drawn: Drawn) -> None:
        live = self.model.live()
        found = live[which % len(live)]
        name = self.model.rows[found].object
        values = self.values(name, drawn)
        (saved,) = self.org.update(name, [{"Id": found} | values], self.user)
        assert saved.ok is self.model.fits(name, values, found)
        if saved.ok:
            self.model.rows[found].values = values

    @rule(text=names, key=st.sampled_from(["k1", "k2", "k3"]))
    def upsert(self, text: str, key: str) -> None:
        held = [at for at in self.model.live("Plan__c") if self.model.rows[at].values[UNIQUE] == key]
        (saved,) = self.org.upsert("Plan__c", UNIQUE, [{UNIQUE: key, "Name": text}], self.user)
        assert (saved.ok, saved.created) == (True, not held)
        if held:
            assert saved.id == held[0]
            self.model.rows[held[0]].values["Name"] = text
        else:
            self.model.rows[saved.id] = Row(
                "Plan__c", {"Name": text, UNIQUE: key, "Account__c": None, "Contact__c": None}
            )

    @precondition(lambda self: self.model.rows)
    @rule(which=places)
    def delete(self, which: int) -> None:
        found = list(self.model.rows)[which % len(self.model.rows)]
        (saved,) = self.org.delete([found], self.user)
        assert saved.ok is (not self.model.rows[found].bin and self.model.delete(found, self.clock.now()))

    @precondition(lambda self: any(row.bin for row in self.model.rows.values()))
    @rule(which=places)
    def undelete(self, which: int) -> None:
        binned = [key for key, row in self.model.rows.items() if row.bin]
        found = binned[which % len(binned)]
        (saved,) = self.org.undelete([found], self.user)
        assert saved.ok is self.model.undelete(found), saved

    @precondition(lambda self: len(self.model.rows) > 12)
    @rule(days=st.sampled_from([1, 6, 16]))
    def wait(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))
        self.replayed = False
        self.model.age(self.clock.now())

    @invariant()
    def agrees(self) -> None:
        for name, columns in COLUMNS.items():
            text = f"SELECT Id, IsDeleted, {', '.join(columns)} FROM {name}"
            rows = self.org.answer(text, self.user, all_rows=True).records
            assert {row["Id"] for row in rows} == {key for key, row in self.model.rows.items() if row.object == name}
            assert {row["Id"]: [row[one] for one in columns] for row in rows if not row["IsDeleted"]} == {
                key: [self.model.rows[key].values[one] for one in columns] for key in self.model.live(name)
            }

    @invariant()
    def filters(self) -> None:
        found = self.org.query("SELECT Id FROM Plan__c WHERE Account__r.Name IN ('north', 'east')", self.user)
        rows = self.model.rows
        wanted = {
            key
            for key in self.model.live("Plan__c")
            if (account := rows[key].values["Account__c"]) and rows[account].values["Name"] in {"north", "east"}
        }
        assert {row["Id"] for row in found} == wanted

    @precondition(lambda self: self.replayed)
    @invariant()
    def is_rebuilt(self) -> None:
        tables: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in LOOKUPS}
        for entry in self.org.journal.read(0, 1_000_000, list(LOOKUPS)):
            table = tables[entry.object]
            match entry.change:
                case ChangeType.CREATE | ChangeType.UNDELETE:
                    table[entry.record_id] = dict(entry.values)
                case ChangeType.UPDATE:
                    table[entry.record_id] |= entry.values
                case ChangeType.DELETE:
                    del table[entry.record_id]
        for name, table in tables.items():
            columns = [*COLUMNS[name], "CreatedDate", "LastModifiedById"]
            rows = self.org.query(f"SELECT Id, {', '.join(columns)} FROM {name}", self.user)
            assert {row["Id"]: [row[one] for one in columns] for row in rows} == {
                key: [row[one] for one in columns] for key, row in table.items()
            }


TestOrgAgainstModel = OrgAgainstModel.TestCase
TestOrgAgainstModel.settings = settings(
    max_examples=30, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
