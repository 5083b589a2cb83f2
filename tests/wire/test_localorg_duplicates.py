"""Duplicate rules over HTTP: the error's body, and the header that passes over an alert."""

from collections.abc import Callable

import httpx2
import pytest

from upbeat.localorg import Criterion, DuplicateRule, LocalOrg, MatchingRule

V = "/services/data/v67.0"
LEAD = {"LastName": "Vega", "Company": "Northwind", "Email": "eva.vega@northwind.example"}
Ask = Callable[..., httpx2.Response]


@pytest.fixture
def first(org: LocalOrg, ask: Ask) -> str:
    """A lead, in an org that alerts to leads of one address."""
    org.define(duplicate_rules=[DuplicateRule("Lead", "One", (MatchingRule("Email", (Criterion("Email"),)),))])
    headers = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
    return ask("POST", f"{V}/sobjects/Lead", json=LEAD, headers=headers).json()["id"]


def test_a_duplicate_is_told_in_the_body_of_the_error(ask: Ask, first: str) -> None:
    answer = ask("POST", f"{V}/sobjects/Lead", json=LEAD)
    (error,) = answer.json()
    found = {one["record"]["Id"] for one in error["duplicateResult"]["matchResults"][0]["matchRecords"]}
    assert (answer.status_code, error["errorCode"], first in found) == (400, "DUPLICATES_DETECTED", True)


def test_a_duplicate_is_told_in_its_row_of_a_collection(ask: Ask, first: str) -> None:
    body = {"records": [{"attributes": {"type": "Lead"}, **LEAD}]}
    (row,) = ask("POST", f"{V}/composite/sobjects", json=body).json()
    (error,) = row["errors"]
    found = {one["record"]["Id"] for one in error["duplicateResult"]["matchResults"][0]["matchRecords"]}
    assert (error["statusCode"], first in found) == ("DUPLICATES_DETECTED", True)


def test_a_client_that_knows_of_the_alert_saves(ask: Ask, first: str) -> None:
    headers = {"Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=false"}
    answer = ask("POST", f"{V}/sobjects/Lead", json=LEAD, headers=headers)
    assert answer.status_code == 201
    assert answer.json()["id"] != first
