"""Queries of the Tooling objects: their rows in a database in memory, made again when the definitions have changed."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from threading import RLock
from typing import Any, Final, cast

from upbeat import soql
from upbeat.base import decode
from upbeat.localorg import problems
from upbeat.localorg.definitions import Definitions
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import Refused
from upbeat.localorg.tooling.catalogue import ALSO_DATA, CATALOGUE_VIEWS, COMPLEX, OF_THE_ORG, VIEWS, tooling_schema
from upbeat.localorg.tooling.rows import rows
from upbeat.schema import Object, Schema
from upbeat.soql.bound import Among, Column, Condition, Found, Output, Plan, Test
from upbeat.soql.layout import COMPOUND, columns, table
from upbeat.soql.tree import And, Choice, Not, Operator, Or

_NO_ID: Final = "000000000000000AAA"  # what the rows of views have for an id
_ONE_ROW: Final = frozenset({"Metadata", "FullName"})
_KEYS: Final = frozenset({"DurableId", "EntityDefinitionId"})  # what FieldDefinition must be filtered by
_UNSUPPORTED: Final = (
    "The requested operation is not yet supported by this SObject storage type, contact salesforce.com support for "
    "more information."
)
_USER: Final = "User"  # who created and changed a component


def is_described(query: soql.Query) -> bool:
    """Whether a query of the ordinary resource is of the org's catalogue and not of its records."""
    return query.select.source.name.casefold() in ALSO_DATA


class Tooling:
    """The Tooling objects of one org, to be queried like records."""

    def __init__(self, org: LocalOrg) -> None:
        """Describe this org."""
        self._org = org
        self._lock = RLock()
        self._described: Definitions | None = None
        self._filled = set[str]()
        self.objects = tooling_schema()
        self._database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        soql.equip(self._database)

    @property
    def schema(self) -> Schema:
        """The catalogue of what Tooling queries may read, with the objects that hold records of the org."""
        own = (self._org.schema.object(name) for name in sorted(OF_THE_ORG) if self._org.schema.has(name))
        return self.objects.with_objects(own)

    def bind(self, text: str, user_id: str) -> soql.Bound:
        """Read a query. Raises SoqlError, and Refused for what Salesforce's catalogue of metadata does not take."""
        query = soql.parse(text)
        if self._is_of_the_org(query):
            return self._org.bind(text, user_id)
        bound = query.bind(self.objects.with_objects([self._org.schema.object(_USER)]))
        if bound.object.name not in CATALOGUE_VIEWS and not self._org.rights.of(user_id).may("ViewSetup"):
            raise Refused(403, problems.NO_ACCESS)
        if bound.object.name in CATALOGUE_VIEWS:
            _check_catalogue(bound.plan)
        return bound

    def answer(self, text: str, user_id: str, *, all_rows: bool, base_url: str) -> soql.Answer:
        """Answer a query. Raises as `bind` does, and Refused where it shows the metadata of several components."""
        query = soql.parse(text)
        if self._is_of_the_org(query):
            return self._org.answer(text, user_id, all_rows=all_rows, base_url=base_url)
        bound = self.bind(text, user_id)
        with self._lock:
            self._fill(bound, user_id)
            answer = bound.answer(self._execute, self._org.clock.now(), base_url, all_rows)
        if len(answer.records) > 1 and bound.object.name not in VIEWS and _ONE_ROW & set(_shown(bound.plan)):
            raise Refused(400, problems.one_row_only(len(answer.records)))
        for record in answer.records:
            _finish(record)
        return answer

    def count(self, query: soql.Bound, user_id: str) -> int:
        """Count the rows of a query that is bound already."""
        if query.object.name in OF_THE_ORG:
            return self._org.count(query, user_id)
        with self._lock:
            self._fill(query, user_id)
            return query.count(self._execute, self._org.clock.now())

    def _is_of_the_org(self, query: soql.Query) -> bool:
        name = query.select.source.name
        return self._org.schema.has(name) and self._org.schema.object(name).name in OF_THE_ORG

    def _execute(self, sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
        return self._database.execute(sql, params).fetchall()

    def _fill(self, bound: soql.Bound, user_id: str) -> None:
        """Put in what a query needs and is not there yet; who the org's users are, is looked up as it is asked."""
        if self._described is not self._org.definitions:
            for one in self.objects:
                self._make(one)
            self._described, self._filled = self._org.definitions, set[str]()
        for name in bound.needs - self._filled - {_USER}:
            self._write(name, rows(self._org, name))
            self._filled.add(name)
        if _USER in bound.needs:
            self._make(self._org.schema.object(_USER))
            self._write(_USER, self._users(user_id))

    def _users(self, user_id: str) -> Iterator[Mapping[str, Any]]:
        one = self._org.schema.object(_USER)
        names = ", ".join(field.name for field in one.fields.values() if field.type not in COMPOUND)
        for record in self._org.answer(f"SELECT {names} FROM User", user_id, all_rows=True).records:  # noqa: S608 (the schema's names)
            yield {name: value for name, value in record.items() if name != "attributes"}

    def _make(self, one: Object) -> None:
        self._execute(f'DROP TABLE IF EXISTS "{one.name}"')
        self._execute(table(one.name, columns(one)))

    def _write(self, name: str, found: Iterable[Mapping[str, Any]]) -> None:
        for named, alike in groupby(found, key=tuple):
            listed, marks = ", ".join(f'"{column}"' for column in named), ", ".join("?" * len(named))
            sql = f'INSERT INTO "{name}" ({listed}) VALUES ({marks})'  # noqa: S608 (the same)
            self._database.executemany(sql, (tuple(row.values()) for row in alike))


def _shown(plan: Plan) -> Iterator[str]:
    yield from (one.key for one in plan.outputs if isinstance(one, Output))


def _finish(record: dict[str, Any]) -> None:
    """Give a record's complex values as JSON has them, and a view's row the id that all such rows have."""
    for key, value in record.items():
        if key in COMPLEX and isinstance(value, str):
            record[key] = decode(value)
        elif isinstance(value, dict) and key != "attributes":
            _finish(cast("dict[str, Any]", value))
    if record.get("attributes", {}).get("type") in VIEWS and "Id" in record:
        record["Id"] = _NO_ID


def _check_catalogue(plan: Plan) -> None:
    """Refuse what the catalogue does not take (Tooling API, SOQL Operation Limitations)."""
    if plan.grouped or plan.is_count:
        raise Refused(400, problems.not_by_catalogue(_UNSUPPORTED))
    conditions = list(_conditions(plan.where))
    if plan.object.name == "FieldDefinition" and not any(_is_keyed(one) for one in conditions):
        raise Refused(400, problems.not_by_catalogue("FieldDefinition: a filter on a reified column is required."))


def _conditions(where: Condition | None) -> Iterator[Condition]:
    match where:
        case None:
            return
        case And(parts):
            for part in parts:
                yield from _conditions(part)
        case Or():
            raise Refused(400, problems.not_by_catalogue("Disjunctions not supported"))
        case Not() | Test(_, Operator.NOT_EQUAL) | Among(_, Choice.NOT_IN) | Found(_, Choice.NOT_IN):
            raise Refused(400, problems.not_by_catalogue("Only equals comparisons permitted"))
        case Among(_, Choice.INCLUDES | Choice.EXCLUDES):
            raise Refused(400, problems.not_by_catalogue("Unsupported filter type"))
        case _:
            yield where


def _is_keyed(condition: Condition) -> bool:
    """Whether a condition says which object's fields are meant, or which field."""
    match condition:
        case Test(Column(parents, field), Operator.EQUAL) | Among(Column(parents, field), Choice.IN):
            return bool(parents) or field.name in _KEYS
        case _:
            return False
