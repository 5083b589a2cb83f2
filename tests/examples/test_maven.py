"""The Maven example: every row of the files becomes a record, and the audit tells the slips that are in them.

On invented rows of the same columns, and on the first of the real ones where they are to be had: where `UPBEAT_MAVEN`
says, else in `../shared` beside the project.
"""

import csv
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from upbeat import operations
from upbeat.foundation import Audit
from upbeat.localorg.definition_file import apply
from upbeat.localorg.definition_file import load as definitions
from upbeat.localorg.importer import load
from upbeat.testing import House

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "maven"
REAL = Path(os.environ.get("UPBEAT_MAVEN", ROOT.parent / "shared" / "data" / "maven_crm_sales"))
OBJECTS = {"User": "users", "Product2": "products", "Account": "accounts", "Opportunity": "opportunities"}
FEW = 1_500  # deals of the real file
AGENTS = ("Ada Brook", "Bo Berg", "Cy Dorn", "Di Esk", "Ed Fry")
INVENTED = {
    "sales_teams.csv": "sales_agent,manager,regional_office\n" + "".join(f"{one},Gus Hale,East\n" for one in AGENTS),
    "products.csv": "product,series,sales_price\nBolt One,Bolt,50\nBolt Two,Bolt,90\nNut Pro,Nut,10\nNut Max,Nut,20\n",
    "accounts.csv": "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
    + "".join(
        f"Firm {name},{sector},1990,12.5,40,{place},\n"
        for name, sector, place in (
            ("Ash", "technolgy", "Kenya"),
            ("Birch", "retail", "Kenya"),
            ("Cedar", "retail", "Japan"),
            ("Dogwood", "finance", "Norway"),
            ("Elm", "finance", "Philipines"),
            ("Fir", "telecommunications", "Kenya"),
            ("Hazel", "telecommunications", "Kenya"),
            ("Juniper", "retail", "Japan"),
            ("Larch", "retail", "Kenya"),
            ("Maple", "finance", "Kenya"),
            ("Oak", "finance", "Japan"),
            ("Pine", "retail", "Norway"),
        )
    ),
    "sales_pipeline.csv": "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    + "".join(
        f"D{at},{AGENTS[at % 4]},{('Bolt One', 'BoltTwo', 'Nut Pro', 'Nut Max')[at % 4]},"
        f"{'' if at % 5 == 0 else 'Firm Ash'},{('Won', 'Engaging')[at % 2]},2017-01-02,"
        f"{('2017-03-01', '')[at % 2]},{('500', '')[at % 2]}\n"
        for at in range(20)
    ),
}
MINE = ("look-alikes", "blank-lookups", "orphan-references", "duplicate-", "inactive-owners")


def _twin(house: House, folder: Path) -> None:
    apply(house.org, definitions([EXAMPLE / "org.yaml"]))
    for name, mapping in OBJECTS.items():
        report = load(house.org, folder, name, EXAMPLE / f"mapping-{mapping}.yaml")
        assert (report.not_taken, report.created) == ((), report.read)


def _told(house: House) -> Mapping[str, int]:
    done: Audit = operations.audit(house.space.house, operations.plan_audit(house.space.house))
    assert not done.not_ended
    return {one.key: one.count for one in done.findings if one.key.startswith(MINE)}


def test_files_like_these_become_an_org_whose_slips_are_told_and_nothing_else(tmp_path: Path) -> None:
    for name, text in INVENTED.items():
        (tmp_path / name).write_text(text, "utf-8")
    with House(only=["missing-next-step"], files={"fields.yaml": ""}) as house:
        _twin(house, tmp_path)
        told = _told(house)
    assert told == {
        "look-alikes:Account.Sector__c:technolgy": 1,
        "look-alikes:Account.BillingCountry:Philipines": 1,
        "blank-lookups:Opportunity.AccountId": 4,
        "orphan-references:Opportunity.Product__c:BoltTwo": 5,
    }


@pytest.mark.skipif(not REAL.is_dir(), reason="the files of the example are not here")
def test_of_the_real_files_the_slips_are_told_and_nothing_else(tmp_path: Path) -> None:
    for name in INVENTED:
        lines = (REAL / name).read_text("utf-8-sig").splitlines(keepends=True)
        (tmp_path / name).write_text("".join(lines[: FEW + 1]), "utf-8")
    with (tmp_path / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        deals = list(csv.DictReader(file))
    with House(only=["missing-next-step"], files={"fields.yaml": ""}) as house:
        _twin(house, tmp_path)
        told = _told(house)
    slips = {
        "look-alikes:Account.Sector__c:technolgy": 12,
        "look-alikes:Account.BillingCountry:Philipines": 1,
        "blank-lookups:Opportunity.AccountId": sum(not one["account"] for one in deals),
        "orphan-references:Opportunity.Product__c:GTXPro": sum(one["product"] == "GTXPro" for one in deals),
    }
    assert told == {key: number for key, number in slips.items() if number}
