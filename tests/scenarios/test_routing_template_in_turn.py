"""The template for a small team on the sample company's org: leads go in turn, as a table weighs people."""

from upbeat.app import add_template
from upbeat.testing import House
from upbeat.workflows import templates

TURN = "route-in-turn"
LENA, OWEN, MAYA = (f"{one}@acme.example" for one in ("lena.vogel", "owen.hughes", "maya.chen"))


def test_in_a_small_team_leads_go_in_turn_as_the_table_weighs_them() -> None:
    with House(only=["none of the shipped ones"]) as house:
        [template] = [one for one in templates() if one.name == TURN]
        add_template(house.folder, template)
        house.promote(TURN)
        leads = [
            house.create("Lead", LastName=f"Rowe {number}", Company=f"Pennant {number}", OwnerId=house.ids["New Leads"])
            for number in range(8)
        ]
        house.play()
        owners = [house.owner("Lead", one) for one in leads]
        assert {one: owners.count(one) for one in owners} == {LENA: 2, OWEN: 2, MAYA: 4}
