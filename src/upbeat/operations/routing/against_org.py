"""Pools held against the records that the org has: named accounts, owners who left, what fits no territory, the flow.

It only advises: what the files say may be right before the org is. It asks at most four queries a pool.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from upbeat.base.files import DefinitionError, Path, Problem, Severity
from upbeat.domain import Record
from upbeat.formula import FormulaError
from upbeat.operations.house import House
from upbeat.routing import NOWHERE, Known, Territories, holiday, view
from upbeat.salesforce import Rejected
from upbeat.workflows import Cap, Criterion, Keeper, Member, Pool, PoolDefinition, compile_pool, load

_LATELY = 90  # days: a quarter holds what comes regularly
_MOST = 2000  # records of them, the newest: what REST gives in one answer
_FLOW = 28  # days, four whole weeks: every day of the week counts the same
_WEEK = timedelta(weeks=1)
_WORKING_DAYS = 5  # of who has no hours, so that a cap a day is not counted for weekends
_SHOWN = 3
_AHEAD = 28  # days in which an absence can still be arranged for


@dataclass(frozen=True)
class _Pool:
    """A pool, as it was written and as it runs, beside the org."""

    written: PoolDefinition
    pool: Pool
    house: House

    def query(self, text: str, binds: Mapping[str, object] | None = None) -> list[Record]:
        return [*self.house.get_reader().query(text, binds)]

    def count(self, text: str) -> int:
        return self.house.get_reader().count(text)

    def advice(self, path: Path, what: str, fix: str) -> Problem:
        return Problem(self.written.place(*path), what, fix, Severity.ADVICE)


def against_org(house: House) -> list[Problem]:
    """Give what is worth knowing of the files' pools beside the org's records. Raises SalesforceError."""
    found = list[Problem]()
    catalogue = house.versions.catalogue
    for written in load(house.folder).pools.values():
        try:
            pool = _Pool(written, compile_pool(written, catalogue), house)
        except DefinitionError:
            continue  # the checks of the files say why
        for rule in RULES:
            try:
                found += rule(pool)
            except Rejected as error:
                what = f"{(rule.__doc__ or '').rstrip('.')}: the org does not show it ({error.what})"
                found.append(pool.advice((), what, "Let the reading identity see it: `upbeat org access`."))
    return found


def _named_accounts(one: _Pool) -> Iterator[Problem]:
    """Every named account is there, and only once."""
    named = {name for territory in one.pool.territories for name in territory.accounts}
    if not named:
        return
    rows = one.query("SELECT Name FROM Account WHERE Name IN :names", {"names": sorted(named)})
    times = Counter(str(row["Name"]).casefold() for row in rows)
    for index, territory in enumerate(one.written.territories):
        for at, name in enumerate(territory.accounts):
            path: Path = ("territories", index, "accounts", at)
            if not times[name.casefold()]:
                yield one.advice(path, f"the org has no account {name}", "Write the name as the org has it.")
            elif times[name.casefold()] > 1:
                what = f"the org has {times[name.casefold()]} accounts {name}"
                yield one.advice(path, what, "Merge them, or tell them apart by their names.")


def _owners_who_left(one: _Pool) -> Iterator[Problem]:
    """Accounts whose owner keeps their leads have an owner who is there."""
    at = next((index for index, keeps in enumerate(one.pool.keeps) if keeps.by is Keeper.ACCOUNT_OWNER), None)
    if at is None:
        return
    gone = one.count("SELECT COUNT() FROM Account WHERE Owner.IsActive = FALSE")
    if gone:
        away = one.pool.keeps[at].if_away
        what = f"{gone:,} accounts belong to people who left: a {one.pool.object} for one of them goes to '{away}'"
        path: Path = ("keeps", at, "by") if one.written.keeps else ("match",)
        yield one.advice(path, what, "Give them new owners: the template hand-over-accounts suggests who.")


def _unplaced(one: _Pool) -> Iterator[Problem]:
    """What came lately lies in a territory."""
    pool, now = one.pool, one.house.clock.now()
    if not pool.territories or any(territory.when and territory.when.globals for territory in pool.territories):
        return  # what a step finds is not known of a record by itself
    fields = ", ".join(sorted({"Id", *pool.fields}))
    rows = one.query(
        f"SELECT {fields} FROM {pool.object} "  # noqa: S608 - names of the schema
        f"WHERE CreatedDate = LAST_N_DAYS:{_LATELY} ORDER BY CreatedDate DESC LIMIT {_MOST}"
    )
    territories, nowhere = Territories(pool), Counter[str]()
    for row in rows:
        try:
            lies = territories.locate(view(row, pool, Known(), now))
        except FormulaError:
            continue  # assigning holds it, and says so
        if lies == NOWHERE:
            spots = (row.get(pool.address.get(name, "")) for name in ("country", "state", "postal_code"))
            nowhere[" ".join(str(spot) for spot in spots if spot) or "nothing said"] += 1
    if nowhere:
        said = ", ".join(f"{spot} ({number})" for spot, number in nowhere.most_common(_SHOWN))
        more = f" and {len(nowhere) - _SHOWN} more places" if len(nowhere) > _SHOWN else ""
        what = f"{nowhere.total():,} of the newest {len(rows):,} of {pool.object} fit no territory: {said}{more}"
        yield one.advice(("territories",), what, "Add them to a territory; as it is, they are held.")


def _absent(one: _Pool) -> Iterator[Problem]:
    """In the weeks to come somebody is there for every territory, on each weekday on which usually somebody is."""
    pool, today = one.pool, one.house.clock.now().date()
    for index, name in enumerate([territory.name for territory in pool.territories] or [""]):
        serving = [member for member in pool.members if not member.territories or name in member.territories]
        days = [today + timedelta(days=number) for number in range(_AHEAD)]
        alone = [day for day in days if any(_works(member, day) for member in serving)]
        gone = [day for day in alone if not any(_is_there(member, day, pool) for member in serving)]
        if gone:
            until = f" to {gone[-1]:%Y-%m-%d}" if len(gone) > 1 else ""
            what = f"nobody {f'who serves {name} ' if name else ''}is there on {gone[0]:%Y-%m-%d}{until}"
            path: Path = ("territories", index, "name") if name else ("members",)
            yield one.advice(path, f"{what} ({len(gone)} days)", "Name somebody for them; as it is, they are held.")


def _works(member: Member, day: date) -> bool:
    """Whether a weekday is one of a member's."""
    return member.hours is None or any(part.first // 1440 == day.weekday() for part in member.hours.open)


def _is_there(member: Member, day: date, pool: Pool) -> bool:
    """Whether a member works on a day: not away, and on no holiday, where hours are not relaxed."""
    closed = member.hours is not None and Criterion.HOURS not in pool.relax and bool(holiday(member.hours, day))
    return _works(member, day) and not closed and not any(day in days for days in member.away)


def _too_much(one: _Pool) -> Iterator[Problem]:
    """All caps together take what comes in a week."""
    rates = [_rate(member) for member in one.pool.members]
    takes = sum(rate for rate in rates if rate is not None)
    if None in rates:
        return
    text = f"SELECT COUNT() FROM {one.pool.object} WHERE CreatedDate = LAST_N_DAYS:{_FLOW}"  # noqa: S608 - as above
    comes = one.count(text) * 7 / _FLOW
    if comes > takes:
        what = f"about {comes:,.0f} of {one.pool.object} come in a week, and all caps together take {takes:,.0f}"
        yield one.advice(("members",), what, "Raise caps or add members; as it is, the rest is held.")


def _rate(member: Member) -> float | None:
    """Give the most records a week that a member's caps let through; None without any."""
    return min((_weekly(cap, member) for cap in member.caps), default=None)


def _weekly(cap: Cap, member: Member) -> float:
    """Give how many records a cap lets through in a week of the member's hours."""
    if cap.rolling or cap.span == _WEEK:
        return cap.most * (_WEEK / cap.span)
    if member.hours is None:
        days, minutes = _WORKING_DAYS, _WORKING_DAYS * 1440
    else:
        days = len({part.first // 1440 for part in member.hours.open})
        minutes = sum(part.last - part.first for part in member.hours.open)
    return cap.most * (days if cap.span == timedelta(days=1) else minutes / 60)


RULES: tuple[Callable[[_Pool], Iterator[Problem]], ...] = (
    _named_accounts, _owners_who_left, _unplaced, _absent, _too_much,
)  # fmt: skip
