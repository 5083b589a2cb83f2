"""A list with mistakes: every whole row is taken, and every other one is named with its line and the reason."""

from pathlib import Path

import pytest
from tests.commands import Ended, Forks

LEADS = """\
external_id: Source_Id__c
files: leads.csv
fields:
  Source_Id__c: {type: string, label: Source Id, length: 20, external_id: true, unique: true}
columns:
  Id: Source_Id__c
  Name: Company
  Size: NumberOfEmployees
  Boss: Owner.Username
constants:
  LastName: Unknown
"""
HEAD = "Id,Name,Size,Boss\n"


class Desk:
    """Somebody who imports a list."""

    def __init__(self, folder: Path, forks: Forks) -> None:
        self.folder = folder
        self._forks = forks
        (folder / "mapping.yaml").write_text(LEADS)

    def load(self, rows: str | bytes, *args: str) -> Ended:
        content = rows if isinstance(rows, bytes) else rows.encode()
        (self.folder / "leads.csv").write_bytes(content)
        return self.again(*args)

    def again(self, *args: str) -> Ended:
        whole = ("org", "import", ".", "--object", "Lead", "--map", "mapping.yaml", *args)
        return self._forks(*whole, cwd=self.folder)


@pytest.fixture
def desk(tmp_path: Path, forks: Forks) -> Desk:
    return Desk(tmp_path, forks)


def test_rows_that_cannot_be_records_are_named_and_the_others_are_taken(desk: Desk) -> None:
    done = desk.load(
        f"{HEAD}"
        "L1,Acme,12,\n"
        'L2,"Half a quote,5,\n'
        "L3,Too few\n"
        "L4,Northwind,many,\n"
        "L5,,7,\n"
        ",No id,7,\n"
        "L1,Acme once more,13,\n"
        "L6,Contoso,7,nobody@acme.example\n"
        "L7,Fabrikam,8,\n"
    )
    assert done.out == "9 rows: 2 created, 0 updated, 0 as before, 7 not taken.\n"
    assert done.err.splitlines() == [
        "leads.csv:3: a quote is not closed",
        "leads.csv:4: 2 cells, where the header has 4",
        "leads.csv:5: Size: 'many' is no int",
        "leads.csv:6: Required fields are missing: [Company]",
        "leads.csv:7: Source_Id__c is blank, so the row could not be known again",
        "leads.csv:8: Source_Id__c L1 stands at leads.csv, line 2 already",
        "leads.csv:9: there is no Owner with Username 'nobody@acme.example'",
    ]
    assert done.code == 1


def test_a_mended_list_adds_what_was_missing_and_nothing_twice(desk: Desk) -> None:
    desk.load(f"{HEAD}L1,Acme,12,\nL2,Northwind,many,\n")
    mended = desk.load(f"{HEAD}L1,Acme,12,\nL2,Northwind,40,\n")
    assert (mended.out, mended.code) == ("2 rows: 1 created, 0 updated, 1 as before, 0 not taken.\n", 0)


@pytest.mark.parametrize(
    ("encoding", "advice"),
    [
        pytest.param("cp1252", "advice: leads.csv: read as cp1252, because it is not UTF-8\n", id="Windows"),
        pytest.param("utf-8-sig", "", id="UTF-8 with a mark"),
        pytest.param("utf-16", "", id="UTF-16"),
    ],
)
def test_a_list_in_another_encoding_is_read_and_a_guess_is_said(desk: Desk, encoding: str, advice: str) -> None:
    done = desk.load(f"{HEAD}L1,Café Zürich,4,\n".encode(encoding))
    assert (done.out, done.err) == ("1 row: 1 created, 0 updated, 0 as before, 0 not taken.\n", advice)
    assert desk.load(f"{HEAD}L1,Café Zürich,4,\n").out.startswith("1 row: 0 created, 0 updated, 1 as before")


def test_bytes_that_no_encoding_has_are_one_rows_fault(desk: Desk) -> None:
    done = desk.load(HEAD.encode() + b"L1,Caf\x81,4,\nL2,Acme,4,\n")
    assert "leads.csv:2: a character that cp1252 does not have\n" in done.err
    assert done.out == "2 rows: 1 created, 0 updated, 0 as before, 1 not taken.\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "Size: NumberOfEmployees",
            "Size: NumberOfEmployee",
            "mapping.yaml:8 columns.Size: Lead has no field NumberOfEmployee\n  Did you mean NumberOfEmployees?\n",
            id="a field that the object lacks",
        ),
        pytest.param(
            "Size: NumberOfEmployees",
            "Headcount: NumberOfEmployees",
            "mapping.yaml:8 columns.Headcount: leads.csv has no column Headcount\n  It has: Id, Name, Size, Boss.\n",
            id="a column that the file lacks",
        ),
        pytest.param(
            "external_id: Source_Id__c\nfiles",
            "external_id: Company\nfiles",
            "mapping.yaml:1 external_id: Lead.Company is no external id\n"
            "  Name a field that is one, or add one under `fields:` with `external_id: true`.\n",
            id="a key that is none",
        ),
        pytest.param(
            "files: leads.csv",
            "files: lead.csv",
            ".: there is no file lead.csv\n  There are: leads.csv.\n",
            id="a file that is not there",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_writes_nothing_at_all(desk: Desk, old: str, new: str, message: str) -> None:
    (desk.folder / "mapping.yaml").write_text(LEADS.replace(old, new))
    refused = desk.load(f"{HEAD}L1,Acme,12,\n")
    assert (refused.out, refused.err, refused.code) == ("", message, 1)
    (desk.folder / "mapping.yaml").write_text(LEADS)
    assert desk.again().out.startswith("1 row: 1 created")
