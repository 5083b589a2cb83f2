"""Addresses, one by one, as people and records write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.channels import AddressError, MailServer, Message, Security, address_of, addresses_in, letter_of

HOST = MailServer("localhost", 25, Security.NONE, "upbeat@acme.example", name="Upbeat")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("ann@acme.example", ["ann@acme.example"], id="one"),
        pytest.param("Ann Lee <ann@acme.example>", ["ann@acme.example"], id="with a name"),
        pytest.param('"Lee, Ann" <ann@acme.example>, bob@acme.example', ["ann@acme.example", "bob@acme.example"],
                     id="a comma in a name"),
        pytest.param("ann@acme.example; bob@acme.example;", ["ann@acme.example", "bob@acme.example"], id="semicolons"),
        pytest.param("ann@acme.example, ann@acme.example", ["ann@acme.example"], id="one twice"),
        pytest.param("005000000000001AAA", ["005000000000001AAA"], id="a user's id"),
        pytest.param("  ", [], id="nobody"),
    ],
)  # fmt: skip
def test_a_text_names_people(text: str, found: list[str]) -> None:
    assert addresses_in(text) == found


def test_a_domain_is_one_in_whatever_letters_it_is_written() -> None:
    assert address_of("Ann@BÜCHER.example") == address_of("Ann@xn--bcher-kva.EXAMPLE") == "Ann@xn--bcher-kva.example"


def test_sharp_s_stays_the_domain_that_it_is() -> None:
    assert address_of("a@straße.example") != address_of("a@strasse.example")


@given(st.text(max_size=40), st.text(max_size=300))
def test_whatever_is_written_a_letter_has_its_own_headers_and_no_others(name: str, text: str) -> None:
    message = Message("1", "ann@acme.example", name, text, name, datetime(2026, 1, 31, tzinfo=UTC))
    head, _, _ = letter_of(message, HOST).content.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert sorted(names) == sorted(set(names))
    assert set(names) == {
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"X-Auto-Response-Suppress",
        b"Content-Type", b"Content-Transfer-Encoding", b"MIME-Version",
    }  # fmt: skip


@given(st.text(max_size=60))
def test_what_is_taken_for_an_address_is_one_word_with_one_domain(text: str) -> None:
    try:
        found = address_of(text)
    except AddressError:
        return
    local, _, domain = found.rpartition("@")
    assert local
    assert domain.isascii()
    assert not set("\r\n\0<>") & set(domain)
    assert not set("\r\n\0") & set(local)
