"""Which account a record belongs to: what counts as the same company, and what is fetched to find out."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from upbeat import soql
from upbeat.base import company, host
from upbeat.routing import Accounts, queries
from upbeat.workflows import MatchBy

BY_HOST = (MatchBy.WEBSITE_DOMAIN,)
BY_NAME = (MatchBy.COMPANY_NAME,)
BOTH = (*BY_HOST, *BY_NAME)

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("acme.example", "acme.example"),
        ("https://www.Acme.example/about?x=1", "acme.example"),
        ("http://acme.example:8080", "acme.example"),
        ("jo.doe@Acme.example", "acme.example"),
        ("shop.acme.example", "shop.acme.example"),
        (" acme.example. ", "acme.example"),
        ("jo@gmail.com", ""),
        ("https://www.facebook.com/acme", ""),
        ("acme", ""),
        ("", ""),
        ("http://[broken", ""),
    ],
)
def test_a_host_is(text: str, found: str) -> None:
    assert host(text) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme, Inc.", "ACME"),
        ("Acme Tools GmbH & Co. KG", "acme tools"),
        ("A.C.M.E. L.L.C.", "ACME LLC"),
        ("O'Hara Foods S.A.", "OHara Foods SA"),
        ("Smith & Sons Ltd", "SMITH  SONS LIMITED"),
        ("Société Générale SA", "société générale"),
    ],
)
def test_two_names_are_one_company(one: str, other: str) -> None:
    assert company(one) == company(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Tools", "Acme"),
        ("A & B Corp", "AB Corp"),
        ("Inc", "Corp"),
        ("Acme East", "Acme West"),
        ("Acmé", "Acme"),
    ],
)
def test_two_names_are_two_companies(one: str, other: str) -> None:
    assert company(one) != company(other)


def test_a_name_of_nothing_but_marks_belongs_to_nobody(lead: Make, account: Make) -> None:
    assert Accounts([account("---", "ann")]).of(lead(Company="???"), BOTH) == ()


def test_the_first_way_that_finds_an_account_counts(lead: Make, account: Make) -> None:
    accounts = Accounts([account("Acme", "ann"), account("Other", "raj", "acme.example")])
    found = accounts.of(lead(Company="Acme", Email="jo@acme.example"), BOTH)
    assert [one.account["Name"] for one in found] == ["Other"]


def test_the_next_way_counts_where_the_first_finds_none(lead: Make, account: Make) -> None:
    accounts = Accounts([account("Acme", "ann")])
    found = accounts.of(lead(Company="Acme", Email="jo@acme.example"), BOTH)
    assert [one.why for one in found] == ["company name acme"]


def test_a_way_that_the_pool_does_not_name_is_not_gone(lead: Make, account: Make) -> None:
    assert Accounts([account("Acme", "ann")]).of(lead(Company="Acme"), BY_HOST) == ()


def test_an_account_that_was_fetched_twice_is_one(lead: Make, account: Make) -> None:
    row = account("Acme", "ann")
    assert len(Accounts([row, row]).of(lead(Company="Acme"), BY_NAME)) == 1


class TestQueries:
    def test_a_record_asks_for_its_hosts_and_its_name(self, lead: Make) -> None:
        [(_, binds)] = queries([lead(Company="ACME Tools, Inc.", Email="jo@acme.example")], BOTH)
        assert sorted(binds.values()) == ["%acme.example%", "acme%tools%"]

    def test_what_tells_nothing_asks_nothing(self, lead: Make) -> None:
        assert queries([lead(Email="jo@gmail.com")], BOTH) == []

    def test_the_same_company_is_asked_for_once(self, lead: Make) -> None:
        [(_, binds)] = queries([lead(Company="Acme"), lead(Company="ACME Inc")], BOTH)
        assert list(binds.values()) == ["acme%"]

    def test_a_batch_of_two_hundred_takes_two_queries(self, lead: Make) -> None:
        leads = [lead(Company=f"Company {n}", Email=f"jo@company{n}.example") for n in range(200)]
        assert len(queries(leads, BOTH)) == 2

    def test_a_query_fits_into_a_request_however_long_the_names(self, lead: Make) -> None:
        for letter in ("x", "\N{CYRILLIC SMALL LETTER ZHE}", "\N{HIRAGANA LETTER A}"):
            leads = [lead(Company=f"{n} {letter * 255}") for n in range(200)]
            asked = [str(soql.parse(text).fill(binds)) for text, binds in queries(leads, BOTH)]
            assert max(len(quote(one)) for one in asked) < 15_000
            assert sum(one.count(" LIKE ") for one in asked) == 200

    def test_a_query_is_soql(self, lead: Make) -> None:
        [(text, binds)] = queries([lead(Company="Acme", Email="jo@acme.example")], BOTH)
        assert str(soql.parse(text).fill(binds)) == (
            "SELECT Id, Name, Website, OwnerId, Owner.Username, Owner.Name, Owner.IsActive FROM Account "
            "WHERE Name LIKE 'acme%' OR Website LIKE '%acme.example%' ORDER BY Id"
        )
