"""What makes two records the same company's."""

import pytest

from upbeat.base import company, name_and_form, plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ACME Tools, Inc.", "Acme Tools"),
        ("Stripe LLC", "Stripe Limited Liability Company"),
        ("Lloyds Banking Group Public Limited Company", "Lloyds Banking Group plc"),
        ("Siemens Aktiengesellschaft", "Siemens AG"),
        ("Bowne de Mexico S.A. de C.V.", "Bowne de Mexico"),
        ("Faberlic Europe Sp. z o.o.", "FABERLIC EUROPE"),
        ("A.B.C. Company", "ABC Co."),
    ],
)
def test_a_company_is_called_the_same_without_its_legal_form(one: str, other: str) -> None:
    assert company(one) == company(other)


def test_the_legal_form_is_told_beside_the_name() -> None:
    assert name_and_form("Deutsche Bank AG") == ("deutsche bank", "ag")
    assert name_and_form("Deutsche Bank") == ("deutsche bank", "")


def test_a_name_that_is_a_legal_form_stays() -> None:
    assert company("Company") == "company"


@pytest.mark.parametrize(
    ("text", "bare"), [(" São Paulo", "sao paulo"), ("Łódź", "lodz"), ("Ørsted", "orsted"), ("Straße", "strasse")]
)
def test_a_text_is_plain_without_capitals_accents_and_strokes(text: str, bare: str) -> None:
    assert plain(text) == bare
