"""What an admin does in Setup before Upbeat can log in: the user, the permission set, the app, in that order.

The names of pages, licences and profiles are Salesforce's, as its help has them ("Give Integration Users API Only
Access", "Create an External Client App").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from upbeat.foundation import CORE
from upbeat.operations.needs import Access, Need

_WITHOUT_GRANT = ("User", "Group", "Organization", "History")
"""Ends of the names of objects that no permission set lists: everybody reads them, or whoever reads the record."""


class Way(StrEnum):
    """How an identity logs in."""

    SECRET = "secret"  # noqa: S105  the app's own: client credentials
    KEY = "key"  # JWT bearer
    BROWSER = "browser"  # a person consents once: web server flow with PKCE


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One thing to do in Setup: what it is, where, and what to choose there, line by line."""

    title: str
    where: str
    lines: tuple[str, ...]


def setup_steps(identity: str, way: Way, needs: Sequence[Need], callback: str) -> list[SetupStep]:
    """Give what an admin does for one identity, `reading` or `writing`, with the fields that it needs."""
    label = f"Upbeat {identity}"
    granted = [one for one in needs if not one.object.endswith(_WITHOUT_GRANT)]
    objects = [f"{name}: {_rights(list(group))}" for name, group in groupby(granted, key=lambda one: one.object)]
    whole = (
        "No object is given View All or Modify All: which records it sees is left to sharing."
        if identity == "reading"
        else "Nothing beyond these fields: whatever else Upbeat were told to write, the org would refuse."
    )
    user = SetupStep(
        f"A user of its own for {identity}",
        "Setup > Users > New User",
        (
            "User License: Salesforce Integration. Profile: Minimum Access - API Only Integrations.",
            "Permission Set License Assignments: Salesforce API Integration.",
            f"Nobody logs in as this user by hand. A name such as upbeat.{identity} tells it from people.",
        ),
    )
    rights = SetupStep(
        f"A permission set {label}",
        "Setup > Permission Sets > New, License: --None--",
        (*objects, whole, "Then Manage Assignments: the user above."),
    )
    beyond = [_of_the_audit()] if identity == "reading" else []
    return [user, rights, *beyond, _app(label, way, callback)]


def _of_the_audit() -> SetupStep:
    """Say what the audit sees beside what workflows read. View All Fields is an object permission since Spring '25."""
    people = [name for name in CORE if not name.endswith((*_WITHOUT_GRANT, "Relation", "ContactRole"))]
    return SetupStep(
        "A permission set Upbeat audit, which may be taken away between two audits",
        "Setup > Permission Sets > New, License: --None--",
        (
            f"Read and View All Fields: {', '.join(people)}. It makes no score of what it cannot see.",
            "View All Records on them: the audit counts what this user sees, and shares would make it count a part.",
            "System Permissions: View Setup and Configuration, for validation rules, flows, limits and licences.",
            "System Permissions: View Roles and Role Hierarchy, for who manages whom.",
            "It changes nothing, and no workflow needs it. Then Manage Assignments: the user above.",
        ),
    )


def _rights(needs: list[Need]) -> str:
    names = {access: sorted({one.field for one in needs if one.access is access}) for access in Access}
    objects = "Read"
    if names[Access.CREATE]:
        objects += ", Create, Delete (what it created can be taken back)"
    if names[Access.EDIT]:
        objects += ", Edit"
    if names[Access.DELETE] and not names[Access.CREATE]:
        objects += ", Delete (of records that are merged, one goes)"
    edited = sorted({*names[Access.CREATE], *names[Access.EDIT]})
    parts = [f"object {objects}"]
    parts += [f"fields Read: {', '.join(names[Access.READ])}"] if names[Access.READ] else []
    parts += [f"fields Edit: {', '.join(edited)}"] if edited else []
    parts += ["System Permissions: Convert Leads"] if names[Access.CONVERT] else []
    return "; ".join(parts)


def _app(label: str, way: Way, callback: str) -> SetupStep:
    """Say how the app is made, as the way of logging in needs it."""
    scopes = "OAuth scopes: Manage user data via APIs (api)"
    common = ("Basic Information: Distribution State Local. API (Enable OAuth Settings): on.",)
    closed = (
        "Policies > OAuth Policies > Permitted Users: Admin approved users are pre-authorized, then the permission set."
    )
    lines = {
        Way.SECRET: (
            f"Callback URL: {callback} (it is asked for, and not used). {scopes}.",
            "Flow Enablement: Enable Client Credentials Flow.",
            "Policies > OAuth Flows: Enable Client Credentials Flow, Run As: the user above.",
            "Settings > OAuth Settings > Consumer Key and Secret: the two that `upbeat org connect` asks for.",
        ),
        Way.KEY: (
            f"Callback URL: {callback} (it is asked for, and not used). {scopes},",
            "Perform requests at any time (refresh_token, offline_access).",
            "On your machine: openssl req -newkey rsa:2048 -nodes -days 365 -x509 -keyout upbeat.pem -out upbeat.crt",
            "and chmod 600 upbeat.pem. The key stays on this machine.",
            "Flow Enablement: Enable JWT Bearer Flow, and upload upbeat.crt.",
            closed,
        ),
        Way.BROWSER: (
            f"Callback URL: {callback}. {scopes}, Perform requests at any time (refresh_token, offline_access).",
            "Security: Require Proof Key for Code Exchange (PKCE) on, Require Secret for Web Server Flow off,",
            "Require Secret for Refresh Token Flow off, Enable Refresh Token Rotation on.",
            closed,
            "The page that opens is for people: where it lets no API-only user in, log in as one who may see no more.",
        ),
    }[way]
    return SetupStep(f"An External Client App {label}", "Setup > External Client App Manager > New", (*common, *lines))
