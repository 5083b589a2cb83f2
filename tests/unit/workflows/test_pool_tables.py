"""A pool's members and territories as tables: read as spreadsheets save them, each mistake at its cell."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base.files import DefinitionError, Problem
from upbeat.workflows import PoolDefinition, load
from upbeat.workflows.files import parse_pool
from upbeat.workflows.pool_tables import joined, parted

POOL = """\
pool: small
title: Leads for a few
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
territories: {table: small-territories.csv}
members: {table: small-members.csv}
otherwise: {hold: Nobody is free, owner: priya.shah@acme.example, due: 1 day}
"""
MEMBERS = """\
user,weight,territories
lena.vogel@acme.example,1.5,DACH; UK
owen.hughes@acme.example,,UK
"""
TERRITORIES = """\
name,countries,postal_codes,when
DACH,"Germany; Austria",,
UK,UK,"SW1A; 0*","NumberOfEmployees > 5"
"""
TABLED = POOL.replace("territories: {table: small-territories.csv}\n", "")
Write = Callable[..., Path]


@pytest.fixture
def write(workspace: Path) -> Write:
    """Write the pool and its tables, and give the workspace."""

    def written(members: str | bytes = MEMBERS, territories: str = TERRITORIES, pool: str = POOL) -> Path:
        folder = workspace / "routing"
        (folder / "small.yaml").write_text(pool, encoding="utf-8")
        (folder / "small-members.csv").write_bytes(members.encode() if isinstance(members, str) else members)
        (folder / "small-territories.csv").write_text(territories, encoding="utf-8")
        return workspace

    return written


def _pool(folder: Path) -> PoolDefinition:
    found = load(folder)
    assert found.problems == ()
    return found.pools["small"]


def _said(folder: Path) -> list[str]:
    return [str(one) for one in load(folder).problems]


def test_a_table_says_what_a_list_says(write: Write) -> None:
    tabled = _pool(write())
    listed = POOL.replace(
        "members: {table: small-members.csv}",
        "members: [{user: lena.vogel@acme.example, weight: 1.5, territories: [DACH, UK]},"
        " {user: owen.hughes@acme.example, territories: [UK]}]",
    ).replace(
        "territories: {table: small-territories.csv}",
        "territories: [{name: DACH, countries: [Germany, Austria]},"
        " {name: UK, countries: [UK], postal_codes: [SW1A, '0*'], when: 'NumberOfEmployees > 5'}]",
    )
    assert _pool(write(pool=listed)).model_dump() == tabled.model_dump()


@pytest.mark.parametrize(
    "members",
    [
        MEMBERS.replace(",", "\t"),
        "user;weight;territories\r\nlena.vogel@acme.example;1,5;DACH|UK\r\nowen.hughes@acme.example;;UK\r\n;;\r\n",
        "\ufeffUser,Weight,Territories\nlena.vogel@acme.example,1.5,DACH | UK\n\nowen.hughes@acme.example,,UK\n",
        MEMBERS.replace(",", "\t").encode("utf-16"),
    ],
    ids=["tabs", "semicolons and a comma in a number", "capitals and a byte order mark", "UTF-16"],
)
def test_a_table_is_read_as_spreadsheets_save_it(write: Write, members: str | bytes) -> None:
    plain = _pool(write()).members
    assert _pool(write(members)).members == plain


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("weight", "wieght", "small-members.csv:1:2: there is no column wieght\n  Did you mean weight?"),
        ("user,weight", "weight,weight", "small-members.csv:1:2: the column weight stands here a second time"),
        ("1.5", "much", "small-members.csv:2:2 members[1].weight: weight must be a number"),
        ("1.5", "-1", "small-members.csv:2:2 members[1].weight: weight must be above 0"),
        ("owen.hughes@acme.example", "owen", "small-members.csv:3:1 members[2].user: user cannot be owen"),
        ("1.5,", "1.5,,,", "small-members.csv:2: 5 cells, where the header has 3"),
        ("lena.vogel", '"lena', "small-members.csv:2: a quote"),
        ("user", "", "small-members.csv:1: the table has no column user"),
    ],
)
def test_a_mistake_in_a_table_has_its_file_its_line_and_its_cell(write: Write, old: str, new: str, said: str) -> None:
    found = _said(write(MEMBERS.replace(old, new, 1)))
    assert any(one.startswith(f"routing/{said}") for one in found), found


def test_a_mistake_that_a_check_finds_is_at_its_cell_too(write: Write, said: Callable[[Path], list[str]]) -> None:
    found = said(write(MEMBERS.replace("DACH;", "Dach;")))
    assert "routing/small-members.csv:2:3 members[1].territories: the pool has no territory Dach" in found[0]


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ("other.csv", "there is no file routing/other.csv"),
        ("../secrets/reader.csv", "../secrets/reader.csv is no table's name"),
        ("small.yaml", "small.yaml is no table's name"),
    ],
)
def test_a_table_stands_beside_its_pool(write: Write, table: str, what: str) -> None:
    [found] = _said(write(pool=POOL.replace("small-members.csv", table)))
    assert found.startswith(f"routing/small.yaml:7:11 members.table: {what}")


def test_a_table_with_nothing_below_its_header_says_so(write: Write) -> None:
    [found] = _said(write("user,weight\n,\n"))
    assert found.startswith("routing/small-members.csv:1: the table has no members")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="|"), min_size=1).map(str.strip).filter(bool)))
def test_what_is_joined_in_a_cell_is_read_again(values: list[str]) -> None:
    assert parted(joined(values)) == values


def test_a_value_that_no_cell_can_hold_is_said() -> None:
    with pytest.raises(ValueError, match="parts the values"):
        joined(["A|B"])


def _wrong(raw: bytes) -> tuple[Problem, ...]:
    try:
        parse_pool("routing/small.yaml", TABLED.encode(), lambda _: raw)
    except DefinitionError as error:
        return error.problems
    return ()


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(st.sampled_from('user,;|"\n\t1 5a@.x\ufeff\x00'), max_size=80).map(str.encode),
        st.text(st.sampled_from(',;|"\n 1ab'), max_size=60).map(lambda text: f"user,weight\n{text}".encode()),
    )
)
def test_whatever_a_file_holds_is_read_or_told_at_its_line(raw: bytes) -> None:
    assert {(one.place.file, one.place.line > 0) for one in _wrong(raw)} <= {("routing/small-members.csv", True)}
