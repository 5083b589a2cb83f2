"""Which records a user reaches, and what a query, a save or a delete makes of those out of reach."""

from datetime import timedelta
from typing import Any

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, OrgError, Refused, custom_object
from upbeat.localorg.rights import Can
from upbeat.localorg.rights.principals import Group, People
from upbeat.schema import Field, FieldType
from upbeat.soql import SoqlError

DEAL = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-03-01"}
PRIVATE = {"Account": "Private", "Opportunity": "Private"}


def _make(org: LocalOrg, name: str, **row: Any) -> str:
    (saved,) = org.create(name, [row], org.process_user)
    assert saved.ok, saved.errors
    return saved.id


def _names(org: LocalOrg, text: str, user: str) -> list[Any]:
    return [row["Name"] for row in org.query(text, user)]


@pytest.mark.parametrize(
    ("people", "stands_for"),
    [
        pytest.param(People(), "vp", id="everybody stands for themselves"),
        pytest.param(
            People(role_of={"rep": "low"}, above={"low": "high"}), "vp", id="who has no role stands above nobody"
        ),
        pytest.param(
            People(role_of={"vp": "high", "rep": "low"}, above={"low": "middle", "middle": "high"}),
            "rep vp",
            id="a role stands for the roles below, however deep",
        ),
        pytest.param(People(role_of={"vp": "high", "rep": "high"}), "vp", id="a role does not stand for its own peers"),
        pytest.param(
            People(role_of={"vp": "low", "rep": "high"}, above={"low": "high"}),
            "vp",
            id="a role does not stand for those above",
        ),
        pytest.param(
            People(groups={"all": Group(), "few": Group()}, members=[("few", "vp"), ("all", "few")]),
            "all few vp",
            id="a group in a group is a member with all its members",
        ),
        pytest.param(
            People(
                role_of={"vp": "high", "rep": "low"},
                above={"low": "high"},
                groups={"open": Group(), "closed": Group(bosses=False)},
                members=[("open", "rep"), ("closed", "rep")],
            ),
            "open rep vp",
            id="bosses have what a member has, where the group includes them",
        ),
        pytest.param(
            People(
                role_of={"vp": "low"},
                above={"low": "high"},
                groups={
                    "of role": Group("Role", "low"),
                    "of role above": Group("Role", "high"),
                    "of role above and below": Group("RoleAndSubordinates", "high"),
                    "everybody": Group("Organization"),
                },
            ),
            "everybody|of role|of role above and below|vp",
            id="groups of roles have their members by the roles",
        ),
        pytest.param(
            People(role_of={"vp": "one", "rep": "two"}, above={"one": "two", "two": "one"}),
            "rep vp",
            id="roles that go in a circle end nothing",
        ),
    ],
)
def test_a_user_stands_for_others(people: People, stands_for: str) -> None:
    wanted = stands_for.split("|") if "|" in stands_for else stands_for.split()
    assert sorted(people.principals("vp")) == wanted


class TestPrivateRecords:
    """Accounts and opportunities are private; Bo has one of each, which Ana does not see."""

    @pytest.fixture(autouse=True)
    def _private(self, org: LocalOrg, ana: str, bo: str) -> None:
        org.define(sharing=PRIVATE)
        self.hidden = _make(org, "Account", Name="Hidden", OwnerId=bo, Industry="Energy")
        self.seen = _make(org, "Account", Name="Seen", OwnerId=ana, Industry="Energy")
        self.deal = _make(org, "Opportunity", **DEAL, OwnerId=bo, AccountId=self.hidden, Amount=70)
        self.contact = _make(org, "Contact", LastName="Vega", OwnerId=ana, AccountId=self.seen)

    def test_a_query_gives_what_is_in_reach(self, org: LocalOrg, ana: str) -> None:
        assert _names(org, "SELECT Name FROM Account", ana) == ["Seen"]
        assert org.answer("SELECT COUNT() FROM Account", ana).total == 1
        assert org.query("SELECT SUM(Amount) total FROM Opportunity", ana)[0]["total"] is None

    def test_groups_count_what_is_in_reach(self, org: LocalOrg, ana: str) -> None:
        (row,) = org.query("SELECT Industry, COUNT(Id) n FROM Account GROUP BY Industry", ana)
        assert row["n"] == 1

    def test_a_parent_out_of_reach_is_null(self, org: LocalOrg, ana: str) -> None:
        contact = _make(org, "Contact", LastName="Low", OwnerId=org.process_user, AccountId=self.hidden)
        (row,) = org.query(f"SELECT AccountId, Account.Name FROM Contact WHERE Id = '{contact}'", ana)
        assert (row["AccountId"], row["Account"]) == (self.hidden, None)
        assert org.query("SELECT Id FROM Contact WHERE Account.Name = 'Hidden'", ana) == []

    def test_children_out_of_reach_are_left_out(self, org: LocalOrg, ana: str, bo: str) -> None:
        _make(org, "Opportunity", **DEAL, OwnerId=bo, AccountId=self.seen)
        mine = _make(org, "Opportunity", **DEAL, OwnerId=ana, AccountId=self.seen)
        (row,) = org.query("SELECT Id, (SELECT Id FROM Opportunities) FROM Account", ana)
        assert [one["Id"] for one in row["Opportunities"]["records"]] == [mine]

    def test_a_semi_join_finds_nothing_out_of_reach(self, org: LocalOrg, ana: str) -> None:
        text = "SELECT Id FROM Account WHERE Id {} (SELECT AccountId FROM Opportunity)"
        assert org.query(text.format("IN"), ana) == []
        assert [row["Id"] for row in org.query(text.format("NOT IN"), ana)] == [self.seen]

    def test_a_polymorphic_parent_out_of_reach_is_null(self, org: LocalOrg, ana: str) -> None:
        task = _make(org, "Task", Subject="Call", OwnerId=ana, WhatId=self.hidden)
        (row,) = org.query("SELECT Id, What.Name FROM Task", ana)
        assert (row["Id"], row["What"]) == (task, None)

    def test_whoever_has_an_opportunity_of_an_account_sees_the_account(self, org: LocalOrg, ana: str) -> None:
        _make(org, "Opportunity", **DEAL, OwnerId=ana, AccountId=self.hidden)
        assert org.record("Account", self.hidden, user_id=ana)["Name"] == "Hidden"
        (saved,) = org.update("Account", [{"Id": self.hidden, "Name": "X"}], ana)
        assert saved.errors[0].code == "INSUFFICIENT_ACCESS_OR_READONLY"

    def test_an_accounts_owner_sees_its_opportunities_where_the_role_says_so(
        self, org: LocalOrg, bo: str, ana: str
    ) -> None:
        deal = _make(org, "Opportunity", **DEAL, OwnerId=bo, AccountId=self.seen)
        role = _make(org, "UserRole", Name="East", OpportunityAccessForAccountOwner="None")
        org.update("User", [{"Id": ana, "UserRoleId": role}], org.process_user)
        assert org.query("SELECT Id FROM Opportunity", ana) == []
        org.update("UserRole", [{"Id": role, "OpportunityAccessForAccountOwner": "Read"}], org.process_user)
        assert [row["Id"] for row in org.query("SELECT Id FROM Opportunity", ana)] == [deal]

    @pytest.mark.parametrize("name", ["OpportunityContactRole", "OpportunityHistory", "OpportunityFieldHistory"])
    def test_what_belongs_to_an_opportunity_is_seen_with_it(self, org: LocalOrg, ana: str, bo: str, name: str) -> None:
        _make(org, "OpportunityContactRole", OpportunityId=self.deal, ContactId=self.contact)
        org.update("Opportunity", [{"Id": self.deal, "Amount": 80}], bo)
        assert org.query(f"SELECT Id FROM {name}", bo)
        assert org.query(f"SELECT Id FROM {name}", ana) == []

    def test_activities_are_seen_with_what_they_are_about(self, org: LocalOrg, ana: str, bo: str) -> None:
        for about in (self.seen, self.hidden, None):
            _make(org, "Task", Subject=f"About {about}", OwnerId=bo, WhatId=about)
        mine = _make(org, "Task", Subject="Mine", OwnerId=ana)
        seen = {row["Subject"] for row in org.query("SELECT Subject FROM Task", ana)}
        assert seen == {f"About {self.seen}", "Mine"}
        assert org.record("Task", mine, user_id=ana)["Subject"] == "Mine"

    def test_a_record_out_of_reach_is_not_there(self, org: LocalOrg, ana: str) -> None:
        with pytest.raises(Refused) as refused:
            org.record("Account", self.hidden, user_id=ana)
        assert refused.value.status == 404
        for saved in (org.update("Account", [{"Id": self.hidden, "Name": "X"}], ana), org.delete([self.hidden], ana)):
            assert saved[0].errors[0].code == "INVALID_CROSS_REFERENCE_KEY"
        assert org.record("Account", self.hidden)["Name"] == "Hidden"

    def test_records_are_not_tied_to_one_out_of_reach(self, org: LocalOrg, ana: str) -> None:
        (saved,) = org.create("Contact", [{"LastName": "Low", "accountid": self.hidden}], ana)
        assert saved.errors[0].code == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        (saved,) = org.update("Contact", [{"Id": self.contact, "AccountId": self.hidden}], ana)
        assert saved.errors[0].code == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"

    def test_a_tie_that_stands_already_may_stay(self, org: LocalOrg, ana: str) -> None:
        _make(org, "Contact", LastName="Low", OwnerId=ana, AccountId=self.hidden)
        org.define(sharing={"Contact": "Private"})
        (row,) = org.query("SELECT Id FROM Contact WHERE LastName = 'Low'", ana)
        assert org.update("Contact", [{"Id": row["Id"], "AccountId": self.hidden, "Title": "CFO"}], ana)[0].ok

    def test_a_contact_role_takes_editing_its_opportunity(self, org: LocalOrg, ana: str) -> None:
        _make(org, "OpportunityShare", OpportunityId=self.deal, UserOrGroupId=ana, OpportunityAccessLevel="Read")
        row = {"OpportunityId": self.deal, "ContactId": self.contact}
        (saved,) = org.create("OpportunityContactRole", [row], ana)
        assert saved.errors[0].code == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        (share,) = org.query("SELECT Id FROM OpportunityShare", org.process_user)
        org.update("OpportunityShare", [{"Id": share["Id"], "OpportunityAccessLevel": "Edit"}], org.process_user)
        assert org.create("OpportunityContactRole", [row], ana)[0].ok

    def test_an_upsert_by_an_id_out_of_reach_creates_nothing(self, org: LocalOrg, ana: str) -> None:
        key = _make(org, "Account", Name="Not Ana's")
        (saved,) = org.upsert("Account", "Id", [{"Id": key, "Name": "Mine"}], ana)
        assert [one.code for one in saved.errors] == ["INVALID_CROSS_REFERENCE_KEY"]
        assert _names(org, "SELECT Name FROM Account WHERE Name = 'Mine'", org.process_user) == []
        assert _names(org, f"SELECT Name FROM Account WHERE Id = '{key}'", org.process_user) == ["Not Ana's"]

    def test_an_upsert_matches_what_is_in_reach(self, org: LocalOrg, ana: str, bo: str) -> None:
        org.define(fields={"Account": [Field(name="Key__c", type=FieldType.STRING, external_id=True)]})
        org.update("Account", [{"Id": self.hidden, "Key__c": "K"}], bo)
        (saved,) = org.upsert("Account", "Key__c", [{"Key__c": "K", "Name": "New"}], ana)
        assert saved.created
        assert saved.id != self.hidden
        assert org.matches("Account", "Key__c", "K", ana) == [saved.id]
        assert len(org.matches("Account", "Key__c", "K")) == 2

    def test_what_changed_and_went_is_told_of_what_is_in_reach(
        self, org: LocalOrg, clock: ManualClock, ana: str
    ) -> None:
        end = clock.now() + timedelta(hours=1)
        told = org.changed("Account", clock.now() - timedelta(hours=1), end, deleted=False, user_id=ana)
        assert [key for key, _ in told] == [self.seen]
        org.delete([self.hidden], org.process_user)
        assert org.changed("Account", clock.now() - timedelta(hours=1), end, deleted=True, user_id=ana) == []

    def test_a_queue_shares_with_its_members(self, org: LocalOrg, ana: str, bo: str) -> None:
        org.define(sharing={"Lead": "Private"})
        queue = org.queue("Inbound", objects=["Lead"], members=[ana])
        lead = _make(org, "Lead", LastName="Vega", Company="Northwind", OwnerId=queue)
        assert [row["Id"] for row in org.query("SELECT Id FROM Lead", ana)] == [lead]
        assert org.query("SELECT Id FROM Lead", bo) == []
        assert org.update("Lead", [{"Id": lead, "OwnerId": ana}], ana)[0].ok

    def test_view_all_and_modify_all_reach_every_record(self, org: LocalOrg, ana: str) -> None:
        org.rights.permission_set("Eyes", objects={"Account": Can.VIEW_ALL})
        org.rights.assign("Eyes", ana)
        assert len(org.query("SELECT Id FROM Account", ana)) == 2
        assert org.delete([self.hidden], ana)[0].errors[0].code == "INSUFFICIENT_ACCESS_OR_READONLY"
        org.rights.permission_set("Eyes", objects={"Account": Can.MODIFY_ALL})
        assert org.delete([self.hidden], ana)[0].ok

    def test_defaults_outlive_the_process(self, org: LocalOrg, ana: str) -> None:
        org.define(fields={"Account": [Field(name="Tier__c", type=FieldType.STRING)]})
        assert _names(org, "SELECT Name FROM Account", ana) == ["Seen"]


@pytest.mark.parametrize("sharing", ["Private", "ReadWrite"])
def test_whoever_may_edit_a_record_does_not_share_it(org: LocalOrg, ana: str, bo: str, sharing: str) -> None:
    org.define(sharing={"Opportunity": sharing})
    deal = _make(org, "Opportunity", **DEAL, OwnerId=bo)
    row = {"OpportunityId": deal, "UserOrGroupId": ana, "OpportunityAccessLevel": "Edit"}
    share = _make(org, "OpportunityShare", **row)
    assert org.update("Opportunity", [{"Id": deal, "Amount": 5}], ana)[0].ok
    more = {"Id": share, "OpportunityAccessLevel": "All"}
    assert org.update("OpportunityShare", [more], ana)[0].errors[0].code == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert org.delete([share], ana)[0].errors[0].code == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert not org.create("OpportunityShare", [row], ana)[0].ok
    assert org.update("OpportunityShare", [more], bo)[0].ok
    assert org.delete([deal], ana)[0].ok


def test_a_record_is_shared_with_a_role_and_with_those_below_it(org: LocalOrg, ana: str, bo: str) -> None:
    org.define(sharing={"Lead": "Private"})
    east = _make(org, "UserRole", Name="East")
    north = _make(org, "UserRole", Name="North East", ParentRoleId=east)
    org.update("User", [{"Id": ana, "UserRoleId": east}, {"Id": bo, "UserRoleId": north}], org.process_user)
    asked = f"SELECT Id FROM Group WHERE RelatedId = '{east}' AND Type = "
    for kind, seen in (("Role", [1, 0]), ("RoleAndSubordinates", [2, 1])):
        lead = _make(org, "Lead", LastName="Vega", Company="Northwind", OwnerId=org.process_user)
        (group,) = org.query(f"{asked}'{kind}'", org.process_user)
        _make(org, "LeadShare", LeadId=lead, UserOrGroupId=group["Id"], LeadAccessLevel="Read")
        assert [len(org.query("SELECT Id FROM Lead", user)) for user in (ana, bo)] == seen


def test_a_record_can_be_shared_with_everybody(org: LocalOrg, ana: str) -> None:
    org.define(sharing={"Lead": "Private"})
    lead = _make(org, "Lead", LastName="Vega", Company="Northwind", OwnerId=org.process_user)
    (group,) = org.query("SELECT Id FROM Group WHERE Type = 'Organization'", org.process_user)
    _make(org, "LeadShare", LeadId=lead, UserOrGroupId=group["Id"], LeadAccessLevel="Edit")
    assert org.update("Lead", [{"Id": lead, "Company": "Contoso"}], ana)[0].ok


def test_deleting_takes_the_owner_or_somebody_above(org: LocalOrg, ana: str, bo: str) -> None:
    account = _make(org, "Account", Name="Open to all", OwnerId=bo)
    assert org.update("Account", [{"Id": account, "Name": "Open"}], ana)[0].ok
    assert org.delete([account], ana)[0].errors[0].code == "INSUFFICIENT_ACCESS_OR_READONLY"
    top, low = _make(org, "UserRole", Name="Top"), ""
    low = _make(org, "UserRole", Name="Low", ParentRoleId=top)
    org.update("User", [{"Id": ana, "UserRoleId": top}, {"Id": bo, "UserRoleId": low}], org.process_user)
    assert org.delete([account], ana)[0].ok
    assert org.undelete([account], ana)[0].ok


def test_an_account_is_given_away_by_its_owner_and_a_lead_by_anybody(org: LocalOrg, ana: str, bo: str) -> None:
    account = _make(org, "Account", Name="Northwind", OwnerId=bo)
    lead = _make(org, "Lead", LastName="Vega", Company="Northwind", OwnerId=bo)
    (saved,) = org.update("Account", [{"Id": account, "OwnerId": ana}], ana)
    assert saved.errors[0].code == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert org.update("Account", [{"Id": account, "OwnerId": bo, "Name": "Same owner"}], ana)[0].ok
    assert org.update("Lead", [{"Id": lead, "OwnerId": ana}], ana)[0].ok
    assert org.update("Account", [{"Id": account, "OwnerId": ana}], bo)[0].ok


def test_an_owner_can_read_what_they_own(org: LocalOrg, ana: str) -> None:
    kim = org.user("kim.sato@acme.example", last_name="Sato", profile="Minimum Access - API Only Integrations")
    (saved,) = org.create("Account", [{"Name": "Northwind", "OwnerId": kim}], ana)
    assert saved.errors[0].code == "TRANSFER_REQUIRES_READ"


def test_a_custom_object_is_shared_as_others_are(org: LocalOrg, ana: str, bo: str) -> None:
    org.define(objects=[custom_object("Plan__c", "Plan", "a01")], sharing={"Plan__c": "Private"})
    plan = _make(org, "Plan__c", Name="Plan", OwnerId=bo)
    assert org.query("SELECT Id FROM Plan__c", ana) == []
    _make(org, "Plan__Share", ParentId=plan, UserOrGroupId=ana, AccessLevel="Read")
    assert [row["Id"] for row in org.query("SELECT Id FROM Plan__c", ana)] == [plan]


def test_a_part_of_a_custom_object_is_shared_with_it(org: LocalOrg, ana: str, bo: str) -> None:
    parent = Field(name="Plan__c", type=FieldType.REFERENCE, reference_to=("Plan__c",), nillable=False)
    plan, step = custom_object("Plan__c", "Plan", "a01"), custom_object("Step__c", "Step", "a02", [parent])
    org.define(objects=[plan, step], sharing={"Plan__c": "Private", "Step__c": "ControlledByParent"})
    key = _make(org, "Plan__c", Name="Plan", OwnerId=bo)
    _make(org, "Step__c", Name="Step", OwnerId=org.process_user, Plan__c=key)
    assert org.query("SELECT Id FROM Step__c", ana) == []
    assert len(org.query("SELECT Id FROM Step__c", bo)) == 1


@pytest.mark.parametrize(
    ("sharing", "what"),
    [
        ({"Account": "private"}, "no org-wide default private"),
        ({"Product2": "Private"}, "Product2 cannot be Private"),
        ({"Lead": "ControlledByParent"}, "Lead cannot be ControlledByParent"),
        ({"OpportunityHistory": "Read"}, "OpportunityHistory cannot be Read"),
    ],
)
def test_a_default_that_an_object_cannot_have_is_refused(org: LocalOrg, sharing: dict[str, str], what: str) -> None:
    with pytest.raises(OrgError, match=what):
        org.define(sharing=sharing)


def test_the_org_itself_reaches_everything(org: LocalOrg, bo: str) -> None:
    org.define(sharing=PRIVATE)
    account = _make(org, "Account", Name="Hidden", OwnerId=bo)
    assert org.record("Account", account, user_id=org.process_user) == org.record("Account", account)


@pytest.mark.parametrize(
    ("sharing", "share", "most"),
    [
        pytest.param("Private", "", "None", id="private"),
        pytest.param("Private", "Read", "Read", id="shared for reading"),
        pytest.param("Private", "Edit", "Edit", id="shared for editing"),
        pytest.param("Private", "All", "All", id="shared as if owned"),
        pytest.param("Read", "", "Read", id="public for reading"),
        pytest.param("ReadWrite", "", "Edit", id="public for editing"),
        pytest.param("ReadWriteTransfer", "", "Transfer", id="public for giving away"),
        pytest.param("FullAccess", "", "All", id="everybody's"),
    ],
)
def test_how_far_a_user_reaches_can_be_asked(
    org: LocalOrg, ana: str, bo: str, sharing: str, share: str, most: str
) -> None:
    org.define(sharing={"Lead": sharing})
    lead = _make(org, "Lead", LastName="Vega", Company="Northwind", OwnerId=bo)
    if share:
        _make(org, "LeadShare", LeadId=lead, UserOrGroupId=ana, LeadAccessLevel=share)
    nothing = "00QLo0000000999"
    asked = "WHERE UserId = '{}' AND RecordId IN ('{}', '{}')"
    text = f"SELECT RecordId, HasReadAccess, MaxAccessLevel FROM UserRecordAccess {asked}"
    rows = {row["RecordId"]: row for row in org.query(text.format(ana, lead, nothing), bo)}
    assert (rows[lead]["MaxAccessLevel"], rows[lead]["HasReadAccess"]) == (most, most != "None")
    assert [row["MaxAccessLevel"] for key, row in rows.items() if key != lead] == ["None"]
    (own,) = org.query(text.format(bo, lead, lead), bo)
    assert own["MaxAccessLevel"] == "All"


@pytest.mark.parametrize(
    "where",
    ["", "WHERE UserId = '005Lo0000000001'", "WHERE RecordId = '00QLo0000000001'", "WHERE HasReadAccess = true"],
)
def test_who_asks_how_far_a_user_reaches_names_the_user_and_the_records(org: LocalOrg, ana: str, where: str) -> None:
    with pytest.raises(SoqlError, match="names one UserId"):
        org.query(f"SELECT RecordId FROM UserRecordAccess {where}", ana)
