"""What is asked of the org for a batch: exact keys only, in as few queries as requests hold."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pytest

from upbeat import soql
from upbeat.engine import exact_keys
from upbeat.matching import LEAD, Told, told

FIELDS = ("Id", "Name")
WAYS = [
    pytest.param(lambda query, people: exact_keys.accounts(query, FIELDS, people), id="accounts"),
    pytest.param(
        lambda query, people: exact_keys.contacts(query, FIELDS, people, ["001000000000001AAA"]), id="contacts"
    ),
    pytest.param(lambda query, people: exact_keys.open_leads(query, FIELDS, people), id="leads"),
]

Ask = Callable[[Callable[..., Any], Sequence[Told]], Any]


def people(number: int, letter: str = "x") -> list[Told]:
    each = range(number)
    return [
        told(
            {
                "LastName": f"{letter}{n}",
                "Company": f"{letter * 60} {n}",
                "Email": f"jo@company{n}.example",
                "Phone": f"+44 20 7946 {n:04}",
            },
            LEAD,
        )
        for n in each
    ]


def asked(ask: Ask, some: Sequence[Told]) -> list[str]:
    texts = list[str]()

    def query(text: str, binds: Mapping[str, Any]) -> list[Any]:
        texts.append(str(soql.parse(text).fill(binds)))
        return []

    ask(query, some)
    return texts


@pytest.mark.parametrize("ask", WAYS)
def test_records_that_tell_nothing_ask_nothing(ask: Ask) -> None:
    assert asked(ask, [told({}, LEAD)]) == []


@pytest.mark.parametrize("ask", WAYS)
def test_a_few_records_take_one_query(ask: Ask) -> None:
    assert len(asked(ask, people(20))) == 1


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize("letter", ["x", "\N{CYRILLIC SMALL LETTER ZHE}", "\N{HIRAGANA LETTER A}"])
def test_a_query_fits_into_a_request_however_long_the_names_and_all_are_asked_for(ask: Ask, letter: str) -> None:
    texts = asked(ask, people(200, letter))
    assert max(len(quote(one)) for one in texts) < 16_000
    assert {f"7946 {n:04}" for n in range(200)} == {
        found for one in texts for found in (f"7946 {n:04}" for n in range(200)) if found in one
    }


def test_a_record_of_several_queries_is_one() -> None:
    rows = exact_keys.open_leads(lambda *_: [{"Id": "00Q000000000001AAA"}], FIELDS, people(200))
    assert rows == [{"Id": "00Q000000000001AAA"}]


def test_what_a_contact_shares_is_an_address_a_phone_or_a_name_in_one_of_the_accounts() -> None:
    [text] = asked(WAYS[1].values[0], people(1, "y"))
    assert text == (
        "SELECT Id, Name FROM Contact WHERE Email IN ('jo@company0.example') OR Phone IN ('+44 20 7946 0000') "
        "OR MobilePhone IN ('+44 20 7946 0000') OR (LastName IN ('y0') AND AccountId IN ('001000000000001AAA')) "
        "ORDER BY Id"
    )


def test_texts_that_a_query_names_twice_fit_into_a_request_with_what_stands_beside_them() -> None:
    asked = list[list[str]]()

    def query(_text: str, binds: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        asked.append(list(binds["values"]))
        return []

    names = [f"somebody.{n:05}@havelund.example" for n in range(1000)]
    exact_keys.by_texts(query, "WHERE Email IN :values OR Other__c IN :values", names, beside=2000)

    assert sorted(one for some in asked for one in some) == names
    assert max(2 * sum(len(one) for one in some) for some in asked) < exact_keys.ADDRESS - 2000
