"""Override: a person who knows better says why, and the trigger is quiet on that record until the facts change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from upbeat.base import short
from upbeat.engine import Mute, facts_now, is_on_the_line, overrule, under_way
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.owning.flags import concerned, find_flag, flow_of
from upbeat.review import RELEASE, Review, still_open
from upbeat.workflows import Workflow

_WHO = (
    "The record's owner, those above them, whoever was asked, the workflow's owner and holders of a role may override "
    "it. Anybody may report that it is wrong: `upbeat misfire`."
)


@dataclass(frozen=True, slots=True)
class Overridden:
    """A flag that is quiet now. `ended` are the runs that had no outcome yet, and end as overridden."""

    run: str
    workflow: str
    object: str
    record_id: str
    name: str
    by: str
    reason: str
    at: datetime
    ended: tuple[str, ...]


def override(house: House, key: str, by: str, reason: str) -> Overridden:
    """Override the flag of a run, or the newest one on a record, in a person's name.

    The facts that it stands on are those of this moment, read from the org. Raises Refused where there is no flag, no
    reason, the record is gone, the person has nothing to do with it, or the run is under way this very moment.
    """
    person, flag = house.person(by).username, find_flag(house, key)
    if not reason.strip():
        raise Refused("an override needs its reason", fix="Add --reason: what you know that the trigger does not.")
    flow, now = flow_of(house, flag), house.clock.now()
    if person.casefold() not in concerned(house, flag, flow):
        raise Refused(f"the flag does not concern {person}", fix=_WHO)
    facts = facts_now(flow, [flag.record_id], house.query).get(flag.record_id)
    if facts is None:
        raise Refused(f"{flag.object} {flag.record_id} is gone", fix="Nothing fires on it any more.")
    with house.store.writing() as conn:
        ended = under_way(conn, flag.workflow, flag.record_id)
        if is_on_the_line(conn, ended):
            raise Refused(f"run {short(flag.run)} is under way this very moment", fix="Ask again in a moment.")
        _may_refuse(house, still_open(conn, ended), flow, person)
        entry = Entry(
            Kind.OVERRIDDEN,
            person,
            {"reason": reason, "flag": flag.reason, "ended": ended},
            item_id=flag.run,
            workflow=flow.name,
            version=flow.version,
            record_id=flag.record_id,
        )
        [entry_id] = house.ledger.append(conn, [entry])
        mute = Mute(flow.name, flag.record_id, flag.run, facts, person, reason, entry_id, now)
        overrule(conn, house.ledger, mute, ended, now)
    return Overridden(flag.run, flow.name, flag.object, flag.record_id, flag.name, person, reason, now, tuple(ended))


def _may_refuse(house: House, waiting: Sequence[Review], flow: Workflow, person: str) -> None:
    """Hold that what waits for a release is taken away by somebody who might refuse it, or by the workflow's owner."""
    owns = person.casefold() == flow.owner.casefold()
    for one in waiting:
        held = any(house.policy.holds(person, role) for role in one.body.roles)
        if one.kind == RELEASE and not owns and not held:
            fix = f"It needs {' or '.join(one.body.roles)}, or {flow.owner}, who owns the workflow."
            raise Refused(f"{person} may not decide the change that waits", fix=fix)
