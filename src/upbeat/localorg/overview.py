"""What an org is and holds, in figures: what `upbeat org info` tells."""

from dataclasses import asdict
from typing import Any

from upbeat.localorg.org import LocalOrg


def overview(org: LocalOrg) -> dict[str, Any]:
    """Give who the org is, its records by object, its users and apps, and what waits in it."""
    ask = "SELECT Name, OrganizationType, IsSandbox, TimeZoneSidKey FROM Organization"
    (company,) = org.query(ask, org.process_user)
    users = org.query("SELECT Username FROM User WHERE IsActive = true AND UserType = 'Standard'", org.process_user)
    return {
        "org_id": org.id,
        "name": company["Name"],
        "sandbox": company["IsSandbox"],
        "time_zone": company["TimeZoneSidKey"],
        "objects": org.archive.counts(),
        "custom_objects": [one.name for one in org.schema if one.custom],
        "users": sorted(row["Username"] for row in users),
        "apps": org.access.apps.ids(),
        "faults": [asdict(fault) | {"left": left} for fault, left in org.faults.waiting()],
        "api_calls": {"used": org.access.used, "allowed": org.access.allowed},
        "changes": {"objects": list(org.streamed), "events": org.journal.tip - org.journal.floor()},
    }
