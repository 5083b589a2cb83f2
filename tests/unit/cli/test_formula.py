"""Formulas by themselves: on values, on records of an org, typed and exported; mistakes get one clear message."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from upbeat.schema import Field, FieldType, Stage
from upbeat.testing import House

BIG = "AND(Amount > 50000, ISBLANK(NextStep))"
ON = ("--object", "Opportunity")
Type = Callable[..., Any]
STAGES = [
    Stage("Talk", 1, "Pipeline"),
    Stage("Agreed", 2, "Forecast"),
    Stage("Won", 3, "Closed", closed=True, won=True),
]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["missing-next-step"]) as one:
        partner = Field(name="Partner__c", type=FieldType.REFERENCE, reference_to=("Account",))
        tier = Field(name="Tier__c", type=FieldType.STRING, length=20)
        one.org.define(fields={"Opportunity": [partner], "Account": [tier]}, stages=STAGES)
        account = one.create("Account", Name="Harborline", Tier__c="Gold")
        one.ids["deal"] = one.create(
            "Opportunity",
            Name="Lowell",
            StageName="Talk",
            CloseDate="2027-03-31",
            Amount=60_000,
            Partner__c=account,
        )
        yield one


@pytest.fixture
def alone(type_: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type a command where no workspace is."""
    monkeypatch.chdir(tmp_path)
    return type_


class TestOnValues:
    def test_the_value_is_printed_and_what_was_not_given_is_said(self, alone: Type) -> None:
        said = alone("formula", "eval", BIG, *ON, "--fields", '{"amount": 60000}')
        assert (said.code, said.out) == (0, "true\n")
        assert "Not given, so blank: NextStep." in said.err
        assert "the standard objects of Salesforce" in said.err

    def test_as_json_it_is_one_value_and_nothing_beside_it(self, alone: Type) -> None:
        said = alone("formula", "eval", BIG, *ON, "--fields", '{"Amount": 60000.5}', "--json")
        assert said.err == ""
        assert said.json == {
            "formula": BIG,
            "type": "boolean",
            "value": True,
            "words": "Amount 60,000.5 is above 50,000; NextStep is blank",
            "facts": {"Amount": "60,000.5", "NextStep": "blank"},
            "blank": ["NextStep"],
            "against": "the standard objects of Salesforce",
        }

    @pytest.mark.parametrize(
        ("text", "printed"),
        [
            ("Amount / 3", "20000"),
            ("Amount * 0", "0"),
            ("NextStep", "blank"),
            ("CloseDate + 1", "2026-03-01"),
            ("NOW()", "2026-02-11 09:30:00Z"),
            ("Name", "Lowell [bold]"),
            ('ISPICKVAL(Account.Industry, "Energy") && ISBLANK(Account.Owner.Email)', "true"),
        ],
    )
    def test_a_value_of_any_type_is_printed_plainly(self, alone: Type, text: str, printed: str) -> None:
        values = """{"Amount": 60000, "CloseDate": "2026-02-28", "Name": "Lowell [bold]",
                     "Account": {"Industry": "Energy"}, "Account.Owner": null}"""
        said = alone("formula", "eval", text, *ON, "--fields", values, "--now", "2026-02-11T10:30+01:00")
        assert said.out == f"{printed}\n"

    def test_a_record_is_taken_as_rest_gives_it(self, alone: Type) -> None:
        record = """{"attributes": {"type": "Opportunity"}, "Amount": 5,
                     "Account": {"attributes": {"type": "Account"}, "Industry": "Energy"}}"""
        text = 'AND(Amount = 5, ISPICKVAL(Account.Industry, "Energy"))'
        assert alone("formula", "eval", text, *ON, "--fields", record).out == "true\n"

    def test_explain_says_why_with_the_values(self, alone: Type) -> None:
        said = alone("formula", "explain", BIG, *ON, "--fields", '{"Amount": 60000}')
        assert said.out == (
            "true, because Amount 60,000 is above 50,000; NextStep is blank\n  Amount: 60,000\n  NextStep: blank\n"
        )

    def test_what_was_before_is_given_or_as_it_is_now(self, alone: Type) -> None:
        text = "ISCHANGED(Amount) && NOT(ISCHANGED(NextStep))"
        values = ("--fields", '{"Amount": 5, "NextStep": "Call"}', "--prior", '{"amount": 4}')
        assert alone("formula", "eval", text, *ON, *values).out == "true\n"

    def test_a_new_record_has_nothing_before(self, alone: Type) -> None:
        said = alone("formula", "eval", "ISNEW() && NOT(ISCHANGED(Amount))", *ON, "--fields", "{}", "--new")
        assert said.out == "true\n"

    @pytest.mark.parametrize("given", ['{"$Threshold": {"size": 4}}', '{"$Threshold.size": 4}'])
    def test_globals_are_given_nested_or_by_their_names(self, alone: Type, given: str) -> None:
        said = alone("formula", "eval", "$Threshold.size + 1", *ON, "--globals", given)
        assert said.out == "5\n"

    def test_blanks_can_be_zero(self, alone: Type) -> None:
        assert alone("formula", "eval", "Amount = 0", *ON, "--fields", "{}", "--blank-as-zero").out == "true\n"

    def test_a_formula_comes_from_a_file_or_standard_input_and_values_too(self, alone: Type, tmp_path: Path) -> None:
        (tmp_path / "big.formula").write_text(f"/* é */\n{BIG}\n", encoding="utf-8")
        (tmp_path / "deal.json").write_text('{"Amount": 60000, "NextStep": "Call"}')
        values = ("--fields", f"@{tmp_path / 'deal.json'}")
        assert alone("formula", "eval", "--file", tmp_path / "big.formula", *ON, *values).out == "false\n"
        assert alone("formula", "eval", "-", *ON, *values, stdin=f"NOT({BIG})").out == "true\n"


class TestOnARecord:
    def test_it_is_read_with_its_parents_and_signals(self, upbeat: Type, house: House) -> None:
        text = 'AND(Amount > 50000, Partner__r.Tier__c = "Gold", $Signal.StageNumber = 1, $Signal.ContactRoles = 0)'
        said = upbeat("formula", "explain", text, "--record", house.ids["deal"], "--json").json
        assert (said["value"], said["against"], said["blank"]) == (True, "Acme", [])
        assert said["facts"]["Partner__r.Tier__c"] == "Gold"
        assert said["facts"]["$Signal.ContactRoles"] == "0"

    def test_a_signal_can_be_given_in_its_place(self, upbeat: Type, house: House) -> None:
        given = ("--globals", '{"$Signal": {"PushCount": 3, "Of": {"mine": 4}}}')
        text = "$Signal.PushCount > 2 && $Signal.Of.mine = 4"
        said = upbeat("formula", "eval", text, "--record", house.ids["deal"], *given)
        assert said.out == "true\n"

    def test_what_was_before_is_given_by_hand(self, upbeat: Type, house: House) -> None:
        text = "$Signal.StageNumber < PRIORVALUE($Signal.StageNumber)"
        before = ("--prior", '{"StageName": "Agreed"}')
        assert upbeat("formula", "eval", text, "--record", house.ids["deal"], *before).out == "true\n"

    def test_values_by_hand_are_of_the_orgs_own_fields_there(self, upbeat: Type) -> None:
        said = upbeat(
            "formula", "eval", 'Partner__r.Tier__c = "Gold"', *ON, "--fields", '{"partner__r.tier__c": "Gold"}'
        )
        assert (said.out, said.err) == ("true\n", "")

    def test_the_standard_objects_are_there_without_the_org(self, upbeat: Type) -> None:
        said = upbeat("formula", "eval", "ISBLANK(Partner__r.Tier__c)", *ON, "--fields", "{}", "--standard")
        assert "Opportunity has no relationship Partner__r" in said.err


class TestParts:
    def test_types_tells_what_it_reads_and_what_the_uses_take(self, alone: Type) -> None:
        text = "amount > $threshold.size && priorvalue(amount) < 5"
        given = ("--globals", '{"$threshold.size": 50}')
        found = alone("formula", "types", text, *ON, *given, "--json").json
        assert found["fields"] == [
            {"path": "Amount", "type": "currency", "length": 0, "label": "Amount", "prior": True},
        ]
        assert (found["type"], found["globals"]) == ("boolean", ["$Threshold.size"])
        assert (found["soql"], found["exact"]) == ("Amount > 50", False)
        assert found["rule"] == {"text": "AND(Amount > 50, PRIORVALUE(Amount) < 5)", "why_not": ""}
        assert "Amount" in found["duckdb"]["text"]
        words = alone("formula", "types", text, *ON, *given).out
        for part in (
            "boolean, on Opportunity",
            "currency",
            "now and before",
            "SOQL: Amount > 50 (",
            "Validation rule: ",
        ):
            assert part in words

    def test_types_says_why_there_is_no_rule(self, alone: Type) -> None:
        said = alone("formula", "types", "$Signal.PushCount > 2", *ON)
        assert "Validation rule: no, $Signal.PushCount follows from history" in said.out
        assert "It reads no field." in said.out
        assert "SOQL: nothing can be asked" in said.out
        assert "DuckDB: yes" in said.out

    def test_types_says_why_it_is_no_sql_of_duckdb(self, alone: Type) -> None:
        said = alone("formula", "types", 'INITCAP(Name) = "Acme"', *ON)
        assert "DuckDB: no, " in said.out


class TestExport:
    def test_the_rule_is_printed_and_its_warnings_beside_it(self, alone: Type) -> None:
        said = alone("formula", "export", "Amount > 5 && CloseDate < today()", *ON, "--to", "rule")
        assert said.out == "AND(Amount > 5, CloseDate < TODAY())\n"
        assert "advice: It asks for TODAY() only when a record is saved" in said.err

    def test_the_file_is_printed(self, alone: Type) -> None:
        words = ("--name", "Next_Step", "--message", "Fill in <Next Step>.", "--field", "nextstep", "--inactive")
        said = alone("formula", "export", BIG, *ON, "--xml", *words)
        parts = {part.tag.partition("}")[2]: part.text for part in ET.fromstring(said.out.encode())}
        assert parts == {
            "fullName": "Next_Step",
            "active": "false",
            "errorConditionFormula": BIG,
            "errorDisplayField": "NextStep",
            "errorMessage": "Fill in <Next Step>.",
        }

    def test_the_file_is_written_where_a_project_has_it_and_over_another_only_by_force(
        self, alone: Type, tmp_path: Path
    ) -> None:
        words = ("--name", "Next_Step", "--message", "Fill it in.", "--out", tmp_path)
        file = tmp_path / "objects/Opportunity/validationRules/Next_Step.validationRule-meta.xml"
        assert alone("formula", "export", BIG, *ON, *words).out == f"Wrote {file}.\n"
        assert alone("formula", "export", BIG, *ON, *words).code == 0  # the same once more
        refused = alone("formula", "export", "Amount > 1", *ON, *words)
        assert (refused.code, "--force" in refused.err) == (1, True)
        assert "50000" in file.read_text()
        assert alone("formula", "export", "Amount > 1", *ON, *words, "--force").code == 0
        assert "50000" not in file.read_text()

    def test_as_json_it_has_everything(self, alone: Type) -> None:
        found = alone("formula", "export", BIG, *ON, "--json").json
        assert (found["formula"], found["object"], len(found["warnings"])) == (BIG, "Opportunity", 1)
        assert found["xml"].startswith("<?xml")

    def test_a_query_finds_at_least_the_records_for_which_it_is_true(self, alone: Type) -> None:
        said = alone("formula", "export", BIG, *ON, "--to", "soql", "--json").json
        assert said == {"query": "SELECT Id FROM Opportunity WHERE Amount > 50000 AND NextStep = null", "exact": True}
        said = alone("formula", "export", "LEN(Name) > 5", *ON, "--to", "soql")
        assert (said.out, "may find others" in said.err) == ("SELECT Id FROM Opportunity\n", True)

    def test_columns_give_the_value_in_duckdb(self, alone: Type) -> None:
        said = alone("formula", "export", "Amount > 5", *ON, "--to", "duckdb")
        assert (said.code, '"Amount"' in said.out, "its columns are Amount " in said.err) == (0, True, True)
        found = alone("formula", "export", "Amount > 5", *ON, "--to", "duckdb", "--json").json
        assert set(found["columns"]) == {"Amount"}


def clear(said: Any, *parts: str) -> None:
    """Hold that a command said one thing, with these parts in it, and ended as one that could not do it."""
    assert said.code == 1
    assert isinstance(said.exception, SystemExit)
    message = " ".join(f"{said.err}{said.out}".split())
    assert "Traceback" not in message
    for part in parts:
        assert part in message


DEEP = '{"$Step' + ".x" * 5000 + '": 1}'
PARENTS = '{"Account": {"Parent": ' + '{"Parent": ' * 12 + "{}" + "}" * 14
MISTAKES = [
    pytest.param(
        "eval", ["Amount >", *ON], ["1:8: a value is missing after >", "^"], id="a formula that does not parse"
    ),
    pytest.param(
        "eval", ["Amout > 1", *ON], ["1:1: Opportunity has no field Amout", "Did you mean Amount?"], id="a field"
    ),
    pytest.param("eval", [*ON], ["there is no formula", "--file"], id="no formula"),
    pytest.param("eval", ["1", "--file", "x", *ON], ["there is more than one formula"], id="two formulas"),
    pytest.param("eval", ["--file", "nowhere.txt", *ON], ["nowhere.txt: No such file"], id="no such file"),
    pytest.param("eval", ["--file", ".", *ON], [".: Is a directory"], id="a folder for a file"),
    pytest.param("eval", ["--file", "latin.txt", *ON], ["latin.txt: this is no UTF-8 text"], id="another encoding"),
    pytest.param("eval", ["1"], ["the formula's object is not named", "--object"], id="no object"),
    pytest.param("types", ["1", "--object", "Oportunity"], ["Did you mean Opportunity?"], id="a misspelt object"),
    pytest.param(
        "types", ["1", "--object", "Zz__c"], ["there is no standard object Zz__c", "--dir"], id="an own object"
    ),
    pytest.param("eval", ["Amount > 1", *ON], ["nothing to try it on", '"Amount": ...'], id="nothing to try it on"),
    pytest.param("eval", ["1", *ON, "--fields", "{"], ["--fields: this is no JSON", "@values.json"], id="no JSON"),
    pytest.param("eval", ["1", *ON, "--fields", "[" * 100_000], ["--fields: this is no JSON"], id="a deep nest"),
    pytest.param("eval", ["1", *ON, "--prior", "[1]"], ["--prior: this is no JSON object"], id="a list for values"),
    pytest.param(
        "eval", ["1", *ON, "--fields", "@latin.txt"], ["--fields: this is no JSON"], id="a file that is no JSON"
    ),
    pytest.param("eval", ["1", *ON, "--fields", "@"], ["Is a directory"], id="no file after the @"),
    pytest.param("eval", ["1", *ON, "--fields", '{"Amout": 1}'], ["has no field Amout", "Amount?"], id="a field given"),
    pytest.param(
        "eval", ["1", *ON, "--fields", '{"Account": 1}'], ["Account is a parent record", "Name"], id="a parent given"
    ),
    pytest.param(
        "eval",
        ["1", *ON, "--fields", PARENTS],
        ["more than 10 parents away"],
        id="a chain of parents given",
    ),
    pytest.param("eval", ["1", *ON, "--globals", '{"x": 1}'], ["x is no global"], id="a global without its sign"),
    pytest.param("eval", ["1", *ON, "--globals", '{"$Threshold": 1}'], ["alone names no value"], id="a bare global"),
    pytest.param("eval", ["1", *ON, "--globals", DEEP], ["names deep"], id="a global of too many names"),
    pytest.param(
        "eval",
        ["$Threshold.size > 1", *ON],
        ["1:1: no value was given for $Threshold.size", "--globals", '{"$Threshold.size": ...}'],
        id="no threshold",
    ),
    pytest.param("eval", ["$Signal.PushCount > 1", *ON], ["no value was given for $Signal.PushCount"], id="no signal"),
    pytest.param(
        "eval", ["ISCHANGED(Amount)", *ON, "--fields", "{}"], ["prior value", "--prior", "--new"], id="no prior"
    ),
    pytest.param(
        "eval", ["Amount", *ON, "--fields", '{"Amount": "x"}'], ["1:1: ", "number"], id="a value of another type"
    ),
    pytest.param(
        "eval", ["1 / Amount", *ON, "--fields", '{"Amount": 0}'], ["1:3: division by zero", "^"], id="no value"
    ),
    pytest.param("eval", ["1", *ON, "--now", "soon"], ["--now: 'soon' is no moment"], id="no moment"),
    pytest.param("eval", ["1", "--record", "x"], ["'x' is no record id"], id="no id"),
    pytest.param("eval", ["1", "--record", "006000000000001"], ["no org to read a record from", "--dir"], id="no org"),
    pytest.param(
        "eval", ["1", "--record", "006000000000001", "--fields", "{}"], ["on a record or on fields"], id="both"
    ),
    pytest.param("export", ["Amount + 1", *ON], ["is true or false, and this is a number", "^"], id="no condition"),
    pytest.param("export", ["TRUE", *ON, "--xml"], ["needs its name and its message"], id="a file without a name"),
    pytest.param(
        "export", ["TRUE", *ON, "--name", "a b"], ["'a b' is no name of a validation rule"], id="a wrong name"
    ),
    pytest.param(
        "export", ["TRUE", *ON, "--field", "Amout"], ["has no field Amout"], id="a wrong field for the message"
    ),
    pytest.param(
        "export",
        ["TRUE", *ON, "--name", "R", "--message", "M", "--out", "latin.txt"],
        ["latin.txt"],
        id="a file for a folder",
    ),
    pytest.param("eval", ["1", *ON, "--dir", "."], ["there is no upbeat.yaml"], id="a folder that is no workspace"),
]


@pytest.mark.parametrize(("command", "words", "parts"), MISTAKES)
@pytest.mark.parametrize("form", ["words", "json"])
def test_what_cannot_be_done_is_said(
    alone: Type, tmp_path: Path, command: str, words: list[str], parts: list[str], form: str
) -> None:
    (tmp_path / "latin.txt").write_bytes(b"Amount > \xff")
    said = alone("formula", command, *words, *(["--json"] if form == "json" else []))
    if form == "json":
        assert set(said.json["error"]) == {"what", "where", "fix"}
    else:
        clear(said, *parts)


class TestOrg:
    def test_a_record_that_is_not_there_is_said(self, upbeat: Type) -> None:
        clear(
            upbeat("formula", "eval", "1", "--record", "006000000000001"), "there is no Opportunity 006000000000001AAA"
        )

    def test_an_object_of_no_org_is_said(self, upbeat: Type) -> None:
        clear(upbeat("formula", "types", "1", "--object", "Oportunity"), "the org has no object", "Opportunity?")

    def test_a_name_that_leads_to_no_object_is_said(self, upbeat: Type) -> None:
        clear(upbeat("formula", "types", "$Setup.None__c.Most__c > 1", *ON), "the org has no object None__c")

    def test_an_org_that_is_away_is_said_with_the_way_without_it(self, upbeat: Type, house: House) -> None:
        settings = house.folder / "upbeat.yaml"
        text = settings.read_text()
        try:
            settings.write_text(text.replace("127.0.0.1:", "127.0.0.9:"))
            clear(upbeat("formula", "eval", BIG, *ON, "--fields", "{}"), "127.0.0.9", "Without the org: --standard.")
            assert upbeat("formula", "eval", BIG, *ON, "--fields", "{}", "--standard").code == 0
        finally:
            settings.write_text(text)
