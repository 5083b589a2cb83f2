"""What a new org comes with: its own record, profiles, the process user, stages and statuses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from upbeat.base import nearest
from upbeat.localorg.problems import OrgError
from upbeat.localorg.storage import Row, Storage
from upbeat.localorg.values import stamp
from upbeat.schema import FORECAST_CATEGORIES, Schema, Stage

PROFILES: Final = ("System Administrator", "Standard User", "Minimum Access - API Only Integrations")

_zones = cache(available_timezones)  # each call of it looks through the files of the machine


def check_time_zone(name: str) -> None:
    """Raise OrgError, with the nearest name, where there is no time zone of this name."""
    if name not in _zones():
        close = nearest(name, _zones())
        fix = f"Did you mean {close}?" if close else "Give an IANA name, such as Europe/London."
        raise OrgError(f"there is no time zone {name}", fix=fix)


@dataclass(frozen=True, slots=True)
class Company:
    """What a new org is told about itself. `fiscal_year_start` is a month, 1 to 12."""

    org_id: str
    name: str
    time_zone: str
    fiscal_year_start: int
    sandbox: bool


class Founder:
    """Writes the records that no client can create."""

    def __init__(self, storage: Storage, schema: Schema, now: datetime, user_id: str = "") -> None:
        """Write at a moment, as a user; a new org has none until it is founded."""
        self._storage = storage
        self._schema = schema
        self._now = stamp(now)
        self._user = user_id

    def found(self, company: Company) -> str:
        """Write what a new org comes with, and give the id of the user that stands for the org itself."""
        (self._user,) = self._storage.new_ids("005", 1)
        process: Row = {
            "FirstName": "Automated",
            "LastName": "Process",
            "Name": "Automated Process",
            "Alias": "autoproc",
        }
        address = f"autoproc@{company.org_id.lower()}.example"
        process |= {
            "Id": self._user,
            "Username": address,
            "Email": address,
            "IsActive": 1,
            "UserType": "AutomatedProcess",
        }
        self.write("User", [process])
        organization: Row = {"Id": company.org_id, "Name": company.name, "IsSandbox": int(company.sandbox)}
        organization |= {"TimeZoneSidKey": company.time_zone, "FiscalYearStartMonth": company.fiscal_year_start}
        organization |= {"OrganizationType": "Developer Edition", "InstanceName": "LOCAL"}
        organization |= {"LanguageLocaleKey": "en_US", "DefaultLocaleSidKey": "en_US"}
        self.write("Organization", [organization])
        self.write("Profile", [{"Name": one, "UserType": "Standard"} for one in PROFILES])
        self.write(
            "Group", [{"Name": "All Internal Users", "DeveloperName": "AllInternalUsers", "Type": "Organization"}]
        )
        self.write("LeadStatus", self._choices("Lead", "Status", IsConverted="Closed - Converted"))
        self.write("TaskStatus", self._choices("Task", "Status", IsClosed="Completed"))
        self.write("TaskPriority", self._choices("Task", "Priority", IsHighPriority="High"))
        return self._user

    def write_stages(self, stages: Iterable[Stage]) -> None:
        """Put these rows in place of OpportunityStage's."""
        old = self._storage.find("OpportunityStage", "IsDeleted", [0], ["Id"])
        self._storage.update("OpportunityStage", [(str(row["Id"]), {"IsDeleted": 1}) for row in old])
        self.write("OpportunityStage", [_stage(one) for one in stages])

    def write_again(self, name: str, rows: Sequence[tuple[str, Row]]) -> list[str]:
        """Write rows by id, with an id of the org's own where it is empty, and give the ids."""
        known = self._storage.fetch(name, [key for key, _ in rows if key])
        touched: Row = {"LastModifiedDate": self._now, "LastModifiedById": self._user, "SystemModstamp": self._now}
        changed = [(key, row) for key, row in rows if key in known and row.items() - known[key].items()]
        self._storage.update(name, [(key, row | touched) for key, row in changed])
        new = [row | ({"Id": key} if key else {}) for key, row in rows if key not in known]
        written = iter(self.write(name, new))
        return [key if key in known else next(written) for key, _ in rows]

    def _choices(self, owner: str, field: str, **marked: str) -> list[Row]:
        """Give a picklist's values as the rows of the object that lists them."""
        (column, value), *_ = marked.items()
        return [
            {
                "MasterLabel": one.label or one.value,
                "ApiName": one.value,
                "SortOrder": order,
                "IsDefault": int(one.default),
                column: int(one.value == value),
            }
            for order, one in enumerate(self._schema.object(owner).field(field).picklist, 1)
        ]

    def write(self, name: str, rows: list[Row]) -> list[str]:
        """Write new records of an object, all with the same fields, and give their ids."""
        one = self._schema.object(name)
        audit: Row = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), self._now)
        audit |= {"CreatedById": self._user, "LastModifiedById": self._user}
        kept: Row = {key: value for key, value in audit.items() if one.has(key)}
        ids = self._storage.new_ids(one.key_prefix, len(rows))
        made = [{"Id": key} | row | kept for key, row in zip(ids, rows, strict=True)]
        self._storage.insert(name, made)
        return [str(row["Id"]) for row in made]


def _stage(stage: Stage) -> Row:
    return {
        "MasterLabel": stage.name,
        "ApiName": stage.name,
        "IsActive": int(stage.active),
        "SortOrder": stage.order,
        "IsClosed": int(stage.closed),
        "IsWon": int(stage.won),
        "ForecastCategory": stage.forecast_category,
        "ForecastCategoryName": FORECAST_CATEGORIES.get(stage.forecast_category),
        "DefaultProbability": float(stage.probability),
    }
