"""Values looked up among what the caller hands in: other records by their name, rates by their currency."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from upbeat.formula.fit import Unfit, a, accepts, fit
from upbeat.formula.functions.row import Function
from upbeat.formula.tree import Apply, Global, Literal, Typed, write
from upbeat.formula.types import Type
from upbeat.formula.values import READERS, Table, Value, number, percent, table

RATES = "$CurrencyRate"
"""The global that CURRENCYRATE looks in: for each ISO code, how many make one of the corporate currency."""

_FIELD = "$ObjectType.Object__c.Fields.Field__c"


def _rate(code: str, rates: Table) -> Decimal:
    return number(rates.get(code)) or Decimal(1)


def _type_rate(row: Function, args: Sequence[Typed], at: int) -> Typed:
    code = args[0]
    if code.type is not Type.PICKLIST and not accepts((Type.TEXT,), code.type):
        what = f"{row.name} needs a currency's code here, and {write(code)} is {a(code.type)}"
        raise Unfit(what, code.at, 'Write CurrencyIsoCode, or a code such as "EUR".')
    rates = Global(RATES, (RATES,), Type.TABLE, at=at)
    return Apply(row, (code if code.type is Type.PICKLIST else fit(code, Type.TEXT), rates), Type.NUMBER, at)


def _found(read: Callable[[Any], Value], records: Table, _: Table, name: str, field: str) -> Value:
    record = records.get(name)
    if record is None:
        return read(None)
    row = table(record)
    if field not in row:
        raise ValueError(f"the record {name!r} came without {field}")
    return read(row[field])


def _finder(read: Callable[[Any], Value]) -> Function:
    does = "A field of the record of a custom object that has a name; blank where there is none"
    return Function(
        "VLOOKUP", "table, table, text -> T", does, partial(_found, read), strict=False,
        written=3, form=f"{_FIELD}, $ObjectType.Object__c.Fields.Name, text", typed=_type_found,
    )  # fmt: skip


def _type_found(row: Function, args: Sequence[Typed], at: int) -> Typed:
    wanted, key, name = args
    if not isinstance(wanted, Global) or wanted.type is not Type.TABLE:
        raise _no_field(row, wanted)
    if not isinstance(key, Global) or key.type is not Type.TABLE:
        raise _no_field(row, key)
    field = wanted.path.rpartition(".")[2]
    by_name = f"{wanted.path.removesuffix(field)}Name"
    if key.path != by_name:
        what = f"{row.name} finds records by their Name, and {key.path} is another field"
        raise Unfit(what, key.at, f"Write {by_name}.")
    if not accepts((Type.TEXT,), name.type):
        raise Unfit(f"{row.name} needs a text here, and {write(name)} is {a(name.type)}", name.at, "A Name is a text.")
    found = _FINDERS[percent if wanted.percent else READERS[wanted.of]]
    kind = Type.TEXT if wanted.of in (Type.PICKLIST, Type.MULTIPICKLIST) else wanted.of
    return Apply(found, (wanted, key, fit(name, Type.TEXT), Literal(field, Type.TEXT, at)), kind, at)


def _no_field(row: Function, arg: Typed) -> Unfit:
    what = f"{row.name} needs a field of a custom object here, and {write(arg)} is {a(arg.type)}"
    return Unfit(what, arg.at, f"Write {_FIELD}.")


_FINDERS = {read: _finder(read) for read in (*READERS.values(), percent)}
"""VLOOKUP as it reads each type of field."""

LOOKUP = (
    Function("CURRENCYRATE", "text -> number", "The conversion rate of a currency's ISO code; 1 where there is none",
             _rate, written=1, typed=_type_rate),
    _FINDERS[READERS[Type.TEXT]],
)  # fmt: skip
