"""The tables that one SELECT reads: that of its object, and one joined for each parent it reaches."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from upbeat.schema import Object
from upbeat.soql.bound import Column, Parent
from upbeat.soql.calculations import Calculations
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.names import NAME, TYPE

ARGUMENTS = 100  # of one function; SQLite takes 127
MOST_JOINED = 60  # tables; SQLite takes 64


@dataclass(slots=True)
class Tables:
    """FROM as it is written: joins collect while fields are asked for. Names are spelt as the schema does."""

    object: Object
    prefix: str = "t"  # of table aliases; a semi-join's own are longer
    calculations: Calculations = field(default_factory=dict[Any, Any])
    _aliases: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    _joins: list[str] = field(default_factory=list[str])

    def column(self, column: Column) -> str:
        """Give the expression of a field."""
        return self.field(column.parents, column.field.name)

    def presence(self, parents: tuple[Parent, ...]) -> tuple[str, str | None]:
        """Give the expression of a parent's id, empty where there is none, and that of its object if that varies."""
        kind = self.field(parents, TYPE.name, kind=True) if parents and parents[-1].polymorphic else None
        return self.field(parents, "Id"), kind

    def sql(self) -> str:
        """Give what follows FROM."""
        return " ".join([f'"{self.object.name}" AS {self.prefix}0', *self._joins])

    def field(self, parents: tuple[Parent, ...], name: str, *, kind: bool = False) -> str:
        """Give the expression of a field of the object, or of a parent; of a parent's object where asked for `kind`."""
        if parents and parents[-1].polymorphic:
            return self._of_several(parents, name, kind=kind or name == TYPE.name)
        calculation = self.calculations.get(((_one(parents[-1]) if parents else self.object.name), name))
        if calculation is not None:
            handed = [self.field((*parents, *one.parents), one.field.name) for one in calculation.inputs]
            return f'"{calculation.function}"({", ".join(handed)})'
        return f'{self._alias(parents)}."{name}"'

    def _alias(self, parents: tuple[Parent, ...]) -> str:
        """Give the name of the object's table, or of a parent's, which is joined when it is first asked for."""
        if not parents:
            return f"{self.prefix}0"
        parent = parents[-1]
        key = tuple(
            word for step in parents for word in (step.reference.relationship, step.narrowed and _one(step)) if word
        )
        alias = self._aliases.get(key)
        if alias is None:
            reference = self.field(parents[:-1], parent.reference.name)
            alias = self._aliases[key] = f"{self.prefix}{len(self._aliases) + 1}"
            self._joins.append(f'LEFT JOIN "{_one(parent)}" AS {alias} ON {alias}."Id" = {reference}')
            if len(self._joins) > MOST_JOINED:
                what = f"the query and the formula fields in it reach more than {MOST_JOINED} parents"
                raise SoqlError(Code.QUERY_TOO_COMPLICATED, what)
        return alias

    def _of_several(self, parents: tuple[Parent, ...], name: str, *, kind: bool) -> str:
        reference = self.field(parents[:-1], parents[-1].reference.name)
        found = list[str]()
        for one in parents[-1].objects:
            of = one.name_field.name if name == NAME.name and one.name_field else name
            if kind or one.has(of):
                inner = Tables(one, f"{self.prefix}p", self.calculations)
                shown = f"'{one.name}'" if kind else inner.field((), of)
                found.append(f"(SELECT {shown} FROM {inner.sql()} WHERE {inner.field((), 'Id')} = {reference})")  # noqa: S608 - names are the schema's
        while len(found) > ARGUMENTS:
            found = [_first(found[start : start + ARGUMENTS]) for start in range(0, len(found), ARGUMENTS)]
        return _first(found)


def _one(parent: Parent) -> str:
    return parent.objects[0].name


def _first(expressions: Sequence[str]) -> str:
    return f"COALESCE({', '.join([*expressions, 'NULL', 'NULL'])})"  # which takes two at least
