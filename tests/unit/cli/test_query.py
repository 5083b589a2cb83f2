"""`upbeat query`: what the org answers, as a table, CSV or JSON; the same over exported files; and mistakes."""

import csv
import io
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from upbeat.base import decode
from upbeat.cli import sheets
from upbeat.salesforce import Reader
from upbeat.testing import House

LONG = "A text that nobody would like to read in a table, as it is far too long. " * 4


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["route-inbound-leads"]) as one:
        acme = one.create("Account", Name="Acme, Inc.", BillingCity="Köln", Description=LONG)
        bare = one.create("Account", Name='The "Bare"')
        one.ids |= {"acme": acme, "bare": bare}
        for name, amount in (("First", 1000.5), ("Second", 2_000_000)):
            values = {"AccountId": acme, "Amount": amount, "StageName": "Prospecting", "CloseDate": "2026-12-31"}
            one.ids[name] = one.create("Opportunity", Name=name, **values)
        gone = one.create("Account", Name="Gone")
        one.org.delete([gone], one.org.process_user)
        yield one


def rows(said: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(said.out, newline="")))


class TestTable:
    def test_parents_are_columns_under_their_paths(self, upbeat: Any) -> None:
        said = upbeat("query", "SELECT name, account.name, Amount FROM Opportunity ORDER BY Name")
        lines = [re.split("  +", line.strip()) for line in said.out.splitlines()]
        assert lines == [
            ["Name", "Account.Name", "Amount"],
            ["First", "Acme, Inc.", "1000.5"],
            ["Second", "Acme, Inc.", "2000000.0"],
            ["2 records."],
        ]

    def test_a_missing_parent_leaves_its_column_empty(self, upbeat: Any) -> None:
        said = upbeat("query", "SELECT Name, Parent.Name FROM Account ORDER BY Name")
        assert said.out.split() == ["Name", "Parent.Name", "Acme,", "Inc.", "The", '"Bare"', "2", "records."]

    def test_child_records_are_counted(self, upbeat: Any) -> None:
        said = upbeat("query", "SELECT Name, (SELECT Id FROM Opportunities) FROM Account ORDER BY Name")
        assert [line.split()[-1] for line in said.out.splitlines()[:3]] == ["Opportunities", "2", "0"]

    def test_aggregates_stand_under_their_aliases(self, upbeat: Any) -> None:
        said = upbeat(
            "query", "SELECT Account.Name n, COUNT(Id), SUM(Amount) total FROM Opportunity GROUP BY Account.Name"
        )
        assert said.out.split()[:3] == ["n", "expr0", "total"]
        assert "2001000.5" in said.out

    def test_a_count_is_a_number(self, upbeat: Any) -> None:
        assert upbeat("query", "SELECT COUNT() FROM Account").out == "2\n"

    def test_no_record_is_said(self, upbeat: Any) -> None:
        assert upbeat("query", "SELECT Id FROM Account WHERE Name = 'None'").out == "0 records.\n"

    def test_a_long_value_is_cut_and_it_is_said_where_it_is_whole(self, upbeat: Any) -> None:
        said = upbeat("query", "SELECT Name, Description FROM Account ORDER BY Name LIMIT 1")
        assert "…" in said.out
        assert max(map(len, said.out.splitlines())) < 120
        assert "--csv and --json have them whole" in said.out

    def test_many_columns_are_lines(self, upbeat: Any) -> None:
        said = upbeat("query", "SELECT FIELDS(STANDARD) FROM Account WHERE Name LIKE 'Acme%'")
        (line,) = [one for one in said.out.splitlines() if one.startswith("BillingAddress.city")]
        assert line.split() == ["BillingAddress.city", "Köln"]

    def test_only_a_hundred_are_read_where_not_all_are_asked_for(self, upbeat: Any, house: House) -> None:
        leads = [{"LastName": f"{n}", "Company": "Many"} for n in range(2_100)]
        with house.org.transaction():
            ids = [one.id for one in house.org.create("Lead", leads, house.org.process_user)]
        before = house.org.access.used
        some = upbeat("query", "SELECT Id FROM Lead")
        of_some = house.org.access.used - before
        every = upbeat("query", "SELECT Id FROM Lead", "--all", "--no-bulk")
        of_all = house.org.access.used - before - of_some
        by_job = upbeat("query", "SELECT Id FROM Lead", "--all")
        house.org.delete(ids, house.org.process_user)
        assert (len(some.out.splitlines()), len(every.out.splitlines())) == (102, 2_102)
        assert some.out.endswith("100 of 2,100 records: --all shows all.\n")
        assert of_all == of_some + 1
        assert by_job.out == every.out

    def test_a_job_reads_what_it_is_asked_to_and_says_what_it_cannot(self, upbeat: Any) -> None:
        rest = upbeat("query", "SELECT Id, Name, Owner.Name FROM Account", "--json", "--no-bulk")
        job = upbeat("query", "SELECT Id, Name, Owner.Name FROM Account", "--json", "--bulk")
        refused = upbeat("query", "SELECT COUNT() FROM Account", "--bulk")
        assert job.json == rest.json != []
        assert refused.code == 1
        assert "the Bulk API does not take this query: it has no aggregate functions" in refused.err

    def test_what_is_stored_does_nothing_to_a_terminal(self, upbeat: Any, house: House) -> None:
        hostile = house.create("Lead", LastName="\x1b[31mred\x07[bold]", Company="a\nb")
        said = upbeat("query", f"SELECT Name, Company FROM Lead WHERE Id = '{hostile}'")
        house.org.delete([hostile], house.org.process_user)
        assert said.out.splitlines()[1].split() == ["[31mred", "[bold]", "a", "b"]


class TestCsv:
    def test_it_is_what_data_loader_would_write(self, upbeat: Any) -> None:
        said = upbeat("query", "SELECT Id, Name, Account.Name, IsClosed, Amount, NextStep FROM Opportunity", "--csv")
        assert said.out.startswith("Id,Name,Account.Name,IsClosed,Amount,NextStep\n")
        assert '"Acme, Inc.",false,1000.5,\n' in said.out
        assert "2000000.0," in said.out

    def test_quotes_and_every_alphabet_come_through(self, upbeat: Any) -> None:
        said = upbeat("query", "SELECT Name, BillingAddress FROM Account ORDER BY Name", "--csv")
        assert [(row[0], row[2]) for row in rows(said)] == [
            ("Name", "BillingAddress.city"), ("Acme, Inc.", "Köln"), ('The "Bare"', ""),
        ]  # fmt: skip

    def test_child_records_are_counted_and_it_is_said(self, upbeat: Any) -> None:
        said = upbeat("query", "SELECT Name, (SELECT Id FROM Opportunities) FROM Account ORDER BY Name", "--csv")
        assert [row[1] for row in rows(said)] == ["Opportunities", "2", "0"]
        assert "Opportunities says how many there are: --json has them" in said.err

    def test_a_header_stands_over_no_records_too(self, upbeat: Any) -> None:
        said = upbeat("query", "SELECT Id, Parent.Name FROM Account WHERE Name = 'None'", "--csv")
        assert said.out == "Id,Parent.Name\n"

    def test_a_count_is_a_column(self, upbeat: Any) -> None:
        assert upbeat("query", "SELECT COUNT() FROM Account", "--csv").out == "COUNT()\n2\n"


class TestJson:
    def test_records_are_plain_and_in_the_order_of_the_query(self, upbeat: Any) -> None:
        text = (
            "SELECT Name, (SELECT Name, Amount FROM Opportunities ORDER BY Name), Owner.Name FROM Account ORDER BY Name"
        )
        said = upbeat("query", text, "--json")
        deals = [{"Name": "First", "Amount": Decimal("1000.5")}, {"Name": "Second", "Amount": Decimal(2_000_000)}]
        owner = {"Name": "Priya Shah"}
        assert said.json == [
            {"Name": "Acme, Inc.", "Opportunities": deals, "Owner": owner},
            {"Name": 'The "Bare"', "Opportunities": [], "Owner": owner},
        ]
        assert said.out.splitlines()[2].startswith('{"Name":')

    def test_a_count_is_a_number(self, upbeat: Any) -> None:
        assert upbeat("query", "SELECT COUNT() FROM Account", "--json").json == 2

    def test_no_record_is_an_empty_list(self, upbeat: Any) -> None:
        assert upbeat("query", "SELECT Id FROM Account WHERE Name = 'None'", "--json").json == []


class TestWhatIsAsked:
    def test_the_query_may_come_from_a_file_or_standard_input(self, upbeat: Any, tmp_path: Path) -> None:
        (tmp_path / "q.soql").write_text("SELECT COUNT()\nFROM Account\n")
        assert upbeat("query", "--file", tmp_path / "q.soql").out == "2\n"
        assert upbeat("query", "-", stdin="SELECT COUNT() FROM Account").out == "2\n"

    def test_deleted_records_are_found_on_request(self, upbeat: Any) -> None:
        assert upbeat("query", "SELECT COUNT() FROM Account", "--all-rows").out == "3\n"

    def test_binds_are_read_as_their_fields_want_them(self, upbeat: Any) -> None:
        text = "SELECT Name FROM Opportunity WHERE Amount > :least AND CloseDate > :day AND Name IN :names"
        given = ["--bind", "least=1000.4", "--bind", "day=TODAY", "--bind", "names=First", "--bind", "names=x=y"]
        assert upbeat("query", text, *given, "--json").json == [{"Name": "First"}]

    def test_nothing_but_the_query_touches_the_workspace(self, type_: Any, house: House, tmp_path: Path) -> None:
        """No store is made, no ledger and no key: a query only reads."""
        for name in ("upbeat.yaml", "secrets/reader", "secrets/writer"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).touch(0o600)
            (tmp_path / name).write_bytes((house.folder / name).read_bytes())
        before = sorted(tmp_path.rglob("*"))
        assert type_("query", "SELECT COUNT() FROM Account", "--dir", tmp_path).out == "2\n"
        assert sorted(tmp_path.rglob("*")) == before


class TestOut:
    def test_the_ending_says_what_is_written(self, upbeat: Any, tmp_path: Path) -> None:
        for name in ("a.csv", "a.json"):
            said = upbeat("query", "SELECT Name FROM Account ORDER BY Name", "--out", tmp_path / name)
            assert (said.code, said.out, "Wrote 2 records" in said.err) == (0, "", True)
        assert (tmp_path / "a.csv").read_bytes() == b'Name\r\n"Acme, Inc."\r\n"The ""Bare"""\r\n'
        assert [one["Name"] for one in decode((tmp_path / "a.json").read_bytes())] == ["Acme, Inc.", 'The "Bare"']
        assert sorted(one.name for one in tmp_path.iterdir()) == ["a.csv", "a.json"]

    def test_an_answer_that_breaks_off_leaves_the_file_as_it_was(
        self, upbeat: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(*_: Any, **__: Any) -> Iterator[Any]:
            yield {"totalSize": 2, "done": False, "records": [{"attributes": {}, "Name": "One"}]}
            raise KeyboardInterrupt

        monkeypatch.setattr(Reader, "pages", interrupted)
        (tmp_path / "a.csv").write_text("before")
        said = upbeat("query", "SELECT Name FROM Account", "--out", tmp_path / "a.csv")
        assert said.code != 0
        assert isinstance(said.exception, SystemExit)
        assert "Traceback" not in said.err
        assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a.csv", "before")]
        assert upbeat("query", "SELECT Name FROM Account", "--csv").out == ""

    def test_a_pipe_is_written_as_it_is(self, upbeat: Any, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        read: list[bytes] = []
        reader = Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
        reader.start()
        assert upbeat("query", "SELECT COUNT() FROM Account", "--json", "--out", tmp_path / "pipe").code == 0
        reader.join(10)
        assert read == [b"2\n"]
        assert (tmp_path / "pipe").is_fifo()


# ---- exported files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What Data Loader and the weekly data export write."""
    files = {
        "Account.csv": '"Id","Name","BillingCity","IsDeleted","Region__c"\n'
        '"001000000000001AAA","Acme, Inc.","Köln","0","North"\n"001000000000002","Gone","","1",""\n',
        "opportunity.csv": "ID,NAME,Amount,AccountId,CloseDate,CreatedDate,IsClosed,CampaignId,Account.Name\n"
        "006000000000001AAA,First,1000.50,001000000000001AAA,2026-12-31,2026-01-31 09:30:00,0,000000000000000AAA,x\n"
        "006000000000002AAA,Second,,,2020-01-01,2026-01-31T09:30:00.000Z,true,,\n",
        "Invoice__c.csv": "Id,Name,CreatedDate,Total__c\na0I000000000001AAA,I-1,2026-01-31 09:30:00,12\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def files(type_: Any, folder: Path) -> Callable[..., Any]:
    """Ask the folder a query, in JSON."""
    return lambda text, *more: type_("query", text, "--from", folder, "--json", *more)


class TestFiles:
    def test_a_query_over_files_needs_no_org(self, files: Any) -> None:
        where = "CloseDate > 2025-01-01 AND IsClosed = false"
        text = f"SELECT Name, Amount, Account.BillingCity FROM Opportunity WHERE {where}"
        assert files(text).json == [{"Name": "First", "Amount": Decimal("1000.5"), "Account": {"BillingCity": "Köln"}}]

    def test_children_semijoins_and_aggregates_work(self, files: Any) -> None:
        text = (
            "SELECT Name, (SELECT Name FROM Opportunities) FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity)"
        )
        assert files(text).json == [{"Name": "Acme, Inc.", "Opportunities": [{"Name": "First"}]}]
        assert files("SELECT Account.Name n, SUM(Amount) s FROM Opportunity GROUP BY Account.Name").json == [
            {"n": None, "s": None},
            {"n": "Acme, Inc.", "s": Decimal("1000.5")},
        ]
        assert files("SELECT COUNT() FROM Opportunity WHERE CampaignId = null").json == 2

    def test_deleted_rows_are_found_on_request(self, files: Any) -> None:
        assert (files("SELECT COUNT() FROM Account").json, files("SELECT COUNT() FROM Account", "--all-rows").json) == (
            1,
            2,
        )

    def test_a_moment_without_a_zone_is_utc(self, files: Any) -> None:
        text = "SELECT Name FROM Opportunity WHERE CreatedDate = 2026-01-31T09:30:00Z"
        assert len(files(text).json) == 2

    def test_days_are_those_of_the_time_zone(self, files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        evening = datetime(2026, 1, 30, 23, 30, tzinfo=UTC)
        monkeypatch.setattr("upbeat.base.SystemClock.now", lambda _: evening)
        text = "SELECT COUNT() FROM Opportunity WHERE CreatedDate = TODAY"
        assert (files(text).json, files(text, "--time-zone", "Europe/Berlin").json) == (0, 2)

    def test_columns_that_the_catalogue_lacks_are_texts_and_it_is_said(self, files: Any) -> None:
        said = files("SELECT Region__c FROM Account WHERE Region__c LIKE 'no%'")
        assert said.json == [{"Region__c": "North"}]
        assert "Account.csv: taken as text" in said.err
        assert "Region__c" in said.err

    def test_columns_that_the_query_does_not_read_are_nobodys_business(self, files: Any) -> None:
        said = files("SELECT Account.Name FROM Opportunity WHERE Amount > 0")
        assert (said.json, said.err) == ([{"Account": {"Name": "Acme, Inc."}}], "")

    def test_an_object_of_the_orgs_own_can_be_asked(self, files: Any) -> None:
        text = "SELECT Name, Total__c FROM Invoice__c WHERE CreatedDate > 2026-01-01T00:00:00Z"
        assert files(text).json == [{"Name": "I-1", "Total__c": "12"}]

    def test_a_workspace_lends_its_orgs_fields(self, upbeat: Any, folder: Path) -> None:
        lead = "Id,LastName,Company,Upbeat_Test__c\n00Q000000000001AAA,Vega,Acme,x\n"
        (folder / "Lead.csv").write_text(lead)
        (folder / "Opportunity.csv").write_text("Id,Name,Verbal_Commitment__c\n006000000000001AAA,First,true\n")
        (folder / "opportunity.csv").unlink()
        said = upbeat(
            "query", "SELECT Name FROM Opportunity WHERE Verbal_Commitment__c = true", "--from", folder, "--json"
        )
        assert (said.json, said.err) == ([{"Name": "First"}], "")

    def test_what_is_written_as_csv_is_asked_again(self, upbeat: Any, type_: Any, tmp_path: Path) -> None:
        text = "SELECT Id, Name, Amount, CloseDate, CreatedDate, IsClosed, AccountId FROM Opportunity ORDER BY Name"
        upbeat("query", text, "--out", tmp_path / "Opportunity.csv")
        assert type_("query", text, "--from", tmp_path, "--json").json == upbeat("query", text, "--json").json


# ---- mistakes


def clear(said: Any, *parts: str) -> None:
    assert said.code == 1
    assert isinstance(said.exception, SystemExit)
    message = f"{said.err}{said.out}"
    assert "Traceback" not in message
    for part in parts:
        assert part in " ".join(message.split()), message


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        pytest.param(["SELECT Nmae FROM Account"], ["SELECT Nmae FROM Account ^ ERROR at Row:1:Column:8",
                     "No such column 'Nmae' on entity 'Account'", "Did you mean Name?"], id="an unknown field"),
        pytest.param(["SELECT Id FROM Acount"], ["Row:1:Column:16", "Did you mean Account?"], id="an unknown object"),
        pytest.param(["SELECT Id FORM Account"], ["^ ERROR at Row:1:Column:16", "unexpected token"], id="no FROM"),
        pytest.param(["SELECT Name FROM Account WHERE Name = 'x"], ["Row:1:Column:39"], id="an open quote"),
        pytest.param([""], ["there is no query", "--file"], id="nothing"),
        pytest.param(["SELECT Id FROM Account", "--file", "x"], ["more than one query"], id="two queries"),
        pytest.param(["--file", "nowhere.soql"], ["nowhere.soql", "No such file"], id="no such file"),
        pytest.param(["SELECT Id FROM Account", "--csv", "--json"], ["two answers"], id="two forms"),
        pytest.param(["SELECT Id FROM Account", "--bind", "x"], ["binds nothing", "name=value"], id="half a bind"),
        pytest.param(["SELECT Id FROM Account", "--bind", "x=1"], ["there is no :x"], id="a bind of nothing"),
        pytest.param(["SELECT Id FROM Account WHERE Name = :x"], ["no value for :x"], id="no bind"),
        pytest.param(["SELECT Id FROM Opportunity WHERE Amount > :x", "--bind", "x=much"],
                     [":x is 'much', and Amount takes a number"], id="a bind that does not fit"),
        pytest.param(["SELECT Id FROM Account", "--out", "a.txt"], ["a.txt", "--csv or --json"], id="an ending"),
        pytest.param(["SELECT Id FROM Account", "--out", "nowhere/a.csv"], ["nowhere/a.csv", "cannot be written"],
                     id="no such folder to write to"),
        pytest.param(["SELECT Id FROM Account", "--csv", "--out", "."], ["cannot be written"], id="a folder to write"),
    ],
)  # fmt: skip
def test_a_mistake_is_said(upbeat: Any, words: list[str], parts: list[str]) -> None:
    clear(upbeat("query", *words), *parts)


def test_a_mistake_is_said_in_json(upbeat: Any) -> None:
    said = upbeat("query", "SELECT Nmae FROM Account", "--json")
    assert (said.code, set(said.json["error"])) == (1, {"what", "where", "fix"})
    assert said.json["error"]["fix"] == "Did you mean Name?"


def test_without_an_org_it_is_said_how_to_have_one(type_: Any, tmp_path: Path) -> None:
    clear(type_("query", "SELECT Id FROM Account", "--dir", tmp_path), "there is no upbeat.yaml", "upbeat init FOLDER")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("SELECT Id FROM Contact", ["there is no Contact.csv", "There are: Account.csv"], id="no file"),
        pytest.param("SELECT Id FROM Acount", ["there is no Acount.csv", "Did you mean Account?"], id="misspelt"),
        pytest.param("SELECT Owner.Name, Name FROM Account", ["understand relationship 'Owner'"], id="no column"),
        pytest.param("SELECT Account.Owner.Name FROM Opportunity", ["relationship 'Owner'"], id="nor a parent's"),
        pytest.param("SELECT (SELECT Id FROM Contacts) FROM Account", ["there is no Contact.csv"], id="no children"),
        pytest.param("SELECT StageName FROM Opportunity", ["No such column 'StageName'"], id="no such column"),
        pytest.param("SELECT Id FORM Account", ["^ ERROR at Row:1:Column:16"], id="no query"),
    ],
)  # fmt: skip
def test_what_the_folder_lacks_is_said(type_: Any, folder: Path, text: str, parts: list[str]) -> None:
    clear(type_("query", text, "--from", folder), *parts)


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        pytest.param('Id,Name\n001000000000001AAA,"Acme\n', ["Lead.csv:2", "quote is not closed"], id="a quote"),
        pytest.param("Id,Name\n1,2,3\n", ["Lead.csv:2", "3 cells, where the header has 2"], id="a cell too many"),
        pytest.param("", ["Lead.csv", "no header"], id="an empty file"),
        pytest.param("Id,ID\n1,2\n", ["Lead.csv", "column Id is there twice"], id="a column twice"),
        pytest.param('Id,Name\n"00Q000000000001","a\nb"\n00Q00,b\n', ["Lead.csv:4 Id", "'00Q00' does not fit"],
                     id="no id"),
        pytest.param("Name\nVega\n", ["Lead.csv:2 Id", "the row has none"], id="no column of ids"),
        pytest.param("Id,Name,CreatedDate\n00Q000000000001,a,31.01.2026\n", ["Lead.csv:2 CreatedDate", "'31.01.2026'"],
                     id="a date of some country"),
        pytest.param("Id\n00Q000000000001\n00Q000000000001EAA\n", ["Lead.csv:3 Id", "another row has this id"],
                     id="a row twice"),
    ],
)  # fmt: skip
def test_a_broken_file_is_said_with_the_line(type_: Any, tmp_path: Path, content: str, parts: list[str]) -> None:
    (tmp_path / "Lead.csv").write_text(content)
    text = f"SELECT COUNT() FROM Lead{' WHERE CreatedDate != TODAY' if 'CreatedDate' in content else ''}"
    clear(type_("query", text, "--from", tmp_path), *parts)


def test_a_folder_that_there_is_not_is_said(type_: Any, tmp_path: Path) -> None:
    clear(type_("query", "SELECT Id FROM Lead", "--from", tmp_path / "none"), "there is no such folder")
    clear(type_("query", "SELECT Id FROM Lead", "--from", tmp_path), "there is no Lead.csv", "holds no CSV file")


def test_a_time_zone_that_there_is_not_is_said(type_: Any, folder: Path) -> None:
    said = type_("query", "SELECT Id FROM Account", "--from", folder, "--time-zone", "Europe/Berlim")
    clear(said, "no time zone Europe/Berlim", "Did you mean Europe/Berlin?")


def test_columns_that_we_do_not_know_are_those_of_the_records() -> None:
    records = [{"A": 1, "Owner": None}, {"A": 2, "Owner": {"Name": "x"}, "B": [1, 2]}]
    header, found = sheets._sheet(None, records)
    assert (list(header), [[row.get(name) for name in header] for row in found]) == (
        ["A", "Owner.Name", "B"],
        [[1, None, None], [2, "x", [1, 2]]],
    )
