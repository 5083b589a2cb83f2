"""The review queue from a person's side: list, look, approve, answer, reject."""

from upbeat import review
from upbeat.operations.house import House, Refused
from upbeat.review import RELEASE, Review, State
from upbeat.workflows import Policy


def reviews(house: House, *, owner: str = "", every: bool = False, limit: int = 50) -> list[Review]:
    """Give what waits for a person, the most pressing first; with `every`, what was decided too."""
    with house.store.reading() as conn:
        return review.listing(conn, owner=owner, state=None if every else State.OPEN, limit=limit)


def one_review(house: House, prefix: str) -> Review:
    """Give the review whose id begins so."""
    with house.store.reading() as conn:
        return review.find(conn, prefix)


def approve(house: House, prefix: str, by: str, *, choice: str = "", note: str = "") -> Review:
    """Release a suggested change, or choose one of the moves that a question offers, in this person's name.

    Raises ReviewError or Refused where the person may not, or somebody else was first.
    """
    person, now = house.person(by), house.clock.now()
    with house.store.writing() as conn:
        found = review.find(conn, prefix)
        if found.kind == RELEASE:
            if choice:
                raise Refused(f"{found.title!r} is approved or rejected", fix="Leave out --choose.")
            return review.approve(conn, house.ledger, found, person.username, house.policy, note, now)
        if not choice:
            choices = ", ".join(found.body.choices)
            raise Refused(f"{found.title!r} asks for a choice", fix=f"Add --choose with one of: {choices}.")
        _must_be_asked(house, found, person.username)
        return review.answer(conn, house.ledger, found, person.username, choice, note, now)


def reject(house: House, prefix: str, by: str, reason: str) -> Review:
    """Say no in this person's name, with a reason."""
    person, now = house.person(by), house.clock.now()
    with house.store.writing() as conn:
        found = review.find(conn, prefix)
        if found.kind == RELEASE:
            _must_hold_a_role(found, person.username, house.policy)
        else:
            _must_be_asked(house, found, person.username)
        return review.reject(conn, house.ledger, found, person.username, reason, now)


def still_missing(found: Review) -> list[str]:
    """Give the roles that have not signed yet."""
    signed = {one.role for one in found.body.approvals}
    return [role for role in found.body.roles if role not in signed]


def _must_be_asked(house: House, found: Review, by: str) -> None:
    """Hold that a question is answered by whom it is put to, by somebody above them, or by a holder of any role."""
    asked, above = found.owner, list[str]()
    while (asked := house.get_people().manager(asked) or "") and asked not in above:
        above.append(asked)
    if by != found.owner and by not in above and not any(house.policy.holds(by, one) for one in house.policy.roles):
        fix = f"{found.owner} is asked, then whoever is above them; a holder of any role of policy.yaml may answer too."
        raise Refused(f"{by} is not asked", fix=fix)


def _must_hold_a_role(found: Review, by: str, policy: Policy) -> None:
    if not any(policy.holds(by, role) for role in found.body.roles):
        raise Refused(f"{by} may not decide this change", fix=f"It needs: {', '.join(found.body.roles)}.")
