"""The sample lives its year: an admin sets it up, then every act is saved at its time through the org's save path."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from heapq import merge
from itertools import groupby

from upbeat.base import ManualClock
from upbeat.localorg.definition_file import apply, load
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import OrgError
from upbeat.localorg.sample.act import Act
from upbeat.localorg.sample.company import (
    ADMIN,
    BEGAN,
    CONNECTIONS,
    CUSTOM_FIELDS,
    FORECAST_CATEGORIES,
    NOW,
    PEOPLE,
    QUEUE,
    ROLES,
)
from upbeat.localorg.sample.governance import govern
from upbeat.localorg.sample.history import year
from upbeat.localorg.shipped import CONVERSATIONS


def build(
    org: LocalOrg,
    clock: ManualClock,
    seed: int = 7,
    *,
    size: int = 1,
    progress: Callable[[datetime], None] = lambda _: None,
) -> dict[str, str]:
    """Fill a new org with Acme's year, and give each record's id by its key in the sample.

    Users stand under their username, roles and the queue under their name. `clock` is the org's own; it is moved
    from `BEGAN` to `NOW`, and `progress` is told where it stands. With a `size` the company has as many years beside
    each other, of seeds that follow each other, and the ids are those of the first. Raises OrgError where the org
    refuses an act.
    """
    clock.move_to(BEGAN)
    with org.transaction():
        ids = set_up(org)
        govern(org, ids)
        lives = [ids, *(dict(ids) for _ in range(size - 1))]
        told = merge(*(_acts(number, seed) for number in range(size)), key=lambda one: one[1].at)
        for (at, number), acts in groupby(told, key=lambda one: (one[1].at, one[0])):
            clock.move_to(at)
            progress(at)
            perform(org, (act for _, act in acts), lives[number])
    clock.move_to(NOW)
    return ids


def _acts(number: int, seed: int) -> Iterator[tuple[int, Act]]:
    return ((number, act) for act in year(seed + number))


def perform(org: LocalOrg, acts: Iterable[Act], ids: dict[str, str]) -> None:
    """Save acts, in order, at the org's present moment; the ids of what they create are put into `ids`.

    Raises OrgError where the org refuses one.
    """
    for (actor, verb, name), group in groupby(acts, key=lambda act: (act.actor, act.verb, act.object)):
        some = list(group)
        rows = [act.row(ids) for act in some]
        save = org.create if verb == "create" else org.update
        for act, saved in zip(some, save(name, rows, ids[actor]), strict=True):
            if not saved.ok:
                raise OrgError(f"the sample's {act.key} is refused: {saved.errors[0].message}")
            ids[act.key] = saved.id


def set_up(org: LocalOrg) -> dict[str, str]:
    """Do what Acme's admin does in Setup, and give the ids as `build` does: no record of a customer stands yet."""
    stages = [
        replace(one, forecast_category=FORECAST_CATEGORIES.get(one.name, one.forecast_category))
        for one in org.schema.stages
    ]
    org.define(fields=CUSTOM_FIELDS, stages=stages)
    apply(org, load([CONVERSATIONS]))
    ids: dict[str, str] = {}
    for name, above in ROLES.items():
        row = {"Name": name, "DeveloperName": name.replace(" ", "_"), "ParentRoleId": ids.get(above)}
        (saved,) = org.create("UserRole", [row], org.process_user)
        ids[name] = saved.id
    for one in PEOPLE:
        ids[one.username] = org.user(
            one.username,
            last_name=one.last,
            profile=one.profile,
            FirstName=one.first,
            Title=one.title,
            UserRoleId=ids.get(one.role),
            ManagerId=ids.get(one.manager),
        )
    ids[QUEUE] = org.queue(QUEUE, objects=["Lead"], members=[ids[ADMIN]])
    for connection in CONNECTIONS.values():
        org.client_credentials(connection.client_id, connection.client_secret, connection.username)
        org.rights.connect(connection.permission_set, ids[connection.username])
    return ids
