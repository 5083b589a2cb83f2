"""Taking conversations in: what may not be kept leaves a count, the rest is kept once and goes on the line."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import Connection, select

from upbeat.conversation import Captured, Conversation, Medium, twins
from upbeat.conversation.privacy import Excluded, excluded, sided
from upbeat.engine import Start, captured, resolve
from upbeat.operations.capture.ground import Ground
from upbeat.operations.capture.pieces import Left
from upbeat.operations.house import House
from upbeat.store import tables

FILES: Final = "files"
"""The source of what people add from this machine."""

_AT_ONCE: Final = 200  # conversations in one transaction, whose people are asked of the org together


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking conversations in.

    `new` are the keys of those that are kept now, `known` counts those that were taken before, `excluded` those that
    may not be kept, by the reason; `items` is how many runs they began.
    """

    new: tuple[str, ...] = ()
    known: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict[str, int])
    items: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        """Add up two takings."""
        return Taken(
            (*self.new, *other.new),
            self.known + other.known,
            dict(Counter(self.excluded) + Counter(other.excluded)),
            self.items + other.items,
        )


def take(
    house: House,
    talks: Sequence[Conversation],
    *,
    by: str = "",
    beside: Callable[[Connection], None] = lambda _: None,
) -> Taken:
    """Take conversations in; one that was taken before is left as it is.

    `by` is who brought them, empty for a source; `beside` writes in the transaction of the last of them. The org is
    asked who took part, of many together. What capture.yaml keeps out, and what only our own people took part in, is
    not kept. Raises SalesforceError, DefinitionError.
    """
    found, ground = Taken(), Ground.of(house)
    lots = [talks[start : start + _AT_ONCE] for start in range(0, len(talks), _AT_ONCE)]
    for lot in lots[:-1]:
        found += _take(house, ground, lot, by)
    return found + _take(house, ground, lots[-1] if lots else (), by, beside)


def note_left(house: House, left: Sequence[Left], read: Sequence[str] = (), *, source: str = FILES) -> None:
    """Note what could not be read, to be shown until it can be; `read` names what now could be."""
    with house.store.writing() as conn:
        captured.mend(conn, source, read)
        for one in {each.name: each for each in left if not each.aside}.values():
            captured.fail(conn, house.ledger, source, one.name, one.why, house.clock.now())


def _take(
    house: House,
    ground: Ground,
    talks: Sequence[Conversation],
    by: str,
    beside: Callable[[Connection], None] = lambda _: None,
) -> Taken:
    every = {one.key: one for one in talks}
    with house.store.reading() as conn:
        known = captured.known(conn, every)
    zone = house.get_zone()  # in which a day that somebody names is a day of the org, as it is in its fields
    fresh = [
        sided(replace(one, began=one.began.astimezone(zone)), ground.exclusions)
        for key, one in every.items()
        if key not in known
    ]
    if not fresh:
        with house.store.writing() as conn:
            beside(conn)
        return Taken(known=len(talks))
    kept, out = _screened(fresh, ground)
    found = resolve(house.query, house.get_schema(), house.get_people().all().values(), ground.ours, kept)
    now, versions = house.clock.now(), house.versions
    with house.store.writing() as conn:
        org_id = conn.scalar(select(tables.meta.c.value).where(tables.meta.c.key == "org_id")) or ""
        start = Start(org_id, versions, house.ledger, now, by or "capture")
        new, items = list[str](), 0
        for one in found:
            if why := excluded(one.conversation, ground.exclusions):  # once more, as the org has said who they are
                out.append((one.conversation, why))
                continue
            one = _joined(house, conn, one)  # noqa: PLW2901  with the other telling of the same meeting
            if captured.keep(conn, house.ledger, one, now):
                new.append(one.conversation.key)
                items += 0 if one.link.same_as else start.log(conn, one).items
        for talk, why in out:
            captured.exclude(conn, talk, why.why, now)
        beside(conn)
    return Taken(tuple(new), len(talks) - len(fresh), Counter(why.rule for _, why in out), items)


def _screened(
    talks: Sequence[Conversation], ground: Ground
) -> tuple[list[Conversation], list[tuple[Conversation, Excluded]]]:
    """Part what may be kept from what may not, before anything of it is stored or sent."""
    kept, out = list[Conversation](), list[tuple[Conversation, Excluded]]()
    for one in talks:
        why = excluded(one, ground.exclusions)
        if why is None:
            kept.append(one)
        else:
            out.append((one, why))
    return kept, out


def _joined(house: House, conn: Connection, one: Captured) -> Captured:
    """Give a conversation with the other one that tells of the same meeting, whose activity is its own too."""
    if one.conversation.medium is Medium.EMAIL:  # a mail is known by its Message-ID alone
        return one
    twin = next(_twins(house, conn, one), None)
    return one if twin is None else replace(one, link=replace(one.link, same_as=twin.conversation.key))


def _twins(house: House, conn: Connection, one: Captured) -> Iterator[Captured]:
    return (each for each in captured.near(conn, house.ledger, one) if twins.same_meeting(one, each))
