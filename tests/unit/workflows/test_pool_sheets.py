"""A pool on its way to a spreadsheet and back: nothing is lost, and only what differs is touched."""

import pytest

from upbeat.base.files import DefinitionError
from upbeat.workflows import PLAYBOOKS, PoolDefinition, load
from upbeat.workflows.files import parse_pool
from upbeat.workflows.pool_sheets import Edit, sheets, with_sheet

FILE = "routing/inbound.yaml"
TEXT = (PLAYBOOKS / FILE).read_text(encoding="utf-8")
SHIPPED = load(PLAYBOOKS).pools["inbound"]
TABLES = {one.part: one.text for one in sheets(SHIPPED)}


def _back(part: str, text: str, pool: PoolDefinition = SHIPPED) -> Edit:
    return with_sheet(pool, f"Downloads/{part}.csv", text.encode())


@pytest.mark.parametrize("part", TABLES)
def test_what_was_exported_and_not_edited_changes_nothing(part: str) -> None:
    assert _back(part, TABLES[part]).files == {}


def test_an_edited_cell_changes_that_value_alone() -> None:
    edit = _back(
        "members", TABLES["members"].replace("theo.grant@acme.example,2,20 a day", "theo.grant@acme.example,3,")
    )
    changed = TEXT.replace("weight: 2, caps: [20 a day], territories: [East]", "weight: 3, territories: [East]")
    assert (edit.part, {path: raw.decode() for path, raw in edit.files.items()}) == ("members", {FILE: changed})


def test_rows_are_added_and_moved() -> None:
    header, east, *rest = TABLES["territories"].splitlines()
    nordics = 'Nordics,,,"Denmark; Norway; Sweden",,,,,'
    edit = _back("territories", "\n".join([header, *rest, east, nordics]))
    assert [one.name for one in edit.pool.territories] == [
        "Central",
        "West",
        "DACH",
        "UK and Ireland",
        "East",
        "Nordics",
    ]
    [text] = edit.files.values()
    assert "  - {name: Nordics, countries: [Denmark, Norway, Sweden]}\n" in text.decode()
    assert text.decode().endswith(TEXT[TEXT.index("match:") :])


def test_a_pool_whose_members_stand_in_a_table_gets_that_table() -> None:
    first, last = TEXT.index("members:"), TEXT.index("otherwise:")
    tabled = f"{TEXT[:first]}members: {{table: people.csv}}\n\n{TEXT[last:]}"
    pool = parse_pool(FILE, tabled.encode(), {"people.csv": TABLES["members"].encode()}.get)
    edited = TABLES["members"].replace("theo.grant@acme.example,2", "theo.grant@acme.example,3")
    assert _back("members", edited, pool).files == {"routing/people.csv": edited.encode()}


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        ("members", "theo.grant@acme.example,2", "theo.grant@acme.example,-2", "members.csv:2:2 members[1].weight"),
        ("territories", "0*;", "0-;", "territories.csv:2:3 territories[1].postal_codes[1]"),
        ("members", "user", "person", "members.csv:1: the table holds neither members nor territories"),
    ],
)
def test_a_mistake_is_told_at_its_cell_of_the_file_that_was_given(part: str, old: str, new: str, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        _back(part, TABLES[part].replace(old, new, 1))
    assert str(caught.value).startswith(f"Downloads/{said}")


def test_a_value_that_no_cell_can_hold_is_told_at_its_line() -> None:
    pool = parse_pool(FILE, TEXT.replace("[Germany,", "['A|B',").encode(), lambda _: None)
    with pytest.raises(DefinitionError, match=r"inbound.yaml:17:5 territories\[4\]: A\|B has a \| in it"):
        sheets(pool)
