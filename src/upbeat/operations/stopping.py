"""Who halts every write, and who lifts that: people, by name, in the ledger."""

from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.store import control
from upbeat.store.control import Stop


def stop(house: House, by: str, why: str) -> Stop:
    """Halt every write and message at once, until a person lifts it. Asks nothing of the org: it may be down."""
    if not by:
        raise Refused("nobody says who is stopping", fix="Add --as USERNAME, or set UPBEAT_USER.")
    with house.store.writing() as conn:
        standing = control.stop(conn, by=by, why=why, now=house.clock.now())
        house.ledger.append(conn, [Entry(Kind.STOPPED, by, {"why": why})])
    return standing


def resume(house: House, by: str) -> Stop:
    """Let writes go on, in a person's name. Raises Refused where nothing is stopped, or policy gives it to others."""
    person = house.person(by).username
    house.allow(person, "resume")
    with house.store.writing() as conn:
        lifted = control.resume(conn)
        if lifted is None:
            raise Refused("nothing is stopped")
        house.ledger.append(conn, [Entry(Kind.RESUMED, person, {"stopped_by": lifted.by, "why": lifted.why})])
    return lifted
