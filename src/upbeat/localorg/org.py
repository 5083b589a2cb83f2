"""The local org: records, definitions and people behind one face, for the HTTP server and for a simulator alike."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from upbeat import soql
from upbeat.base import Clock, full_id, to_18
from upbeat.localorg import duplicates, problems
from upbeat.localorg.access import Access, ConnectedApp
from upbeat.localorg.archive import Archive
from upbeat.localorg.components import Components
from upbeat.localorg.currencies import Currency, merged, with_currencies
from upbeat.localorg.currencies import write as write_currencies
from upbeat.localorg.definitions import (
    Automation,
    Definitions,
    Flow,
    selected,
    with_fields,
    with_lookups,
    with_stages,
    without_fields,
    without_objects,
)
from upbeat.localorg.duplicates import DuplicateRule, Duplicates
from upbeat.localorg.faults import Faults
from upbeat.localorg.formulas import Formulas
from upbeat.localorg.incoming import received
from upbeat.localorg.jobs import Jobs
from upbeat.localorg.lookups import Lookups
from upbeat.localorg.parents import Parents
from upbeat.localorg.people import People
from upbeat.localorg.problems import OrgError, Refused, Saved
from upbeat.localorg.queries import Queries
from upbeat.localorg.reading import changed_in, fields_of
from upbeat.localorg.record_types import drop_record_types, with_record_types, write_record_types
from upbeat.localorg.recycling import RecycleBin
from upbeat.localorg.rights import WELCOMING, Can, Gate, Level, OrgRights, SharingModel, models_of, not_to_delete
from upbeat.localorg.rules import ValidationRule
from upbeat.localorg.saving import Saver, Setting, touched
from upbeat.localorg.setup import Company, Founder, check_time_zone
from upbeat.localorg.storage import Storage
from upbeat.localorg.upserts import Standing, Upsert
from upbeat.localorg.values import stamp
from upbeat.schema import Field, Object, RecordType, Schema, Stage, standard

Record = dict[str, Any]
Row = Mapping[str, Any]
_Save = Callable[[Gate, Sequence[Row], str, datetime], list[Saved]]

VERSION: Final = "v67.0"
BASE_URL: Final = f"/services/data/{VERSION}"
_FIRST_ORG: Final = "00DLo0000000001"


class LocalOrg:
    """A Salesforce-compatible org in one process.

    All methods may be called from several threads; one write happens at a time. `user_id` is always the user who
    acts, and is what the audit fields of the records will say.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        clock: Clock,
        schema: Schema | None = None,
        org_id: str = "",
        name: str = "Acme",
        time_zone: str = "UTC",
        fiscal_year_start: int = 1,
        sandbox: bool = True,
        image: bytes = b"",
    ) -> None:
        """Open the org in a file, or a new one in memory where `path` is `:memory:`.

        What stands in the file, or in another org's `image`, holds; the other arguments are for a new org. Raises
        OrgError where the file cannot be had, another process serves it, or it is another org's than `org_id` names.
        """
        check_time_zone(time_zone)
        self.clock = clock
        self.faults = Faults()
        self._storage = Storage(path, image)
        self.journal = self._storage.journal
        facts = dict[str, str](self._storage.execute('SELECT key, value FROM "_facts"'))
        if "org_id" not in facts:
            company = Company(to_18(org_id or _FIRST_ORG), name, time_zone, fiscal_year_start, sandbox)
            facts = self._found(schema or standard(), company)
        self.id = facts["org_id"]
        if org_id and to_18(org_id) != self.id:
            self.close()
            raise OrgError(f"the file holds the org {self.id}, not {org_id}", where=str(path))
        self.process_user = facts["process_user"]
        self.access = Access(self._storage, clock, self.id)
        self.rights = OrgRights(self._storage, self.process_user, clock)
        self.jobs = Jobs(self._storage)
        self.archive = Archive(self._storage)
        self.reread()
        self.rights.found()

    def close(self) -> None:
        """Let go of the file."""
        self._storage.close()

    def image(self) -> bytes:
        """Give the whole org as bytes, for another one in memory to begin as its copy."""
        return self._storage.image()

    def _found(self, schema: Schema, company: Company) -> dict[str, str]:
        with self._storage.transaction():
            self.journal.sign("", self.clock.now())
            for one in schema:
                self._storage.define(one)
            founder = Founder(self._storage, schema, self.clock.now())
            user = founder.found(company)
            founder.write_stages(schema.stages)
            schema = write_record_types(schema, founder)
            facts = {"org_id": company.org_id, "process_user": user, "definitions": Definitions.of(schema).text()}
            for key, value in facts.items():
                self._storage.execute('INSERT INTO "_facts" VALUES (?, ?)', (key, value))
        return facts

    def reread(self) -> None:
        """Work by the definitions in the file: call it after a transaction that defined something was taken back."""
        ((text,),) = self._storage.execute("SELECT value FROM \"_facts\" WHERE key='definitions'")
        definitions = Definitions.read(text)
        self.components = Components(self._storage)
        self._know(definitions, self.process_user)
        self._use(definitions, definitions.schema())

    @property
    def streamed(self) -> tuple[str, ...]:
        """The objects whose changes are told."""
        return self.definitions.streamed

    @property
    def time_zone(self) -> str:
        """The org's time zone, by its IANA name."""
        return self._zone

    def _use(self, definitions: Definitions, schema: Schema) -> None:
        """Work by these definitions from now on."""
        self.definitions, self.defined = definitions, self.clock.now()
        self.journal.streamed = frozenset(definitions.streamed)
        for one in schema:
            self._storage.define(one)
        ((self._zone, start),) = self._storage.execute(
            'SELECT "TimeZoneSidKey", "FiscalYearStartMonth" FROM "Organization"'
        )
        self.schema = schema
        self._formulas = Formulas(schema, self._zone, self._user_globals)
        self._storage.teach(self._formulas.functions())
        self._lookups = Lookups(self._storage, schema, self._formulas)
        self._bin = RecycleBin(self._storage, schema, self._lookups)
        self._savers: dict[str, Saver] = {}
        self._queries = Queries(self._storage, schema, self._formulas.calculations, self.rights)
        self.rights.use(schema, definitions.sharing)
        self._setting = Setting(schema, start, self._lookups)

    # Definitions

    def define(
        self,
        *,
        objects: Iterable[Object] = (),
        fields: Mapping[str, Iterable[Field]] | None = None,
        stages: Iterable[Stage] | None = None,
        rules: Iterable[ValidationRule] = (),
        record_types: Mapping[str, Iterable[RecordType]] | None = None,
        flows: Iterable[Flow] = (),
        automations: Iterable[Automation] = (),
        duplicate_rules: Iterable[DuplicateRule] = (),
        currencies: Iterable[Currency] = (),
        streamed: Iterable[str] | None = None,
        sharing: Mapping[str, SharingModel | str] | None = None,
        granted: Mapping[str, Can] = WELCOMING,
        user_id: str = "",
    ) -> None:
        """Do what an admin does in Setup.

        Adds custom objects, fields and record types by object, rules and automation, each in place of its namesake, and
        `currencies`, of which an org has one until then, at rates to the one that is corporate; `stages`
        replace all stages, and `streamed` all objects selected for change events. `sharing` are org-wide defaults by
        object; new objects and fields are `granted` to the profiles and permission sets of these names. The user is the
        admin, or else the org itself. Raises OrgError, and changes nothing, where a formula or a rule does not parse,
        or what is asked does not fit the org; SchemaError for an object that there is not.
        """
        schema = with_lookups(with_fields(self.schema.with_objects(objects), fields or {}))
        if stages is not None:
            schema = with_stages(schema, stages)
        money = merged(self.definitions.currencies, currencies)
        schema = with_record_types(with_currencies(schema, money), record_types or {})
        new = self.definitions.with_rules(rules, duplicates.checked(schema, duplicate_rules), flows, automations)
        if streamed is not None:
            new = replace(new, streamed=selected(schema, streamed))
        new = replace(new, currencies=money, sharing={**new.sharing, **models_of(schema, sharing or {})})
        self._check(new, schema)
        before = self.schema
        with self._storage.transaction():
            founder = Founder(self._storage, schema, self.clock.now(), self.process_user)
            self.journal.sign(user_id or self.process_user, self.clock.now())
            if stages is not None:
                founder.write_stages(schema.stages)
            duplicates.write_rules(new.duplicate_rules, self._storage, founder)
            self._change(new, write_record_types(schema, founder), user_id)
            write_currencies(self.schema, money, self._storage, founder)
            self.rights.welcome(before, granted)

    def drop(
        self,
        *,
        objects: Iterable[str] = (),
        fields: Mapping[str, Iterable[str]] | None = None,
        rules: Iterable[tuple[str, str]] = (),
        flows: Iterable[str] = (),
        record_types: Mapping[str, Iterable[str]] | None = None,
        user_id: str = "",
    ) -> None:
        """Undo `define`: take away custom objects, custom fields and record types by object, rules, and flows.

        Rules are named by object and name. Records and values go with them. Raises OrgError, and changes nothing, where
        a formula, a rule, a lookup or a record needs one; SchemaError for an object or a field that there is not.
        """
        gone = {self.schema.object(name).name for name in objects}
        lost = {self.schema.object(name).name: list(some) for name, some in (fields or {}).items()}
        lost = {name: [self.schema.object(name).field(one).name for one in some] for name, some in lost.items()}
        schema = without_objects(without_fields(self.schema, lost), gone)
        tables = self.schema.objects.keys() - schema.objects.keys()
        new = self.definitions.without(gone, set(rules), set(flows))
        self._check(new, schema)
        with self._storage.transaction():
            self.journal.sign(user_id or self.process_user, self.clock.now())
            self._change(new, drop_record_types(schema, self._storage, record_types or {}), user_id)
            for name, columns in lost.items():
                self._storage.drop_columns(name, columns)
            for name in tables:
                self._storage.drop(name)

    def _check(self, new: Definitions, schema: Schema) -> None:
        """Compile every formula and rule. Raises OrgError or SchemaError where one does not fit the schema."""
        duplicates.checked(schema, new.duplicate_rules)
        Formulas(schema, self._zone, self._user_globals)
        for name in {rule.object for rule in new.rules}:
            new.rules_of(schema.object(name), schema, self._zone)

    def _change(self, new: Definitions, schema: Schema, user_id: str) -> None:
        new = new.with_schema(schema)
        self._storage.execute("UPDATE \"_facts\" SET value=? WHERE key='definitions'", (new.text(),))
        self._know(new, user_id or self.process_user, self.definitions)
        self._use(new, schema)

    def _know(self, new: Definitions, user_id: str, old: Definitions | None = None) -> None:
        """Keep who made and changed what, and when."""
        before, after = (old or new).components(), new.components()
        if old is not None or not self.components.holds(after):
            with self._storage.transaction():
                self.components.note(before, after, user_id, stamp(self.clock.now()))

    # People

    def user(self, username: str, *, last_name: str, profile: str = "Standard User", **fields: Any) -> str:
        """Create an active user and give the id; `fields` are more of User's. A known username gives its user's id."""
        more = {"LastName": last_name, **fields}
        return People(self._storage, self._made).user(username, profile, self._zone, more)

    def queue(self, name: str, *, objects: Iterable[str], members: Iterable[str] = ()) -> str:
        """Create a queue that may own records of these objects, with these users, and give its id."""
        with self._storage.transaction():
            return People(self._storage, self._made).queue(name, objects, members)

    def client_credentials(self, client_id: str, secret: str, username: str) -> None:
        """Let a client log in with this id and secret, to act as a user. Raises OrgError for an unknown username."""
        self.access.connect(ConnectedApp(client_id, run_as=username), secret)

    def _made(self, name: str, row: Row) -> str:
        (saved,) = self.create(name, [row], self.process_user)
        if not saved.ok:
            raise OrgError(f"{name} cannot be created: {saved.errors[0].message}")
        return saved.id

    # Records

    def transaction(self) -> AbstractContextManager[None]:
        """Hold the org: what is written inside stands together, or is taken back where anything is raised."""
        return self._storage.transaction()

    def create(self, name: str, rows: Sequence[Row], user_id: str) -> list[Saved]:
        """Create records and give one result a row, in order. Raises Refused for an object that there is not."""
        return self._write(name, rows, user_id, Gate.create)

    def update(self, name: str, rows: Sequence[Row], user_id: str) -> list[Saved]:
        """Update the records that the rows name by `Id`, and give one result a row, in order."""
        return self._write(name, rows, user_id, Gate.update)

    def upsert(self, name: str, external_id: str, rows: Sequence[Row], user_id: str) -> list[Saved]:
        """Update the records that have the rows' value in a field of external ids, and create those that none has."""
        return self._write(name, rows, user_id, lambda gate, some, by, at: Upsert(gate, external_id).save(some, by, at))

    def _write(self, name: str, rows: Sequence[Row], user_id: str, save: _Save) -> list[Saved]:
        with self._storage.transaction():
            actor, now = self._signed(user_id)
            gate = self._gate(name, actor)
            parents = Parents(gate.reach.schema, lambda text: self.query(text, actor))
            return received(gate.saver.owner, rows, parents, lambda some: save(gate, some, actor, now))

    def compare(self, name: str, external_id: str, rows: Sequence[Row]) -> list[Standing]:
        """Give what an upsert of each row would do: create a record, change one, or nothing."""
        return Upsert(self._gate(name), external_id).compare(rows)

    def matches(self, name: str, external_id: str, value: Any, user_id: str = "") -> list[str]:
        """Give the ids of the records, of those that the user sees, that have this value in a field of external ids."""
        return Upsert(self._gate(name, user_id), external_id).matches([value])[0]

    def delete(self, ids: Sequence[str], user_id: str, *, into: str = "") -> list[Saved]:
        """Put records, with what they own, into the recycle bin; `into` is the record that they were merged into."""
        return self._turn(ids, user_id, lambda key, by, at: self._bin.delete(key, by, at, into))

    def undelete(self, ids: Sequence[str], user_id: str) -> list[Saved]:
        """Take records, with what went there along with them, out of the recycle bin."""
        return self._turn(ids, user_id, self._bin.undelete)

    def empty_recycle_bin(self, ids: Sequence[str], user_id: str) -> list[Saved]:
        """Take records, with what went there along with them, out of the recycle bin for good."""
        return self._turn(ids, user_id, self._bin.empty)

    def hard_delete(self, ids: Sequence[str], user_id: str) -> list[Saved]:
        """Delete records, with what they own, for good."""
        with self._storage.transaction():
            deleted = self.delete(ids, user_id)
            self.empty_recycle_bin([saved.id for saved in deleted if saved.ok], user_id)
            return deleted

    def _turn(self, ids: Sequence[str], user_id: str, turn: Callable[[str, str, datetime], Saved]) -> list[Saved]:
        with self._storage.transaction():
            actor, now = self._signed(user_id)
            ids = [full_id(key) or key for key in ids]
            kept = not_to_delete(self.rights.reach(actor), self._storage, ids)
            return [kept.get(key) or turn(key, actor, now) for key in ids]

    def put(self, name: str, values: Mapping[str, Row], user_id: str) -> None:
        """Write values as they are stored, by record id, that the org itself gives for a user: nothing is asked."""
        with self._storage.transaction():
            actor, now = self._signed(user_id)
            self._storage.update(name, [(key, {**row, **touched(stamp(now), actor)}) for key, row in values.items()])

    def query(self, text: str, user_id: str) -> list[Record]:
        """Give the records of a query of SOQL that a user asks. Raises soql.SoqlError."""
        return self.answer(text, user_id).records

    def answer(self, text: str, user_id: str, *, all_rows: bool = False, base_url: str = BASE_URL) -> soql.Answer:
        """Give what REST answers to a query: the count too, and with `all_rows` what is in the recycle bin.

        Raises soql.SoqlError.
        """
        with self._storage.transaction():
            actor, now = self._reading(user_id)
            if all_rows:
                self._bin.age(now)
            return self._queries.answer(text, actor, now, all_rows=all_rows, base_url=base_url)

    def bind(self, text: str, user_id: str) -> soql.Bound:
        """Read a query as a user may ask it, and do not run it. Raises soql.SoqlError."""
        return self._queries.bind(text, self._acting(user_id))

    def count(self, query: soql.Bound, user_id: str) -> int:
        """Count the rows of a query that `bind` has read."""
        with self._storage.transaction():
            return self._queries.count(query, *self._reading(user_id))

    def table(self, query: soql.Bound, user_id: str, *, all_rows: bool = False) -> soql.Table:
        """Give the rows of a query that `bind` has read, as they come: take them all in one `transaction`."""
        return self._queries.table(query, *self._reading(user_id), all_rows=all_rows)

    def record(self, name: str, record_id: str, base_url: str = BASE_URL, *, user_id: str = "") -> Record:
        """Give one record with all its fields, compound ones too, as REST JSON has it: as a user sees it, or the org.

        Raises Refused (404).
        """
        one = self.object(name, user_id)
        found = self._storage.fetch(one.name, [full_id(record_id)])
        hidden = self.rights.reach(user_id).beyond(self._storage.execute, one.name, found, Level.READ)
        if not found or hidden:
            raise Refused(404, problems.no_record(record_id))
        (row,) = found.values()
        if row["IsDeleted"]:
            raise Refused(404, problems.IS_DELETED)
        self._formulas.read_by(self.process_user, self.clock.now())
        return {
            "attributes": {"type": one.name, "url": f"{base_url}/sobjects/{one.name}/{row['Id']}"},
            **fields_of(one, row, self._lookups),
        }

    def changed(
        self, name: str, start: datetime, end: datetime, *, deleted: bool, user_id: str = ""
    ) -> list[tuple[str, str]]:
        """Give id and time of the records created or updated, or of those deleted, from `start` to before `end`.

        They are those that a user sees; without a user, all.
        """
        one = self.object(name, user_id)
        return changed_in(one, start, end, self.rights.reach(user_id).limited(self._storage.execute), deleted=deleted)

    def object(self, name: str, user_id: str = "") -> Object:
        """Give an object as a user sees it, or the org, however its name's letters are cased. Raises Refused (404)."""
        schema = self.rights.reach(user_id).schema
        if not schema.has(name):
            raise Refused(404, problems.NOT_FOUND)
        return schema.object(name)

    def _gate(self, name: str, user_id: str = "") -> Gate:
        return Gate(self._saver(name), self.rights.reach(user_id), self._storage, self.rights.of)

    def _saver(self, name: str) -> Saver:
        one = self.object(name)
        saver = self._savers.get(one.name)
        if saver is None:
            rules = self.definitions.rules_of(one, self.schema, self._zone)
            found = Duplicates(self.definitions.duplicate_rules, one, self.schema, self._storage, self._lookups)
            saver = Saver(one, self._storage, rules, found, self._setting, self._user_globals)
            self._savers[one.name] = saver
        return saver

    def _acting(self, user_id: str) -> str:
        """Give the 18-character id of an active user. Raises Refused (401) for anybody else."""
        row = self._storage.fetch("User", [to_18(user_id)], ["IsActive"]).get(to_18(user_id))
        if row is None or not row["IsActive"]:
            raise Refused(401, problems.no_session(user_id))
        return to_18(user_id)

    def _reading(self, user_id: str) -> tuple[str, datetime]:
        """Give who reads, as `_acting` does, and when: formula fields are worked out for both."""
        actor, now = self._acting(user_id), self.clock.now()
        self._formulas.read_by(actor, now)
        return actor, now

    def _signed(self, user_id: str) -> tuple[str, datetime]:
        """Give who acts, as `_acting` does, and when: the journal has both beside what they change."""
        actor, now = self._reading(user_id)
        self.journal.sign(actor, now)
        return actor, now

    def _user_globals(self, user_id: str) -> dict[str, dict[str, Any]]:
        user = self._storage.fetch("User", [user_id])[user_id]
        profile = self._lookups.value(str(user["ProfileId"] or ""), "Name")
        return {"$User": dict(user), "$Profile": {"Name": profile}}
