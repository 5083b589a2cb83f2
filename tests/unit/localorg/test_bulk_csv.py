"""CSV as jobs read and write it: what is written is read as it was, and what another writer quotes is read too."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.localorg.bulk.csvtext import DELIMITERS, LINE_ENDINGS, Dialect
from upbeat.localorg.jobs import JobFailed

CELLS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\",;|^`\t\r\n '0"), max_size=12)
DIALECTS = st.builds(Dialect, st.sampled_from(sorted(DELIMITERS)), st.sampled_from(sorted(LINE_ENDINGS)))


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 4))
    header = [f"Column{n}" for n in range(width)]
    return [header, *draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=5))]


@given(tables(), DIALECTS)
def test_what_is_written_is_read_as_it_was(rows: list[list[str]], dialect: Dialect) -> None:
    text = dialect.write(rows)
    assert dialect.check(text) == (rows[0], len(rows) - 1)
    assert list(dialect.rows(text)) == rows
    assert dialect.cut(text, 1, 3) == dialect.write(rows[1:3])


@given(tables(), DIALECTS)
def test_it_is_what_python_writes(rows: list[list[str]], dialect: Dialect) -> None:
    other = StringIO()
    mark, ending = DELIMITERS[dialect.delimiter], LINE_ENDINGS[dialect.line_ending]
    csv.writer(other, delimiter=mark, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(rows)
    assert dialect.write(rows).decode() == other.getvalue()


@given(tables().filter(lambda rows: not any("\r" in cell for row in rows for cell in row)), DIALECTS)
def test_values_that_need_no_quotes_may_have_none(rows: list[list[str]], dialect: Dialect) -> None:
    bare = StringIO()
    mark, ending = DELIMITERS[dialect.delimiter], LINE_ENDINGS[dialect.line_ending]
    csv.writer(bare, delimiter=mark, lineterminator=ending).writerows(rows)
    text = bare.getvalue().encode()
    assert dialect.check(text)[1] == len(rows) - 1
    assert list(dialect.rows(text)) == rows


@given(st.binary(max_size=60), DIALECTS)
def test_any_bytes_are_a_table_or_a_failed_job(body: bytes, dialect: Dialect) -> None:
    try:
        header, count = dialect.check(body)
    except JobFailed:
        return
    rows = list(dialect.rows(body))
    assert (rows[0], len(rows) - 1) == (header, count)
    assert all(len(row) == len(header) for row in rows)


@pytest.mark.parametrize("body", [b'A,B\n"x"y,1\n', b'A,B\nx"y,1\n', b'A,B\n "x",1\n', b'A,B\n"x" ,1\n', b'A\n"x\n'])
def test_a_quote_out_of_its_place_fails_the_job(body: bytes) -> None:
    with pytest.raises(JobFailed, match="Failed to parse CSV"):
        Dialect().check(body)
