"""The currencies of an org that has several: which, at what rates, and of which one a record's amounts are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from upbeat import soql
from upbeat.localorg.problems import OrgError
from upbeat.localorg.setup import Founder
from upbeat.localorg.storage import Row, Storage
from upbeat.schema import Field, FieldType, Object, PicklistValue, Schema

ISO_CODE: Final = "CurrencyIsoCode"
OF_USER: Final = "DefaultCurrencyIsoCode"
_BARE: Final = frozenset({"Group", "Note"})  # that people own, and that have no amounts


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency by its ISO code. `rate` is how many of it are one of the corporate currency, whose own rate is 1.

    `dated` are rates from a day on, as `("2026-01-01", 0.92)`: rows of DatedConversionRate, which SOQL does not
    convert by.
    """

    code: str
    rate: float = 1.0
    corporate: bool = False
    active: bool = True
    decimal_places: int = 2
    dated: tuple[tuple[str, float], ...] = ()


def merged(known: Iterable[Currency], more: Iterable[Currency]) -> tuple[Currency, ...]:
    """Give the currencies with more, in place of their namesakes.

    Raises OrgError where not one of them is corporate, at a rate of 1, or a rate is none.
    """
    found = {one.code: one for one in (*known, *more)}
    corporate = [one for one in found.values() if one.corporate]
    if found and (len(corporate) != 1 or corporate[0].rate != 1 or not corporate[0].active):
        what = f"{len(corporate)} currencies are corporate" if len(corporate) != 1 else "the corporate rate is not 1"
        raise OrgError(
            what, fix="Let one active currency be corporate, at the rate 1; name the old one again to free it."
        )
    wrong = next((one for one in found.values() if one.rate <= 0 or len(one.code) != 3), None)
    if wrong is not None:
        raise OrgError(
            f"{wrong.code} at {wrong.rate} is no currency", fix="Give a code of three letters, a rate above 0."
        )
    return tuple(found.values())


def with_currencies(schema: Schema, currencies: tuple[Currency, ...]) -> Schema:
    """Give the records that have amounts or an owner a currency, and users one of their own."""
    if not currencies:
        return schema
    codes = tuple(PicklistValue(one.code, active=one.active) for one in currencies)
    own = next(one.code for one in currencies if one.corporate)
    changed = [replace(one, fields={**one.fields, ISO_CODE: _field(ISO_CODE, codes)}) for one in schema if _priced(one)]
    user = schema.object("User")
    of_user = replace(_field(OF_USER, codes), label="Default Currency ISO Code", default=own)
    changed.append(replace(user, fields={**user.fields, OF_USER: of_user}))
    return replace(schema.with_objects(changed), currency=own)


def _priced(one: Object) -> bool:
    amounts = one.custom or one.has("OwnerId") or any(each.type is FieldType.CURRENCY for each in one.fields.values())
    return one.createable and amounts and one.name not in _BARE


def _field(name: str, codes: tuple[PicklistValue, ...]) -> Field:
    return Field(
        name=name,
        type=FieldType.PICKLIST,
        label="Currency ISO Code",
        length=3,
        restricted=True,
        picklist=codes,
        defaulted=True,
    )


def write(schema: Schema, currencies: tuple[Currency, ...], storage: Storage, founder: Founder) -> None:
    """Write the rows of CurrencyType and DatedConversionRate; records of before are in the corporate currency."""
    if not currencies:
        return
    known = {str(row["IsoCode"]): str(row["Id"]) for row in storage.find("CurrencyType", "IsDeleted", [0])}
    founder.write_again("CurrencyType", [(known.get(one.code, ""), _row(one)) for one in currencies])
    days = {
        (row["IsoCode"], row["StartDate"]): str(row["Id"])
        for row in storage.find("DatedConversionRate", "IsDeleted", [0])
    }
    dated = [row for one in currencies for row in _dated(one)]
    founder.write_again(
        "DatedConversionRate", [(days.get((row["IsoCode"], row["StartDate"]), ""), row) for row in dated]
    )
    for one in schema:
        column = ISO_CODE if one.has(ISO_CODE) else OF_USER if one.has(OF_USER) else ""
        if column:  # no client changes them, and nobody is told
            storage.execute(f'UPDATE "{one.name}" SET "{column}" = ? WHERE "{column}" IS NULL', (schema.currency,))  # noqa: S608 (the schema's names)


def _row(one: Currency) -> Row:
    return {
        "IsoCode": one.code,
        "ConversionRate": one.rate,
        "DecimalPlaces": one.decimal_places,
        "IsActive": int(one.active),
        "IsCorporate": int(one.corporate),
    }


def _dated(one: Currency) -> Iterator[Row]:
    days = sorted(one.dated)
    for (day, rate), (following, _) in pairwise([*days, ("9999-12-31", 0.0)]):
        ends = f"{following}T00:00:00.000+0000"
        yield {"IsoCode": one.code, "StartDate": day, "NextStartDate": ends, "ConversionRate": rate}


def rates(schema: Schema, storage: Storage, user_id: str) -> soql.Currencies | None:
    """Give the rates as they stand, and the currency of a user; None where the org has but one currency."""
    if not schema.object("User").has(OF_USER):
        return None
    rows = storage.find("CurrencyType", "IsDeleted", [0], ["IsoCode", "ConversionRate"])
    own = storage.fetch("User", [user_id], [OF_USER]).get(user_id, {}).get(OF_USER)
    known = {str(row["IsoCode"]): float(row["ConversionRate"] or 0) for row in rows}
    return soql.Currencies(str(own or schema.currency), known)
