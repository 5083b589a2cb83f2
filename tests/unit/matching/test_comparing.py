"""Whether two records are of one company, field by field."""

import pytest

from upbeat.matching import ACCOUNT, LEAD, NEUTRAL, Way, compare, told


def _lead(**fields: str) -> dict[str, str]:
    return {"Company": "Trellwick Instruments", **fields}


def _account(**fields: str) -> dict[str, str]:
    return {"Name": "Trellwick Instruments Ltd", **fields}


def test_a_field_that_one_record_lacks_is_no_evidence() -> None:
    likeness = compare(told(_lead(Phone="020 7946 0018"), LEAD), told(_account(), ACCOUNT), NEUTRAL)
    assert [each.way for each in likeness.agreements] == [Way.NAME]


def test_a_way_that_may_not_count_does_not() -> None:
    one, other = told(_lead(Website="trellwick.example"), LEAD), told(_account(Website="trellwick.example"), ACCOUNT)
    assert [each.way for each in compare(one, other, NEUTRAL, {Way.WEBSITE}).agreements] == [Way.WEBSITE]


@pytest.mark.parametrize(
    ("lead", "account"),
    [
        pytest.param({"Phone": "020 7946 0018"}, {"Phone": "020 7946 9999"}, id="another phone"),
        pytest.param({"Website": "trellwick.example"}, {"Website": "other.example"}, id="another domain"),
        pytest.param({"City": "Leeds"}, {"BillingCity": "Bristol"}, id="another town"),
    ],
)
def test_what_differs_speaks_against_and_is_no_proof(lead: dict[str, str], account: dict[str, str]) -> None:
    alone = compare(told(_lead(), LEAD), told(_account(), ACCOUNT), NEUTRAL).score
    against = compare(told(_lead(**lead), LEAD), told(_account(**account), ACCOUNT), NEUTRAL).score
    assert 0.3 < against < alone


def test_the_score_is_the_same_either_way_round() -> None:
    one = told(_lead(Street="12 Main Street", City="Leeds", Email="a@trellwick.example"), LEAD)
    other = told(_account(BillingStreet="14 Main St", BillingCity="Leeds", Website="trellwick.example"), ACCOUNT)
    assert compare(one, other, NEUTRAL).score == pytest.approx(compare(other, one, NEUTRAL).score)


def test_one_domain_and_a_wholly_other_name_are_a_doubt_whatever_else_differs() -> None:
    lead = told(
        {"Company": "Quillmark", "Email": "ida@trellwick.co.uk", "Phone": "020 7946 0018", "City": "Leeds"}, LEAD
    )
    other = told(_account(Website="www.trellwick.co.uk", Phone="0117 496 0777", BillingCity="Bristol"), ACCOUNT)
    assert 0.6 <= compare(lead, other, NEUTRAL).score < 0.9


def test_one_phone_in_one_house_and_a_wholly_other_name_are_a_doubt() -> None:
    lead = told(_lead(Phone="020 7946 0018", Street="12 Harbor Road", City="Leeds"), LEAD)
    other = told(
        {"Name": "Quillmark", "Phone": "020 7946 0018", "BillingStreet": "12 Harbor Rd", "BillingCity": "Leeds"},
        ACCOUNT,
    )
    assert 0.6 <= compare(lead, other, NEUTRAL).score < 0.9


@pytest.mark.parametrize(
    ("one", "other"),
    [("Trellwick Fund XI", "Trellwick Fund IX"), ("Unit 2 Storage", "Unit 1 Storage"), ("Unit A Bay", "Unit E Bay")],
)
def test_a_number_or_letter_that_differs_is_never_certain_whatever_else_agrees(one: str, other: str) -> None:
    lead = _lead(Company=one, Phone="020 7946 0018", Street="12 Harbor Road", City="Leeds", Email="a@trellwick.example")
    house = {"BillingStreet": "12 Harbor Rd", "BillingCity": "Leeds", "Website": "trellwick.example"}
    account = {"Name": other, "Phone": "020 7946 0018", **house}
    assert 0.6 <= compare(told(lead, LEAD), told(account, ACCOUNT), NEUTRAL).score < 0.9


@pytest.mark.parametrize(
    ("one", "other", "towns"),
    [
        pytest.param("Trellwick Inn Bellevue", "Trellwick Inn Seattle", ("", ""), id="two sites"),
        pytest.param("Trellwick C&T", "Trellwick Electronics", ("", ""), id="two companies of one group"),
        pytest.param(
            "Trellwick Inn", "Trellwick Inn Seattle", ("Leeds", "Seattle"), id="another town, and it is named"
        ),
    ],
)
def test_one_domain_alone_does_not_make_one_of_two_names_that_stand_against_each_other(
    one: str, other: str, towns: tuple[str, str]
) -> None:
    lead = _lead(Company=one, Email="ida@trellwick.example", City=towns[0])
    account = {"Name": other, "Website": "trellwick.example", "BillingCity": towns[1]}
    assert 0.6 <= compare(told(lead, LEAD), told(account, ACCOUNT), NEUTRAL).score < 0.9


def test_one_domain_is_certain_where_only_departments_differ() -> None:
    for name in ("Trellwick Marketing", "Trellwick", "Trellwick Group"):
        lead = told(_lead(Company=name, Email="ida@trellwick.example"), LEAD)
        assert compare(lead, told(_account(Website="trellwick.example"), ACCOUNT), NEUTRAL).score >= 0.9


def test_public_mail_says_nothing_of_a_company() -> None:
    lead = told(_lead(Email="ida.holm@gmail.com"), LEAD)
    assert [each.way for each in compare(lead, told(_account(Website="gmail.com"), ACCOUNT), NEUTRAL).agreements] == [
        Way.NAME
    ]


def test_a_domain_alone_is_certain() -> None:
    lead = told({"Company": "", "Email": "ida@sales.trellwick.co.uk"}, LEAD)
    assert compare(lead, told(_account(Website="trellwick.co.uk"), ACCOUNT), NEUTRAL).score > 0.9
