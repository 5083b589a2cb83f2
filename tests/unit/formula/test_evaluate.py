"""What a formula sees: the record, prior values, globals, the moment; and what it says when something lacks."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from upbeat import formula
from upbeat.formula import Formula, FormulaError, Scope, Type, UnknownPrior
from upbeat.schema import Field, FieldType

NOW = datetime(2026, 2, 11, 15, 30, 20, 123456, tzinfo=UTC)
Read = Callable[..., Formula]
Value = Callable[..., Any]


def test_a_formula_names_what_it_reads(read: Read) -> None:
    one = read("AND(amount > 5, account.owner.email = $User.Email, ISCHANGED(closedate), $signal.pushcount > 2)")
    assert one.fields == {"Amount", "Account.Owner.Email", "CloseDate"}
    assert one.prior == {"CloseDate"}
    assert one.globals == {"$User.Email", "$Signal.PushCount"}
    assert one.type is Type.BOOLEAN


@pytest.mark.parametrize(
    "amount", [82_000, Decimal("82000.00"), 82_000.0, "82000"], ids=["int", "decimal", "float", "text"]
)
def test_a_number_is_read_in_any_form_that_json_or_a_database_gives(value: Value, amount: Any) -> None:
    assert value("Amount = 82000", Amount=amount) is True


def test_a_float_is_the_number_that_it_shows(value: Value) -> None:
    assert value("Amount = 0.1", Amount=0.1) is True


@pytest.mark.parametrize("closing", ["2026-01-31", date(2026, 1, 31)])
def test_a_date_is_read_as_text_or_typed(value: Value, closing: Any) -> None:
    assert value("CloseDate + 1", CloseDate=closing) == date(2026, 2, 1)


@pytest.mark.parametrize(
    "created",
    [
        "2026-01-30T09:30:00.000+0000",
        "2026-01-30T09:30:00Z",
        "2026-01-30T10:30:00+01:00",
        datetime(2026, 1, 30, 9, 30, tzinfo=UTC),
    ],
)
def test_a_moment_is_read_in_any_zone_and_given_in_utc(value: Value, created: Any) -> None:
    assert value("CreatedDate", CreatedDate=created) == datetime(2026, 1, 30, 9, 30, tzinfo=UTC)


def test_a_time_of_day_is_read_as_rest_writes_it(value: Value) -> None:
    assert value("Opens__c", Opens__c="09:30:00.250Z") == time(9, 30, 0, 250_000)


@pytest.mark.parametrize("ticked", [True, 1, "true"])
def test_a_checkbox_is_read_in_any_form(value: Value, ticked: Any) -> None:
    assert value("IsClosed", IsClosed=ticked) is True


def test_a_missing_tick_is_false_and_not_null(value: Value) -> None:
    assert value("NOT(IsClosed)", IsClosed=None) is True


def test_without_a_parent_its_fields_are_blank(value: Value) -> None:
    assert value('AND(ISBLANK(Account.Name), NOT(Account.IsPartner), Account.Owner.Email = "")', Account=None) is True


def test_a_parent_without_its_own_parent_leaves_that_ones_fields_blank(value: Value) -> None:
    assert value("ISBLANK(Account.Owner.Email)", Account={"Owner": None}) is True


def test_an_id_of_fifteen_characters_is_given_as_eighteen(value: Value) -> None:
    assert value("OwnerId", OwnerId="005000000000001") == "005000000000001AAA"


def test_ids_that_differ_in_a_capital_differ(value: Value) -> None:
    assert value('OwnerId = "005000000000aBc"', OwnerId="005000000000Abc") is False


def test_blank_numbers_are_zero_where_the_scope_says_so(value: Value) -> None:
    assert value("Discount__c + Account.AnnualRevenue < 1", blank_as_zero=True) is True
    assert value("ISBLANK(Discount__c)", blank_as_zero=True) is False


def test_today_is_the_day_in_the_orgs_time_zone(value: Value) -> None:
    late = datetime(2026, 2, 11, 23, 30, tzinfo=UTC)
    assert value("TODAY()", now=late) == date(2026, 2, 11)
    assert value("TODAY()", now=late, time_zone="Europe/Berlin") == date(2026, 2, 12)
    assert value("DATEVALUE(NOW())", now=late, time_zone="America/New_York") == date(2026, 2, 11)


def test_the_day_in_the_org_follows_its_summer_time(value: Value) -> None:
    created = {"CreatedDate": "2026-07-01T22:30:00.000+0000"}
    assert value("DATEVALUE(CreatedDate)", time_zone="Europe/Berlin", **created) == date(2026, 7, 2)
    created = {"CreatedDate": "2026-01-01T22:30:00.000+0000"}
    assert value("DATEVALUE(CreatedDate)", time_zone="Europe/Berlin", **created) == date(2026, 1, 1)


def test_now_is_whole_to_the_second_and_the_time_of_day_to_the_millisecond(value: Value) -> None:
    assert value("NOW()", now=NOW) == NOW.replace(microsecond=0)
    assert value("TIMENOW()", now=NOW) == time(15, 30, 20, 123_000)


@pytest.mark.parametrize(
    ("text", "kind", "kept"),
    [
        ("12.345", FieldType.DOUBLE, "12.35"),
        ("-12.345", FieldType.CURRENCY, "-12.35"),
        ("Probability / 7", FieldType.PERCENT, "8.57"),
        ("Discount__c", FieldType.PERCENT, None),
        ("LEN(Name) / 5", FieldType.DOUBLE, "2.4"),
    ],
)
def test_a_number_for_a_field_comes_as_the_field_keeps_it(
    scope: Scope, deal: Mapping[str, Any], text: str, kind: FieldType, kept: str | None
) -> None:
    one = formula.compile(text, scope, Field(name="Result__c", type=kind, scale=2))
    assert one.evaluate(deal, now=NOW) == (None if kept is None else Decimal(kept))


def test_only_a_text_that_is_one_formula_is_a_number_for_a_field(scope: Scope, deal: Mapping[str, Any]) -> None:
    into = Field(name="Result__c", type=FieldType.DOUBLE)
    assert formula.compile_text("{!Amount / 3}", scope, into).render(deal, now=NOW) == 27_333
    assert formula.compile_text("{!1 / 8} {!0.5}", scope, into).render(deal, now=NOW) == "0.125 0.5"


# --- the change -----------------------------------------------------------------------------------


def test_a_new_record_has_changed_in_nothing_and_its_prior_values_are_its_own(value: Value) -> None:
    assert value("ISNEW()", new=True) is True
    assert value("ISCHANGED(CloseDate)", new=True) is False
    assert value("PRIORVALUE(Amount)", new=True) == 82_000


def test_a_new_record_may_be_a_clone_of_another(value: Value) -> None:
    assert value("ISCLONE()", new=True) is False
    assert value("IF(ISCLONE(), 1, 2)", new=True, clone=True) == 1


@pytest.mark.parametrize("place", [None, {"latitude": None, "longitude": None}], ids=["null", "of nulls"])
def test_a_place_without_coordinates_is_blank(value: Value, place: Any) -> None:
    assert value("ISBLANK(Place__c)", Place__c=place) is True
    assert value('DISTANCE(Place__c, GEOLOCATION(0, 0), "km")', Place__c=place) is None


def test_a_place_that_moved_has_changed(read: Read) -> None:
    moved = read("ISCHANGED(Place__c)")
    here, there = {"latitude": "41.880", "longitude": -87.6}, {"latitude": 41.88, "longitude": -87.7}
    assert moved.evaluate({"Place__c": here}, {"Place__c": there}, now=NOW) is True
    assert moved.evaluate({"Place__c": here}, {"Place__c": {**there, "longitude": -87.6}}, now=NOW) is False


def test_a_text_that_was_blank_and_is_null_did_not_change(value: Value) -> None:
    assert value("ISCHANGED(NextStep)", NextStep=None) is False


@pytest.mark.parametrize("text", ["PRIORVALUE(Probability) > 0.5", "ISCHANGED(Probability)"])
def test_a_prior_value_that_nobody_knows_is_told_by_its_own_error(value: Value, text: str) -> None:
    with pytest.raises(UnknownPrior, match="the prior value of Probability is not known"):
        value(text)


def test_without_any_prior_values_all_are_unknown(read: Read) -> None:
    with pytest.raises(UnknownPrior):
        read("ISCHANGED(Amount)").evaluate({"Amount": 5}, now=NOW)


def test_a_condition_that_is_decided_before_asks_no_prior_value(value: Value) -> None:
    assert value("AND(IsClosed, ISCHANGED(Probability))") is False


# --- what lacks, and what is wrong ----------------------------------------------------------------


def test_a_field_that_was_not_read_is_named_and_not_taken_as_blank(read: Read) -> None:
    with pytest.raises(FormulaError, match="the record came without Amount"):
        read("ISBLANK(Amount)").evaluate({"Name": "Acme"}, now=NOW)


def test_a_parents_field_that_was_not_read_is_named_by_its_path(read: Read) -> None:
    with pytest.raises(FormulaError, match=r"the record came without Account\.Owner\.Email"):
        read("ISBLANK(Account.Owner.Email)").evaluate({"Account": {"Owner": {"Name": "Lee"}}}, now=NOW)


def test_a_global_without_a_value_is_named(read: Read) -> None:
    with pytest.raises(FormulaError, match=r"no value was given for \$Signal\.PushCount"):
        read("$Signal.PushCount > 2").evaluate({}, globals={"$Signal": {}}, now=NOW)


def test_what_is_looked_up_is_asked_for_by_name(read: Read) -> None:
    one = read("VLOOKUP($ObjectType.Country__c.Fields.Capital__c, $ObjectType.Country__c.Fields.Name, Name)")
    assert one.globals == {"$ObjectType.Country__c.Fields.Capital__c", "$ObjectType.Country__c.Fields.Name"}
    assert read("CURRENCYRATE(CurrencyIsoCode)").globals == {"$CurrencyRate"}


@pytest.mark.parametrize("given", [{}, {"$CurrencyRate": 1.1}], ids=["nothing", "no table"])
def test_without_rates_no_currency_has_one(read: Read, given: Mapping[str, Any]) -> None:
    with pytest.raises(FormulaError, match=r"no value was given for \$CurrencyRate|1\.1 is no table"):
        read('CURRENCYRATE("EUR")').evaluate({}, globals=given, now=NOW)


def test_a_percent_among_the_settings_is_a_fraction_and_blank_as_zero_where_the_scope_says_so(read: Read) -> None:
    given = {"$Setup": {"Limits__c": {"Share__c": None}}}
    assert read("$Setup.Limits__c.Share__c").evaluate({}, globals=given, now=NOW) is None
    assert read("$Setup.Limits__c.Share__c", blank_as_zero=True).evaluate({}, globals=given, now=NOW) == 0


@pytest.mark.parametrize(
    "changed",
    [{"Place__c": "Chicago"}, {"Place__c": {"latitude": 41}}, {"Place__c": {"latitude": 91, "longitude": 0}}],
    ids=["text", "half", "beyond the pole"],
)
def test_what_is_no_place_is_told(value: Value, changed: Mapping[str, Any]) -> None:
    with pytest.raises(FormulaError):
        value("ISBLANK(Place__c)", **changed)


@pytest.mark.parametrize(
    "changed",
    [{"Amount": "much"}, {"Amount": []}, {"CloseDate": "tomorrow"}, {"IsClosed": "perhaps"}, {"Account": "001"}],
    ids=lambda changed: next(iter(changed)),
)
def test_a_value_that_is_not_of_its_fields_type_is_told_with_its_place(
    value: Value, changed: Mapping[str, Any]
) -> None:
    with pytest.raises(FormulaError) as caught:
        value("IF(IsClosed, 1, Amount) + DAY(CloseDate) + LEN(Account.Name)", **changed)
    assert caught.value.column >= 1
    assert "^" in str(caught.value)


def test_a_formula_cannot_name_what_python_has(read: Read) -> None:
    for text in ("__import__", "record", "t1", "n0", "Amount.__class__", "$Record.__class__"):
        with pytest.raises(FormulaError):
            read(text)
