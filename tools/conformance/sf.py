"""The `sf` command line: every command that people run on data, each asserted on its `--json` output."""

import csv
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.org import APP, KEYED, NODE, Judged
from conformance.verdicts import Differs, Row, Verdicts, among, same

HERE = NODE / "sf_cli"
CLI = HERE / "node_modules/@salesforce/cli/bin/run.js"
QUIET = dict.fromkeys(
    ("SF_DISABLE_TELEMETRY", "SF_AUTOUPDATE_DISABLE", "SF_SKIP_NEW_VERSION_CHECK", "SF_USE_GENERIC_UNIX_KEYCHAIN"),
    "true",
)
LONGEST = 120  # seconds that a command may take


@dataclass(frozen=True, slots=True)
class Sf:
    """The command line with a home of its own."""

    home: Path
    environment: Mapping[str, str]

    def __call__(self, *words: str, fails: bool = False, **environment: str) -> Any:
        """Run one command and give its result. Raises Differs where it fails, or does not and should."""
        there = {**self.environment, **environment}
        done = subprocess.run(  # noqa: S603 - the command line that is judged
            [str(HERE / "node_modules/.bin/node"), str(CLI), *words, "--json"],
            cwd=self.home,
            env=there,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        try:
            said = json.loads(done.stdout)
        except ValueError:
            raise Differs(f"it printed no JSON: {done.stdout[-300:]}{done.stderr[-300:]}") from None
        if bool(said["status"]) is not fails:
            raise Differs(f"it exited with {said['status']}: {said.get('message', '')}")
        return said if fails else said["result"]


def rows(org: Judged, home: Path) -> list[Row]:
    """Run the commands in an order in which each finds what those before it left."""
    sf = Sf(home, {"PATH": os.environ["PATH"], "HOME": str(home), "SF_ORG_INSTANCE_URL": org.url, **QUIET})
    sheet = Verdicts("sf")
    _log_in(sf, org, sheet)
    _records(sf, org, sheet)
    _queries(sf, org, sheet)
    _trees(sf, org, sheet)
    _bulk(sf, org, sheet)
    _around(sf, org, sheet)
    return sheet.rows


def _log_in(sf: Sf, org: Judged, sheet: Verdicts) -> None:
    with sheet.row("org login access-token"):
        found = sf(
            *("org", "login", "access-token", "--instance-url", org.url, "--no-prompt", "--set-default"),
            SF_ACCESS_TOKEN=org.token(),
        )
        same("username", found["username"], org.username)
        same("orgId", found["orgId"], org.id)
    with sheet.row("org login jwt"):
        found = sf(
            *("org", "login", "jwt", "--client-id", APP, "--username", KEYED),
            *("--jwt-key-file", str(org.key_file), "--instance-url", org.url, "--alias", "keyed"),
        )
        same("username", found["username"], KEYED)
        same("instanceUrl", found["instanceUrl"], org.url)
    with sheet.row("org login jwt, with a key that the org does not know"):
        sf(
            *("org", "login", "jwt", "--client-id", APP, "--username", KEYED),
            *("--jwt-key-file", str(org.wrong_key_file), "--instance-url", org.url),
            fails=True,
        )


def _records(sf: Sf, org: Judged, sheet: Verdicts) -> None:
    record = ""
    with sheet.row("data create record"):
        values = "Name='Blau & Söhne' NumberOfEmployees=12 BillingCity=Köln"
        record = sf("data", "create", "record", "--sobject", "Account", "--values", values)["id"]
        same("Name in the org", org.value("Account", record, "Name"), "Blau & Söhne")
    with sheet.row("data get record, by id"):
        found = sf("data", "get", "record", "--sobject", "Account", "--record-id", record)
        same("NumberOfEmployees", found["NumberOfEmployees"], 12)
        same("BillingAddress.city", found["BillingAddress"]["city"], "Köln")
    with sheet.row("data get record, by a field"):
        found = sf("data", "get", "record", "--sobject", "Account", "--where", "Name='Blau & Söhne'")
        same("Id", found["Id"], record)
    with sheet.row("data update record"):
        sf("data", "update", "record", "--sobject", "Account", "--record-id", record, "--values", "Name=Blau")
        same("Name in the org", org.value("Account", record, "Name"), "Blau")
    with sheet.row("data update record, refused by a validation rule"):
        said = sf(
            *("data", "update", "record", "--sobject", "Account", "--record-id", record),
            *("--values", "NumberOfEmployees=-1"),
            fails=True,
        )
        among("message", ["Employees cannot be fewer than none."], [said["message"].strip()])
    with sheet.row("data delete record"):
        sf("data", "delete", "record", "--sobject", "Account", "--record-id", record)
        same("IsDeleted in the org", org.value("Account", record, "IsDeleted"), 1)


def _queries(sf: Sf, org: Judged, sheet: Verdicts) -> None:
    with sheet.row("data query"):
        found = sf("data", "query", "--query", "SELECT Id, Name, Owner.Name FROM Account WHERE Name LIKE 'Sample%'")
        same("totalSize", found["totalSize"], org.samples)
        same("Owner.Name", found["records"][0]["Owner"]["Name"], "Automated Process")
    with sheet.row("data query, as CSV to a file, with the columns' metadata"):
        asked = "SELECT Name, Owner.Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name LIKE 'Sample%'"
        target = sf.home / "accounts.csv"
        sf("data", "query", "--query", asked, "--result-format", "csv", "--output-file", str(target))
        with target.open(encoding="utf-8", newline="") as file:
            read = list(csv.DictReader(file))
        same("rows", len(read), org.samples)
        among("columns", ["Name", "Owner.Name"], read[0])
    with sheet.row("data query, of aggregates"):
        found = sf("data", "query", "--query", "SELECT COUNT(Id) n, MAX(Name) final FROM Account WHERE Name LIKE 'S%'")
        same("n", found["records"][0]["n"], org.samples)
    with sheet.row("data query --all-rows"):
        asked = "SELECT Id, IsDeleted FROM Account WHERE Name = 'Blau'"
        same("totalSize without", sf("data", "query", "--query", asked)["totalSize"], 0)
        same("totalSize with", sf("data", "query", "--query", asked, "--all-rows")["totalSize"], 1)
    with sheet.row("data query --use-tooling-api"):
        asked = "SELECT ValidationName, Active FROM ValidationRule WHERE EntityDefinition.QualifiedApiName = 'Account'"
        found = sf("data", "query", "--query", asked, "--use-tooling-api")
        same("ValidationName", [one["ValidationName"] for one in found["records"]], ["Employees_Not_Negative"])
    with sheet.row("data query, of a field that there is not"):
        said = sf("data", "query", "--query", "SELECT Nope FROM Account", fails=True)
        same("name", said["name"], "INVALID_FIELD")
    with sheet.row("data query, longer than a page"):
        found = sf("data", "query", "--query", "SELECT Id FROM Task")
        same("records", len(found["records"]), org.tasks)


def _trees(sf: Sf, org: Judged, sheet: Verdicts) -> None:
    folder = sf.home / "tree"
    with sheet.row("data export tree"):
        asked = "SELECT Name, (SELECT LastName, Email FROM Contacts) FROM Account WHERE Name LIKE 'Sample%'"
        sf("data", "export", "tree", "--query", asked, "--output-dir", str(folder))
        (file,) = folder.glob("*.json")
        exported = json.loads(file.read_text("utf-8"))
        same("records", len(exported["records"]), org.samples)
    with sheet.row("data import tree"):
        (file,) = folder.glob("*.json")
        found = sf("data", "import", "tree", "--files", str(file))
        same("records made", len(found), org.samples * 2)
        same("accounts in the org", org.count("Account", "Name LIKE 'Sample%'"), org.samples * 2)


def _bulk(sf: Sf, org: Judged, sheet: Verdicts) -> None:
    def written(name: str, header: list[str], lines: list[list[str]]) -> str:
        path = sf.home / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *lines])
        return str(path)

    keys = [f"B-{number:03}" for number in range(250)]
    with sheet.row("data import bulk"):
        lines = [[f'Bulk, "{key}"\nLtd', key] for key in keys]
        file = written("import.csv", ["Name", "Source_Id__c"], lines)
        found = sf("data", "import", "bulk", "--sobject", "Account", "--file", file, "--wait", "2")
        same("successfulRecords", found["successfulRecords"], len(keys))
        same("accounts in the org", org.count("Account", "Source_Id__c LIKE 'B-%'"), len(keys))
        same("Name in the org", org.count("Account", f"Name = 'Bulk, \"{keys[0]}\"\\nLtd'"), 1)
    with sheet.row("data update bulk"):
        ids = org.ids("Account", "Source_Id__c LIKE 'B-%'")
        file = written("update.csv", ["Id", "Name"], [[key, "Bulk"] for key in ids])
        found = sf("data", "update", "bulk", "--sobject", "Account", "--file", file, "--wait", "2")
        same("successfulRecords", found["successfulRecords"], len(keys))
        same("accounts renamed in the org", org.count("Account", "Name = 'Bulk'"), len(keys))
    with sheet.row("data upsert bulk"):
        lines = [["Bulk upserted", key] for key in [*keys[:50], "B-new"]]
        file = written("upsert.csv", ["Name", "Source_Id__c"], lines)
        words = ("--sobject", "Account", "--file", file, "--external-id", "Source_Id__c", "--wait", "2")
        found = sf("data", "upsert", "bulk", *words)
        same("numberRecordsProcessed", found["jobInfo"]["numberRecordsProcessed"], len(lines))
        same("accounts upserted in the org", org.count("Account", "Name = 'Bulk upserted'"), len(lines))
    with sheet.row("data upsert bulk, with rows that the org refuses"):
        file = written(
            "half.csv", ["Name", "Source_Id__c", "NumberOfEmployees"], [["B", "B-x", "-1"], ["B", "B-y", "1"]]
        )
        words = ("--sobject", "Account", "--file", file, "--external-id", "Source_Id__c", "--wait", "2")
        said = sf("data", "upsert", "bulk", *words, fails=True)
        same("accounts in the org", org.count("Account", "Source_Id__c IN ('B-x', 'B-y')"), 1)
        among("message", [True], ["failed" in said["message"].casefold()])
    with sheet.row("data export bulk"):
        target = sf.home / "export.csv"
        asked = "SELECT Id, Name, Source_Id__c FROM Account WHERE Source_Id__c LIKE 'B-0%' ORDER BY Source_Id__c"
        words = ("--query", asked, "--output-file", str(target), "--result-format", "csv", "--wait", "2")
        found = sf("data", "export", "bulk", *words)
        same("totalSize", found["totalSize"], 100)
        with target.open(encoding="utf-8", newline="") as file:
            same("rows", len(list(csv.DictReader(file))), 100)
    with sheet.row("data delete bulk"):
        file = written("delete.csv", ["Id"], [[key] for key in org.ids("Account", "Source_Id__c LIKE 'B-%'")])
        sf("data", "delete", "bulk", "--sobject", "Account", "--file", file, "--wait", "2")
        same("accounts in the org", org.count("Account", "Source_Id__c LIKE 'B-%'"), 0)


def _around(sf: Sf, org: Judged, sheet: Verdicts) -> None:
    with sheet.row("sobject list"):
        among("objects", ["Account", "Visit__c"], sf("sobject", "list", "--sobject", "all"))
    with sheet.row("sobject describe"):
        found = sf("sobject", "describe", "--sobject", "Visit__c")
        among("fields", ["Id", "Name", "Place__c"], [field["name"] for field in found["fields"]])
    with sheet.row("org list limits"):
        among(
            "limits", ["DailyApiRequests", "DailyBulkV2QueryJobs"], [one["name"] for one in sf("org", "list", "limits")]
        )
    with sheet.row("org display"):
        found = sf("org", "display")
        same("id", found["id"], org.id)
        same("connectedStatus", found["connectedStatus"], "Connected")
    with sheet.row("org list"):
        found = sf("org", "list")
        among("orgs", [org.id], [one["orgId"] for kind in found.values() for one in kind])
    with sheet.row("org assign permset"):
        found = sf("org", "assign", "permset", "--name", "Visit_Readers")
        same("successes", [one["value"] for one in found["successes"]], ["Visit_Readers"])
        same("assignments in the org", org.count("PermissionSetAssignment", "PermissionSet.Name = 'Visit_Readers'"), 1)
    with sheet.row("api request rest"):
        done = sf("api", "request", "rest", "/services/data/v67.0/sobjects/Account/describe")
        among("fields", ["Name"], [field["name"] for field in done["body"]["fields"]])
    with sheet.row("org logout"):
        sf("org", "logout", "--target-org", org.username, "--no-prompt")
