"""Bitmaps say which fields changed, as the guide writes them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.pubsub import layout, read_bitmaps, write_bitmaps

# AccountChangeEvent up to LastModifiedDate, as the Change Data Capture guide lists it beside its examples
ACCOUNT = [
    *("ChangeEventHeader", "Name", "Type", "ParentId", "BillingAddress", "ShippingAddress", "Phone", "Fax"),
    *("AccountNumber", "Website", "Sic", "Industry", "AnnualRevenue", "NumberOfEmployees", "Ownership"),
    *("TickerSymbol", "Description", "Rating", "Site", "OwnerId", "CreatedDate", "CreatedById"),
    *("LastModifiedDate", "LastModifiedById"),
]
ADDRESS = ["Street", "City", "State", "PostalCode", "Country"]
FIELDS = [(name, ADDRESS if name.endswith("Address") else []) for name in ACCOUNT]
NAMES = [name for name, parts in FIELDS if not parts] + [
    f"{name}.{part}" for name, parts in FIELDS for part in parts
]  # fmt: skip


@pytest.mark.parametrize(
    ("bitmaps", "names"),
    [
        pytest.param(["0x400800"], ["Industry", "LastModifiedDate"], id="merged events example of the guide"),
        pytest.param(["0x400080"], ["Fax", "LastModifiedDate"], id="enriched event example of the guide"),
        pytest.param(["0x400000", "4-0x04"], ["BillingAddress.State", "LastModifiedDate"], id="a part of an address"),
        pytest.param(["4-0x06"], ["BillingAddress.City", "BillingAddress.State"], id="parts alone"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_the_guides_bitmaps_and_their_fields_are_each_others(bitmaps: list[str], names: list[str]) -> None:
    assert read_bitmaps(FIELDS, bitmaps) == names
    assert write_bitmaps(FIELDS, names) == bitmaps


@given(st.sets(st.sampled_from(NAMES)))
def test_reading_gives_back_what_was_written(names: set[str]) -> None:
    assert set(read_bitmaps(FIELDS, write_bitmaps(FIELDS, names))) == names


@given(st.sets(st.sampled_from(NAMES), min_size=1))
def test_hexadecimal_comes_in_whole_bytes(names: set[str]) -> None:
    assert all(len(one.rpartition("0x")[2]) % 2 == 0 for one in write_bitmaps(FIELDS, names))


@pytest.mark.parametrize("bitmap", ["0x1000000000", "99-0x01", "4-0xFF", "x-0x01", "0xZZ", "-0x01"])
def test_a_bitmap_of_another_schema_is_refused(bitmap: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (each has words of its own)
        read_bitmaps(FIELDS, [bitmap])


def test_a_layout_finds_the_parts_of_a_record_that_is_named_again() -> None:
    address: Any = {"type": "record", "name": "Address", "fields": [{"name": "Street"}, {"name": "City"}]}
    header: Any = {"type": "record", "name": "ChangeEventHeader", "fields": [{"name": "entityName"}]}
    schema = {
        "fields": [
            {"name": "ChangeEventHeader", "type": header},
            {"name": "BillingAddress", "type": ["null", address]},
            {"name": "ShippingAddress", "type": ["null", "Address"]},
            {"name": "Phone", "type": ["null", "string"]},
        ]
    }
    parts = ["Street", "City"]
    assert layout(schema) == [
        ("ChangeEventHeader", []), ("BillingAddress", parts), ("ShippingAddress", parts), ("Phone", []),
    ]  # fmt: skip
