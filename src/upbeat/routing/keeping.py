"""Whose a record is before anybody's turn comes: the owner of its double, and the keepers in the pool's order.

A claim names one person. Where several people have the same claim, or it is not certain that it is one, a person
decides: that is a doubt, with those whom it could be. What nobody was given yet claims nothing for its owner.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from upbeat.domain import Record
from upbeat.routing.assignment import Rule
from upbeat.routing.known import Double, Known, Match
from upbeat.routing.roster import Roster
from upbeat.routing.view import View
from upbeat.workflows import Doubles, IfAway, Keeper, Keeps, Person


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody whose a record is by a rule, and why; and what happens where they cannot take it now."""

    rule: Rule
    user_id: str
    username: str
    active: bool
    reasons: tuple[str, ...]
    if_away: IfAway


@dataclass(frozen=True, slots=True)
class Doubt:
    """What only a person can tell, and who of several it could be."""

    what: str
    reasons: tuple[str, ...]
    choices: tuple[str, ...]  # usernames


def claims(seen: View, roster: Roster, known: Known) -> Iterator[Claim | Doubt]:
    """Give whose the record is, the strongest claim first; last a doubt that stands in the way of sharing it."""
    if known.doubles:
        yield from _doubles(roster, known)
    for one in roster.pool.keeps:
        yield from _KEEPERS[one.by](one, seen, roster, known)
    if known.doubt and (roster.pool.account_fields or any(one.accounts for one in roster.pool.territories)):
        yield _which_account(known)


def is_taken(record: Record, roster: Roster, known: Known) -> bool:
    """Whether somebody has a record whom the pool does not take from: such a record is left alone.

    Not so one that is to be given to somebody new; and where the pool keeps a record's owner, one whose owner left.
    """
    if record["OwnerId"] in roster.takes_from:
        return False
    owner = _owner(record, roster, known)
    if owner is None:
        return True
    keeps = any(one.by is Keeper.RECORD_OWNER for one in roster.pool.keeps)
    return owner.username not in known.holders and (owner.active or not keeps)


def _owner(record: Record, roster: Roster, known: Known) -> Person | None:
    """Give the user who has a record: a member, or whoever was looked up with it."""
    stranger = known.owner if known.owner is not None and known.owner.user_id == record["OwnerId"] else None
    return roster.by_user_id.get(record["OwnerId"]) or stranger


def _doubles(roster: Roster, known: Known) -> Iterator[Claim | Doubt]:
    """Give the owner of a record of the same person, so that one person is not asked by two."""
    match = roster.pool.match
    if match is None or match.doubles is Doubles.IGNORE:
        return
    owned = [one for one in known.doubles if one.record["OwnerId"] not in roster.takes_from]
    if not owned:
        return
    reasons = tuple(f"is the same person as {_of(one)} ({one.why})" for one in owned)
    reasons += (f"as {known.more:,} more records are",) if known.more else ()
    if match.doubles is Doubles.HOLD:
        yield Doubt("somebody is working this person already", reasons, _usernames(one.record for one in owned))
    elif any(one.score < match.certain for one in owned):
        yield Doubt("it may be the same person as another record's", reasons, _usernames(one.record for one in owned))
    else:
        records = [one.record for one in owned]
        yield from _one_owner(Rule.DOUBLE, records, reasons, IfAway.HOLD, "its doubles have different owners")


def _record_owner(keeps: Keeps, seen: View, roster: Roster, known: Known) -> Iterator[Claim | Doubt]:
    owner = _owner(seen.record, roster, known)
    if owner is not None and owner.user_id not in roster.takes_from:
        reasons = (f"{owner.name} has it already",)
        yield Claim(Rule.RECORD_OWNER, owner.user_id, owner.username, owner.active, reasons, keeps.if_away)


def _account_owner(keeps: Keeps, _seen: View, roster: Roster, known: Known) -> Iterator[Claim | Doubt]:
    owned = [one for one in known.accounts if one.account["OwnerId"] not in roster.takes_from]
    certain = 0.0 if roster.pool.match is None else roster.pool.match.certain
    alike = len({one.account["OwnerId"] for one in owned}) == 1 and len(owned) == len(known.accounts)
    if known.doubt and not (alike and all(one.score >= certain for one in owned)):
        yield _which_account(known)
    elif owned:
        accounts = [one.account for one in owned]
        what = "its accounts have different owners"
        yield from _one_owner(Rule.ACCOUNT_OWNER, accounts, _belong(owned), keeps.if_away, what)


def _contact_owner(keeps: Keeps, _seen: View, roster: Roster, known: Known) -> Iterator[Claim | Doubt]:
    one, match = known.contact, roster.pool.match
    if one is None or one.record["OwnerId"] in roster.takes_from:
        return
    reasons = (f"is {_of(one)} ({one.why})",)
    if match is not None and one.score < match.certain:
        yield Doubt("it is not certain that this is the contact", reasons, _usernames([one.record]))
    else:
        yield from _one_owner(Rule.CONTACT_OWNER, [one.record], reasons, keeps.if_away, "")


def _last_owner(keeps: Keeps, seen: View, roster: Roster, known: Known) -> Iterator[Claim | Doubt]:
    recent = [one for one in known.last if keeps.within is None or seen.now - one.until <= keeps.within]
    if not recent:
        return
    last = max(recent, key=lambda one: one.until)
    person = roster.people.get(last.user)
    reasons = (f"{last.user} had it until {last.until:%Y-%m-%d} ({last.why})",)
    user_id, active = ("", False) if person is None else (person.user_id, person.active)
    yield Claim(Rule.LAST_OWNER, user_id, last.user, active, reasons, keeps.if_away)


_KEEPERS: Mapping[Keeper, Callable[[Keeps, View, Roster, Known], Iterator[Claim | Doubt]]] = {
    Keeper.RECORD_OWNER: _record_owner,
    Keeper.ACCOUNT_OWNER: _account_owner,
    Keeper.CONTACT_OWNER: _contact_owner,
    Keeper.LAST_OWNER: _last_owner,
}


def _one_owner(
    rule: Rule, records: list[Record], reasons: tuple[str, ...], if_away: IfAway, what: str
) -> Iterator[Claim | Doubt]:
    """Claim for the one owner of these records, whoever left apart where somebody did not; else a doubt."""
    active = [one for one in records if _is_active(one)] or records
    if len({one["OwnerId"] for one in active}) > 1:
        yield Doubt(what, reasons, _usernames(active))
    else:
        one = active[0]
        yield Claim(rule, one["OwnerId"], _username(one), _is_active(one), reasons, if_away)


def _which_account(known: Known) -> Doubt:
    return Doubt(known.doubt, _belong(known.accounts), _usernames(one.account for one in known.accounts))


def _belong(matches: Iterable[Match]) -> tuple[str, ...]:
    return tuple(f"{one.account['Name']} belongs to {one.account['Owner']['Name']} ({one.why})" for one in matches)


def _of(double: Double) -> str:
    record = double.record
    return f"the {double.object.lower()} {record.get('Name') or record['Id']} of {_username(record)}"


def _usernames(records: Iterable[Record]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_username(one) for one in records if _is_active(one)))


def _username(record: Record) -> str:
    return record["Owner"].get("Username") or record["Owner"].get("Name") or ""


def _is_active(record: Record) -> bool:
    return record["Owner"].get("IsActive") is True
