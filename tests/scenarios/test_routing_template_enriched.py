"""The template that asks before it assigns, on the sample company's org: what is known decides, and says where from."""

from collections.abc import Iterator

import pytest

from upbeat.app import add_template
from upbeat.schema import Field, FieldType
from upbeat.testing import House
from upbeat.workflows import templates

FLOW = "enrich-then-route"
FILE = f"workflows/{FLOW}.yaml"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """The template as it is shipped, but that leads have fields for where a value is from and when it came."""
    with House(only=["none of the shipped ones"]) as one:
        stamps = [
            Field(name="Enrichment_Source__c", type=FieldType.STRING, length=80),
            Field(name="Enriched_At__c", type=FieldType.DATETIME),
        ]
        one.org.define(fields={"Lead": stamps})
        [template] = [one for one in templates() if one.name == FLOW]
        add_template(one.folder, template)
        one.write({FILE: (one.folder / FILE).read_text(encoding="utf-8").replace("# stamp:", "stamp:")})
        agent = (one.folder / "agents/enricher.yaml").read_text(encoding="utf-8")
        stamped = "  - Lead.Enrichment_Source__c\n  - Lead.Enriched_At__c\n  - Lead.OwnerId\n"
        one.write({"agents/enricher.yaml": agent.replace("  - Lead.OwnerId\n", stamped)})
        one.promote(FLOW)
        one.play("4 hours")
        yield one


def test_what_is_known_of_a_company_decides_who_gets_its_lead_and_stands_on_the_lead_with_its_source(
    house: House,
) -> None:
    queue = house.ids["New Leads"]
    known = house.create(
        "Lead", LastName="Huber", Company="Talwerk", Email="h@talwerk.example", City="Wien", OwnerId=queue
    )
    house.play()
    lead = house.get("Lead", known)
    assert house.run(known).outcome == "routed"
    assert house.owner("Lead", known) in {"lena.vogel@acme.example", "owen.hughes@acme.example"}
    assert (lead["NumberOfEmployees"], lead["Country"], lead["City"]) == (
        1200,
        "Austria",
        "Wien",
    )  # what a person wrote
    assert (lead["Enrichment_Source__c"], bool(lead["Enriched_At__c"])) == ("companies", True)


def test_a_lead_of_which_nothing_is_known_is_assigned_by_what_it_says_itself(house: House) -> None:
    unknown = house.create(
        "Lead", LastName="Rowe", Company="Pennant", Country="Ireland", OwnerId=house.ids["New Leads"]
    )
    house.play()
    assert house.run(unknown).outcome == "routed without"
    assert house.get("Lead", unknown)["Enrichment_Source__c"] is None
