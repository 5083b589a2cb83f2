"""The Tooling API: what the org is made of can be queried, and what an admin makes through it holds at once."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from upbeat.localorg import Criterion, DuplicateRule, LocalOrg, MatchingRule, Server, ValidationRule
from upbeat.localorg.definitions import Automation, AutomationKind, Flow
from upbeat.schema import PicklistValue, RecordType

V = "/services/data/v67.0"
T = f"{V}/tooling"
Ask = Callable[..., httpx2.Response]


@pytest.fixture(scope="module")
def token(served: tuple[LocalOrg, Server]) -> str:
    """The session of an admin: a standard user cannot customize the application."""
    served[0].user("priya.shah@acme.example", last_name="Shah", profile="System Administrator")
    return served[0].access.token_for("priya.shah@acme.example")


def query(ask: Ask, text: str, resource: str = f"{T}/query") -> httpx2.Response:
    return ask("GET", resource, params={"q": text})


def rows(ask: Ask, text: str, resource: str = f"{T}/query") -> list[dict[str, Any]]:
    answer = query(ask, text, resource)
    assert answer.status_code == 200, answer.text
    return [{key: one for key, one in row.items() if key != "attributes"} for row in answer.json()["records"]]


def make(ask: Ask, kind: str, name: str, metadata: dict[str, Any]) -> httpx2.Response:
    return ask("POST", f"{T}/sobjects/{kind}", json={"FullName": name, "Metadata": metadata})


SCORE = {"type": "Number", "label": "Score", "precision": 5, "scale": 0, "trackHistory": True}


@pytest.fixture
def score(ask: Ask) -> Iterator[str]:
    """The id of a field Lead.Score__c, which is gone after the test."""
    made = make(ask, "CustomField", "Lead.Score__c", SCORE)
    assert made.status_code == 201, made.text
    yield made.json()["id"]
    ask("DELETE", f"{T}/sobjects/CustomField/{made.json()['id']}")


class TestLooking:
    def test_an_object_is_known_by_its_name(self, ask: Ask) -> None:
        text = "SELECT Id, DurableId, KeyPrefix, Label, IsCustomizable FROM EntityDefinition"
        answer = query(ask, f"{text} WHERE QualifiedApiName = 'Lead'").json()
        assert answer["records"] == [
            {
                "attributes": {"type": "EntityDefinition", "url": f"{T}/sobjects/EntityDefinition/Lead"},
                "Id": "000000000000000AAA",
                "DurableId": "Lead",
                "KeyPrefix": "00Q",
                "Label": "Lead",
                "IsCustomizable": True,
            }
        ]

    @pytest.mark.parametrize("resource", [f"{T}/query", f"{V}/query"])
    def test_the_fields_of_an_object_are_listed_by_either_door(self, ask: Ask, resource: str) -> None:
        where = "WHERE EntityDefinition.QualifiedApiName = 'Lead' AND QualifiedApiName IN ('Email', 'OwnerId')"
        text = f"SELECT DurableId, DataType, Length, EntityDefinition.Label FROM FieldDefinition {where}"
        email, owner = sorted(rows(ask, text, resource), key=lambda row: row["DurableId"])
        assert (email["DurableId"], email["DataType"], email["Length"]) == ("Lead.Email", "Email", 80)
        assert (owner["DurableId"], owner["DataType"]) == ("Lead.Owner", "Lookup(Group,User)")
        assert email["EntityDefinition"]["Label"] == "Lead"

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("SELECT QualifiedApiName FROM FieldDefinition", "a filter on a reified column is required"),
            ("SELECT QualifiedApiName FROM FieldDefinition WHERE IsNillable = true", "a filter on a reified column"),
            ("SELECT QualifiedApiName FROM EntityDefinition WHERE KeyPrefix != '001'", "Only equals comparisons"),
            (
                "SELECT Label FROM EntityDefinition WHERE IsQueryable = true OR KeyPrefix = '001'",
                "Disjunctions not supported",
            ),
            ("SELECT COUNT() FROM EntityDefinition", "not yet supported by this SObject storage type"),
            ("SELECT Label, COUNT(Id) FROM EntityDefinition GROUP BY Label", "not yet supported by this SObject"),
        ],
    )
    def test_the_catalogue_takes_few_kinds_of_query(self, ask: Ask, text: str, why: str) -> None:
        answer = query(ask, text)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION")
        assert why in answer.json()[0]["message"]

    @pytest.mark.parametrize("name", ["ApexClass", "ApexTrigger", "WorkflowRule", "FlowDefinitionView"])
    def test_what_an_org_does_not_have_is_known_and_empty(self, ask: Ask, name: str) -> None:
        assert rows(ask, f"SELECT Id FROM {name}") == []

    @pytest.mark.parametrize("text", ["SELECT Id FROM Account", "SELECT Id FROM Nothing"])
    def test_records_of_customers_are_no_tooling_objects(self, ask: Ask, text: str) -> None:
        assert query(ask, text).json()[0]["errorCode"] == "INVALID_TYPE"

    def test_a_tooling_object_is_none_of_the_ordinary_ones(self, ask: Ask) -> None:
        assert query(ask, "SELECT Id FROM CustomField", f"{V}/query").json()[0]["errorCode"] == "INVALID_TYPE"

    def test_users_and_the_organization_are_the_orgs_own(self, ask: Ask, org: LocalOrg) -> None:
        (found,) = query(ask, "SELECT Id, Name FROM Organization").json()["records"]
        assert (found["Id"], found["attributes"]["url"]) == (org.id, f"{T}/sobjects/Organization/{org.id}")
        assert ask("GET", f"{T}/sobjects/Organization/{org.id}").json()["Name"] == "Acme"

    def test_columns_are_told_of_tooling_queries_too(self, ask: Ask) -> None:
        asked = {"q": "SELECT Id, DeveloperName, CreatedBy.Name FROM CustomField", "columns": "true"}
        told = ask("GET", f"{T}/query", params=asked).json()
        assert [one["columnName"] for one in told["columnMetadata"]] == ["Id", "DeveloperName", "CreatedBy"]
        assert (told["entityName"], told["idSelected"], told["keyPrefix"]) == ("CustomField", True, "00N")

    def test_a_long_answer_goes_on_at_an_address_of_the_tooling_api(self, ask: Ask) -> None:
        names = ["Account", "Contact", "Lead", "Opportunity", "Case", "Campaign", "User", "Task", "Event", "Contract"]
        listed = ", ".join(f"'{one}'" for one in names)
        asked = {"q": f"SELECT DurableId FROM FieldDefinition WHERE EntityDefinitionId IN ({listed})"}
        first = ask("GET", f"{T}/query", params=asked, headers={"Sforce-Query-Options": "batchSize=200"}).json()
        assert (first["done"], first["nextRecordsUrl"].startswith(f"{T}/query/0r8")) == (False, True)
        assert ask("GET", first["nextRecordsUrl"]).json()["records"]

    def test_the_objects_are_listed_and_described(self, ask: Ask) -> None:
        listed = {one["name"]: one for one in ask("GET", f"{T}/sobjects").json()["sobjects"]}
        assert {"CustomField", "ValidationRule", "EntityDefinition", "User"} <= listed.keys()
        assert listed["CustomField"]["urls"]["describe"] == f"{T}/sobjects/CustomField/describe"
        fields = {one["name"] for one in ask("GET", f"{T}/sobjects/CustomField/describe").json()["fields"]}
        assert {"Metadata", "FullName", "TableEnumOrId", "DeveloperName"} <= fields
        assert ask("GET", f"{T}/sobjects/Account/describe").status_code == 404

    def test_flows_are_listed_by_what_they_start_on(self, ask: Ask, org: LocalOrg) -> None:
        org.define(flows=[Flow("Route_Leads", "Route leads", trigger="RecordAfterSave", object="Lead")])
        text = "SELECT ApiName, IsActive, TriggerType, TriggerObjectOrEventLabel FROM FlowDefinitionView"
        (flow,) = rows(ask, text, f"{V}/query")
        (version,) = rows(ask, "SELECT Status, Definition.DeveloperName FROM Flow")
        org.drop(flows=["Route_Leads"])
        assert flow == {
            "ApiName": "Route_Leads",
            "IsActive": True,
            "TriggerType": "RecordAfterSave",
            "TriggerObjectOrEventLabel": "Lead",
        }
        assert (version["Status"], version["Definition"]["DeveloperName"]) == ("Active", "Route_Leads")
        assert rows(ask, "SELECT Id FROM Flow") == []

    def test_a_flow_tells_the_fields_that_it_sets(self, ask: Ask, org: LocalOrg) -> None:
        org.define(flows=[Flow("Rate", trigger="RecordBeforeSave", object="Lead", sets={"Rating": None})])
        (flow,) = rows(ask, "SELECT Metadata FROM Flow")
        org.drop(flows=["Rate"])
        [update] = flow["Metadata"]["recordUpdates"]
        assert (update["inputReference"], update["inputAssignments"][0]["field"]) == ("$Record", "Rating")

    def test_triggers_and_workflow_rules_are_listed_by_their_object(self, ask: Ask, org: LocalOrg) -> None:
        events = ("before insert", "after update")
        code = "trigger Router on Opportunity (before insert, after update) {}"
        org.define(
            automations=[
                Automation(AutomationKind.APEX_TRIGGER, "Router", "Opportunity", events, body=code),
                Automation(
                    AutomationKind.WORKFLOW_RULE, "Name the step", "Opportunity", sets={"NextStep": "Call them"}
                ),
            ]
        )
        text = "SELECT Name, Status, UsageBeforeInsert, UsageAfterInsert, Body FROM ApexTrigger"
        (trigger,) = rows(ask, f"{text} WHERE TableEnumOrId = 'Opportunity'")
        (rule,) = rows(ask, "SELECT FullName, Metadata FROM WorkflowRule WHERE TableEnumOrId = 'Opportunity'")
        assert trigger == {
            "Name": "Router",
            "Status": "Active",
            "UsageBeforeInsert": True,
            "UsageAfterInsert": False,
            "Body": code,
        }
        assert (rule["FullName"], rule["Metadata"]["active"]) == ("Opportunity.Name the step", True)
        assert rule["Metadata"]["actions"] == [{"name": "Name_the_step_NextStep", "type": "FieldUpdate"}]
        (update,) = rows(ask, "SELECT FullName, LiteralValue, Metadata FROM WorkflowFieldUpdate")
        assert (update["FullName"], update["LiteralValue"]) == ("Opportunity.Name_the_step_NextStep", "Call them")
        told = {"field": "NextStep", "operation": "Literal", "literalValue": "Call them"}
        assert told.items() <= update["Metadata"].items()

    def test_many_components_are_read_with_their_metadata_in_one_call(self, ask: Ask, org: LocalOrg) -> None:
        names = ("One", "Two")
        org.define(rules=[ValidationRule("Case", name, "ISBLANK(Subject)", "No", description="Why") for name in names])
        ids = [row["Id"] for row in rows(ask, "SELECT Id FROM ValidationRule WHERE Description = 'Why'")]
        used = org.access.used
        urls = [f"{T}/sobjects/ValidationRule/{one}?fields=Id,FullName,Metadata" for one in ids]
        urls += [f"{V}/sobjects/Account", f"{T}/sobjects/Flow/300000000000000AAA"]
        asked = [{"method": "GET", "url": url, "referenceId": f"r{n}"} for n, url in enumerate(urls)]
        told = ask("POST", f"{T}/composite", json={"compositeRequest": asked}).json()["compositeResponse"]
        org.drop(rules=[("Case", name) for name in names])
        assert org.access.used == used + 1
        assert [one["httpStatusCode"] for one in told] == [200, 200, 400, 404]
        assert [one["body"]["FullName"] for one in told[:2]] == ["Case.One", "Case.Two"]
        assert told[0]["body"]["Metadata"]["description"] == "Why"


class TestFields:
    def test_a_new_field_holds_values_at_once(self, ask: Ask, score: str) -> None:
        assert score.startswith("00N")
        row = {"LastName": "Vega", "Company": "Northwind", "Score__c": 91}
        lead = ask("POST", f"{V}/sobjects/Lead", json=row).json()["id"]
        assert rows(ask, f"SELECT Score__c FROM Lead WHERE Id = '{lead}'", f"{V}/query") == [{"Score__c": 91.0}]
        described = {one["name"]: one for one in ask("GET", f"{V}/sobjects/Lead/describe").json()["fields"]}
        assert (described["Score__c"]["precision"], described["Score__c"]["custom"]) == (5, True)

    def test_a_field_is_known_with_who_made_it(self, ask: Ask, score: str) -> None:
        text = "SELECT Id, DeveloperName, TableEnumOrId, FullName, Metadata, CreatedBy.Username FROM CustomField"
        (found,) = rows(ask, f"{text} WHERE DeveloperName = 'Score'")
        assert (found["Id"], found["TableEnumOrId"], found["FullName"]) == (score, "Lead", "Lead.Score__c")
        assert found["Metadata"]["precision"] == 5
        assert found["CreatedBy"]["Username"] == "priya.shah@acme.example"

    def test_a_field_is_read_changed_and_deleted_by_its_id(self, ask: Ask, score: str) -> None:
        path = f"{T}/sobjects/CustomField/{score}"
        metadata = ask("GET", path).json()["Metadata"]
        changed = ask("PATCH", path, json={"Metadata": metadata | {"label": "Lead score"}})
        assert (changed.status_code, ask("GET", path).json()["Metadata"]["label"]) == (204, "Lead score")
        assert [ask("DELETE", path).status_code, ask("GET", path).status_code] == [204, 404]
        assert query(ask, "SELECT Score__c FROM Lead", f"{V}/query").json()[0]["errorCode"] == "INVALID_FIELD"

    def test_a_deleted_field_takes_its_values_along(self, ask: Ask) -> None:
        first = make(ask, "CustomField", "Lead.Gone__c", {"type": "Text", "label": "Gone", "length": 20})
        lead = {"LastName": "Vega", "Company": "Northwind", "Gone__c": "old"}
        key = ask("POST", f"{V}/sobjects/Lead", json=lead).json()["id"]
        ask("DELETE", f"{T}/sobjects/CustomField/{first.json()['id']}")
        again = make(ask, "CustomField", "Lead.Gone__c", {"type": "Text", "label": "Gone", "length": 20})
        assert again.json()["id"] != first.json()["id"]
        assert ask("GET", f"{V}/sobjects/Lead/{key}").json()["Gone__c"] is None
        ask("DELETE", f"{T}/sobjects/CustomField/{again.json()['id']}")

    @pytest.mark.parametrize(
        ("name", "metadata", "told"),
        [
            ("Lead.A__c", {"type": "Checkbox", "label": "A", "defaultValue": "true"}, {"type": "boolean"}),
            (
                "Lead.B__c",
                {"type": "Currency", "label": "B", "precision": 18, "scale": 2},
                {"type": "currency", "scale": 2},
            ),
            ("Lead.C__c", {"type": "LongTextArea", "label": "C", "length": 4000}, {"type": "textarea", "length": 4000}),
            (
                "Lead.D__c",
                {"type": "Text", "label": "D", "length": 9, "unique": True, "externalId": True},
                {"unique": True, "externalId": True},
            ),
            (
                "Lead.E__c",
                {"type": "Number", "label": "E", "precision": 18, "scale": 0, "formula": "LEN(LastName)"},
                {"calculated": True, "createable": False},
            ),
        ],
    )
    def test_each_type_is_described_as_it_was_made(
        self, ask: Ask, name: str, metadata: dict[str, Any], told: dict[str, Any]
    ) -> None:
        made = make(ask, "CustomField", name, metadata)
        assert made.status_code == 201, made.text
        fields = {one["name"]: one for one in ask("GET", f"{V}/sobjects/Lead/describe").json()["fields"]}
        found = fields[name.partition(".")[2]]
        again = ask("GET", f"{T}/sobjects/CustomField/{made.json()['id']}").json()["Metadata"]
        ask("DELETE", f"{T}/sobjects/CustomField/{made.json()['id']}")
        assert {key: found[key] for key in told} == told
        assert {key: again[key] for key in metadata} == metadata

    def test_a_picklist_refuses_what_it_does_not_list_where_it_is_restricted(self, ask: Ask) -> None:
        values = [{"valueName": one, "label": one, "default": one == "Gold"} for one in ("Gold", "Silver")]
        listed = {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}
        made = make(ask, "CustomField", "Lead.Tier__c", {"type": "Picklist", "label": "Tier", "valueSet": listed})
        lead = {"LastName": "Vega", "Company": "Northwind"}
        refused = ask("POST", f"{V}/sobjects/Lead", json=lead | {"Tier__c": "Tin"})
        taken = ask("POST", f"{V}/sobjects/Lead", json=lead).json()["id"]
        assert refused.json()[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
        assert ask("GET", f"{V}/sobjects/Lead/{taken}").json()["Tier__c"] == "Gold"
        ask("DELETE", f"{T}/sobjects/CustomField/{made.json()['id']}")

    @pytest.mark.parametrize(
        ("name", "metadata", "code"),
        [
            ("Lead.Score", {"type": "Text", "label": "A", "length": 3}, "FIELD_INTEGRITY_EXCEPTION"),
            ("Lead.9__c", {"type": "Text", "label": "A", "length": 3}, "FIELD_INTEGRITY_EXCEPTION"),
            ('Lead.A"b__c', {"type": "Text", "label": "A", "length": 3}, "FIELD_INTEGRITY_EXCEPTION"),
            ("Moon.A__c", {"type": "Text", "label": "A", "length": 3}, "INVALID_TYPE"),
            ("Lead.A__c", {"type": "Weather", "label": "A"}, "FIELD_INTEGRITY_EXCEPTION"),
            ("Lead.A__c", {"type": "Text", "label": "A"}, "FIELD_INTEGRITY_EXCEPTION"),
            ("Lead.A__c", {"type": "Text", "length": 3}, "REQUIRED_FIELD_MISSING"),
            ("Lead.A__c", {"type": "Lookup", "label": "A"}, "FIELD_INTEGRITY_EXCEPTION"),
            ("Lead.A__c", {"type": "Picklist", "label": "A", "valueSet": 3}, "FIELD_INTEGRITY_EXCEPTION"),
            ("Lead.A__c", {"type": "Text", "label": {}, "length": 3}, "FIELD_INTEGRITY_EXCEPTION"),
            ("Lead.A__c", {"type": "Text", "label": "A", "length": "x"}, "FIELD_INTEGRITY_EXCEPTION"),
            ("Lead.A__c", {"type": "Number", "label": "A", "formula": "Nothing + 1"}, "FIELD_INTEGRITY_EXCEPTION"),
        ],
    )
    def test_a_field_that_cannot_be_is_refused(self, ask: Ask, name: str, metadata: dict[str, Any], code: str) -> None:
        refused = make(ask, "CustomField", name, metadata)
        assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, code)

    @pytest.mark.parametrize(
        "body",
        [{}, {"FullName": "Lead.A__c"}, {"FullName": 3, "Metadata": {}}, {"FullName": "Lead.A__c", "Metadata": 3}],
    )
    def test_a_body_without_name_or_metadata_is_refused(self, ask: Ask, body: dict[str, Any]) -> None:
        answer = ask("POST", f"{T}/sobjects/CustomField", json=body)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "REQUIRED_FIELD_MISSING")

    def test_a_namesake_is_refused(self, ask: Ask, score: str) -> None:
        assert make(ask, "CustomField", "Lead.Score__c", SCORE).json()[0]["errorCode"] == "DUPLICATE_DEVELOPER_NAME"
        assert score


RULE = {"active": True, "errorConditionFormula": "ISBLANK(Email)", "errorMessage": "An email, please"}


class TestRules:
    def test_a_new_rule_refuses_the_next_save(self, ask: Ask) -> None:
        made = make(ask, "ValidationRule", "Contact.Needs_Email", RULE | {"errorDisplayField": "Email"})
        refused = ask("POST", f"{V}/sobjects/Contact", json={"LastName": "Ito"})
        assert (refused.json()[0]["message"], refused.json()[0]["fields"]) == ("An email, please", ["Email"])
        path = f"{T}/sobjects/ValidationRule/{made.json()['id']}"
        ask("PATCH", path, json={"Metadata": RULE | {"active": False}})
        assert ask("POST", f"{V}/sobjects/Contact", json={"LastName": "Ito"}).status_code == 201
        assert [ask("DELETE", path).status_code, ask("DELETE", path).status_code] == [204, 404]

    def test_metadata_is_shown_of_one_rule_at_a_time(self, ask: Ask, org: LocalOrg) -> None:
        names = ("First", "Second")
        org.define(rules=[ValidationRule("Case", name, "ISBLANK(Subject)", "No") for name in names])
        several = query(ask, "SELECT Id, Metadata FROM ValidationRule")
        assert several.json()[0]["errorCode"] == "MALFORMED_QUERY"
        assert "no more than one row" in several.json()[0]["message"]
        (one,) = rows(ask, "SELECT FullName, Metadata, Active FROM ValidationRule WHERE ValidationName = 'First'")
        assert (one["FullName"], one["Active"]) == ("Case.First", True)
        assert one["Metadata"]["errorConditionFormula"] == "ISBLANK(Subject)"
        org.drop(rules=[("Case", name) for name in names])

    @pytest.mark.parametrize(
        ("name", "metadata", "code"),
        [
            ("Contact.A", {"errorConditionFormula": "ISBLANK(", "errorMessage": "x"}, "FIELD_INTEGRITY_EXCEPTION"),
            ("Contact.A", {"errorConditionFormula": "1 + 1", "errorMessage": "x"}, "FIELD_INTEGRITY_EXCEPTION"),
            ("Contact.A", {"errorMessage": "x"}, "REQUIRED_FIELD_MISSING"),
            ("Contact.A", {**RULE, "errorDisplayField": "Nothing"}, "INVALID_FIELD"),
            ("Contact.A b", RULE, "FIELD_INTEGRITY_EXCEPTION"),
        ],
    )
    def test_a_rule_that_cannot_be_is_refused(self, ask: Ask, name: str, metadata: dict[str, Any], code: str) -> None:
        assert make(ask, "ValidationRule", name, metadata).json()[0]["errorCode"] == code

    def test_a_field_that_a_rule_needs_cannot_be_deleted(self, ask: Ask, score: str, org: LocalOrg) -> None:
        org.define(rules=[ValidationRule("Lead", "High", "Score__c > 100", "No")])
        refused = ask("DELETE", f"{T}/sobjects/CustomField/{score}")
        org.drop(rules=[("Lead", "High")])
        assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "DEPENDENCY_EXISTS")

    def test_a_field_that_a_duplicate_rule_compares_cannot_be_deleted(self, ask: Ask, org: LocalOrg) -> None:
        made = make(ask, "CustomField", "Contact.Badge__c", {"type": "Text", "label": "Badge", "length": 9})
        same = MatchingRule("Same_Badge", (Criterion("Badge__c"),))
        org.define(duplicate_rules=[DuplicateRule("Contact", "Badges", (same,), active=False)])
        refused = ask("DELETE", f"{T}/sobjects/CustomField/{made.json()['id']}")
        assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "DEPENDENCY_EXISTS")


class TestObjects:
    def test_a_new_object_has_records_a_lookup_and_children_at_once(self, ask: Ask) -> None:
        made = make(
            ask, "CustomObject", "Visit__c", {"label": "Visit", "pluralLabel": "Visits", "sharingModel": "ReadWrite"}
        )
        assert made.json()["id"].startswith("01I")
        lookup = {"type": "Lookup", "label": "Account", "referenceTo": "Account", "relationshipName": "Visits"}
        field = make(ask, "CustomField", "Visit__c.Account__c", lookup).json()["id"]
        assert ask("GET", f"{T}/sobjects/CustomField/{field}").json()["Metadata"]["relationshipName"] == "Visits"
        account = ask("POST", f"{V}/sobjects/Account", json={"Name": "Northwind"}).json()["id"]
        visit = ask("POST", f"{V}/sobjects/Visit__c", json={"Name": "First", "Account__c": account}).json()["id"]
        text = f"SELECT Name, (SELECT Name FROM Visits__r) FROM Account WHERE Id = '{account}'"
        (found,) = rows(ask, text, f"{V}/query")
        assert [one["Name"] for one in found["Visits__r"]["records"]] == ["First"]
        assert visit.startswith("a00")
        where = "WHERE QualifiedApiName = 'Visit__c'"
        (entity,) = rows(ask, f"SELECT DurableId, KeyPrefix, PluralLabel FROM EntityDefinition {where}")
        assert entity == {"DurableId": made.json()["id"][:15], "KeyPrefix": "a00", "PluralLabel": "Visits"}
        kept = f"WHERE TableEnumOrId = '{entity['DurableId']}'"
        assert rows(ask, f"SELECT DeveloperName FROM CustomField {kept}") == [{"DeveloperName": "Account"}]
        assert ask("DELETE", f"{T}/sobjects/CustomObject/{made.json()['id']}").status_code == 204
        assert ask("GET", f"{V}/sobjects/Visit__c/describe").status_code == 404
        assert query(ask, text, f"{V}/query").json()[0]["errorCode"] == "INVALID_TYPE"

    def test_an_object_that_a_lookup_leads_to_cannot_be_deleted(self, ask: Ask) -> None:
        made = make(ask, "CustomObject", "Site__c", {"label": "Site"}).json()["id"]
        lookup = {"type": "Lookup", "label": "Site", "referenceTo": "Site__c"}
        field = make(ask, "CustomField", "Lead.Site__c", lookup).json()["id"]
        refused = ask("DELETE", f"{T}/sobjects/CustomObject/{made}")
        assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "DEPENDENCY_EXISTS")
        ask("DELETE", f"{T}/sobjects/CustomField/{field}")
        assert ask("DELETE", f"{T}/sobjects/CustomObject/{made}").status_code == 204

    def test_a_standard_object_is_not_made(self, ask: Ask) -> None:
        assert make(ask, "CustomObject", "Lead", {"label": "Lead"}).status_code == 400

    @pytest.mark.parametrize("kind", ["EntityDefinition", "ApexClass", "Flow"])
    def test_what_cannot_be_made_here_is_said_to_be_so(self, ask: Ask, kind: str) -> None:
        refused = make(ask, kind, "A", {"label": "A"})
        assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")


class TestRecordTypes:
    def test_a_new_record_type_is_on_offer_at_once(self, ask: Ask) -> None:
        values = [{"picklist": "Type", "values": [{"valueName": "Prospect", "default": True}]}]
        made = make(
            ask, "RecordType", "Account.Partner", {"active": True, "label": "Partner", "picklistValues": values}
        )
        key = made.json()["id"]
        assert (made.status_code, key[:3]) == (201, "012")
        account = ask("POST", f"{V}/sobjects/Account", json={"Name": "Northwind", "RecordTypeId": key}).json()["id"]
        text = f"SELECT RecordType.DeveloperName, Type FROM Account WHERE Id = '{account}'"
        (found,) = rows(ask, text, f"{V}/query")
        assert (found["RecordType"]["DeveloperName"], found["Type"]) == ("Partner", "Prospect")
        path = f"{T}/sobjects/RecordType/{key}"
        assert ask("PATCH", path, json={"Metadata": {"label": "Our partner"}}).status_code == 204
        assert ask("GET", path).json()["Name"] == "Our partner"
        assert ask("DELETE", path).json()[0]["errorCode"] == "DEPENDENCY_EXISTS"
        assert ask("PATCH", f"{V}/sobjects/Account/{account}", json={"RecordTypeId": None}).status_code == 204
        assert [ask("DELETE", path).status_code, ask("DELETE", path).status_code] == [204, 404]

    @pytest.mark.parametrize(
        ("name", "metadata", "code"),
        [
            ("Account.Partner", {}, "REQUIRED_FIELD_MISSING"),
            ("Account.P r", {"label": "P"}, "FIELD_INTEGRITY_EXCEPTION"),
            (
                "Account.P",
                {"label": "P", "picklistValues": [{"picklist": "Type", "values": [{"valueName": "Moon"}]}]},
                "FIELD_INTEGRITY_EXCEPTION",
            ),
            (
                "Account.P",
                {"label": "P", "picklistValues": [{"picklist": "Nothing", "values": [3, {}]}]},
                "FIELD_INTEGRITY_EXCEPTION",
            ),
        ],
    )
    def test_a_record_type_that_cannot_be_is_refused(
        self, ask: Ask, name: str, metadata: dict[str, Any], code: str
    ) -> None:
        assert make(ask, "RecordType", name, metadata).json()[0]["errorCode"] == code


def test_only_who_may_customize_the_application_makes_components(ask: Ask, org: LocalOrg) -> None:
    headers = {"Authorization": f"Bearer {org.access.token_for('ana.diaz@acme.example')}"}
    body = {"FullName": "Lead.Mine__c", "Metadata": SCORE}
    refused = ask("POST", f"{T}/sobjects/CustomField", json=body, headers=headers)
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    asked = {"params": {"q": "SELECT Id FROM CustomField"}, "headers": headers}
    assert ask("GET", f"{T}/query", **asked).status_code == 200


def test_only_who_may_view_the_set_up_sees_what_it_is_made_of(ask: Ask, org: LocalOrg) -> None:
    org.user("bo.larsen@acme.example", last_name="Larsen", profile="Minimum Access - API Only Integrations")
    headers = {"Authorization": f"Bearer {org.access.token_for('bo.larsen@acme.example')}"}
    for resource, one in ((f"{T}/query", "ValidationRule"), (f"{V}/query", "FlowDefinitionView")):
        asked = {"params": {"q": f"SELECT Id FROM {one}"}, "headers": headers}
        refused = ask("GET", resource, **asked)
        assert (refused.status_code, refused.json()[0]["errorCode"]) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    every = {"params": {"q": "SELECT QualifiedApiName FROM EntityDefinition"}, "headers": headers}
    assert ask("GET", f"{T}/query", **every).status_code == 200


@pytest.mark.parametrize("path", ["CustomField/x", "CustomField/00N000000000000AAA", "CustomField/'", "Nothing/1"])
def test_a_component_that_there_is_not_is_not_found(ask: Ask, path: str) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        answer = ask(method, f"{T}/sobjects/{path}", **({"json": {"Metadata": {}}} if method == "PATCH" else {}))
        assert (method, answer.status_code, answer.json()[0]["errorCode"]) == (method, 404, "NOT_FOUND")


def test_a_record_type_offers_its_own_values_of_each_picklist(ask: Ask, org: LocalOrg) -> None:
    kind = RecordType(name="Renewal", picklists={"StageName": (PicklistValue("Closed Won"),)})
    org.define(record_types={"Opportunity": [kind]})
    [made] = org.schema.object("Opportunity").record_types
    told = ask("GET", f"{V}/ui-api/object-info/Opportunity/picklist-values/{made.id}").json()["picklistFieldValues"]
    assert [one["value"] for one in told["StageName"]["values"]] == ["Closed Won"]
    assert len(told["LeadSource"]["values"]) > 1
    missing = ask("GET", f"{V}/ui-api/object-info/Opportunity/picklist-values/012000000000099AAA")
    org.drop(record_types={"Opportunity": ["Renewal"]})
    assert missing.status_code == 404
