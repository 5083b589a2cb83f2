"""The review queue from a person's side: list, approve, answer, reject, edit, hand on, put off, take back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from upbeat import review
from upbeat.domain import Tier
from upbeat.engine import hand_over
from upbeat.operations.comparing import moved_since, words
from upbeat.operations.editing import read_values
from upbeat.operations.house import House, Refused
from upbeat.operations.owning.misfires import MISFIRE, answered, must_say_what
from upbeat.operations.promoting import GO_LIVE, YES, agree
from upbeat.review import RELEASE, Group, OwnerQueue, Page, Review, Wanted, Whose
from upbeat.salesforce import SalesforceError

_TIERS = (Tier.REVIEW, Tier.APPROVAL)  # the others wait for nobody
_QUEUES = tuple(one for one in OwnerQueue if one)

Decide = Callable[[Connection, Review, str, datetime], Review]


@dataclass(frozen=True, slots=True)
class Handling:
    """What a kind of matter asks of an answer, given its choice and note, and what is done once it is there."""

    must_say: Callable[[House, Review, str, str], None]
    settle: Callable[[House, Connection, Review], None]


_HANDLED: Mapping[str, Handling] = {MISFIRE: Handling(must_say_what, answered)}


def queue(house: House, wanted: Wanted | None = None) -> Page:
    """Give one page of what waits for a person, the most pressing first. Raises Refused for no tier or queue."""
    wanted = wanted or Wanted()
    for name, said, there in (("tier", wanted.tier, _TIERS), ("queue", wanted.queue, _QUEUES)):
        if said and said not in there:
            raise Refused(f"there is no {name} {said!r} that waits", fix=f"There are: {', '.join(there)}.")
    with house.store.reading() as conn:
        return review.page(conn, wanted, house.clock.now())


def waits_for(house: House, by: str, team: tuple[str, ...] = ()) -> Whose:
    """Give what waits for somebody, and for the people of their team: put to them, or to be signed in a role of theirs.

    What they answer for is theirs to sign in no role.
    """
    roles = tuple(role for role in house.policy.roles if house.policy.holds(by, role))
    return Whose((by, *team), roles, by)


def waiting_for(house: House, by: str) -> int:
    """Give how many wait for one person, without what was put off."""
    with house.store.reading() as conn:
        return review.page(conn, Wanted(whose=waits_for(house, by), limit=0), house.clock.now()).total


def patterns(house: House, wanted: Wanted, *, most: int = 20) -> list[Group]:
    """Give the patterns of what is wanted that two changes wait of and more, the largest first."""
    with house.store.reading() as conn:
        return review.groups(conn, wanted, house.clock.now(), least=2, most=most)


def reviews(house: House, *, owner: str = "", every: bool = False, limit: int = review.PAGE) -> list[Review]:
    """Give what waits for a person whole, the most pressing first; with `every`, what was decided too."""
    wanted = Wanted(owner=owner, every=every, limit=limit)
    with house.store.reading() as conn:
        return [review.find(conn, one.id) for one in review.page(conn, wanted, house.clock.now()).lines]


def one_review(house: House, prefix: str) -> Review:
    """Give the review whose id begins so."""
    with house.store.reading() as conn:
        return review.find(conn, prefix)


def approve(house: House, prefix: str, by: str, *, choice: str = "", note: str = "") -> Review:
    """Release a suggested change, or choose one of the moves that a question offers, in this person's name.

    A change whose facts are no longer as they were is not signed: it comes back OUTDATED, with what changed in its
    note, and is looked at again. Raises ReviewError or Refused where the person may not, or somebody else was first.
    """
    person, found = house.person(by).username, one_review(house, prefix)
    if found.kind == GO_LIVE and choice.casefold() in {"", YES}:
        return agree(house, found, person, note)
    if found.kind != RELEASE:
        return _answer(house, found, person, choice, note)
    if choice:
        raise Refused(f"{found.title!r} is approved or rejected", fix="Leave out --choose.")
    return sign(house, found, person, note)


def sign(house: House, found: Review, person: str, note: str, *, choice: str = "") -> Review:
    """Sign a suggested change, or close it as outdated where its facts have changed since it was read.

    Raises ReviewError where this person may not sign it at all. An org that does not answer does not hold up a
    signature: what was signed is compared once more before it is written.
    """
    _must_be_signable(house, found, person)
    try:
        moved = moved_since(house, found)
    except SalesforceError:
        moved = ()
    with house.store.writing() as conn:
        now, current = house.clock.now(), review.find(conn, found.id)
        _must_be_signable(house, current, person)
        if moved:
            return review.outdate(conn, house.ledger, current, words(moved), person, now)
        return review.approve(conn, house.ledger, current, person, house.policy, note, now, choice=choice)


def reject(house: House, prefix: str, by: str, reason: str, words: str = "") -> Review:
    """Say no in this person's name, with a reason, one of `Reason` or their own, and with words beside it."""

    def decide(conn: Connection, found: Review, person: str, now: datetime) -> Review:
        if found.kind == RELEASE:
            _must_hold_a_role(house, found, person)
        else:
            must_be_asked(house, found, person)
        return _settled(house, conn, review.reject(conn, house.ledger, found, person, reason, now, words))

    return _act(house, prefix, by, decide)


def edit(house: House, prefix: str, by: str, values: Mapping[str, str], note: str = "") -> Review:
    """Put other values in place of those suggested, as texts by field, or by `RECORD.Field` where several are changed.

    What is written so is another suggested change: the gate decides anew what it needs. Raises ReviewError or Refused
    where the person may not, or a value does not fit its field.
    """
    writer = house.person(by).username
    wanted = read_values(one_review(house, prefix).body.proposals, values, house.get_schema())

    def decide(conn: Connection, found: Review, person: str, now: datetime) -> Review:
        return review.edit(conn, house.ledger, found, person, house.policy, wanted, note, now)

    return _act(house, prefix, writer, decide)


def delegate(house: House, prefix: str, by: str, to: str, note: str = "") -> Review:
    """Hand a question to another person who may decide it."""
    other = house.person(to).username

    def decide(conn: Connection, found: Review, person: str, now: datetime) -> Review:
        _must_be_concerned(house, found, person)
        return review.delegate(conn, house.ledger, found, person, other, house.policy, note, now)

    return _act(house, prefix, by, decide)


def snooze(house: House, prefix: str, by: str, until: datetime, note: str = "") -> Review:
    """Put a question off until a time; what needs approval is escalated all the same."""

    def decide(conn: Connection, found: Review, person: str, now: datetime) -> Review:
        _must_be_concerned(house, found, person)
        return review.snooze(conn, house.ledger, found, person, until, note, now)

    return _act(house, prefix, by, decide)


def recall(house: House, prefix: str, by: str, note: str = "") -> Review:
    """Take this person's signature back, as long as the change is not on its way."""

    def decide(conn: Connection, found: Review, person: str, _: datetime) -> Review:
        return review.recall(conn, house.ledger, found, person, note)

    return _act(house, prefix, by, decide)


def withdraw(house: House, prefix: str, by: str, reason: str) -> Review:
    """Take a suggested change back, in the name of whoever answers for it."""

    def decide(conn: Connection, found: Review, person: str, now: datetime) -> Review:
        if found.kind != RELEASE:
            raise Refused(f"{found.title!r} suggests no change", fix="Answer it, or reject it with a reason.")
        if person.casefold() != found.body.author.casefold():
            raise Refused(
                f"{person} does not answer for this change",
                fix=f"{found.body.author} may withdraw it; whoever may release it may reject it.",
            )
        if not reason.strip():
            raise Refused("taking it back needs its reason", fix="Add --reason.")
        return review.withdraw(conn, house.ledger, found, reason, now, by=person)

    return _act(house, prefix, by, decide)


def _act(house: House, prefix: str, by: str, decide: Decide) -> Review:
    """Do something to a review in a person's name, in one transaction; its item stands with whoever has it then."""
    person = house.person(by).username
    with house.store.writing() as conn:
        done = decide(conn, review.find(conn, prefix), person, house.clock.now())
        hand_over(conn, done)
        return done


def _answer(house: House, found: Review, by: str, choice: str, note: str) -> Review:
    if not choice:
        choices = ", ".join(found.body.choices)
        raise Refused(f"{found.title!r} asks for a choice", fix=f"Add --choose with one of: {choices}.")

    def decide(conn: Connection, found: Review, person: str, now: datetime) -> Review:
        must_be_asked(house, found, person)
        if found.kind in _HANDLED:
            _HANDLED[found.kind].must_say(house, found, choice, note)
        return _settled(house, conn, review.answer(conn, house.ledger, found, person, choice, note, now))

    return _act(house, found.id, by, decide)


def _settled(house: House, conn: Connection, done: Review) -> Review:
    """Do what an answer to a matter of the house asks for, in its transaction."""
    if done.kind in _HANDLED:
        _HANDLED[done.kind].settle(house, conn, done)
    return done


def _must_be_signable(house: House, found: Review, person: str) -> None:
    review.must_be_open(found, house.clock.now())
    review.role_of(found, person, house.policy)


def _must_be_concerned(house: House, found: Review, by: str) -> None:
    """Hold that a question is handed on or put off by whom it is put to, or by who may decide it."""
    if found.kind != RELEASE:
        must_be_asked(house, found, by)
    elif by.casefold() != found.owner.casefold():
        _must_hold_a_role(house, found, by)


def must_be_asked(house: House, found: Review, by: str) -> None:
    """Hold that a question is answered by whom it is put to, by somebody above them, or by a holder of any role."""
    asked, above = found.owner, list[str]()
    while (asked := house.get_people().manager(asked) or "") and asked not in above:
        above.append(asked)
    named = by.casefold() in {one.casefold() for one in (found.owner, *above)}
    if not named and not any(house.policy.holds(by, one) for one in house.policy.roles):
        fix = f"{found.owner} is asked, then whoever is above them; a holder of any role of policy.yaml may answer too."
        raise Refused(f"{by} is not asked", fix=fix)


def _must_hold_a_role(house: House, found: Review, by: str) -> None:
    if not any(house.policy.holds(by, role) for role in found.body.roles):
        raise Refused(f"{by} may not decide this change", fix=f"It needs: {', '.join(found.body.roles)}.")
