"""What one user reaches: the objects and fields that there are for the user, and the rows that queries see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from upbeat.base import encode
from upbeat.localorg.rights.grants import Can, Rights
from upbeat.localorg.rights.sharing import EVERY, PRINCIPALS, Level, Sharing
from upbeat.schema import Object, Schema
from upbeat.soql.running import Execute, Row

_WHO: Final = f"{PRINCIPALS}(id) AS MATERIALIZED (SELECT value FROM json_each(?))"  # noqa: S608 (names are the schema's)


@dataclass(frozen=True, slots=True)
class Reach:
    """A user's reach. `schema` holds only what the user may read; of a user who may read everything, it is the org's.

    `who` is the JSON list of `People.principals`.
    """

    schema: Schema
    rights: Rights
    sharing: Sharing
    who: str

    def sees_all(self, name: str) -> bool:
        """Whether the user sees every record of an object."""
        return self.schema.has(name) and name not in self.sharing.limits

    def limited(self, execute: Execute) -> Execute:
        """Give what runs SQL over the rows that the user may read.

        The SQL stays as it is: rows out of reach are taken away beneath it, by a table expression that has the name of
        the table. SQLite folds it into the statement, which uses its indexes as before.
        """
        limits = self.sharing.limits
        if not limits:
            return execute

        def run(sql: str, params: Sequence[Any]) -> Iterable[Row]:
            found = [_expression(name, rows) for name, rows in limits.items() if f'"{name}"' in sql]
            if not found:
                return execute(sql, params)
            return execute(f"WITH {', '.join([_WHO, *found])} {sql}", [self.who, *params])

        return run

    def beyond(self, execute: Execute, name: str, ids: Iterable[str], level: Level) -> set[str]:
        """Give those of the ids that are of records which the user does not reach at a level."""
        rows = self.sharing.rows(self.sharing.schema.object(name), level)
        if rows == EVERY:
            return set()
        sql = (
            f'WITH {_WHO} SELECT "Id" FROM main."{name}" '  # noqa: S608 (names are the schema's)
            f'WHERE "Id" IN (SELECT value FROM json_each(?)) AND ({rows}) IS NOT TRUE'
        )
        return {str(row[0]) for row in execute(sql, [self.who, encode(list(ids))])}


def _expression(name: str, rows: str) -> str:
    return f'"{name}" AS NOT MATERIALIZED (SELECT * FROM main."{name}" WHERE {rows})'  # noqa: S608 (the same)


def view(schema: Schema, rights: Rights) -> Schema:
    """Give the schema as a user sees it: what may not be read is not there, nor are the ways that lead to it."""
    seen = {one.name for one in schema if rights.on(one.name).can & Can.READ}
    if len(seen) == len(schema.objects) and not any(rights.on(name).hidden for name in seen):
        return schema
    return replace(schema, objects={one.name: _viewed(one, seen, rights) for one in schema if one.name in seen})


def _viewed(one: Object, seen: set[str], rights: Rights) -> Object:
    hidden = rights.on(one.name).hidden
    kept = tuple(
        child for child in one.children if child.object in seen and child.field not in rights.on(child.object).hidden
    )
    if not hidden and kept == one.children:
        return one
    fields = {name: field for name, field in one.fields.items() if name not in hidden}
    return replace(one, fields=fields, children=kept)
