"""Fields that the org itself works out on save, from the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from upbeat.localorg import problems
from upbeat.localorg.drafts import Draft
from upbeat.localorg.lookups import Lookups
from upbeat.localorg.values import moment
from upbeat.schema import FORECAST_CATEGORIES, Schema

_DRAFT: Final = "5"  # the Status of a mail that is not sent yet
_CATEGORY_OF_LABEL: Final = {label: value for value, label in FORECAST_CATEGORIES.items()}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a derivation may look at beside the record."""

    schema: Schema
    fiscal_year_start: int  # the month, 1 to 12
    lookups: Lookups


Derive = Callable[[Draft, Setting], None]


def _person(draft: Draft, _: Setting) -> None:
    """Name of a Lead, Contact or User: first and last name, as the API gives it."""
    draft.new["Name"] = " ".join(filter(None, (draft.text("FirstName"), draft.text("LastName")))) or None


def _opportunity(draft: Draft, setting: Setting) -> None:
    """What the stage means, unless the client says otherwise in the same save; and the fiscal period."""
    new = draft.new
    stage = setting.schema.stage(draft.text("StageName") or None)
    if draft.changed("StageName"):
        if stage is None:
            field = setting.schema.object("Opportunity").field("StageName")
            draft.problems.append(problems.not_in_picklist(field, draft.text("StageName")))
            return
        new["StageName"] = stage.name
        new["IsClosed"], new["IsWon"] = int(stage.closed), int(stage.won)
        new["LastStageChangeDate"] = None if draft.created else draft.at
        if "Probability" not in draft.given or new["Probability"] is None:
            new["Probability"] = float(stage.probability)
        if "ForecastCategoryName" not in draft.given or new["ForecastCategoryName"] is None:
            new["ForecastCategoryName"] = FORECAST_CATEGORIES.get(stage.forecast_category)
    new["ForecastCategory"] = _CATEGORY_OF_LABEL.get(draft.text("ForecastCategoryName"))
    amount, odds = new.get("Amount"), new.get("Probability")
    new["ExpectedRevenue"] = None
    if isinstance(amount, float) and isinstance(odds, float):
        new["ExpectedRevenue"] = round(amount * odds / 100, 2)
    if draft.changed("CloseDate"):
        _fiscal(draft, setting.fiscal_year_start)


def _fiscal(draft: Draft, start: int) -> None:
    """Fiscal year and quarter of the close date; a year is named after the calendar year in which it ends."""
    closes = date.fromisoformat(draft.text("CloseDate"))
    month = (closes.month - start) % 12
    year = closes.year + (1 if start > 1 and closes.month >= start else 0)
    quarter = month // 3 + 1
    draft.new.update({"FiscalYear": year, "FiscalQuarter": quarter, "Fiscal": f"{year} {quarter}"})


def _task(draft: Draft, setting: Setting) -> None:
    draft.new["IsClosed"] = int(draft.text("Status") == "Completed")
    draft.new["IsHighPriority"] = int(draft.text("Priority") == "High")
    _activity(draft, setting)


def _event(draft: Draft, setting: Setting) -> None:
    """When an Event begins and how long it lasts, from its start and end."""
    start, end = draft.text("StartDateTime"), draft.text("EndDateTime")
    if start:
        draft.new["ActivityDateTime"], draft.new["ActivityDate"] = start, start[:10]
    if start and end:
        draft.new["DurationInMinutes"] = int((moment(end) - moment(start)).total_seconds() // 60)
        draft.new["EndDate"] = end[:10]
    _activity(draft, setting)


def _activity(draft: Draft, setting: Setting) -> None:
    """The account of an activity: what it is about, or the account of that, or of the contact."""
    what, who = draft.text("WhatId"), draft.text("WhoId")
    if what.startswith("001"):
        account: Any = what
    else:
        account = (what and setting.lookups.value(what, "AccountId")) or (
            who and setting.lookups.value(who, "AccountId")
        )
    draft.new["AccountId"] = account or None


def _participant(draft: Draft, setting: Setting) -> None:
    """Of a person who wrote or was written to: the object that the person is a record of, and their address."""
    who = draft.text("RelationId")
    draft.new["RelationObjectType"] = setting.lookups.object_of(who) or None
    draft.new["RelationAddress"] = (
        draft.text("RelationAddress") or (who and setting.lookups.value(who, "Email")) or None
    )


def _related(draft: Draft, setting: Setting) -> None:
    """Of what a task is related to: whether it is a person, and whose account that is."""
    key = draft.text("RelationId")
    name = setting.lookups.object_of(key)
    draft.new["IsWhat"] = int(name not in {"Contact", "Lead"})
    draft.new["AccountId"] = key if name == "Account" else setting.lookups.value(key, "AccountId") or None


def _mail(draft: Draft, setting: Setting) -> None:
    """Hold that a mail which is no draft stays as it is, but for who may see it and for custom fields.

    A new one may be marked as read (Object Reference, EmailMessage, Special Access Rules).
    """
    if draft.created or draft.old["Status"] == _DRAFT:
        return
    fields = setting.schema.object("EmailMessage").fields.values()
    read = (draft.old["Status"], draft.new["Status"]) == ("0", "1")
    free = {"IsExternallyVisible", *(("Status",) if read else ())}
    fixed = (one for one in fields if one.updateable and not one.custom and one.name not in free)
    if any(draft.changed(one.name) for one in fixed):
        draft.problems.append(problems.NO_ACCESS)


def _case(draft: Draft, _: Setting) -> None:
    closed = draft.text("Status") == "Closed"
    draft.new["IsClosed"] = int(closed)
    if draft.changed("IsClosed"):
        draft.new["ClosedDate"] = draft.at if closed else None


def _contract(draft: Draft, _: Setting) -> None:
    codes = {"Draft": "Draft", "In Approval Process": "InApproval", "Activated": "Activated"}
    draft.new["StatusCode"] = codes.get(draft.text("Status"), "Draft")


def _user(draft: Draft, setting: Setting) -> None:
    _person(draft, setting)
    if draft.created:
        draft.new["UserType"] = "Standard"
        draft.new["CommunityNickname"] = draft.new["CommunityNickname"] or draft.text("Username").partition("@")[0][:40]


DERIVE: Final[Mapping[str, Derive]] = {
    "Case": _case,
    "Contact": _person,
    "Contract": _contract,
    "EmailMessage": _mail,
    "EmailMessageRelation": _participant,
    "Event": _event,
    "Lead": _person,
    "Opportunity": _opportunity,
    "Task": _task,
    "TaskRelation": _related,
    "User": _user,
}
"""Object name → what is worked out on each save of its records."""
