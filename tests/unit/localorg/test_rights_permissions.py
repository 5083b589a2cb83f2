"""What a user may do with objects and fields, by profile and permission sets: each row is a case an admin knows."""

from contextlib import nullcontext

import pytest

from upbeat.localorg import LocalOrg, OrgError, Refused, Saved, custom_object
from upbeat.localorg.rights import Can
from upbeat.localorg.storage import RollBack
from upbeat.schema import Field, FieldType
from upbeat.soql import SoqlError

API_ONLY = "Minimum Access - API Only Integrations"
LEAD = {"LastName": "Vega", "Company": "Northwind"}


@pytest.fixture
def kim(org: LocalOrg) -> str:
    """A user who may call the API and nothing else."""
    return org.user("kim.sato@acme.example", last_name="Sato", profile=API_ONLY)


def _give(org: LocalOrg, user: str, objects: dict[str, Can], fields: dict[str, Can] | None = None) -> None:
    org.rights.permission_set("Extra", objects=objects, fields=fields)
    org.rights.assign("Extra", user)


def _code(saved: Saved) -> str:
    return saved.errors[0].code if saved.errors else ""


@pytest.mark.parametrize(
    ("can", "reads", "creates", "edits", "deletes"),
    [
        pytest.param(Can.NOTHING, False, "INVALID_TYPE", "INVALID_TYPE", "INVALID_CROSS_REFERENCE_KEY", id="nothing"),
        pytest.param(
            Can.READ,
            True,
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "INSUFFICIENT_ACCESS_OR_READONLY",
            id="read",
        ),
        pytest.param(
            Can.CREATE,
            True,
            "",
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "INSUFFICIENT_ACCESS_OR_READONLY",
            id="create brings read",
        ),
        pytest.param(
            Can.EDIT,
            True,
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "",
            "INSUFFICIENT_ACCESS_OR_READONLY",
            id="edit brings read",
        ),
        pytest.param(
            Can.DELETE, True, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "", "", id="delete brings edit and read"
        ),
        pytest.param(Can.WRITE, True, "", "", "", id="all four"),
    ],
)
def test_object_permissions_decide_what_is_done_with_records(
    org: LocalOrg, ana: str, kim: str, can: Can, reads: bool, creates: str, edits: str, deletes: str
) -> None:
    _give(org, kim, {"Lead": can})
    (lead,) = org.create("Lead", [LEAD], ana)
    with nullcontext() if reads else pytest.raises(SoqlError, match="is not supported"):
        org.query("SELECT Id FROM Lead", kim)
    (made,) = org.create("Lead", [LEAD], kim)
    (changed,) = org.update("Lead", [{"Id": lead.id, "Company": "Contoso"}], kim)
    if reads:
        assert org.update("Lead", [{"Id": lead.id, "OwnerId": kim}], org.process_user)[0].ok
    (gone,) = org.delete([lead.id], kim)
    assert (_code(made), _code(changed), _code(gone)) == (creates, edits, deletes)


def test_a_hidden_field_does_not_exist_for_the_user(org: LocalOrg, ana: str, kim: str) -> None:
    _give(org, kim, {"Lead": Can.WRITE}, {"Lead.Email": Can.READ})
    (lead,) = org.create("Lead", [{**LEAD, "Email": "v@northwind.example", "Rating": "Hot"}], ana)
    record = org.record("Lead", lead.id, user_id=kim)
    assert record["Email"] == "v@northwind.example"
    assert "Rating" not in record
    for text in ("SELECT Rating FROM Lead", "SELECT Id FROM Lead WHERE Rating = 'Hot' ORDER BY Rating"):
        with pytest.raises(SoqlError, match="No such column 'Rating' on entity 'Lead'"):
            org.query(text, kim)


@pytest.mark.parametrize("field", ["Email", "email", "Rating"])
def test_a_field_that_is_only_read_or_hidden_cannot_be_written(org: LocalOrg, kim: str, field: str) -> None:
    _give(org, kim, {"Lead": Can.WRITE}, {"Lead.Email": Can.READ})
    (saved,) = org.create("Lead", [{**LEAD, field: "x@acme.example"}], kim)
    assert _code(saved) == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert saved.errors[0].fields == (field.title(),)


def test_required_and_system_fields_are_always_seen(org: LocalOrg, kim: str) -> None:
    _give(org, kim, {"Lead": Can.READ})
    seen = org.object("Lead", kim)
    assert {"Id", "Name", "LastName", "FirstName", "Company", "Status", "OwnerId", "CreatedDate"} <= seen.fields.keys()
    assert not {"Email", "Address", "Street", "AnnualRevenue"} & seen.fields.keys()


def test_an_address_is_granted_whole(org: LocalOrg, kim: str) -> None:
    _give(org, kim, {"Account": Can.READ}, {"Account.BillingAddress": Can.READ})
    seen = org.object("Account", kim)
    assert {"BillingAddress", "BillingCity", "BillingStreet"} <= seen.fields.keys()
    assert "ShippingCity" not in seen.fields


def test_a_relationship_to_what_is_hidden_is_hidden_too(org: LocalOrg, kim: str) -> None:
    _give(org, kim, {"Account": Can.READ, "Contact": Can.READ})
    with pytest.raises(SoqlError, match="Didn't understand relationship 'Contacts'"):
        org.query("SELECT Id, (SELECT Id FROM Contacts) FROM Account", kim)  # AccountId of Contact is hidden
    org.rights.permission_set("Extra", fields={"Contact.AccountId": Can.READ})
    assert org.query("SELECT Id, (SELECT Id FROM Contacts) FROM Account", kim) == []


def test_grants_add_up_over_permission_sets(org: LocalOrg, kim: str) -> None:
    for name, can in {"One": Can.READ, "Two": Can.CREATE}.items():
        org.rights.permission_set(name, objects={"Lead": can}, fields={"Lead.Email": Can.READ})
        org.rights.assign(name, kim)
    org.rights.permission_set("Two", fields={"Lead.Email": Can.EDIT})
    assert org.rights.of(kim).on("Lead").can == Can.READ | Can.CREATE
    assert "Email" not in org.rights.of(kim).on("Lead").hidden | org.rights.of(kim).on("Lead").fixed


def test_a_permission_set_works_as_soon_as_its_records_stand(org: LocalOrg, kim: str) -> None:
    admin = org.user("priya.shah@acme.example", last_name="Shah", profile="System Administrator")
    (made,) = org.create("PermissionSet", [{"Name": "Leads", "Label": "Leads", "PermissionsViewSetup": True}], admin)
    rows = [{"ParentId": made.id, "SobjectType": "Lead", "PermissionsRead": True}]
    assert org.create("ObjectPermissions", rows, admin)[0].ok
    assert not org.rights.of(kim).on("Lead").can
    (assigned,) = org.create("PermissionSetAssignment", [{"PermissionSetId": made.id, "AssigneeId": kim}], admin)
    assert org.rights.of(kim).on("Lead").can is Can.READ
    assert org.rights.of(kim).may("ViewSetup")
    assert org.delete([assigned.id], admin)[0].ok
    assert not org.rights.of(kim).on("Lead").can


def test_what_is_rolled_back_was_never_granted(org: LocalOrg, kim: str) -> None:
    def give_and_fail() -> None:
        with org.transaction():
            _give(org, kim, {"Lead": Can.READ})
            assert org.rights.of(kim).on("Lead").can is Can.READ
            raise RollBack

    with pytest.raises(RollBack):
        give_and_fail()
    assert not org.rights.of(kim).on("Lead").can


def test_a_profile_is_granted_by_its_name_and_denied_alike(org: LocalOrg, ana: str) -> None:
    org.rights.permission_set("Standard User", objects={"Case": Can.NOTHING}, fields={"Lead.Rating": Can.NOTHING})
    assert not org.rights.of(ana).on("Case").can
    assert org.rights.of(ana).on("Lead").hidden == {"Rating"}
    with pytest.raises(Refused):
        org.object("Case", ana)


@pytest.mark.parametrize(
    ("objects", "fields", "system"),
    [
        pytest.param({"Nothing__c": Can.READ}, {}, (), id="no such object"),
        pytest.param({"OpportunityHistory": Can.READ}, {}, (), id="history follows its object"),
        pytest.param({}, {"Lead.Nothing__c": Can.READ}, (), id="no such field"),
        pytest.param({}, {"Lead.Company": Can.READ}, (), id="a required field is always seen"),
        pytest.param({}, {}, ("FlyToTheMoon",), id="no such system permission"),
    ],
)
def test_what_cannot_be_granted_is_said(
    org: LocalOrg, objects: dict[str, Can], fields: dict[str, Can], system: tuple[str, ...]
) -> None:
    with pytest.raises(OrgError, match="cannot be granted"):
        org.rights.permission_set("Wrong", objects=objects, fields=fields, system=system)
    assert not org.query("SELECT Id FROM PermissionSet WHERE Name = 'Wrong'", org.process_user)


def test_a_permission_set_that_there_is_not_is_not_assigned(org: LocalOrg, kim: str) -> None:
    with pytest.raises(OrgError, match="no permission set Nobody_Made_It"):
        org.rights.assign("Nobody_Made_It", kim)


@pytest.mark.parametrize("name", ["OpportunityHistory", "OpportunityFieldHistory", "OpportunityContactRole"])
def test_what_belongs_to_an_opportunity_follows_it(org: LocalOrg, kim: str, name: str) -> None:
    with pytest.raises(SoqlError, match="is not supported"):
        org.query(f"SELECT Id FROM {name}", kim)
    _give(org, kim, {"Opportunity": Can.READ})
    assert org.query(f"SELECT Id FROM {name}", kim) == []
    assert bool(org.rights.of(kim).on(name).can & Can.CREATE) is False


def test_only_who_may_manage_users_changes_them(org: LocalOrg, ana: str, bo: str) -> None:
    assert _code(org.update("User", [{"Id": bo, "Title": "Boss"}], ana)[0]) == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    org.rights.permission_set("Users", system=["ManageUsers"])
    org.rights.assign("Users", ana)
    assert org.update("User", [{"Id": bo, "Title": "Boss"}], ana)[0].ok


def test_an_administrator_does_everything(org: LocalOrg) -> None:
    admin = org.user("priya.shah@acme.example", last_name="Shah", profile="System Administrator")
    rights = org.rights.of(admin)
    assert all(on.can & Can.READ and not on.hidden | on.fixed for on in rights.objects.values())
    assert all(on.can & Can.DELETE for name, on in rights.objects.items() if org.schema.object(name).deletable)


def test_a_standard_user_sees_every_field(org: LocalOrg, ana: str) -> None:
    assert org.rights.reach(ana).schema is org.schema


def test_new_fields_and_objects_are_seen_by_the_standard_profiles_alone(org: LocalOrg, ana: str, kim: str) -> None:
    _give(org, kim, {"Lead": Can.READ})
    org.define(
        objects=[custom_object("Deal__c", "Deal", "a01")],
        fields={"Lead": [Field(name="Tier__c", type=FieldType.STRING)]},
    )
    assert org.object("Lead", ana).has("Tier__c")
    assert org.rights.of(ana).on("Deal__c").can == Can.WRITE
    assert not org.object("Lead", kim).has("Tier__c")
    assert not org.rights.of(kim).on("Deal__c").can


def test_a_new_field_can_be_kept_from_a_profile(org: LocalOrg, ana: str) -> None:
    field = Field(name="Salary__c", type=FieldType.CURRENCY)
    org.define(fields={"Contact": [field]}, granted={"System Administrator": Can.EVERYTHING})
    assert not org.object("Contact", ana).has("Salary__c")
