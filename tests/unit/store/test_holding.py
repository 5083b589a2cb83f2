"""Searching for a text: what differs in a capital is another, on every database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import String, column, create_engine, literal, select
from sqlalchemy.dialects import postgresql

from upbeat.store import holds

_LETTERS = st.text("aAbB%_\\", max_size=6)


@given(text=_LETTERS, part=_LETTERS.filter(bool))
def test_a_text_is_found_letter_by_letter(text: str, part: str) -> None:
    with create_engine("sqlite://").connect() as conn:
        assert conn.scalar(select(holds(literal(text), part))) == (part in text)


@pytest.mark.parametrize("held", ["001Lo000000000eIAA", "001Lo000000000e", '{"AccountId":"001Lo000000000eIAA"}'])
def test_the_short_form_of_an_id_is_found_where_either_form_stands(held: str) -> None:
    with create_engine("sqlite://").connect() as conn:
        assert conn.scalar(select(holds(literal(held), "001Lo000000000e")))
        assert not conn.scalar(select(holds(literal(held), "001Lo000000000E")))


def test_postgresql_is_asked_in_its_own_words() -> None:
    said = str(holds(column("body", String), "x").compile(dialect=postgresql.dialect()))
    assert said.startswith("strpos(body, ")
