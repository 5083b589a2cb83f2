"""upbeat test, as a user types it: what a workflow would do with real records, and nothing written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.cli.conftest import Type

from upbeat.testing import House

LARGER = "single-threaded-larger-deals"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[LARGER]) as one:
        _ = one.engine
        for name, amount in (("Large", 90_000), ("Small", 10_000)):
            one.create("Opportunity", Name=name, StageName="Qualification", CloseDate="2026-12-01", Amount=amount)
        yield one


def test_each_record_is_told_with_what_would_be_done_to_it(upbeat: Type) -> None:
    said = upbeat("test", LARGER)
    for words in (
        "fires on 1 of 2 records",
        "Large (006",
        "would update Opportunity (flag, auto)",
        "Risk Flag: blank → Single-threaded",
        "does not fire: Amount 10,000 is not above the threshold 50,000",
        "Nothing was written or sent.",
    ):
        assert words in said.out


def test_one_record_and_one_step_are_previewed_as_json(upbeat: Type, house: House) -> None:
    (row,) = house.query("SELECT Id FROM Opportunity WHERE Name = 'Large'")
    found = upbeat("test", LARGER, "--on", row["Id"], "--step", "flag", "--json").json
    (one,) = found["records"]
    assert (found["written"], one["fired"], [each["step"] for each in one["would"]]) == (0, True, ["flag"])


def test_a_draft_elsewhere_is_tested_in_place_of_the_file(upbeat: Type, house: House, tmp_path: Path) -> None:
    text = (house.folder / "workflows" / f"{LARGER}.yaml").read_text()
    draft = tmp_path / "draft.yaml"
    draft.write_text(text.replace("{value: 50000,", "{value: 5000,"))
    assert "fires on 2 of 2 records" in upbeat("test", LARGER, "--draft", draft).out
    draft.write_text(text.replace("Amount >", "Amuont >"))
    said = upbeat("test", LARGER, "--draft", draft)
    assert (said.code, "Amuont" in said.err) == (1, True)
