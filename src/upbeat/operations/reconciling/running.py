"""Reconcile: the org's own record of our users against our ledger, each night and whenever somebody asks.

What neither the ledger nor the org explains raises an alarm, once: an incident before those who take workflows live.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from upbeat.domain import HOUSE
from upbeat.intake import keep_position, read_position
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.reconciling.alarming import raise_alarm
from upbeat.operations.reconciling.beside import beside
from upbeat.operations.reconciling.claims import claims
from upbeat.operations.reconciling.comparing import NEAR, SKEW, Scales, compare
from upbeat.operations.reconciling.lacking import not_in_the_org
from upbeat.operations.reconciling.org import Org, worth_reading
from upbeat.operations.reconciling.values import ALARMS, Change, Claim, Finding, Reconciliation, Unchecked, Users
from upbeat.salesforce import SessionDead

OVERLAP: Final = timedelta(hours=2)  # looked at once more: what came late, or under another clock
FIRST: Final = timedelta(days=1)  # how far the first one looks back
_WRITING: Final = "writing"  # the connection
_OURS: Final = frozenset({"reading", _WRITING})  # the connections that are nobody's by hand
_SOURCE: Final = "reconcile"

Told = Callable[[str], None]


def reconcile(
    house: House, since: datetime | None = None, *, by: str = "", told: Told = lambda _: None
) -> Reconciliation:
    """Compare from `since` to now, by default from where the last comparison ended; raise an alarm for what is new.

    `by` is the person who asked for it, nobody each night. Raises Refused where `since` is to come, and SalesforceError
    where the org does not answer.
    """
    now, asker = house.clock.now(), house.person(by).username if by else HOUSE
    if since is not None and since >= now:
        raise Refused(f"{since:%F %R %Z} is to come, and nothing has happened since", fix="Name a time that is past.")
    start = since or _start(house, now)
    users, dead = _users(house)
    org = Org(house.get_reader(), house.get_schema(), users.all)
    objects = worth_reading(house.get_readers()[_WRITING].changeable()) if users.all else []
    changes: list[Change] = []
    for number, name in enumerate(objects, 1):
        told(f"{name}, {number} of {len(objects)} objects")
        changes += org.changes([name], start, now)
    with house.store.reading() as conn:  # after the org: whatever it shows was meant in the ledger before
        every = claims(conn, house.ledger, start - SKEW, house.clock.now() + NEAR)
    names = {one.casefold() for one in users.people.values()}
    ours = [one for one in every if not one.lent_by or one.lent_by.casefold() in names]
    gone = [one for one in every if one not in ours]
    compared = compare(ours, changes, _scales(org, changes))
    findings, by_hand = _without_people(beside(org, compared.findings, ours, compared.moments), users)
    done = [one for one in ours if one.at is not None and start <= one.at < now - SKEW]
    lacking, unchecked = not_in_the_org(org, done, compared, now)
    found = Reconciliation(
        since=start,
        until=now,
        users=tuple(sorted(users.all.values())),
        objects=len(objects),
        changes=len(changes),
        writes=len(done),
        matched=compared.matched,
        findings=(*findings, *lacking),
        unchecked=_merged([*unchecked, *by_hand, *org.unchecked, *dead, *_lent(gone)]),
    )
    return _keep(house, found, asker, is_whole=since is None or since <= _start(house, now))


def _start(house: House, now: datetime) -> datetime:
    with house.store.reading() as conn:
        position = read_position(conn, _SOURCE)
    return now - FIRST if position is None else position[0] - OVERLAP


def _users(house: House) -> tuple[Users, list[Unchecked]]:
    """Find out in whose name our connections act: the one that writes, the one that only reads, and those lent.

    One of the last that the org lets in no more is told, and holds up nothing.
    """
    ours: dict[str, str] = {}
    people: dict[str, str] = {}
    dead: list[Unchecked] = []
    for name, reader in house.get_readers().items() if house.writes else ():
        try:
            who = reader.identity()
        except SessionDead as error:
            if name in _OURS:
                raise
            dead.append(Unchecked(f"the connection {name}", error.what))
            continue
        is_ours = name in _OURS and not reader.session.is_persons
        (ours if is_ours else people)[who.user_id] = who.username
    if not house.writes:
        dead.append(Unchecked("the org", "there is no writing connection, so Upbeat has no user who writes"))
    return Users(ours, {key: name for key, name in people.items() if key not in ours}), dead


def _without_people(findings: Sequence[Finding], users: Users) -> tuple[list[Finding], list[Unchecked]]:
    """Take out what a person did who also lends their name: by hand they may do what they like."""
    why = "it is a person, who works by hand as well: connect a user that is Upbeat's own"
    theirs = Counter(one.by for one in findings if one.by in users.people)
    by_hand = [Unchecked(f"changes of {users.people[one]}", why, count) for one, count in theirs.items()]
    return [one for one in findings if one.by not in users.people], by_hand


def _lent(gone: Sequence[Claim]) -> list[Unchecked]:
    """Say of what was written in names that are lent no more that the org's word on them is not asked."""
    why = "whoever lent their name for it does so no more"
    return [Unchecked(one.object, why, 1) for one in gone if one.at is not None]


def _scales(org: Org, changes: Sequence[Change]) -> Scales:
    found: dict[tuple[str, str], int] = {}
    for name, field in {(one.object, one.field) for one in changes if one.field}:
        owner = org.object(name)
        if owner is not None and owner.has(field) and owner.field(field).precision:
            found[name, field] = owner.field(field).scale
    return found


def _merged(unchecked: Sequence[Unchecked]) -> tuple[Unchecked, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for one in unchecked:
        counts[one.what, one.why] += one.count
    return tuple(Unchecked(what, why, count) for (what, why), count in sorted(counts.items()))


def _keep(house: House, found: Reconciliation, by: str, *, is_whole: bool) -> Reconciliation:
    """Enter the comparison, with what differs in an entry of its record, and raise an alarm for what is new."""
    with house.store.writing() as conn:
        known = _known(house, conn, found)
        fresh = [one for one in found.findings if one.key not in known]
        new = tuple(one.key for one in fresh if one.kind in ALARMS)
        evidence = [Entry(Kind.RECONCILED, HOUSE, {"finding": one}, record_id=one.record_id) for one in fresh]
        *_, entry = house.ledger.append(conn, [*evidence, Entry(Kind.RECONCILED, by, _summary(found, new))])
        if new:
            raise_alarm(house, conn, [one for one in fresh if one.key in new], entry)
        if is_whole:
            keep_position(conn, _SOURCE, (found.until, ""))
    return replace(found, new=new, entry=entry)


def _summary(found: Reconciliation, new: Sequence[str]) -> Mapping[str, Any]:
    """Give a comparison without any value of a record: those stand in entries that go when the record is forgotten."""
    numbers = Counter(str(one.kind) for one in found.findings)
    keys = {"known": [one.key for one in found.findings], "new": new}
    return asdict(replace(found, findings=(), new=())) | {"findings": numbers} | keys


def _known(house: House, conn: Connection, found: Reconciliation) -> set[str]:
    """Give the keys of what earlier comparisons of the same time found."""
    until = house.clock.now() + NEAR
    said: Iterator[Any] = (one.payload for one in house.ledger.between(conn, found.since, until, {Kind.RECONCILED}))
    return {key for one in said if one is not None for key in one.get("known", ())}
