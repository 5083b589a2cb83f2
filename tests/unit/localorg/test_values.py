"""A field takes what Salesforce takes, keeps it in one form, and refuses the rest in Salesforce's words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.localorg.problems import Unfit
from upbeat.localorg.values import Stored, accept, moment, stamp
from upbeat.schema import Field, FieldType, PicklistValue, standard


def _field(kind: FieldType, **more: Any) -> Field:
    return Field(name="F", label="F", type=kind, **more)


RATING = _field(
    FieldType.PICKLIST, picklist=(PicklistValue("Hot"), PicklistValue("Old", active=False)), restricted=True
)
KINDS = _field(FieldType.MULTIPICKLIST, picklist=(PicklistValue("A"), PicklistValue("B")), restricted=True)
ACCOUNT = _field(FieldType.REFERENCE, reference_to=("Account",))
AMOUNT = _field(FieldType.CURRENCY, precision=8, scale=2)


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        pytest.param(_field(FieldType.STRING), "  a b ", "a b", id="text is trimmed"),
        pytest.param(_field(FieldType.STRING), "   ", None, id="an empty text is blank"),
        pytest.param(_field(FieldType.STRING), 7, "7", id="a number becomes text"),
        pytest.param(_field(FieldType.BOOLEAN), True, 1, id="a checkbox"),
        pytest.param(_field(FieldType.BOOLEAN), "false", 0, id="a checkbox as text"),
        pytest.param(_field(FieldType.BOOLEAN, default=True), None, 1, id="a null checkbox has its default"),
        pytest.param(_field(FieldType.INT, precision=8), "12", 12, id="an int as text"),
        pytest.param(AMOUNT, Decimal("1.005"), 1.01, id="a number is rounded half up to its scale"),
        pytest.param(AMOUNT, "", None, id="an empty number is blank"),
        pytest.param(_field(FieldType.DATE), "2026-02-28", "2026-02-28", id="a date"),
        pytest.param(_field(FieldType.DATE), date(2026, 2, 28), "2026-02-28", id="a date of Python's"),
        pytest.param(
            _field(FieldType.DATETIME), "2026-01-05T10:30:00+01:00", "2026-01-05T09:30:00.000+0000", id="a datetime"
        ),
        pytest.param(
            _field(FieldType.DATETIME), "2026-01-05T09:30:00.999Z", "2026-01-05T09:30:00.000+0000", id="whole seconds"
        ),
        pytest.param(_field(FieldType.TIME), "09:30:00", "09:30:00.000Z", id="a time"),
        pytest.param(ACCOUNT, "001000000000001", "001000000000001AAA", id="an id of 15 characters"),
        pytest.param(RATING, "Hot", "Hot", id="a listed value"),
        pytest.param(_field(FieldType.PICKLIST), "Anything", "Anything", id="an open picklist takes any value"),
        pytest.param(KINDS, "B;A", "B;A", id="several listed values"),
        pytest.param(_field(FieldType.EMAIL), "a@b.example", "a@b.example", id="a mail address"),
    ],
)
def test_what_fits_is_kept_in_one_form(field: Field, value: Any, stored: Stored) -> None:
    assert accept(field, standard())(value) == stored


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        pytest.param(_field(FieldType.STRING, length=3), "abcd", "STRING_TOO_LONG", id="too long"),
        pytest.param(_field(FieldType.STRING), {"a": 1}, "JSON_PARSER_ERROR", id="an object for a text"),
        pytest.param(_field(FieldType.STRING), "\ud800", "JSON_PARSER_ERROR", id="half a character"),
        pytest.param(_field(FieldType.BOOLEAN), 1, "JSON_PARSER_ERROR", id="a number for a checkbox"),
        pytest.param(_field(FieldType.INT, precision=8), "1.5", "JSON_PARSER_ERROR", id="a fraction for an int"),
        pytest.param(_field(FieldType.INT, precision=8), True, "JSON_PARSER_ERROR", id="a checkbox for an int"),
        pytest.param(AMOUNT, "12 dollars", "JSON_PARSER_ERROR", id="words for a number"),
        pytest.param(AMOUNT, Decimal("1e6"), "NUMBER_OUTSIDE_VALID_RANGE", id="too many digits"),
        pytest.param(AMOUNT, "NaN", "JSON_PARSER_ERROR", id="not a number"),
        pytest.param(AMOUNT, "1_000", "JSON_PARSER_ERROR", id="a number as Python writes it"),
        pytest.param(_field(FieldType.DATE), "2026-02-30", "JSON_PARSER_ERROR", id="no such day"),
        pytest.param(_field(FieldType.DATE), "20260228", "JSON_PARSER_ERROR", id="another form of date"),
        pytest.param(_field(FieldType.DATETIME), "2026-01-05T10:30:00", "JSON_PARSER_ERROR", id="no offset"),
        pytest.param(_field(FieldType.DATETIME), "2026-01-05T10:30:00 01:00", "JSON_PARSER_ERROR", id="a lost plus"),
        pytest.param(_field(FieldType.DATETIME), "0001-01-01T00:00:00+14:00", "JSON_PARSER_ERROR", id="before year 1"),
        pytest.param(ACCOUNT, "acme", "MALFORMED_ID", id="no id"),
        pytest.param(ACCOUNT, "003000000000001", "FIELD_INTEGRITY_EXCEPTION", id="the id of a contact"),
        pytest.param(RATING, "Old", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", id="an inactive value"),
        pytest.param(KINDS, "A;C", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", id="one of several is not listed"),
        pytest.param(_field(FieldType.EMAIL), "ana", "INVALID_EMAIL_ADDRESS", id="no mail address"),
    ],
)
def test_what_does_not_fit_is_refused_with_salesforces_code(field: Field, value: Any, code: str) -> None:
    with pytest.raises(Unfit) as raised:
        accept(field, standard())(value)
    assert raised.value.problem.code == code


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_stamp_is_read_back_to_the_second(when: datetime) -> None:
    assert moment(stamp(when)) == when.replace(microsecond=0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.sampled_from([*standard().object("Opportunity").fields.values(), RATING, KINDS]), JSON)
def test_any_json_is_taken_or_refused_and_nothing_else(field: Field, value: Any) -> None:
    try:
        stored = accept(field, standard())(value)
    except Unfit:
        return
    assert stored is None or isinstance(stored, str | int | float)
