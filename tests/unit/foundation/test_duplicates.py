"""Which accounts are one company, and which contacts one person."""

import csv
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.foundation.talk import an_org, held

from upbeat.base import name_and_form, plain
from upbeat.foundation import Finding, Interval
from upbeat.foundation.duplicates import ACCOUNTS, CONTACTS, READ
from upbeat.foundation.places import place, same_place
from upbeat.foundation.sameness import Company, Person, Verdict, called, companies, judge, people
from upbeat.matching.phones import read as phone
from upbeat.salesforce import LONGEST_URL

SHARED = Path(os.environ.get("UPBEAT_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
ORG = an_org()
ACME = Company("1", "Acme", "acme")
MAIN = place("12 Main Street", "60614-1234", "Chicago", "IL", "United States")


def account(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {"Id": f"001{number:015}", "Name": name, **more}


def doubled(*rows: dict[str, Any]) -> list[str]:
    found = held(ACCOUNTS, replace(ORG, records={"Account": len(rows)}), {"FROM Account": rows})
    return [one.name for finding in found.findings for one in finding.records]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("12 Main Street", "60614", "Chicago"), ("12 main st.", "60614-1234", "CHICAGO"), True),
        (("12 N Main St", "60614", ""), ("12 Main St", "60614", ""), True),
        (("Dorpsstraat 1", "", "Baarn"), ("Dorpsstr. 1", "", "Baarn"), True),
        (("Hauptstraße 5", "", "Bonn"), ("Hauptstr. 5", "", "Bonn"), True),
        (("Dorpsstraat 1", "", "Baarn"), ("Kerkstraat 1", "", "Baarn"), False),
        (("Postbus 12", "3740 AA", "Baarn"), ("Dorpsstraat 1", "3741 AB", "Baarn"), None),
        (("Postfach 12 34", "53001", "Bonn"), ("Hauptstr. 5", "53111", "Bonn"), None),
        (("Dorpsstraat 1, PO Box 7", "3741 AB", ""), ("Dorpsstraat 1", "3741 AB", ""), True),
        (("12 Main St", "60614", ""), ("14 Main St", "60614", ""), False),
        (("12 Main St", "60614", ""), ("12 Main St", "60615", ""), False),
        (("12 Main St", "60614", ""), ("12 Lake Ave", "60614", ""), False),
        (("", "", "Chicago"), ("", "", "Boston"), False),
        (("", "", "Chicago"), ("12 Main St", "60614", "Chicago"), None),
        (("", "", ""), ("12 Main St", "60614", "Chicago"), None),
    ],
)
def test_two_addresses_are_one_place_two_or_cannot_be_told(
    one: tuple[str, str, str], other: tuple[str, str, str], same: bool | None
) -> None:
    assert same_place(place(*one, "", ""), place(*other, "", "")) is same


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        pytest.param({}, Verdict.SAME, id="nothing tells them apart"),
        pytest.param({"host": "acme.example"}, Verdict.SAME, id="the same website"),
        pytest.param({"host": "acme.test"}, Verdict.OTHER, id="another website"),
        pytest.param({"host": "acme.test", "phone": "3125550101"}, Verdict.SAME, id="another website, the same phone"),
        pytest.param({"place": replace(MAIN, number="9", street="9 lake st")}, Verdict.BRANCH, id="another street"),
        pytest.param({"place": replace(MAIN, city="boston")}, Verdict.BRANCH, id="another town, one website"),
        pytest.param({"parent": "1"}, Verdict.BRANCH, id="below it"),
        pytest.param({"site": "Plant 2"}, Verdict.BRANCH, id="another site"),
        pytest.param({"form": "gmbh"}, Verdict.OTHER, id="another legal form"),
        pytest.param({"form": "inc"}, Verdict.OTHER, id="Inc. beside AG"),
        pytest.param({"form": ""}, Verdict.SAME, id="no legal form"),
        pytest.param({"form": "gmbh", "phone": "3125550101"}, Verdict.SAME, id="another legal form, the same phone"),
        pytest.param({"number": "2"}, Verdict.OTHER, id="another D-U-N-S number"),
        pytest.param({"person": True}, Verdict.OTHER, id="a person"),
    ],
)  # fmt: skip
def test_two_accounts_of_one_name_are_one_company_unless_something_tells_them_apart(
    other: dict[str, Any], verdict: Verdict
) -> None:
    one = replace(ACME, form="ag", host="acme.example", phone="3125550101", place=MAIN, site="Plant 1", number="1")
    assert judge(one, replace(ACME, id="2", **other))[0] is verdict


def test_a_name_is_compared_without_capitals_accents_punctuation_and_legal_form() -> None:
    assert doubled(account(1, "ACME Tools, Inc."), account(2, "Acmé Tools"), account(3, "Acme")) == [
        "ACME Tools, Inc.",
        "Acmé Tools",
    ]


def test_names_that_are_nearly_the_same_need_a_second_evidence() -> None:
    names = (account(1, "Northwind Traders"), account(2, "Nortwind Traders"))
    assert doubled(*names) == []
    assert len(doubled(*({**one, "Website": "https://www.northwind.example"} for one in names))) == 2
    assert doubled(*({**one, "Website": "gmail.com"} for one in names)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+31 26 351 0001", "026-3510001"),
        ("+31 (0)26 3510001", "0031 263510001"),
        ("+49 30 123456", "030 123456"),
        ("+34 912 345 678", "912345678"),
        ("+33 1 42 68 53 00", "01.42.68.53.00"),
        ("+44 20 7946 0018", "020 7946 0018"),
        ("+1 312 555 0101", "(312) 555-0101"),
    ],
)
def test_a_phone_is_one_however_it_is_called(one: str, other: str) -> None:
    assert phone(one) == phone(other) != ""


def test_phones_of_two_areas_are_two() -> None:
    assert phone("(312) 555-0101") != phone("(212) 555-0101")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme B.V.", "Acme Besloten Vennootschap"),
        ("Acme N.V.", "Acme Naamloze Vennootschap"),
        ("Acme GmbH", "Acme Gesellschaft mit beschränkter Haftung"),
        ("Acme SARL", "Acme Société à responsabilité limitée"),
        ("Acme S.L.", "Acme Sociedad Limitada"),
    ],
)
def test_a_legal_form_written_out_is_the_same_form(one: str, other: str) -> None:
    assert called(one) == called(other)
    assert name_and_form(one) == name_and_form(other)


@pytest.mark.parametrize("other", ["Brook Care Services", "Brook J. Care Service", "BrookCare Service"])
def test_a_plural_a_middle_initial_and_a_space_are_nearly_the_same_name(other: str) -> None:
    rows = (account(1, "Brook Care Service", Phone="312 555 0101"), account(2, other, Phone="312 555 0101"))
    assert len(doubled(*rows)) == 2


def test_other_names_at_one_website_are_no_duplicates() -> None:
    rows = (account(1, "Acme Tools"), account(2, "Acme Logistics"))
    assert doubled(*({**one, "Website": "acme.example", "Phone": "312 555 0101"} for one in rows)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kliniek Oost", "Kliniek West"),
        ("Acme North", "Acme South"),
        ("Fonds Beheer II", "Fonds Beheer III"),
        ("Fonds Beheer XXIII", "Fonds Beheer XXVIII"),
        ("Ziekenhuis A-vleugel", "Ziekenhuis B-vleugel"),
        ("Gemeente Baarn", "Gemeente Baarle"),
        ("Slagerij Bos", "Slagerij Vos"),
        ("Universiteit van Noord - Faculteit A", "Universiteit van Noord - Faculteit B"),
        ("Acme Contract", "Acme Contact"),
    ],
)  # fmt: skip
def test_names_of_two_houses_at_one_website_and_phone_are_no_slip(one: str, other: str) -> None:
    rows = (account(1, one), account(2, other))
    assert doubled(*({**each, "Website": "acme.example", "Phone": "312 555 0101"} for each in rows)) == []


@pytest.mark.parametrize("and_", ["en", "und", "et", "y", "e", "and"])
def test_and_is_the_same_word_in_every_tongue(and_: str) -> None:
    assert len(doubled(account(1, f"Bos {and_} Zoon"), account(2, "Bos & Zoon"))) == 2
    assert doubled(account(1, "Hal Y"), account(2, "Hal E")) == []


def test_branches_of_one_company_are_no_duplicates() -> None:
    rows = [account(n, "Bean & Co", Website="bean.example", BillingStreet=f"{n} Main St") for n in range(1, 6)]
    assert doubled(*rows) == []
    assert doubled(*rows, account(9, "Bean & Co")) == []


def test_a_name_that_stands_for_none_is_no_company() -> None:
    assert doubled(account(1, "Unknown"), account(2, "unknown"), account(3, "N/A"), account(4, "n/a")) == []


def test_a_double_names_what_it_is_a_double_of_and_why() -> None:
    rows = [account(1, "Acme", Website="acme.example"), account(2, "ACME Inc", Website="www.acme.example")]
    [one] = held(ACCOUNTS, replace(ORG, records={"Account": 2}), {"FROM Account": rows}).findings
    assert (one.count, one.of, one.values) == (2, 2, ("Acme", "ACME Inc"))
    assert one.records[1].why == f"as Acme ({rows[0]['Id']}): same website acme.example"


def test_of_more_accounts_than_are_read_a_sample_is_and_says_so() -> None:
    rows = [account(n, f"Company {n}") for n in range(900)] + [account(n, "Acme") for n in (901, 902)]
    [one] = held(ACCOUNTS, replace(ORG, records={"Account": 100 * READ}), {"LIKE": rows}).findings
    assert one.sampled is not None
    assert one.sampled.low < 2 / 902 < one.sampled.high
    assert one.count == round(100 * READ * 2 / 902)


@pytest.mark.parametrize("doubles", [1, 50, 400, 500])
def test_an_estimate_lies_within_its_own_interval(doubles: int) -> None:
    names = [f"{letter}a company" for letter in "abcdefgh"]
    rows = [account(n, f"{names[n // 2 % 8]} {n // 2 if n < 2 * doubles else n:x}x") for n in range(1_000)]
    found = held(ACCOUNTS, replace(ORG, records={"Account": 5 * READ}), {"LIKE": rows_once(rows)})
    for one in (*found.findings, *found.measures):
        share = (one.count if isinstance(one, Finding) else one.part) / one.of
        assert one.sampled is not None
        assert one.sampled.low <= share <= one.sampled.high
    assert [round(1_000 * one.count / one.of) for one in found.findings] == [2 * doubles]


def rows_once(rows: list[dict[str, Any]]) -> Callable[[str], list[dict[str, Any]]]:
    """Answer each beginning that is asked for with its own records."""
    rest = list(rows)

    def told(_: str) -> list[dict[str, Any]]:
        given, rest[:] = list(rest), []
        return given

    return told


def test_a_sample_of_whole_beginnings_tells_where_the_share_lies_nineteen_times_of_twenty() -> None:
    lot = Random(7)
    org = [(sum(lot.random() < alike for _ in range(size)), size)
           for size, alike in ((lot.randint(1, 600), lot.choice([0.0, 0.01, 0.3])) for _ in range(676))]  # fmt: skip
    truth = sum(part for part, _ in org) / sum(size for _, size in org)
    intervals = [Interval.over(lot.sample(org, 60), len(org)) for _ in range(400)]
    held_true = sum(one.low <= truth <= one.high for one in intervals)
    assert 0.92 * 400 <= held_true <= 0.99 * 400


def test_of_nothing_found_in_few_beginnings_little_is_known() -> None:
    assert Interval.over([(0, 10_000)] * 6, 676).high > 0.3
    assert Interval.over([(1, 10_000)], 676) == Interval(0.0, 1.0)


def test_all_that_is_asked_of_a_large_org_fits_into_an_address() -> None:
    asked = list[str]()
    emails = [{"Email": f"somebody.{n:04}@a-long-name-of-a-company.northwind.example", "n": 2} for n in range(300)]
    told = {"GROUP BY": emails, "FROM": lambda text: asked.append(text) or []}
    held(CONTACTS, replace(ORG, records={"Contact": READ + 1}), told)
    held(ACCOUNTS, replace(ORG, records={"Account": READ + 1}), told)
    assert len(asked) == 4
    assert all(len(quote(text, safe="")) < LONGEST_URL for text in asked)


def contact(number: int, first: str, last: str, email: str = "", of: str = "1") -> Person:
    return Person(str(number), f"{first} {last}", plain(f"{first} {last}"), email, of)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(("Ada", "Brook", "a@b.example"), ("A.", "Brook", "a@b.example"), True, id="one address"),
        pytest.param(("Ada", "Brook"), ("ADA", "Brook", "a@b.example"), True, id="one name, one address known"),
        pytest.param(("Ada", "Brook", "a@b.example"), ("Ada", "Brook", "x@b.example"), False, id="two addresses"),
        pytest.param(("Ada", "Brook", "info@b.example"), ("Cy", "Dorn", "info@b.example"), False, id="an office's"),
        pytest.param(("Ada", "Brook"), ("Ada", "Brook", "", "2"), False, id="two accounts"),
        pytest.param(("Adaline", "Brook", "a@b.example"), ("Adalnie", "Brook", "a@b.example"), True, id="a slip"),
        pytest.param(("", "Brook", "a@b.example"), ("Ada", "Brook", "a@b.example"), True, id="a blank first name"),
        pytest.param(("Kees", "Visser", "v@b.example"), ("Truus", "Visser", "v@b.example"), False, id="a household"),
        pytest.param(("Simon", "Visser", "v@b.example"), ("Simone", "Visser", "v@b.example"), False, id="a couple"),
        pytest.param(
            ("Front", "Desk", "receptie@b.example"), ("Gijs", "Hof", "receptie@b.example"), False, id="a desk"
        ),
        pytest.param(("Ada", "Brook", "compta@b.example"), ("A", "Brook", "compta@b.example"), False, id="its books"),
        pytest.param(("Ada", "Brook", "", ""), ("Ada", "Brook", "", ""), False, id="no account"),
        pytest.param(("", "Brook"), ("", "Brook"), False, id="a last name alone"),
    ],
)
def test_two_contacts_are_one_person_by_address_or_by_name_within_an_account(
    one: tuple[str, ...], other: tuple[str, ...], same: bool
) -> None:
    assert bool(people([contact(1, *one), contact(2, *other)]).found) is same


def test_an_address_that_many_unlike_people_have_stands_for_none() -> None:
    crowd = [contact(n, first, "Brook", "none@none.example", str(n)) for n, first in enumerate(("Ada", "Bo", "Cy"))]
    assert people(crowd).found == ()


def test_in_a_household_one_person_is_told_by_the_whole_name_alone() -> None:
    names = ("Ada", "Anna", "A.", "Ada")
    home = [contact(n, first, "Brook", "brook@home.example", "") for n, first in enumerate(names)]
    assert [[one.id for one in double.records] for double in people(home).found] == [["0", "3"]]


def test_many_contacts_are_compared_by_the_org_itself() -> None:
    rows = [{"Id": f"003{n}", "Name": "Ada Brook", "Email": "ada@brook.example"} for n in range(2)]
    told = {"GROUP BY": [{"Email": "ada@brook.example", "n": 2}], "IN (": rows}
    found = held(CONTACTS, replace(ORG, records={"Contact": READ + 1}), told)
    assert [(one.count, one.of) for one in found.findings] == [(2, READ + 1)]
    assert "names were not compared" in found.measures[0].says


@pytest.mark.parametrize(("check", "name"), [(ACCOUNTS, "Account"), (CONTACTS, "Contact")])
def test_records_that_are_not_shown_are_said(check: Any, name: str) -> None:
    found = held(check, replace(ORG, records={name: 9}), {"FROM": "no access"})
    assert (found.findings, found.measures, found.unseen[0].object) == ((), (), name)


NAMES = st.sampled_from(["acme", "acme tools", "bean", "northwind"])
HOSTS = st.sampled_from(["", "a.example", "b.example"])
ROWS = st.lists(st.builds(Company, st.uuids().map(str), NAMES, NAMES, host=HOSTS), max_size=8)


@given(ROWS)
def test_no_company_is_found_twice_and_order_makes_no_difference(rows: list[Company]) -> None:
    found = companies(rows).found
    ids = [one.id for double in found for one in double.records]
    assert len(ids) == len(set(ids))
    back = companies(rows[::-1]).found
    assert {frozenset(one.id for one in each.records) for each in found} == {
        frozenset(one.id for one in each.records) for each in back
    }


@pytest.mark.skipif(not (SHARED / "chicago_orgs").is_dir(), reason="the files with real companies are not here")
def test_of_real_sites_of_one_city_those_that_a_person_told_apart_stay_apart() -> None:
    with (SHARED / "chicago_orgs" / "leads.csv").open(encoding="utf-8", newline="") as file:
        leads = list(csv.DictReader(file))
    with (SHARED / "chicago_orgs" / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["lead"]: row["account"] for row in csv.DictReader(file)}
    rows = [
        account(int(row["Id"][1:]), row["Name"], Phone=row["Phone"], BillingStreet=row["Street"],
                BillingPostalCode=row["PostalCode"], BillingCity="Chicago")
        for row in leads
    ]  # fmt: skip
    of = {account(int(row["Id"][1:]), "")["Id"]: truth[row["Id"]] for row in leads}
    [finding] = held(ACCOUNTS, replace(ORG, records={"Account": len(rows)}), {"FROM Account": rows}).findings
    told = [(one.id, re.findall(r"\((001\w{15})\)", one.why)[0]) for one in finding.records]
    wrong = [pair for pair in told if of[pair[0]] != of[pair[1]]]
    assert len(told) > 500
    assert len(wrong) <= 0.01 * len(told)


@pytest.mark.skipif(not (SHARED / "company_name_pairs.csv").is_file(), reason="the file of names is not here")
def test_no_two_names_that_people_called_different_companies_are_one_but_for_their_legal_form() -> None:
    with (SHARED / "company_name_pairs.csv").open(encoding="utf-8", newline="") as file:
        pairs = [row for row in csv.DictReader(file) if row["is_match"] == "false"]
    wrong = []
    for row in pairs:
        both = [account(n, row[f"name{n}"]) for n in (1, 2)]
        wrong += [pair for pair in [tuple(doubled(*both))] if pair]
    assert wrong == []
