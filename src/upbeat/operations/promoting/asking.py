"""One person wants a workflow live and the other is not at hand: the question waits for them in the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from upbeat import review
from upbeat.base import short
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.promoting.going_live import GO_LIVE, may_go_live, open_question, take_live
from upbeat.operations.promoting.in_short import in_short
from upbeat.operations.promoting.report import Report, Wish
from upbeat.operations.promoting.seats import filled, next_to_ask, not_filled
from upbeat.review import Matter, OwnerQueue, Review

YES, NO = "take it live", "not yet"
HOLDS = timedelta(days=7)
"""How long a report that somebody agreed to holds; after it, what it showed is too old to go live by."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the next person, and what they are asked to agree to."""

    review: str
    workflow: str
    version: str
    by: tuple[str, ...]
    waits_for: str
    others: tuple[str, ...]
    shown: str


def ask(house: House, name: str, by: str, wish: Wish = Wish()) -> Asked:  # noqa: B008  a frozen value
    """Say yes in one person's name, and put the question to the next one who must agree.

    Raises Refused as `promote` does, where this person has no say in it, and where the question waits already.
    """
    person = house.person(by).username
    shown = may_go_live(house, name, wish)
    if not next_to_ask(house.policy, [person]):
        raise not_filled(house.policy)
    with house.store.writing() as conn:
        return _ask(house, conn, (person,), shown, wish)


def agree(house: House, found: Review, by: str, note: str = "") -> Review:
    """Say yes as another person; with everyone who must, the workflow goes live, else the next one is asked.

    Raises Refused where this person may not, where somebody who agreed has left since, and where something stands in
    the way by now; ReviewError where another version was published since, or the question lapsed with its report.
    """
    person, now = house.person(by).username, house.clock.now()
    review.must_be_open(found, now)
    said = must_have_a_say(house, found, person)
    wish, people = Wish(**said["wish"]), tuple(said["by"])
    if left := [one for one in people if one not in _active(house, people)]:
        what = f"{left[0]}, who agreed to it, is no longer an active user, and so has no say in it"
        raise Refused(what, fix=f"Reject this, and ask anew: `upbeat promote {found.workflow} --as {person}`.")
    shown = may_go_live(house, found.workflow, wish)
    with house.store.writing() as conn:
        done = review.answer(conn, house.ledger, review.find(conn, found.id), person, YES, note, now)
        if filled(house.policy, [*people, person]):
            take_live(house, conn, [*people, person], shown, wish)
        else:
            _ask(house, conn, (*people, person), shown, wish)
    return done


def must_have_a_say(house: House, found: Review, person: str) -> Mapping[str, Any]:
    """Hold that somebody may agree to taking a workflow live; give what the people before them said."""
    with house.store.reading() as conn:
        said = _said(house, conn, found)
    if person in said["by"]:
        raise Refused(f"{person} asked for it, and the other one is somebody else", fix=f"It waits for {found.owner}.")
    if person not in next_to_ask(house.policy, tuple(said["by"])):
        raise not_filled(house.policy)
    return said


def _ask(house: House, conn: Connection, people: tuple[str, ...], shown: Report, wish: Wish) -> Asked:
    """Enter the yes with what was shown, and open the question that leads back to that entry."""
    now, others = house.clock.now(), _active(house, next_to_ask(house.policy, people))
    if not others:
        raise Refused("nobody who could agree is an active user", fix="Name somebody who is in policy.yaml.")
    if (waits := open_question(conn, shown.workflow)) is not None:
        fix = f"`upbeat review show {short(waits.id)}`."
        raise Refused(f"the question waits already: {short(waits.id)}", fix=fix)
    payload = {"by": people, "wish": wish, "shown": shown.digest, "report": shown.kept}
    entry = Entry(Kind.GO_LIVE_ASKED, people[-1], payload, workflow=shown.workflow, version=shown.version)
    [entry_id] = house.ledger.append(conn, [entry])
    matter = Matter(
        kind=GO_LIVE,
        key=entry_id,
        ask=f"Take {shown.workflow} live: {shown.title}?",
        owner=others[0],
        due=now + house.policy.queue.approve_within,
        choices=(YES, NO),
        reasons=(f"{' and '.join(people)} would. {house.policy.promotion.why.rstrip('.')}.", *in_short(shown, wish)),
        queue=OwnerQueue.NONE,
        workflow=shown.workflow,
        version=shown.version,
        expires=now + HOLDS,
    )
    opened = review.open_matter(conn, house.ledger, matter, now)
    return Asked(opened.id, shown.workflow, shown.version, people, opened.owner, tuple(others[1:]), shown.digest)


def _said(house: House, conn: Connection, found: Review) -> Mapping[str, Any]:
    """Give what the first people said, from the entry that the question leads back to."""
    entry_id = found.group.partition(":")[2]
    return house.ledger.read(conn, entry_id).payload


def _active(house: House, names: Sequence[str]) -> list[str]:
    people = (house.get_people().active(one) for one in names)
    return [one.username for one in people if one is not None]
