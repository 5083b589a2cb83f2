"""The table of functions: every row is documented, read, and has a case."""

import re
from pathlib import Path

import pytest

from upbeat.formula.duckdb.table import ENTRIES, entry
from upbeat.formula.functions import ROWS, TABLE, Function

CASES = Path(__file__).with_name("cases").joinpath("values.txt").read_text("utf-8").upper()
TOKENS = set(re.findall(r"[A-Z]\w+|<>|<=|>=|[-+*/^&=<>]", CASES))


@pytest.mark.parametrize("name", sorted(TABLE.keys() - {"TIMENOW"}))
def test_every_function_has_a_case(name: str) -> None:
    assert name in TOKENS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name} {row.signature}")
def test_every_row_says_what_it_does_in_one_line_and_gives_a_type(row: Function) -> None:
    assert re.fullmatch(r"[A-Za-z].{3,90}[^.]", row.does)
    assert "->" in row.signature
    assert row.shape.gives is not None or any(place.shared for place in row.shape.places) or row.typed


@pytest.mark.parametrize("row", [row for row in ROWS if row.lazy], ids=lambda row: row.name)
def test_every_lazy_row_writes_its_own_python(row: Function) -> None:
    assert callable(row.python)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name} {row.signature}")
def test_every_row_becomes_sql_or_says_why_it_does_not(row: Function) -> None:
    assert entry(row) or not row.shape.places or row.name == "PRIORVALUE"  # which is a field once it is typed


def test_no_entry_is_of_a_row_that_there_is_not() -> None:
    assert ENTRIES.keys() <= {row.name for row in ROWS} | {f"{row.name} {row.signature}" for row in ROWS}
