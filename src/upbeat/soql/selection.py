"""What a SELECT that does not group shows of each record: its fields, functions of them, and TYPEOF."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from upbeat.soql.bound import Applied, Branches, Column, Compound, Output
from upbeat.soql.functions import Clause
from upbeat.soql.layout import COMPOUND
from upbeat.soql.limits import check_bounded
from upbeat.soql.names import Parents
from upbeat.soql.operands import Operands
from upbeat.soql.tree import Call, Path, Select, Selected, TypeOf


@dataclass(slots=True)
class Selection:
    """The list of fields of one SELECT, bound a field at a time in its order."""

    operands: Operands
    select: Select
    semijoin: bool
    _seen: set[str] = field(default_factory=set[str])  # folded names and aliases, so far
    _unnamed: int = 0

    def outputs(self, field: Selected | TypeOf) -> Iterator[Output | Compound | Branches]:
        """Give what one field of the list shows. Raises SoqlError for a name that is unknown, or selected before."""
        if isinstance(field, TypeOf):
            yield self._branches(field)
        elif isinstance(field.operand, Path):
            if field.alias:
                raise self.operands.error("only aggregate expressions use field aliasing", field.operand.at)
            yield self._once(self.operands.names.column(field.operand), field.operand)
        elif field.operand.function == "FIELDS":
            yield from self._fields(field.operand)
        else:
            yield self._function(field.operand, field.alias)

    def _function(self, call: Call, alias: str) -> Output:
        operand = self.operands.operand(call, Clause.SELECT)
        if isinstance(operand, Applied) and not alias:
            self._note(Path(operand.column.name, call.at))
            return Output(operand.column.field.name, operand, operand.column.parents)
        key = alias or f"expr{self._unnamed}"
        self._unnamed += not alias
        if key.casefold() in self._seen:
            raise self.operands.error(f"duplicate alias: {key}", call.at)
        self._seen.add(key.casefold())
        return Output(key, operand)

    def _once(self, column: Column, path: Path) -> Output | Compound:
        self._note(Path(column.name, path.at))
        return self._shown(column)

    def _note(self, path: Path) -> None:
        if path.name.casefold() in self._seen:
            raise self.operands.names.wrong(path, f"duplicate field selected: {path.name}")
        self._seen.add(path.name.casefold())

    def _shown(self, column: Column) -> Output | Compound:
        if column.field.type not in COMPOUND:
            return Output(column.field.name, column, column.parents)
        owners = column.parents[-1].objects if column.parents else (self.operands.names.object,)
        fields = [one for owner in owners for one in owner.fields.values() if one.compound == column.field.name]
        return Compound(column, tuple((one.part, Column(column.parents, one)) for one in fields))

    def _fields(self, call: Call) -> Iterator[Output | Compound]:
        group = check_bounded(call, self.select, self.operands)
        one = self.operands.names.object
        found = [each for each in one.fields.values() if group == "ALL" or each.custom == (group == "CUSTOM")]
        if not found and len(self.select.fields) == 1:
            raise self.operands.error(f"{one.name} has no {group.lower()} fields", call.at)
        for each in found:
            yield self._once(Column((), each), Path(each.name, call.at))

    def _branches(self, field: TypeOf) -> Branches:
        names, relationship = self.operands.names, field.relationship
        parents = names.relationship(relationship)
        if not parents[-1].polymorphic:
            raise names.wrong(relationship, f"TYPEOF needs a relationship to several objects: {relationship.name}")
        self._check_alone(relationship, parents)
        whens = [(when, names.branch(when, parents)) for when in field.whens]
        chosen = set[str]()
        for when, ends in whens:
            if ends[-1].objects[0].name in chosen:
                raise self.operands.error(f"duplicate WHEN: {when.object}", when.at)
            chosen.add(ends[-1].objects[0].name)
        return Branches(
            parents,
            tuple((ends, self._branch(when.fields, ends)) for when, ends in whens),
            self._branch(field.otherwise, parents),
        )

    def _branch(self, paths: tuple[Path, ...], base: Parents) -> tuple[Output | Compound, ...]:
        names = self.operands.names
        columns = [names.column(path, base) for path in paths]
        for place, (path, column) in enumerate(zip(paths, columns, strict=True)):
            if column in columns[:place]:
                raise names.wrong(path, f"duplicate field selected: {path.name}")
        return tuple(map(self._shown, columns))

    def _check_alone(self, relationship: Path, parents: Parents) -> None:
        """Refuse TYPEOF in a semi-join, beside a function, and of a relationship that is read from already."""
        names = self.operands.names
        if self.semijoin:
            raise self.operands.error("TYPEOF isn't allowed in the SELECT clause of a semi-join", relationship.at)
        for one in self.select.fields:
            if isinstance(one, Selected) and isinstance(one.operand, Call):
                what = "TYPEOF can't be used in queries with functions in the SELECT clause"
                raise self.operands.error(what, relationship.at)
            if isinstance(one, Selected) and isinstance(one.operand, Path):
                again = names.column(one.operand).parents[: len(parents)] == parents
            else:
                other = one.relationship if isinstance(one, TypeOf) else relationship
                again = other is not relationship and names.relationship(other) == parents
            if again:
                what = f"{relationship.name} is in TYPEOF and in the field list"
                raise self.operands.error(what, relationship.at)
