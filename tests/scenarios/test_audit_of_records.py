"""An audit of an org's records: what is doubled, misspelt, of nobody or of nothing is found, and nothing beside it."""

from collections.abc import Iterator

import pytest

from upbeat import operations
from upbeat.foundation import Audit, Finding
from upbeat.schema import Field, FieldType
from upbeat.testing import House

REP, GONE = "maya.chen@acme.example", "lena.vogel@acme.example"
CHECKS = {
    "blank-lookups",
    "contacts-without-account",
    "duplicate-accounts",
    "duplicate-contacts",
    "icp-tiers",
    "inactive-owners",
    "look-alikes",
    "orphan-references",
    "people-without-deals",
    "territories",
}
ACCOUNTS = (
    {"Name": "Northwind Traders, Inc.", "Website": "www.northwind.example", "Industry": "Retail"},
    {"Name": "NORTHWIND TRADERS", "Website": "https://northwind.example/home", "Industry": "Retail"},
    {"Name": "Bean & Co", "BillingStreet": "1 Main St", "BillingCity": "Leeds", "Industry": "Retail"},
    {"Name": "Bean and Co", "BillingStreet": "9 Lake Ave", "BillingCity": "York", "Industry": "Retail"},
    {"Name": "Quartz Foods", "Industry": "technolgy"},
    {"Name": "Onyx Labs", "Industry": "Technology"},
    {"Name": "Topaz Labs", "Industry": "Healthcare"},
)
PRODUCTS = ("GTX Basic", "GTX Pro", "MG Special")


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["missing-next-step"]) as made:
        product = Field(name="Product__c", type=FieldType.STRING, label="Product", length=80)
        made.org.define(fields={"Opportunity": [product]})
        yield made


@pytest.fixture(scope="module")
def audit(house: House) -> Audit:
    today = house.clock.now().date().isoformat()
    sound = {"ICP_Tier__c": "A", "ICP_Tier_Date__c": today, "Territory__c": "East"}
    ids = [house.create("Account", **sound, **one) for one in ACCOUNTS]
    house.update("Account", ids[5], ICP_Tier__c=None)
    for name in PRODUCTS:
        house.create("Product2", Name=name)
    for number, product in enumerate((*PRODUCTS, "GTXPro") * 3):
        by = GONE if number == 0 else REP
        usual = {"StageName": "Prospecting", "CloseDate": "2030-01-01", "Product__c": product}
        house.create("Opportunity", by=by, Name=f"D{number}", AccountId=ids[5] if number else None, **usual)
    for first, email in (("Ada", "ada"), ("Ada", "ADA"), ("Bo", "info"), ("Di", "info")):
        house.create("Contact", FirstName=first, LastName="Brook", Email=f"{email}@brook.example", AccountId=ids[0])
    house.create("Contact", FirstName="Cy", LastName="Dorn", Email="cy@dorn.example")
    [gone] = house.query(f"SELECT Id FROM User WHERE Username = '{GONE}'")
    house.update("User", gone["Id"], IsActive=False)
    return operations.audit(house.space.house, operations.plan_audit(house.space.house))


def finding(audit: Audit, key: str) -> Finding:
    [one] = [one for one in audit.findings if one.key == key]
    return one


@pytest.mark.parametrize(
    ("key", "records", "of"),
    [
        ("duplicate-accounts:Account.Name", {"Northwind Traders, Inc.", "NORTHWIND TRADERS"}, 7),
        ("duplicate-contacts:Contact.Email", {"Ada Brook"}, 5),
        ("look-alikes:Account.Industry:technolgy", {"Quartz Foods"}, 7),
        ("orphan-references:Opportunity.Product__c:GTXPro", {"D3", "D7", "D11"}, 12),
        ("blank-lookups:Opportunity.AccountId", {"D0"}, 12),
        ("inactive-owners:Opportunity.OwnerId", {"D0"}, 12),
        ("contacts-without-account:Contact.AccountId", {"Cy Dorn"}, 5),
        ("icp-tiers:Account.ICP_Tier__c", {"Onyx Labs"}, 7),
    ],
)
def test_what_is_wrong_with_a_record_is_told_by_its_name(audit: Audit, key: str, records: set[str], of: int) -> None:
    one = finding(audit, key)
    assert ({each.name for each in one.records}, one.of) == (records, of)


def test_nothing_else_is_told_of_the_records(audit: Audit) -> None:
    assert len([one for one in audit.findings if one.check in CHECKS]) == 8
    assert not audit.not_ended


def test_the_query_of_a_finding_gives_its_records_again(audit: Audit, house: House) -> None:
    for one in audit.findings:
        if one.check in CHECKS and one.records:
            again = {row["Id"] for query in one.queries for row in house.query(query)}
            assert {each.id for each in one.records} <= again
