"""An org's definitions as a YAML file: applied at once or not at all, every mistake at its line, and written back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from upbeat.base import ManualClock
from upbeat.base.files import DefinitionError
from upbeat.localorg import LocalOrg, sample
from upbeat.localorg.definition_file import apply, load, write
from upbeat.localorg.definitions import Definitions

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)

VISITS = """\
objects:
  Visit__c:
    label: Visit
    fields:
      Account__c: {type: Lookup, reference_to: Account, relationship_name: Visits}
      Score__c: {type: Number, precision: 5}
      Twice__c:
        type: Number
        formula: |
          Score__c * 2
    validation_rules:
      Low:
        when: |
          Score__c < 0
        message: Not below zero
        field: Score__c
    sharing: Read
  Lead:
    sharing: Private
    duplicate_rules:
      Same_Person:
        matching:
          Same_Email: {criteria: [Email, {field: LastName, method: LastName}]}
          Known_Contact: {object: Contact, criteria: [{field: Email, match_blanks: true}]}
        on_create: Block
        message: We know this person
    fields:
      Rating: {values: [Hot, {name: Cold, label: Very cold}], restricted: true}
      Tier__c: {type: Picklist, values: [Gold, {name: Silver, default: true}]}
      Budget__c: {type: Currency, scale: 0, track_history: true}
      Wanted__c: {type: Checkbox, default: true}
      Code__c: {type: Text, length: 12, unique: true, external_id: true, required: true}
      Number__c: {type: AutoNumber, display_format: 'L-{0000}', starting_number: 7}
      Site__c: {type: Location, scale: 4}
      Visit__c: {type: Lookup, reference_to: Visit__c, delete_constraint: Restrict}
    record_types:
      Partner: {label: Partner, picklists: {Tier__c: [Gold]}}
stages:
  - {name: Open, forecast_category: Pipeline, probability: 10}
  - {name: Won, forecast_category: Closed, probability: 100, closed: true, won: true}
currencies:
  EUR: {corporate: true}
  USD: {rate: 1.08, dated: {'2026-01-01': 1.1}}
  JPY: {rate: 160.5, decimal_places: 0, active: false}
streamed: [Lead, Visit__c]
flows:
  Route_Leads: {trigger: RecordAfterSave, object: Lead, record_trigger: Create, sets: [OwnerId]}
  Rate_Deals:
    trigger: RecordAfterSave
    object: Opportunity
    when: |
      ISCHANGED({!$Record.StageName})
    order: 10
    sets: {NextStep: Call them}
    updates: {Account: {Rating: Hot}}
automations:
  Router: {kind: ApexTrigger, object: Lead, on: [before insert], body: 'trigger Router on Lead (before insert) {}'}
  Name the step:
    kind: WorkflowRule
    object: Opportunity
    when: |
      Amount > 5
    sets: {NextStep: Call them}
    active: false
    description: Priya Shah's
roles:
  CEO: {}
  Sales: {parent: CEO}
permission_sets:
  Scoring:
    system: [ViewSetup]
    objects: {Visit__c: [Read, Edit]}
    fields: {Lead.Rating: [Read]}
users:
  priya.shah@acme.example: {last_name: Shah, role: Sales, profile: System Administrator, permission_sets: [Scoring]}
  ana.diaz@acme.example: {last_name: Diaz, first_name: Ana, manager: priya.shah@acme.example, active: false}
queues:
  New Leads: {objects: [Lead], members: [priya.shah@acme.example]}
"""

Org = Callable[[], LocalOrg]


@pytest.fixture
def org() -> Iterator[LocalOrg]:
    one = LocalOrg(":memory:", clock=ManualClock(NOW))
    yield one
    one.close()


@pytest.fixture
def fresh() -> Iterator[LocalOrg]:
    one = LocalOrg(":memory:", clock=ManualClock(NOW))
    yield one
    one.close()


def file(folder: Path, text: str, name: str = "org.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ordered(definitions: Definitions) -> Definitions:
    """Definitions whose child relationships stand in an order of their own: a parent lists them as they came."""
    objects = (replace(one, children=tuple(sorted(one.children, key=repr))) for one in definitions.objects)
    return replace(definitions, objects=tuple(objects))


def test_what_the_file_says_holds_at_once(org: LocalOrg, tmp_path: Path) -> None:
    made = apply(org, load([file(tmp_path, VISITS)]))
    assert (made.objects, made.fields, made.validation_rules, made.users) == (2, 11, 1, 2)
    admin = org.query("SELECT Id FROM User WHERE Username = 'priya.shah@acme.example'", org.process_user)[0]["Id"]
    (saved,) = org.create("Visit__c", [{"Name": "First", "Score__c": 4}], admin)
    (refused,) = org.create("Visit__c", [{"Name": "Second", "Score__c": -1}], admin)
    assert org.query("SELECT Twice__c FROM Visit__c", admin)[0]["Twice__c"] == 8.0
    assert (saved.ok, refused.errors[0].message) == (True, "Not below zero")
    users = "SELECT IsActive, Manager.Username, UserRole.Name FROM User WHERE LastName = 'Diaz'"
    (ana,) = org.query(users, admin)
    assert (ana["IsActive"], ana["Manager"]["Username"]) == (False, "priya.shah@acme.example")
    assert org.streamed == ("Lead", "Visit__c")


def test_what_is_written_from_an_org_makes_the_same_org(org: LocalOrg, fresh: LocalOrg, tmp_path: Path) -> None:
    apply(org, load([file(tmp_path, VISITS)]))
    text = write(org)
    apply(fresh, load([file(tmp_path, text)]))
    assert write(fresh) == text
    assert ordered(fresh.definitions) == ordered(org.definitions)


def test_the_sample_company_can_be_written_and_read(fresh: LocalOrg, tmp_path: Path) -> None:
    acme = LocalOrg(":memory:", clock=ManualClock(sample.BEGAN), time_zone=sample.TIME_ZONE)
    sample.set_up(acme)
    text = write(acme)
    apply(fresh, load([file(tmp_path, text)]))
    assert fresh.definitions.objects == acme.definitions.objects
    assert fresh.schema.stages == acme.schema.stages
    acme.close()


def test_an_org_of_which_nothing_was_changed_has_nothing_to_write(org: LocalOrg) -> None:
    assert write(org) == "objects: {}\n"


def test_a_permission_set_a_default_and_a_duplicate_rule_hold(org: LocalOrg, tmp_path: Path) -> None:
    apply(org, load([file(tmp_path, VISITS)]))
    person = {"LastName": "Vega", "Company": "Northwind", "Email": "vega@northwind.example", "Code__c": "1"}
    (first,) = org.create("Lead", [person], org.process_user)
    (second,) = org.create("Lead", [person | {"Code__c": "2"}], org.process_user)
    assert (first.ok, [one.code for one in second.errors]) == (True, ["DUPLICATES_DETECTED"])
    assert {name: str(model) for name, model in org.definitions.sharing.items()} == {
        "Lead": "Private",
        "Visit__c": "Read",
    }
    granted = "SELECT PermissionsEdit FROM ObjectPermissions WHERE Parent.Name = 'Scoring' AND SobjectType = 'Visit__c'"
    assert [one["PermissionsEdit"] for one in org.query(granted, org.process_user)] == [True]


def test_what_fails_while_it_is_written_is_taken_back(org: LocalOrg, tmp_path: Path) -> None:
    text = "objects:\n  Site__c: {label: Site}\npermission_sets:\n  P: {objects: {Moon: [Read]}}\n"
    with pytest.raises(DefinitionError, match=r"org.yaml:4:3 permission_sets.P: Moon cannot be granted"):
        apply(org, load([file(tmp_path, text)]))
    assert not org.schema.has("Site__c")
    apply(org, load([file(tmp_path, text.replace("Moon", "Lead"))]))
    assert org.create("Site__c", [{"Name": "A"}], org.process_user)[0].ok


def test_applying_twice_is_applying_once(org: LocalOrg, tmp_path: Path) -> None:
    for _ in range(2):
        apply(org, load([file(tmp_path, VISITS)]))
    assert org.query("SELECT COUNT(Id) n FROM Group WHERE Type = 'Queue'", org.process_user)[0]["n"] == 1
    assert org.query("SELECT COUNT(Id) n FROM GroupMember", org.process_user)[0]["n"] == 1
    assert org.query("SELECT COUNT(Id) n FROM UserRole", org.process_user)[0]["n"] == 2


def test_a_later_file_changes_what_it_names_and_nothing_else(org: LocalOrg, tmp_path: Path) -> None:
    apply(org, load([file(tmp_path, VISITS)]))
    more = "users:\n  ana.diaz@acme.example: {last_name: Diaz, title: CFO}\n"
    more += "queues:\n  New Leads: {objects: [Lead, Case]}\n"
    apply(org, load([file(tmp_path, more)]))
    (ana,) = org.query("SELECT Title, IsActive FROM User WHERE LastName = 'Diaz'", org.process_user)
    owned = org.query("SELECT SobjectType FROM QueueSobject ORDER BY SobjectType", org.process_user)
    assert (ana["Title"], ana["IsActive"], [one["SobjectType"] for one in owned]) == ("CFO", True, ["Case", "Lead"])
    assert org.schema.has("Visit__c")


def test_a_folder_stands_for_its_files(org: LocalOrg, tmp_path: Path) -> None:
    file(tmp_path, "objects:\n  Site__c: {label: Site}\n", "1.yaml")
    file(tmp_path, "objects:\n  Lead:\n    fields:\n      Site__c: {type: Lookup, reference_to: Site__c}\n", "2.yaml")
    apply(org, load([tmp_path]))
    assert org.schema.object("Lead").field("Site__c").reference_to == ("Site__c",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "objekts: {}", "org.yaml:1:1 objekts: objekts does not belong here\n  Did you mean objects?", id="key"
        ),
        pytest.param(
            "objects:\n  Lead:\n    fields:\n      A__c: {type: Texst}",
            "org.yaml:4:14 objects.Lead.fields.A__c.type: type cannot be Texst\n  Did you mean Text?",
            id="type",
        ),
        pytest.param(
            "objects:\n  Lead:\n    fields:\n      A__c: {length: 3}",
            "org.yaml:4:7 objects.Lead.fields.A__c: A__c has no type\n"
            "  Write 'type: Text', or another type of Salesforce's metadata.",
            id="no type",
        ),
        pytest.param(
            "objects:\n  Lead:\n    fields:\n      A__c: {type: Text, length: many}",
            "org.yaml:4:26 objects.Lead.fields.A__c.length: length must be a whole number",
            id="wrong kind of value",
        ),
        pytest.param(
            "objects:\n  Lead:\n    fields:\n      A__c: {type: Text, length: 400}",
            "org.yaml:4:26 objects.Lead.fields.A__c.length: Must specify 'length' for a CustomField of type Text, "
            "between 1 and 255",
            id="too long",
        ),
        pytest.param(
            "objects:\n  Lead:\n    fields:\n      Ratting: {restricted: true}",
            "org.yaml:4:7 objects.Lead.fields.Ratting: Lead has no standard field Ratting\n  Did you mean Rating?",
            id="standard field",
        ),
        pytest.param(
            "objects:\n  Lead:\n    fields:\n      Rating: {length: 3}",
            "org.yaml:4:7 objects.Lead.fields.Rating: length of the standard field Rating is Salesforce's own\n"
            "  Of a standard field, label, values, restricted and track_history can be told.",
            id="standard field's own",
        ),
        pytest.param(
            "objects:\n  Leed: {}",
            "org.yaml:2:3 objects.Leed: there is no standard object Leed\n  Did you mean Lead?",
            id="object",
        ),
        pytest.param(
            "objects:\n  Lead:\n    fields:\n      A__c: {type: Lookup, reference_to: Accont}",
            "org.yaml:4:7 objects.Lead.fields.A__c: there is no object Accont\n  Did you mean Account?",
            id="lookup",
        ),
        pytest.param(
            "objects:\n  Lead:\n    fields:\n      A__c:\n        type: Number\n        formula: |\n"
            "          1 +\n          Nothing",
            "org.yaml:8:11 objects.Lead.fields.A__c.formula: Lead has no field Nothing\n  Did you mean Rating?",
            id="formula field",
        ),
        pytest.param(
            "objects:\n  Lead:\n    validation_rules:\n      R:\n        when: |\n"
            "          ISBLANK(Emial)\n        message: No",
            "org.yaml:6:19 objects.Lead.validation_rules.R.when: Lead has no field Emial\n  Did you mean Email?",
            id="rule",
        ),
        pytest.param(
            "objects:\n  Lead:\n    validation_rules:\n      R:\n        when: 'LEN(Email)'\n        message: No",
            "org.yaml:5:9 objects.Lead.validation_rules.R.when: validation rule R gives number, not true or false\n"
            "  Compare the value with what it must not be.",
            id="rule that is no condition",
        ),
        pytest.param(
            "objects:\n  Lead:\n    validation_rules:\n      R: {when: 'true', message: No, field: Emial}",
            "org.yaml:4:38 objects.Lead.validation_rules.R.field: Lead has no field Emial\n  Did you mean Email?",
            id="rule's field",
        ),
        pytest.param(
            "objects:\n  Lead:\n    record_types:\n      P: {picklists: {Rating: [Lukewarm]}}",
            "org.yaml:4:7 objects.Lead.record_types.P: record type P: Rating has no value Lukewarm\n"
            "  Add it to the field first.",
            id="record type",
        ),
        pytest.param(
            "objects:\n  Lead: {}\n  Lead: {}",
            "org.yaml:3:3 objects.Lead: Lead stands here a second time\n  Line 2 has it already.",
            id="duplicate",
        ),
        pytest.param(
            "users:\n  a@acme.example: {last_name: A, role: Boss, profile: Standard Usr, manager: b@acme.example}",
            "org.yaml:2:34 users.a@acme.example.role: there is no role Boss\n"
            "org.yaml:2:46 users.a@acme.example.profile: there is no profile Standard Usr\n"
            "  Did you mean Standard User?\n"
            "org.yaml:2:69 users.a@acme.example.manager: there is no user b@acme.example\n"
            "  Did you mean a@acme.example?",
            id="people",
        ),
        pytest.param(
            "queues:\n  Q: {objects: [Leed], members: [c@acme.example]}",
            "org.yaml:2:17 queues.Q.objects[1]: there is no object Leed\n  Did you mean Lead?\n"
            "org.yaml:2:34 queues.Q.members[1]: there is no user c@acme.example",
            id="queue",
        ),
        pytest.param(
            "objects:\n  Task:\n    sharing: Privat",
            "org.yaml:3:5 objects.Task.sharing: sharing cannot be Privat\n  Did you mean Private?",
            id="sharing",
        ),
        pytest.param(
            "objects:\n  LeadStatus:\n    sharing: Private",
            "org.yaml:3:5 objects.LeadStatus.sharing: LeadStatus cannot be Private\n"
            "  Its records are shared as they are.",
            id="sharing of what has no owner",
        ),
        pytest.param(
            "objects:\n  Lead:\n    duplicate_rules:\n      D: {matching: {M: {criteria: [Emial]}}}",
            "org.yaml:4:7 objects.Lead.duplicate_rules.D: Lead has no field Emial\n  Did you mean Email?",
            id="duplicate rule",
        ),
        pytest.param(
            "users:\n  a@acme.example: {last_name: A, permission_sets: [Nothing]}",
            "org.yaml:2:52 users.a@acme.example.permission_sets[1]: there is no permission set Nothing",
            id="permission set",
        ),
        pytest.param(
            "objects:\n  V__c: {key_prefix: long}\ncurrencies:\n  Euro: {}",
            "org.yaml:2:10 objects.V__c.key_prefix: key_prefix cannot be long\n"
            "  Write three letters or digits, such as a00.\n"
            "org.yaml:4:3 currencies.Euro: a name cannot be Euro\n  Write an ISO code, such as EUR.",
            id="patterns",
        ),
        pytest.param(
            "currencies:\n  EUR: {rate: 1.5}",
            "org.yaml:1:1 currencies: 0 currencies are corporate\n"
            "  Let one active currency be corporate, at the rate 1; name the old one again to free it.",
            id="currencies",
        ),
        pytest.param(
            "objects:\n  Lead:\n    fields:\n      A__c: {type: AutoNumber, display_format: 'L'}",
            "org.yaml:4:7 objects.Lead.fields.A__c: A__c has the display format L, which counts nothing\n"
            "  Write where the number stands, such as PLAN-{YYYY}-{0000}.",
            id="display format",
        ),
        pytest.param(
            "flows:\n  F: {object: Leed}",
            "org.yaml:2:7 flows.F.object: there is no object Leed\n  Did you mean Lead?",
            id="flow",
        ),
        pytest.param(
            "stages:\n  - {name: A, forecast_category: Commit}",
            "org.yaml:2:15 stages[1].forecast_category: forecast_category cannot be Commit\n"
            "  Write Forecast: that is the API value of Commit.",
            id="stage",
        ),
    ],
)
def test_a_mistake_is_told_at_its_line(
    org: LocalOrg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    file(tmp_path, text)
    before = org.definitions
    with pytest.raises(DefinitionError) as caught:
        apply(org, load([Path("org.yaml")]))
    assert str(caught.value) == said
    assert org.definitions is before


def test_one_thing_is_defined_in_one_file(org: LocalOrg, tmp_path: Path) -> None:
    text = "objects:\n  Lead:\n    fields:\n      A__c: {type: Date}\n"
    paths = [file(tmp_path, text, "1.yaml"), file(tmp_path, text, "2.yaml")]
    with pytest.raises(DefinitionError, match=r"2.yaml:4:7 .*Lead.A__c is defined twice"):
        apply(org, load(paths))


@pytest.mark.parametrize("content", [b"", b"\xff", b"- 1", b"objects: [", b"objects: 3", b"users: {x: {last_name: 1}}"])
def test_what_is_no_definition_file_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "org.yaml").write_bytes(content)
    with pytest.raises(DefinitionError):
        load([tmp_path / "org.yaml"])


def test_a_file_that_there_is_not_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="No such file"):
        load([tmp_path / "nothing.yaml"])
    with pytest.raises(DefinitionError, match=r"holds no \.yaml file"):
        load([tmp_path])
