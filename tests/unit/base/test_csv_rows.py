"""A CSV file is read row by row; what is broken is told by its line, and costs no other row."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base import Broken, CsvError, CsvFile, CsvRow


def _file(folder: Path, content: bytes | str, delimiter: str = ",") -> CsvFile:
    path = folder / "leads.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return CsvFile(path, delimiter)


def _cells(file: CsvFile) -> list[tuple[str, ...]]:
    return [row.cells for row in file if isinstance(row, CsvRow)]


@pytest.mark.parametrize(
    ("content", "encoding", "cell"),
    [
        pytest.param("Name\nZoë\n".encode(), "utf-8", "Zoë", id="UTF-8"),
        pytest.param("Name\nZoë\n".encode("utf-8-sig"), "utf-8-sig", "Zoë", id="UTF-8 with a mark, as Excel writes it"),
        pytest.param("Name\nZoë\n".encode("cp1252"), "cp1252", "Zoë", id="Windows"),
        pytest.param("Name\nZoë\n".encode("utf-16"), "utf-16", "Zoë", id="UTF-16"),
    ],
)
def test_the_encoding_is_found_out(tmp_path: Path, content: bytes, encoding: str, cell: str) -> None:
    file = _file(tmp_path, content)
    assert (file.encoding, _cells(file)) == (encoding, [(cell,)])


def test_a_guessed_encoding_is_said(tmp_path: Path) -> None:
    assert "cp1252" in _file(tmp_path, "Name\nZoë\n".encode("cp1252")).warning


def test_a_byte_of_no_encoding_costs_its_row_alone(tmp_path: Path) -> None:
    rows = list(_file(tmp_path, b"Name\nZo\xeb\n\x81\nAna\n"))
    assert rows == [CsvRow(2, ("Zoë",)), Broken(3, "a character that cp1252 does not have"), CsvRow(4, ("Ana",))]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("a,b\n1,2\n", [CsvRow(2, ("1", "2"))], id="plain"),
        pytest.param("a,b\r\n1,2\r\n", [CsvRow(2, ("1", "2"))], id="Windows lines"),
        pytest.param("a,b\n1,2", [CsvRow(2, ("1", "2"))], id="no last line end"),
        pytest.param("a,b\n\n1,2\n\n", [CsvRow(3, ("1", "2"))], id="empty lines"),
        pytest.param(
            'a,b\n"1\n1",2\n3,4\n', [CsvRow(2, ("1\n1", "2")), CsvRow(4, ("3", "4"))], id="a cell of two lines"
        ),
        pytest.param(
            "a,b\n1\n3,4\n", [Broken(2, "1 cells, where the header has 2"), CsvRow(3, ("3", "4"))], id="a cell short"
        ),
        pytest.param(
            'a,b\n1,"2\n3,4\n5,6\n',
            [Broken(2, "a quote is not closed"), CsvRow(3, ("3", "4")), CsvRow(4, ("5", "6"))],
            id="a quote that is not closed",
        ),
        pytest.param(
            'a,b\n1,"2\n3,4\n5,"6"\n',
            [
                Broken(2, "a quote ends before its cell does: double it inside a cell"),
                CsvRow(3, ("3", "4")),
                CsvRow(4, ("5", "6")),
            ],
            id="a quote that is closed by another row's",
        ),
        pytest.param(
            'a,b\n1,"2"x\n3,4\n',
            [Broken(2, "a quote ends before its cell does: double it inside a cell"), CsvRow(3, ("3", "4"))],
            id="a stray quote",
        ),
    ],
)
def test_rows_and_broken_lines_are_told_apart(tmp_path: Path, content: str, expected: list[CsvRow | Broken]) -> None:
    assert list(_file(tmp_path, content)) == expected


def test_another_delimiter(tmp_path: Path) -> None:
    assert _cells(_file(tmp_path, "a;b\n1;2\n", ";")) == [("1", "2")]


@pytest.mark.parametrize("content", [b"", b"\n\n", b'"never closed'])
def test_a_file_without_a_header_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CsvError, match="has no header"):
        _file(tmp_path, content)


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(CELL, CELL, st.just("end")), max_size=8))
def test_what_a_writer_writes_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([("a", "b", "c"), *rows])
    file = _file(tmp_path_factory.mktemp("csv"), text.getvalue())
    assert _cells(file) == rows


@given(st.binary(max_size=80))
def test_any_bytes_are_read_to_their_end(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = _file(tmp_path_factory.mktemp("csv"), b"a,b\n" + content)
    rows = list(file)
    assert len(rows) <= content.count(b"\n") + content.count(b"\r") + 1
    assert file.read == file.size or not content
