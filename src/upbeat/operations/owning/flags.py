"""The flag that a person means: the run that fired, found by the run or by the record on which it is seen."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from upbeat.base import decode, short
from upbeat.engine import Progress
from upbeat.operations.house import House, Refused
from upbeat.operations.runs import find_runs
from upbeat.review import of_item
from upbeat.store import tables
from upbeat.workflows import Workflow


@dataclass(frozen=True, slots=True)
class Seen:
    """A run that fired: of which workflow and version, on which record, why, and whose the record was and is."""

    run: str
    workflow: str
    version: str
    object: str
    record_id: str
    name: str
    reason: str
    record_owners: tuple[str, ...]  # then, and as far as we know now: ids of users or queues


def find_flag(house: House, key: str) -> Seen:
    """Give the flag of a run, or the newest one on a record.

    Raises Refused where nothing is known of it, its condition did not hold, or several workflows flagged the record.
    """
    runs = find_runs(house, key)
    with house.store.reading() as conn:
        found = [one for run in reversed(runs) if (one := _seen(conn, run)) is not None]
    if not found:
        raise Refused(f"{key} has no flag", fix="Its condition did not hold: `upbeat explain` says what it saw.")
    workflows = {one.workflow for one in found}
    if len(workflows) > 1:
        newest = {one.workflow: one for one in reversed(found)}
        named = ", ".join(f"{short(one.run)} ({name})" for name, one in sorted(newest.items()))
        raise Refused(f"several workflows flagged {key}", fix=f"Name the run: {named}.")
    return found[0]


def concerned(house: House, flag: Seen, flow: Workflow) -> set[str]:
    """Give, in small letters, the usernames of those whom a flag concerns.

    They are who owned the record then or owns it now, and those above them, those whom it was put to, the workflow's
    owner, and whoever holds a role of the policy.
    """
    people = house.get_people()
    with house.store.reading() as conn:
        asked = of_item(conn, flag.run)
    holders = filter(None, map(people.find, flag.record_owners))
    named = {flow.owner, *(one.owner for one in asked)}
    named |= {one for some in house.policy.roles.values() for one in some}
    for holder in holders:
        named |= {holder.username, *people.above(holder.username)}
    return {one.casefold() for one in named}


def flow_of(house: House, flag: Seen) -> Workflow:
    """Give the workflow as it runs now, else the version that made the flag."""
    current = house.versions.current.get(flag.workflow)
    return house.versions.get(flag.workflow, flag.version) if current is None else current


def _seen(conn: Connection, run: str) -> Seen | None:
    row = conn.execute(select(tables.items).where(tables.items.c.id == run)).one()
    progress = decode(row.data, Progress)
    if not progress.reason or progress.undo:
        return None
    record, names = progress.record or {}, tables.record_names.c
    owner = conn.execute(select(names.owner_id).where(names.record_id == row.record_id)).scalar()
    return Seen(
        run=run,
        workflow=row.workflow,
        version=row.version,
        object=row.object,
        record_id=row.record_id,
        name=str(record.get("Name") or record.get("Company") or row.record_id),
        reason=progress.reason,
        record_owners=tuple(dict.fromkeys(filter(None, [str(record.get("OwnerId") or ""), str(owner or "")]))),
    )
