"""How a pool decided a record, in words: what it was matched with, who shared it, and who was passed over and why."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from upbeat.engine import Routed
from upbeat.matching import percent
from upbeat.routing import Assignment

_NAMED = 5  # people that one line names
_BESIDE = 3  # of those among whom a record was shared, who are shown beside whoever took it

Names = Mapping[str, str]  # of people, by username


def told(routed: Routed, names: Names) -> Iterator[str]:
    """Tell what `explain` shows of an assignment beside its reasons."""
    found = routed.found
    yield from _matched(routed)
    yield from _shared(found, names)
    yield from passed_over(found, names)


def passed_over(found: Assignment, names: Names) -> Iterator[str]:
    """Tell whom a record could not go to, those with the same reason together."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for user, why in found.passed_over:
        by_reason[why].append(names.get(user, user))
    for why, people in by_reason.items():
        yield f"passed over {_listed(people)}: {why}"


def _matched(routed: Routed) -> Iterator[str]:
    share = routed.share
    known = share.found.known(routed.roster.pool.match, share.known)
    for one in known.accounts:
        yield f"account {one.account['Name']}, {percent(one.score)} sure: {one.why}"
    if share.found.lacks:
        yield f"not all was looked at: {share.found.lacks}"
    if known.contact is not None:
        yield f"contact {known.contact.record.get('Name') or known.contact.record['Id']}: {known.contact.why}"
    for double in known.doubles:
        yield f"the same person as {double.object} {double.record.get('Name') or double.record['Id']}: {double.why}"
    if known.more:
        yield f"the same person as {known.more:,} more records"


def _shared(found: Assignment, names: Names) -> Iterator[str]:
    """Tell how those stood among whom it was shared: whoever took it, and whose turn was nearest to it."""
    stakes = sorted(found.stakes, key=lambda one: (-one.owed / one.weight, one.user))
    others = [one for one in stakes if one.user != found.owner]
    for one in (*(one for one in stakes if one.user == found.owner), *others[:_BESIDE]):
        taken = f"{one.taken:,g} taken, {one.owed:,.2f} owed"
        yield f"shared with {names.get(one.user, one.user)}: weight {one.weight:g}, {taken}"
    if len(others) > _BESIDE:
        yield f"shared with {len(others) - _BESIDE:,} more"


def _listed(people: Sequence[str]) -> str:
    shown = ", ".join(people[:_NAMED])
    return shown if len(people) <= _NAMED else f"{shown} and {len(people) - _NAMED:,} more"
