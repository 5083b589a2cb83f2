"""What a person may do and whose work they see, by policy.yaml and by what the org said of them last.

The org is asked when somebody comes in and every few minutes after; while it is away, its last word holds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from upbeat.base import decode, encode
from upbeat.operations.house import House, Refused
from upbeat.review import Wanted, page
from upbeat.salesforce import SalesforceError
from upbeat.store.tables import console_people
from upbeat.workflows import OVER_ALL, Permission, Policy, permissions

LOOK_EVERY: Final = timedelta(minutes=5)
"""How old the org's word on somebody may be before it is asked again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A person in the console. `team` are the usernames below them, themselves first; `looked_at` is the org's word."""

    username: str
    name: str
    team: tuple[str, ...]
    permissions: frozenset[Permission]
    looked_at: datetime

    @property
    def over_all(self) -> bool:
        """Whether they see everybody's work, and not their own team's alone."""
        return not self.permissions.isdisjoint(OVER_ALL)


def look(house: House, username: str) -> Standing:
    """Ask the org who somebody is and who stands below them, and keep it.

    Raises Refused where they are no active user of the house itself, SalesforceError where the org is away.
    """
    person = house.person(username)
    if not person.internal:
        raise Refused(f"{username} is a login for customers or partners", fix="The console is for the org's own users.")
    now, team = house.clock.now(), (person.username, *house.get_people().below(person.username))
    with house.store.writing() as conn:
        forget_standing(conn, person.username)
        row = {"username": person.username, "name": person.name, "team": encode(team), "looked_at": now}
        conn.execute(insert(console_people).values(row))
        return _standing(house, conn, person.username, person.name, team, now)


def standing_of(house: House, username: str) -> Standing | None:
    """Give how somebody stands by the policy of now and the org's last word; None where it never said one."""
    table = console_people
    with house.store.reading() as conn:
        row = conn.execute(select(table).where(table.c.username == username)).one_or_none()
        if row is None:
            return None
        return _standing(house, conn, row.username, row.name, decode(row.team, tuple[str, ...]), row.looked_at)


def forget_standing(conn: Connection, username: str) -> None:
    """Forget the org's word on somebody who may come in no more: neither a session nor a token stands without it."""
    conn.execute(delete(console_people).where(console_people.c.username == username))


def holds(house: House, username: str, permission: Permission) -> bool:
    """Whether somebody who came in holds a permission now."""
    standing = standing_of(house, username)
    return standing is not None and permission in standing.permissions


def _standing(
    house: House, conn: Connection, username: str, name: str, team: tuple[str, ...], at: datetime
) -> Standing:
    policy, leads = _policy(house), len(team) > 1
    found = permissions(policy, username, leads=leads, asked=False)
    if Permission.DECIDE not in found and _is_asked(conn, username, house.clock.now()):
        found = permissions(policy, username, leads=leads, asked=True)
    return Standing(username, name, team, found, at)


def _policy(house: House) -> Policy:
    """Give the policy that decides; while the org is away, the one that did before anything new was published."""
    try:
        return house.policy
    except SalesforceError:
        return house.get_versions().policy


def _is_asked(conn: Connection, username: str, now: datetime) -> bool:
    return page(conn, Wanted(owner=username, snoozed=True, limit=1), now).total > 0
