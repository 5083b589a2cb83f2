"""CSV into the org: every row accounted for, a second import writing nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, OrgError
from upbeat.localorg.importer import ImportReport, NotTaken, load

MAPPING = """\
external_id: Source_Id__c
fields:
  Source_Id__c: {type: string, length: 20, external_id: true}
columns:
  Id: Source_Id__c
  Name: Company
  Phone: Phone
constants:
  LastName: Unknown
"""
LEADS = "Id,Name,Phone\nL1,Northwind,555 0101\nL2,Contoso,\n"


def _load(org: LocalOrg, folder: Path, mapping: str = MAPPING, leads: str = LEADS) -> ImportReport:
    (folder / "leads.csv").write_text(leads, "utf-8")
    (folder / "leads.yaml").write_text(mapping, "utf-8")
    return load(org, folder, "Lead", folder / "leads.yaml")


def test_rows_become_records(org: LocalOrg, tmp_path: Path) -> None:
    report = _load(org, tmp_path)
    rows = org.query("SELECT Source_Id__c, Company, Phone, LastName FROM Lead ORDER BY Id", org.process_user)
    assert (report.read, report.created, report.not_taken) == (2, 2, ())
    assert [tuple(row.values())[1:] for row in rows] == [
        ("L1", "Northwind", "555 0101", "Unknown"),
        ("L2", "Contoso", None, "Unknown"),
    ]


def test_a_second_import_writes_nothing(org: LocalOrg, clock: ManualClock, tmp_path: Path) -> None:
    _load(org, tmp_path)
    clock.advance(timedelta(days=1))
    report = _load(org, tmp_path)
    stamps = {row["SystemModstamp"] for row in org.query("SELECT SystemModstamp FROM Lead", org.process_user)}
    assert (report.created, report.updated, report.unchanged) == (0, 0, 2)
    assert stamps == {"2026-01-05T09:30:00.000+0000"}


def test_only_the_row_that_changed_is_written(org: LocalOrg, tmp_path: Path) -> None:
    _load(org, tmp_path)
    report = _load(org, tmp_path, leads=LEADS.replace("Contoso", "Contoso Ltd"))
    assert (report.created, report.updated, report.unchanged) == (0, 1, 1)


def test_what_was_routed_since_stays_so(org: LocalOrg, tmp_path: Path, ana: str) -> None:
    queue = org.queue("New Leads", objects=["Lead"])
    mapping = MAPPING + "  Owner.Name: New Leads\n"
    _load(org, tmp_path, mapping)
    (first, _) = org.query("SELECT Id, OwnerId FROM Lead ORDER BY Id", ana)
    assert first["OwnerId"] == queue
    org.update("Lead", [{"Id": first["Id"], "OwnerId": ana}], ana)
    report = _load(org, tmp_path, mapping)
    assert (report.unchanged, org.record("Lead", first["Id"])["OwnerId"]) == (2, ana)


def test_a_blank_cell_leaves_its_field_as_it_is(org: LocalOrg, tmp_path: Path) -> None:
    _load(org, tmp_path)
    report = _load(org, tmp_path, leads=LEADS.replace("555 0101", ""))
    assert report.unchanged == 2


def test_a_parent_is_found_by_a_field_of_its_own(org: LocalOrg, tmp_path: Path, ana: str) -> None:
    mapping = MAPPING.replace("  Phone: Phone", "  Phone: Phone\n  Rep: Owner.Username")
    leads = "Id,Name,Phone,Rep\nL1,N,,ANA.DIAZ@acme.example\nL2,C,,nobody@acme.example\n"
    report = _load(org, tmp_path, mapping, leads)
    (lead,) = org.query("SELECT OwnerId FROM Lead", ana)
    assert (lead["OwnerId"], report.not_taken) == (
        ana,
        (NotTaken("leads.csv", 3, "there is no Owner with Username 'nobody@acme.example'"),),
    )


def test_a_name_that_two_parents_have_is_not_guessed(org: LocalOrg, tmp_path: Path, ana: str) -> None:
    org.create("Account", [{"Name": "Twin"}, {"Name": "Twin"}], ana)
    (tmp_path / "contacts.csv").write_text("Id,Last,Account\nC1,Vega,Twin\n", "utf-8")
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "external_id: Source_Id__c\nfields: {Source_Id__c: {external_id: true}}\n"
        "columns: {Id: Source_Id__c, Last: LastName, Account: Account.Name}\n",
        "utf-8",
    )
    report = load(org, tmp_path, "Contact", mapping)
    assert report.not_taken == (NotTaken("contacts.csv", 2, "there are 2 Account with Name 'Twin'"),)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        pytest.param(",Northwind,1", "Source_Id__c is blank", id="no key"),
        pytest.param("L1,Northwind,1", "Source_Id__c L1 stands at leads.csv, line 2 already", id="a key twice"),
        pytest.param("L9,,1", "Required fields are missing: [Company]", id="a required cell"),
        pytest.param(f"L9,{'x' * 256},1", "data value too large", id="too long"),
        pytest.param("L9,Northwind", "2 cells, where the header has 3", id="a cell short"),
        pytest.param('L9,"Northwind,1', "a quote is not closed", id="an open quote"),
    ],
)
def test_a_row_that_is_not_taken_is_reported_and_no_other_is_lost(
    org: LocalOrg, tmp_path: Path, row: str, why: str
) -> None:
    report = _load(org, tmp_path, leads=f"Id,Name,Phone\nL1,Northwind,1\n{row}\nL2,Contoso,2\n")
    (refused,) = report.not_taken
    assert (refused.line, report.read, report.created) == (3, 3, 2)
    assert why in refused.why


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        ("Name: Company", "Name: Compny", ".yaml:6 columns.Name: Lead has no field Compny\n  Did you mean Company?"),
        ("Name: Company", "Name: CreatedDate", ".yaml:6 columns.Name: Lead.CreatedDate is written"),
        ("Name: Company", "Nmae: Company", ".yaml:6 columns.Nmae: leads.csv has no column Nmae\n  Did you mean N"),
        ("Phone: Phone", "Phone: Ownr.Name", ".yaml:7 columns.Phone: Lead has no relationship Ownr\n  Did you mean O"),
        ("Phone: Phone", "Phone: Owner.Nme", ".yaml:7 columns.Phone: Owner has no field Nme\n  Did you mean Name?"),
        ("  Id: Source_Id__c\n", "", ".yaml:4 columns: no column goes to Source_Id__c"),
        ("external_id: Source", "external_id: Sorce", ".yaml:1 external_id: Lead has no field Sorce_Id__c"),
        (", external_id: true", "", ".yaml:1 external_id: Lead.Source_Id__c is no external id"),
        ("type: string", "type: words", ".yaml:3 fields.Source_Id__c.type: Input should be"),
        ("constants:", "constnts:", ".yaml:8 constnts: Extra inputs are not permitted"),
        ("LastName: Unknown", "Owner.Name: Nobody", "constants: there is no Owner with Name 'Nobody'"),
        ("columns:", "columns: [", "the mapping is no YAML"),
        (MAPPING, "- a list", "the mapping holds no keys"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_is_refused_before_anything_is_written(
    org: LocalOrg, tmp_path: Path, wrong: str, right: str, says: str
) -> None:
    with pytest.raises(OrgError) as raised:
        _load(org, tmp_path, MAPPING.replace(wrong, right))
    assert says in str(raised.value)
    assert org.query("SELECT Id FROM Lead", org.process_user) == []


def test_columns_that_are_left_out_are_said(org: LocalOrg, tmp_path: Path) -> None:
    report = _load(org, tmp_path, leads="Id,Name,Phone,Notes\nL1,Northwind,,x\n")
    assert report.warnings == ("leads.csv: the mapping leaves out Notes",)


def test_a_file_that_is_not_there_is_named_with_those_that_are(org: LocalOrg, tmp_path: Path) -> None:
    with pytest.raises(OrgError, match=r"there is no file customers.csv\n  There are: leads.csv"):
        _load(org, tmp_path, f"files: customers.csv\n{MAPPING}")


def test_an_object_that_there_is_not_is_answered_with_the_nearest(org: LocalOrg, tmp_path: Path) -> None:
    (tmp_path / "leads.yaml").write_text(MAPPING, "utf-8")
    with pytest.raises(OrgError, match="Did you mean Lead"):
        load(org, tmp_path, "Leed", tmp_path / "leads.yaml")


def test_progress_is_told_batch_by_batch(org: LocalOrg, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    (tmp_path / "leads.csv").write_text("Id,Name,Phone\n" + "".join(f"L{n},N,\n" for n in range(450)), "utf-8")
    (tmp_path / "leads.yaml").write_text(MAPPING, "utf-8")
    load(org, tmp_path, "Lead", tmp_path / "leads.yaml", progress=lambda done, whole: told.append((done, whole)))
    assert len(told) == 3
    assert told[-1][0] == told[-1][1] == (tmp_path / "leads.csv").stat().st_size


TEXTS = """\
external_id: Source_Id__c
fields:
  Source_Id__c: {type: string, length: 20, external_id: true}
columns:
  Lead Id: Source_Id__c
texts:
  Company: '{!BLANKVALUE(Name, "No name")} of {!Lead_Id}'
  LastName: '{!CASE(Phone, "1", "One", "Other")}'
  Owner.Username: '{!LOWER(SUBSTITUTE(Rep, " ", "."))}@acme.example'
"""


def test_a_text_is_worked_out_of_the_rows_columns(org: LocalOrg, tmp_path: Path, ana: str) -> None:
    leads = "Lead Id,Name,Phone,Rep\nL1,Northwind,1,Ana Diaz\nL2,,2,Ana Diaz\nL3,Contoso,1,Bo Berg\n"
    report = _load(org, tmp_path, TEXTS, leads)
    rows = org.query("SELECT Company, LastName, OwnerId FROM Lead ORDER BY Id", org.process_user)
    assert [tuple(row.values())[1:] for row in rows] == [
        ("Northwind of L1", "One", ana),
        ("No name of L2", "Other", ana),
    ]
    assert report.not_taken == (NotTaken("leads.csv", 4, "there is no Owner with Username 'bo.berg@acme.example'"),)
    assert report.warnings == ()  # a column that a text reads is not left out


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        ("{!Lead_Id}", "{!Leed_Id}", "leads.yaml:7 Company: Row has no field Leed_Id\n  Did you mean Lead_Id?"),
        ("Company:", "Compny:", "leads.yaml:7 texts.Compny: Lead has no field Compny\n  Did you mean Company?"),
        ("{!Lead_Id}", "{!Lead_Id", "leads.yaml:7 Company: this merge field is not closed"),
    ],
)
def test_a_text_that_does_not_hold_is_refused_before_anything_is_written(
    org: LocalOrg, tmp_path: Path, wrong: str, right: str, says: str
) -> None:
    with pytest.raises(OrgError) as raised:
        _load(org, tmp_path, TEXTS.replace(wrong, right), "Lead Id,Name,Phone,Rep\n")
    assert says in str(raised.value)


def test_a_row_of_which_no_text_can_be_worked_out_is_told_and_no_other_lost(org: LocalOrg, tmp_path: Path) -> None:
    mapping = MAPPING + "texts:\n  NumberOfEmployees: '{!VALUE(Staff)}'\n"
    report = _load(org, tmp_path, mapping, "Id,Name,Phone,Staff\nL1,Northwind,1,many\nL2,Contoso,2,12\n")
    [refused] = report.not_taken
    assert (refused.line, report.created) == (2, 1)
