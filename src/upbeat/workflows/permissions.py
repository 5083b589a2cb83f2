"""Who may do what in the console: the permissions, and how policy.yaml and the org's hierarchy give them to people."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

from upbeat.workflows.policy import Policy
from upbeat.workflows.rulings import Act


class Permission(StrEnum):
    """What a page or an act asks for; whoever does not hold it is refused. `says` completes `may`."""

    says: str

    def __new__(cls, value: str, says: str) -> Self:
        """Make a permission that is its name."""
        one = str.__new__(cls, value)
        one._value_ = value
        one.says = says
        return one

    OWN = "own", "see own flags, and answer own questions"
    STOP = "stop", "stop all writes"
    DECIDE = "decide", "see the review queue, and decide as far as each change's rule says"
    WATCH = "watch", "see how work goes: workflows, runs, routing, the register, the foundation"
    BUILD = "build", "edit, publish, take live and tune workflows"
    ROLL_BACK = "roll_back", "take changes back"
    REPORT = "report", "read the reports for leadership"
    AUDIT = "audit", "read the whole history, and take it away"
    CONNECT = "connect", "handle connections and secrets, and see who is signed in"


EVERYBODY: Final = frozenset({Permission.OWN, Permission.STOP})
"""What every active user of the org holds."""

OVER_ALL: Final = frozenset({Permission.BUILD, Permission.ROLL_BACK, Permission.REPORT, Permission.AUDIT})
"""Whoever holds one of these sees everybody's work, and not their own team's alone."""

BRINGS: Final = MappingProxyType(
    {
        Permission.AUDIT: frozenset({Permission.WATCH, Permission.REPORT}),
        Permission.BUILD: frozenset({Permission.WATCH}),
        Permission.ROLL_BACK: frozenset({Permission.WATCH}),
    }
)
"""What a permission brings along: an auditor reads everything, and nobody changes what they cannot see."""

_NAMED: Final[dict[Permission, Act]] = {
    Permission.WATCH: "watch",
    Permission.BUILD: "build",
    Permission.ROLL_BACK: "roll_back",
    Permission.REPORT: "report",
    Permission.AUDIT: "audit",
    Permission.CONNECT: "connect",
}


def permissions(policy: Policy, username: str, *, leads: bool, asked: bool) -> frozenset[Permission]:
    """Give what an active user holds.

    `leads` is whether anybody stands below them in the org, `asked` whether something waits that is put to them.
    """
    has_role = any(policy.holds(username, role) for role in policy.roles)
    releases = any(policy.holds(username, role) for rule in policy.rules for role in rule.roles)
    found = {*EVERYBODY, *([Permission.DECIDE] if releases or leads or asked else [])}
    for permission, act in _NAMED.items():
        if policy.permissions.by_act()[act]:
            given = policy.may(username, act)
        elif permission is Permission.WATCH:
            given = has_role or leads
        else:
            given = takes_live(policy, username)
        if given:
            found |= {permission, *BRINGS.get(permission, ())}
    return frozenset(found)


def takes_live(policy: Policy, username: str) -> bool:
    """Whether somebody is one of those who take a workflow live."""
    second = policy.promotion.second or ""
    return username.casefold() == second.casefold() or any(
        policy.holds(username, role) for role in policy.promotion.roles
    )


def named_by(policy: Policy, permission: Permission) -> str:
    """Say in words who holds a permission, by policy.yaml or where that is silent."""
    if permission in EVERYBODY:
        return "every active user of the org"
    if permission is Permission.DECIDE:
        return "whoever a rule has release changes, everybody who leads people, and whoever something is put to"
    roles = policy.permissions.by_act()[_NAMED[permission]]
    if roles:
        return " or ".join(roles)
    if permission is Permission.WATCH:
        return "everybody with a role, and everybody who leads people"
    return "whoever takes workflows live: " + " or ".join(
        (*policy.promotion.roles, *filter(None, [policy.promotion.second]))
    )
