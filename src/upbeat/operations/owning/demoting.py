"""The house takes a workflow back to monitor by itself, says why with the figures, and asks its owner to look."""

from sqlalchemy import Connection

from upbeat import notices
from upbeat.engine import demote_by_house
from upbeat.operations.house import House
from upbeat.operations.owning.asking import answers_for, ask_owner
from upbeat.review import Matter, OwnerQueue
from upbeat.workflows import Workflow

TAKEN_BACK = "taken back"  # the kind of what an owner is told then


def demote_and_tell(house: House, conn: Connection, flow: Workflow, why: str) -> bool:
    """Take a live workflow back to monitor and put the figures before its owner; give whether it was live."""
    now = house.clock.now()
    version = demote_by_house(conn, house.ledger, flow.name, why, now)
    if version is None:
        return False
    matter = Matter(
        kind=TAKEN_BACK,
        key=version[:10],
        ask=f"{flow.name} is in monitor mode again: {why}",
        owner=answers_for(house, flow.owner),
        due=now + house.policy.queue.review_within,
        choices=("seen",),
        reasons=(why, f"Tune {flow.name}, and take it live again once its report is good."),
        queue=OwnerQueue.TUNING,
        workflow=flow.name,
        version=version,
    )
    ask_owner(house, conn, matter, notices.Kind.ALARM, f"You own {flow.name}.")
    return True
