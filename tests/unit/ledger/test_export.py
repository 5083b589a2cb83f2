"""An export proves itself: to `check_export`, and to the page's own script, which knows nothing of Upbeat."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.base import decode, encode
from upbeat.ledger import Checked, Entry, Kind, Wanted, check_export

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "ledger.md"

Rows = list[dict[str, Any]]


@pytest.fixture
def full(house: Any) -> Any:
    """A ledger of three batches, of two workflows, a payload of which was erased."""
    ids: list[str] = []
    for batch in range(3):
        other = Entry(Kind.WROTE, "upbeat", {"after": {"Näme": 'a "quoted"\tvalue\u2028'}}, workflow="other")
        ids += house.write(house.entry(2 * batch), other, house.entry(2 * batch + 1))
        house.ledger.seal(house.store)
        house.clock.advance(timedelta(days=1))
    with house.store.writing() as conn:
        house.ledger.erase(conn, [ids[3]], by="priya.shah@acme.example", why="asked")
    house.ledger.seal(house.store)
    return house


def exported(house: Any, wanted: Wanted = Wanted()) -> Rows:  # noqa: B008  a frozen value
    with house.store.reading() as conn:
        span = house.ledger.span(conn, wanted)
        return [decode(encode(row)) for row in house.ledger.export(conn, wanted, span)]


def whole(rows: Rows) -> list[dict[str, Any]]:
    return [row for row in rows if row["row"] == "entry"]


def check(rows: Rows) -> Checked:
    return check_export(rows)


def by_script(tmp_path: Path, rows: Rows) -> tuple[int, str]:
    """Run the script of the page on an export, in a Python that has no Upbeat."""
    [script] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "check.py").write_text(script)
    (tmp_path / "export.jsonl").write_text("".join(encode(row) + "\n" for row in rows))
    command = [sys.executable, "-I", tmp_path / "check.py", tmp_path / "export.jsonl"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


def test_an_export_of_everything_holds_and_says_what_to_compare(full: Any, tmp_path: Path) -> None:
    rows = exported(full)
    found = check(rows)
    assert (found.problems, found.entries, found.erased, found.seals, found.first, found.last) == ([], 10, 1, 4, 1, 10)
    with full.store.reading() as conn:
        assert found.head == full.ledger.span(conn, Wanted()).head
    assert by_script(tmp_path, rows) == (0, f"holds up to head {found.head}\n")


def test_what_was_not_asked_for_stands_there_by_its_hash_alone(full: Any, tmp_path: Path) -> None:
    rows = exported(full, Wanted(workflow="other"))
    assert [row["workflow"] for row in whole(rows)] == ["other"] * 3
    assert {tuple(row) for row in rows if row["row"] == "other"} == {("hash", "position", "row", "seq")}
    assert check(rows).ok
    assert by_script(tmp_path, rows)[0] == 0


def test_an_export_of_some_days_has_the_batches_of_those_days(full: Any) -> None:
    since = full.clock.now() - timedelta(days=2)
    rows = exported(full, Wanted(since, since + timedelta(days=1)))
    assert [row["position"] for row in whole(rows)] == [4, 5, 6]
    assert [row["number"] for row in rows if row["row"] == "seal"] == [2]
    assert check(rows).ok


def test_an_erased_payload_stays_erased(full: Any) -> None:
    [erased] = [row for row in whole(exported(full)) if row["erased_by"]]
    assert (erased["payload"], erased["salt"]) == ("", "")


def test_what_is_only_said_to_be_erased_is_found(full: Any) -> None:
    rows = exported(full)
    [erased] = [row for row in whole(rows) if row["erased_by"]]
    whole(rows)[0].update(erased_by=erased["erased_by"], payload="", salt="")
    assert "which says nothing of it" in check(rows).problems[0]
    assert check(exported(full, Wanted(workflow="other"))).unproven == 0
    assert check(exported(full, Wanted(workflow="route-inbound-leads"))).unproven == 1


def test_no_key_is_in_it(full: Any, tmp_path: Path) -> None:
    secret = [line for file in tmp_path.rglob("ledger.key") for line in file.read_text().split()]
    assert len(secret) == 2
    text = encode(exported(full))
    assert [one for one in secret if one in text] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_any_value_that_is_changed_is_found(full: Any, data: st.DataObject) -> None:
    rows = exported(full)
    row = rows[data.draw(st.integers(0, len(rows) - 1), "row")]
    name = data.draw(st.sampled_from(sorted(set(row) - _SAYS_NOTHING[row["row"]])), "column")
    value = row[name]
    match value:
        case int():
            row[name] = value + data.draw(st.sampled_from([-1, 1]), "by")
        case str() if re.fullmatch("[0-9a-f]+", value):
            at = data.draw(st.integers(0, len(value) - 1), "at")
            row[name] = value[:at] + ("1" if value[at] == "0" else "0") + value[at + 1 :]
        case _:
            row[name] = f"{value}x"
    assert not check(rows).ok


_SAYS_NOTHING = {  # what was asked for, and who erased: nobody rests on these
    "export": {"since", "until", "of", "row"},
    "seal": {"row"},
    "entry": {"row", "erased_by"},
    "other": {"row"},
}


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_row_that_is_taken_away_or_moved_is_found(full: Any, data: st.DataObject) -> None:
    rows = exported(full)
    at = data.draw(st.integers(0, len(rows) - 2), "row")
    if data.draw(st.booleans(), "moved") and rows[at] != rows[at + 1]:
        rows[at], rows[at + 1] = rows[at + 1], rows[at]
    else:
        del rows[at]
    assert not check(rows).ok


def test_the_script_of_the_page_finds_a_change_too(full: Any, tmp_path: Path) -> None:
    rows = exported(full)
    rows[2]["actor"] = "somebody else"
    code, said = by_script(tmp_path, rows)
    assert code != 0
    assert "position 1 was changed" in said


def test_what_is_no_export_is_said_to_be_none() -> None:
    assert check([]).problems == ["it does not begin as an export does"]
    assert "none of an export" in check([json.loads('{"row": "letter"}')]).problems[0]
