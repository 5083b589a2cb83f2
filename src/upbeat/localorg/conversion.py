"""Lead conversion: a lead becomes an account, a contact and, unless asked otherwise, an opportunity.

What goes where is Salesforce's standard mapping. An account or contact that is there already keeps its values; what it
lacks, it gets. Each lead is converted whole or not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from upbeat.base import is_id, to_18
from upbeat.localorg import problems
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import Problem, Refused, Saved

_PLACE: Final = ("Street", "City", "State", "PostalCode", "Country", "Latitude", "Longitude", "GeocodeAccuracy")
ACCOUNT: Final = {
    "Company": "Name",
    "LeadSource": "AccountSource",
    **{name: name for name in ("Phone", "Fax", "Website", "Industry", "Rating", "AnnualRevenue", "NumberOfEmployees")},
    **{name: f"Billing{name}" for name in _PLACE},
}
CONTACT: Final = {
    **{name: name for name in ("Salutation", "FirstName", "LastName", "Title", "Email", "Phone", "MobilePhone", "Fax")},
    **{name: name for name in ("LeadSource", "Description")},
    **{name: f"Mailing{name}" for name in _PLACE},
}
"""Field of the lead → field of what it becomes (Salesforce Help, Lead Conversion Field Mapping)."""


@dataclass(frozen=True, slots=True)
class LeadConvert:
    """What is asked for one lead. Ids that are empty mean new records; names are those of the SOAP call."""

    lead_id: str
    converted_status: str
    account_id: str = ""
    contact_id: str = ""
    opportunity_id: str = ""
    opportunity_name: str = ""
    owner_id: str = ""
    do_not_create_opportunity: bool = False
    overwrite_lead_source: bool = False


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of one lead: the ids of what it is now, or the reasons why it is a lead still."""

    lead_id: str
    account_id: str = ""
    contact_id: str = ""
    opportunity_id: str = ""
    errors: tuple[Problem, ...] = ()


class _Unfit(Exception):  # noqa: N818 (what it says of the lead)
    def __init__(self, *found: Problem) -> None:
        super().__init__(found[0].message)
        self.problems = found


def convert(org: LocalOrg, asked: LeadConvert, user_id: str) -> Converted:
    """Convert one lead."""
    try:
        with org.transaction():
            return _Conversion(org, asked, user_id).run()
    except (_Unfit, Refused) as failed:
        return Converted(asked.lead_id, errors=failed.problems)


class _Conversion:
    def __init__(self, org: LocalOrg, asked: LeadConvert, user_id: str) -> None:
        self._org = org
        self._asked = asked
        self._user = user_id
        self._lead = self._find()
        self._owner = asked.owner_id or str(self._lead["OwnerId"])

    def run(self) -> Converted:
        asked, lead = self._asked, self._lead
        self._check()
        account = self._account()
        contact = self._contact(account)
        opportunity = self._opportunity(account, contact)
        _id(self._org.update("Lead", [{"Id": lead["Id"], "Status": asked.converted_status}], self._user))
        self._move_activities(account, contact, opportunity)
        became = {
            "IsConverted": 1,
            "ConvertedDate": self._today().isoformat(),
            "ConvertedAccountId": account,
            "ConvertedContactId": contact,
            "ConvertedOpportunityId": opportunity or None,
            "IsUnreadByOwner": 0,
        }
        self._org.put("Lead", {lead["Id"]: became}, self._user)
        return Converted(lead["Id"], account, contact, opportunity)

    def _find(self) -> Mapping[str, Any]:
        key = self._asked.lead_id
        if not is_id(key) or not key.startswith("00Q"):
            raise _Unfit(problems.malformed_id(key))
        if not self._org.query(f"SELECT Id FROM Lead WHERE Id = '{to_18(key)}'", self._user):  # noqa: S608 (an id)
            raise _Unfit(problems.NO_SUCH_RECORD)
        return self._org.record("Lead", key)

    def _check(self) -> None:
        asked, lead, rights = self._asked, self._lead, self._org.rights.of(self._user)
        if not (rights.may("ConvertLeads") or rights.may("ModifyAllData")):
            raise _Unfit(problems.NO_ACCESS)
        if lead["IsConverted"]:
            raise _Unfit(problems.converted_lead())
        known = self._org.query("SELECT ApiName FROM LeadStatus WHERE IsConverted = true", self._org.process_user)
        if asked.converted_status not in {row["ApiName"] for row in known}:
            text = f"invalid convertedStatus: {asked.converted_status}"
            raise _Unfit(Problem("INVALID_STATUS", text, ("Status",)))
        if self._owner.startswith("00G"):
            raise _Unfit(Problem("INVALID_CROSS_REFERENCE_KEY", "A queue owns the lead: name an ownerId", ("OwnerId",)))
        if (asked.contact_id or asked.opportunity_id) and not asked.account_id:
            raise _Unfit(problems.missing(("accountId",)))

    def _account(self) -> str:
        values = self._mapped(ACCOUNT)
        if not self._asked.account_id:
            return self._made("Account", values | {"OwnerId": self._owner})
        return self._filled("Account", self._asked.account_id, values)

    def _contact(self, account: str) -> str:
        values = self._mapped(CONTACT)
        if not self._asked.contact_id:
            return self._made("Contact", values | {"AccountId": account, "OwnerId": self._owner})
        found = self._record("Contact", self._asked.contact_id)
        if found["AccountId"] not in {account, None}:
            text = "The contact belongs to another account than the one that the lead is converted to"
            raise _Unfit(Problem("FIELD_INTEGRITY_EXCEPTION", text, ("ContactId",)))
        source = {"LeadSource": values.get("LeadSource")} if self._asked.overwrite_lead_source else {}
        return self._filled("Contact", self._asked.contact_id, values | {"AccountId": account}, source)

    def _opportunity(self, account: str, contact: str) -> str:
        asked, lead = self._asked, self._lead
        if asked.opportunity_id:
            key = self._filled("Opportunity", asked.opportunity_id, {"LeadSource": lead["LeadSource"]})
        elif asked.do_not_create_opportunity:
            return ""
        else:
            stages = [stage for stage in self._org.schema.stages if stage.active]
            values = {
                "Name": (asked.opportunity_name or lead["Company"])[:80],
                "StageName": min(stages, key=lambda stage: stage.order).name,
                "CloseDate": self._quarter_ends().isoformat(),
                "LeadSource": lead["LeadSource"],
                "AccountId": account,
                "OwnerId": self._owner,
            }
            key = self._made("Opportunity", values)
        self._made("OpportunityContactRole", {"OpportunityId": key, "ContactId": contact, "IsPrimary": True})
        return key

    def _move_activities(self, account: str, contact: str, opportunity: str) -> None:
        """Give what was done with the lead to the contact, about the opportunity or else the account."""
        lead = self._lead["Id"]
        place = {"WhoId": contact, "WhatId": opportunity or account, "AccountId": account}
        for name, field, new in (
            ("Task", "WhoId", place),
            ("Event", "WhoId", place),
            ("CampaignMember", "LeadId", {"ContactId": contact}),
        ):
            rows = self._org.query(f"SELECT Id FROM {name} WHERE {field} = '{lead}'", self._org.process_user)  # noqa: S608 (an id)
            self._org.put(name, {row["Id"]: new for row in rows}, self._user)

    def _mapped(self, mapping: Mapping[str, str]) -> dict[str, Any]:
        return {to: self._lead[name] for name, to in mapping.items() if self._lead.get(name) is not None}

    def _record(self, name: str, record_id: str) -> Mapping[str, Any]:
        if not is_id(record_id) or self._org.object(name).key_prefix != record_id[:3]:
            raise _Unfit(problems.malformed_id(record_id))
        if not self._org.query(f"SELECT Id FROM {name} WHERE Id = '{to_18(record_id)}'", self._user):  # noqa: S608 (the same)
            raise _Unfit(problems.NO_SUCH_RECORD)
        return self._org.record(name, record_id)

    def _filled(
        self, name: str, record_id: str, values: Mapping[str, Any], over: Mapping[str, Any] | None = None
    ) -> str:
        """Give a record that is there the values that it lacks, and those that go `over` its own."""
        found = self._record(name, record_id)
        lacking = {field: value for field, value in values.items() if found.get(field) is None} | dict(over or {})
        if lacking:
            _id(self._org.update(name, [lacking | {"Id": found["Id"]}], self._user))
        return str(found["Id"])

    def _made(self, name: str, values: Mapping[str, Any]) -> str:
        return _id(self._org.create(name, [values], self._user))

    def _today(self) -> date:
        return self._org.clock.now().date()

    def _quarter_ends(self) -> date:
        """Give the last day of the fiscal quarter that it is."""
        ((start),) = self._org.query("SELECT FiscalYearStartMonth FROM Organization", self._org.process_user)
        today = self._today()
        months = 3 - (today.month - int(start["FiscalYearStartMonth"])) % 3
        year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
        return date(year, month + 1, 1) - timedelta(days=1)


def _id(results: list[Saved]) -> str:
    (saved,) = results
    if not saved.ok:
        raise _Unfit(*saved.errors)
    return saved.id
