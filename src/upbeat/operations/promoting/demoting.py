"""Who takes a workflow back to monitor: one person is enough."""

from upbeat.domain import Mode
from upbeat.engine import take_back
from upbeat.operations.house import House, Refused
from upbeat.operations.promoting.going_live import Promoted


def demote(house: House, name: str, by: str, why: str) -> Promoted:
    """Take a workflow back to monitor, in one person's name.

    What waits for release is not written, unless people take the workflow live again. It goes by what people gave,
    not by the files: one whose file was changed or removed is taken back all the same.
    """
    person, now = house.person(by).username, house.clock.now()
    with house.store.writing() as conn:
        version = take_back(conn, house.ledger, name, person, why, now)
    if version is None:
        house.workflow(name)
        raise Refused(f"nobody took {name} live, so it is in monitor mode")
    return Promoted(name, version, Mode.MONITOR, (person,), {})
