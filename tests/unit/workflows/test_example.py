"""The example workspace: nothing is wrong with it."""

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from upbeat.foundation import BY_KEY
from upbeat.gate import FLOOR
from upbeat.workflows import Catalogue, Person, PostalCodes, check, load, load_settings

CHICAGO = Path(__file__).parents[3] / "examples/chicago"


@pytest.fixture(scope="module")
def users() -> Mapping[str, Person]:
    """Give the people of users.csv, as the org will have them."""
    with (CHICAGO / "users.csv").open(encoding="utf-8", newline="") as file:
        found = [Person(row["Username"], row["Id"], row["LastName"], row["Email"]) for row in csv.DictReader(file)]
    return {one.username: one for one in found}


def test_nothing_is_wrong_with_the_example(against: Catalogue, users: Mapping[str, Person]) -> None:
    assert check(load(CHICAGO), against, users, FLOOR, BY_KEY) == []


def test_its_settings_can_be_read() -> None:
    assert load_settings(CHICAGO).time_zone == "America/Chicago"


def test_what_is_imported_belongs_to_whom_the_pool_takes_from(users: Mapping[str, Person]) -> None:
    assert load(CHICAGO).pools["inbound"].takes_from == ("intake@chicago.example",)
    for mapping in ("mapping-leads.yaml", "mapping-accounts.yaml"):
        assert "Owner.Username: intake@chicago.example" in (CHICAGO / mapping).read_text(encoding="utf-8")
    assert "intake@chicago.example" in users


def test_no_postal_code_lies_in_two_territories() -> None:
    territories = load(CHICAGO).pools["inbound"].territories
    for code in (f"{number}" for number in range(60600, 60900)):
        holding = [one.name for one in territories if any(code in PostalCodes.parse(span) for span in one.postal_codes)]
        assert len(holding) <= 1, (code, holding)
