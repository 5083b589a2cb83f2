"""Who must agree before a workflow goes live: one person of each role, and the second person of a team of one."""

from collections.abc import Sequence
from dataclasses import dataclass

from upbeat.operations.house import Refused
from upbeat.workflows import Policy


@dataclass(frozen=True, slots=True)
class Seat:
    """One of them: what it is called, and the usernames of those who may take it."""

    name: str
    people: tuple[str, ...]

    def may(self, person: str) -> bool:
        """Whether somebody may take it."""
        return person.casefold() in {one.casefold() for one in self.people}


def seats(policy: Policy) -> list[Seat]:
    """Give the seats that a policy asks for, at least two."""
    promotion = policy.promotion
    found = [Seat(role, tuple(policy.roles.get(role, ()))) for role in promotion.roles]
    return found if promotion.second is None else [*found, Seat("the second person", (promotion.second,))]


def filled(policy: Policy, people: Sequence[str]) -> bool:
    """Whether different ones of these people take all the seats. Others may sign along."""
    return _filled(seats(policy), list(dict.fromkeys(people)))


def next_to_ask(policy: Policy, people: Sequence[str]) -> list[str]:
    """Give everyone who could take a seat beside these people, each of whom has one of their own.

    Nobody where one of them could have no seat beside the others.
    """
    every, known = seats(policy), list(dict.fromkeys(people))
    anyone = dict.fromkeys(one for seat in every for one in seat.people)
    new = (one for one in anyone if one.casefold() not in {other.casefold() for other in known})
    return [one for one in new if _seated(every, [*known, one])]


def not_filled(policy: Policy) -> Refused:
    """Give the refusal that says who they must be."""
    holders = "; ".join(f"{one.name}: {', '.join(one.people)}" for one in seats(policy))
    fix = f"Name one of each with --by, or yourself with --as to ask the others. {holders}."
    return Refused("going live takes a different person of each role", fix=fix)


def _filled(every: Sequence[Seat], people: Sequence[str]) -> bool:
    if not every:
        return True
    others = ([other for other in people if other != one] for one in people if every[0].may(one))
    return any(_filled(every[1:], rest) for rest in others)


def _seated(every: Sequence[Seat], people: Sequence[str]) -> bool:
    if not people:
        return True
    rests = ([one for one in every if one is not seat] for seat in every if seat.may(people[0]))
    return any(_seated(rest, people[1:]) for rest in rests)
