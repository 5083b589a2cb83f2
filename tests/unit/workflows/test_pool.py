"""Pools: which postal codes lie in a span, and what a pool becomes for routing."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.workflows import (
    PLAYBOOKS,
    Cap,
    Catalogue,
    Holding,
    MatchBy,
    Member,
    PostalCodes,
    Workflow,
    compile_pool,
    load,
)


@pytest.mark.parametrize(
    ("span", "code", "inside"),
    [
        ("60614", "60614", True),
        ("60614", "60614-1234", True),
        ("60614", "60615", False),
        ("60601-60699", "60601", True),
        ("60601-60699", "60699-0001", True),
        ("60601-60699", "60700", False),
        ("606*", "60699", True),
        ("606*", "607", False),
        ("606*", "60", False),
        ("0*", "02134", True),
        ("SW1A", "sw1a 1aa", True),
        ("SW1A", "SW1", False),
        ("EC1-EC4", "EC2M 7PP", True),
        ("60601-60699", "", False),
    ],
)
def test_a_postal_code_lies_in_a_span_by_its_first_characters(span: str, code: str, inside: bool) -> None:
    assert (code in PostalCodes.parse(span)) is inside


@pytest.mark.parametrize("text", ["", "*", "-", "60614-606", "60699-60601", "606*-607*", "6*6"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no postal code"):
        PostalCodes.parse(text)


@given(st.integers(0, 99999), st.integers(0, 99999), st.integers(0, 99999))
def test_a_span_of_digits_holds_what_lies_between_its_ends(first: int, last: int, code: int) -> None:
    first, last = sorted((first, last))
    assert (f"{code:05}" in PostalCodes.parse(f"{first:05}-{last:05}")) is (first <= code <= last)


def test_a_pool_becomes_plain_values(shipped: Mapping[str, Workflow]) -> None:
    pool = shipped["route-inbound-leads"].pools["inbound"]
    assert pool.members[0] == Member(
        user="theo.grant@acme.example", weight=2.0, caps=(Cap(20, timedelta(days=1)),), territories=("East",)
    )
    assert pool.otherwise == Holding("A new lead needs an owner", "priya.shah@acme.example", timedelta(days=1))
    assert pool.match is not None
    assert pool.match.by == (MatchBy.WEBSITE_DOMAIN, MatchBy.COMPANY_NAME)
    assert [one.name for one in pool.territories] == ["East", "Central", "West", "DACH", "UK and Ireland"]


def test_postal_codes_may_stand_without_quotes(workspace: Path, against: Catalogue) -> None:
    file = workspace / "routing/inbound.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("['8*', '9*']", "[60614, 02134]"), encoding="utf-8")
    west = compile_pool(load(workspace).pools["inbound"], against).territories[2]
    assert west.postal_codes == (PostalCodes("60614", "60614"), PostalCodes("02134", "02134"))


def test_the_shipped_pool_is_named_by_its_file() -> None:
    assert set(load(PLAYBOOKS).pools) == {"inbound"}
