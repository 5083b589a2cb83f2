"""The fields and functions that one SELECT may use, each in the clauses where Salesforce allows it."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from upbeat.base import nearest
from upbeat.schema import Field
from upbeat.soql.bound import Applied, Column, Distance, Operand, Place
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.functions import FUNCTIONS, NUMBERS, Clause, Function, Kind, spelt
from upbeat.soql.names import Names
from upbeat.soql.tree import Argument, Call, Path
from upbeat.soql.tree import Operand as Written

_UNITS = {"mi", "km"}
_VERBS = {
    Clause.WHERE: ("filtered", "filterable"),
    Clause.HAVING: ("filtered", "filterable"),
    Clause.GROUP_BY: ("grouped", "groupable"),
    Clause.ORDER_BY: ("sorted", "sortable"),
}


@dataclass(frozen=True, slots=True)
class Operands:
    """The names of one SELECT, and what may be made of them."""

    names: Names

    def operand(self, operand: Written, clause: Clause) -> Operand:
        """Give a field or a function that stands in a clause. Raises SoqlError where it may not stand there."""
        if isinstance(operand, Call):
            return self._function(operand, clause)
        column = self.names.column(operand)
        if clause is not Clause.SELECT:
            verb, able = _VERBS[clause]
            self._check(operand, column, verb, usable=getattr(column.field, able))
        return column

    def grouping(self, operand: Written) -> Column | Applied:
        """Give a term of GROUP BY: a field or a date function. Raises SoqlError."""
        found = self.operand(operand, Clause.GROUP_BY)
        if isinstance(found, Distance):
            raise self.error(f"unexpected token: '{found.name}'", operand.at)
        return found

    def error(self, what: str, at: int = -1, code: Code = Code.MALFORMED_QUERY, fix: str = "") -> SoqlError:
        """Give an error at a place of the query."""
        return SoqlError(code, what, text=self.names.text, at=at, fix=fix)

    def _check(self, path: Path, column: Column, verb: str, *, usable: bool) -> None:
        if not usable:
            raise self.names.wrong(path, f"field '{column.name}' can not be {verb} in a query call")

    def _function(self, call: Call, clause: Clause) -> Operand:
        row = FUNCTIONS.get(call.function)
        if row is not None and row.kind is Kind.AGGREGATE and clause is Clause.WHERE:
            raise self.error("Aggregate functions are not supported in WHERE: use HAVING", call.at)
        if row is None or clause not in row.clauses:
            raise self.error(f"unexpected token: '{spelt(call.function)}'", call.at, fix=_advice(call.function, row))
        return self._distance(call) if row.kind is Kind.DISTANCE else self._applied(row, call, clause)

    def _applied(self, row: Function, call: Call, clause: Clause | None) -> Applied:
        if len(call.arguments) != 1:
            raise self.error(f"unexpected token: '{row.name}'", call.at)
        match call.arguments[0]:
            case Path() as path:
                column = self.names.column(path)
                self._check_argument(row, Path(path.name, call.at), column, clause)
                return Applied(row, column)
            case Call(function) as inner if function in row.holds:
                found = self._applied(FUNCTIONS[function], inner, None)
                if found.type not in row.takes:
                    raise self._misfit(row, found.name, call.at)
                return Applied(row, found)
            case argument:
                raise self._wrong_argument(row, argument, call)

    def _check_argument(self, row: Function, path: Path, column: Column, clause: Clause | None) -> None:
        field = column.field
        if row.kind is Kind.AGGREGATE:
            if field.type not in row.takes or not field.aggregatable:
                raise self._misfit(row, column.name, path.at)
        elif field.type not in row.takes and not (row.name == "toLabel" and self._is_record_type(column, clause)):
            raise self._misfit(row, column.name, path.at)
        elif row.kind is not Kind.SUBTOTAL:
            self._check(path, column, "filtered", usable=clause is Clause.SELECT or field.filterable)

    def _is_record_type(self, column: Column, clause: Clause | None) -> bool:
        """Whether it is a record type's name, which is shown by its label and never compared by it."""
        owner = column.parents[-1].objects[0] if column.parents else self.names.object
        return clause is Clause.SELECT and owner.name == "RecordType" and column.field.name_field

    def _misfit(self, row: Function, name: str, at: int) -> SoqlError:
        what = "aggregate operator" if row.kind is Kind.AGGREGATE else "function"
        return self.error(f"field {name} does not support {what} {row.name}", at)

    def _wrong_argument(self, row: Function, argument: Argument, call: Call) -> SoqlError:
        at = argument.at if isinstance(argument, Call) else call.at
        name = spelt(argument.function) if isinstance(argument, Call) else row.name
        return self.error(f"unexpected token: '{name}'", at)

    def _distance(self, call: Call) -> Distance:
        match call.arguments:
            case (Path() as start, end, str() as unit) if unit in _UNITS:
                return Distance(self._place(start), self._end(end, call), unit)
            case _:
                fix = "Write DISTANCE(field, GEOLOCATION(37.8, -122.4), 'km'), with the field first, or 'mi'."
                raise self.error("unexpected token: 'DISTANCE'", call.at, fix=fix)

    def _end(self, argument: Argument, call: Call) -> Place:
        match argument:
            case Path():
                return self._place(argument)
            case Call("GEOLOCATION", (latitude, longitude)):
                return Place(self._degrees(latitude, call), self._degrees(longitude, call))
            case _:
                raise self._wrong_argument(FUNCTIONS["DISTANCE"], argument, call)

    def _degrees(self, argument: Argument, call: Call) -> Column | float:
        match argument:
            case Decimal():
                return float(argument)
            case Path():
                column = self.names.column(argument)
                if column.type in NUMBERS:
                    return column
                raise self._misfit(FUNCTIONS["GEOLOCATION"], column.name, argument.at)
            case _:
                raise self._wrong_argument(FUNCTIONS["GEOLOCATION"], argument, call)

    def _place(self, path: Path) -> Place:
        column = self.names.column(path)
        owners = column.parents[-1].objects if column.parents else (self.names.object,)
        fields = [field for owner in owners for field in owner.fields.values() if field.compound == column.field.name]
        latitude, longitude = _ending(fields, "latitude"), _ending(fields, "longitude")
        if column.type not in FUNCTIONS["DISTANCE"].takes or latitude is None or longitude is None:
            raise self._misfit(FUNCTIONS["DISTANCE"], column.name, path.at)
        return Place(Column(column.parents, latitude), Column(column.parents, longitude))


def _advice(name: str, row: Function | None) -> str:
    """Say where a function may stand, or which one is meant where there is none of the name."""
    if row is None:
        close = nearest(name, FUNCTIONS)
        return f"Did you mean {spelt(close)}?" if close else ""
    if not row.clauses:
        around = next(one.name for one in FUNCTIONS.values() if row.name.upper() in one.holds)
        return f"{row.name} stands inside another function only, such as {around}."
    return f"{row.name} may stand in {', '.join(clause for clause in Clause if clause in row.clauses)}."


def _ending(fields: Collection[Field], part: str) -> Field | None:
    """Give the field of a compound's part: BillingLatitude, or Place__Latitude__s."""
    return next((one for one in fields if one.name.casefold().removesuffix("__s").endswith(part)), None)
