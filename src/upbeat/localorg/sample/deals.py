"""A year of deals: each is opened, moves through stages, slips or does not, and is won, lost or still open.

The open ones of `_OF_INTEREST` are there to be found by a workflow; no other open deal has three pushes, or fewer than
three contact roles above 50,000, or no next step.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from upbeat.localorg.sample.accounts import Account
from upbeat.localorg.sample.act import Act, Ref
from upbeat.localorg.sample.company import ADMIN, BEGAN, FORMER, FORMER_UNTIL, NOW, STAGES
from upbeat.localorg.sample.days import LAST_DAY, at_work, executive, workday
from upbeat.localorg.sample.names import Names

_CLOSED, _OPEN = 150, 46
_PUSHES = (0, 0, 0, 0, 1, 1, 1, 2, 2, 3)  # how often a closed deal slipped; an ordinary open one, never three times
_PRODUCTS = ("Platform", "Platform", "Analytics", "Field Service", "Renewal", "Pilot")
_NEXT_STEPS = (
    "Send the revised proposal",
    "Walk finance through the business case",
    "Agree the pilot's success criteria",
    "Meet the economic buyer",
    "Security review with IT",
    "Confirm the signing date with legal",
)


@dataclass(frozen=True, slots=True)
class Deal:
    """How a deal ends the year: its last open stage, its amount, how often its close date slipped, who is in it."""

    key: str
    stage: str
    amount: int
    pushes: int
    roles: int
    next_step: bool = True
    outcome: str = ""  # a closed deal's stage


_OF_INTEREST = (
    Deal("deal pushed often 1", "Needs Analysis", 38_000, pushes=3, roles=2),
    Deal("deal pushed often 2", "Value Proposition", 64_000, pushes=3, roles=3),
    Deal("deal pushed often 3", "Perception Analysis", 27_500, pushes=4, roles=1),
    Deal("deal pushed often 4", "Proposal/Price Quote", 88_000, pushes=3, roles=3),
    Deal("deal pushed often 5", "Qualification", 19_000, pushes=5, roles=2),
    Deal("deal pushed twice 1", "Value Proposition", 42_000, pushes=2, roles=2),
    Deal("deal pushed twice 2", "Needs Analysis", 31_000, pushes=2, roles=2),
    Deal("deal never pushed 1", "Id. Decision Makers", 45_500, pushes=0, roles=2),
    Deal("deal single-threaded 1", "Value Proposition", 120_000, pushes=0, roles=1),
    Deal("deal single-threaded 2", "Needs Analysis", 75_500, pushes=1, roles=2),
    Deal("deal single-threaded 3", "Qualification", 51_000, pushes=0, roles=0),
    Deal("deal single-threaded 4", "Perception Analysis", 98_000, pushes=1, roles=2),
    Deal("deal single-threaded 5", "Prospecting", 62_500, pushes=0, roles=1),
    Deal("deal single-threaded 6", "Proposal/Price Quote", 150_000, pushes=2, roles=2),
    Deal("deal at the line", "Needs Analysis", 50_000, pushes=0, roles=1),
    Deal("deal well threaded", "Value Proposition", 96_000, pushes=0, roles=3),
    Deal("deal without next step 1", "Prospecting", 12_000, pushes=0, roles=1, next_step=False),
    Deal("deal without next step 2", "Qualification", 23_500, pushes=0, roles=1, next_step=False),
    Deal("deal without next step 3", "Needs Analysis", 35_000, pushes=1, roles=2, next_step=False),
    Deal("deal without next step 4", "Value Proposition", 48_000, pushes=0, roles=2, next_step=False),
    Deal("deal without next step 5", "Id. Decision Makers", 17_500, pushes=1, roles=1, next_step=False),
    Deal("deal without next step 6", "Perception Analysis", 29_000, pushes=0, roles=2, next_step=False),
    Deal("deal ready to commit 1", "Proposal/Price Quote", 48_500, pushes=0, roles=3),
    Deal("deal ready to commit 2", "Proposal/Price Quote", 34_500, pushes=1, roles=3),
)


def acts(random: Random, names: Names, accounts: Sequence[Account]) -> Iterator[Act]:
    """Give the life of every deal of the year."""
    there_first = [one for one in accounts if one.since == BEGAN]
    well_known = [one for one in there_first if len(one.contacts) >= 3]
    ordinary = [_drawn(random, f"deal {number}", number > _CLOSED) for number in range(1, _CLOSED + _OPEN + 1)]
    for deal in (*ordinary, *_OF_INTEREST):
        account = random.choice(well_known if deal.roles > 1 else there_first)
        yield from _life(random, names, deal, account)


def _drawn(random: Random, key: str, still_open: bool) -> Deal:
    amount = random.randrange(8, 240) * 500
    roles = random.randrange(3, 5) if amount > 50_000 else random.randrange(1, 3)
    if still_open:
        return Deal(key, random.choice(STAGES), amount, random.choice(_PUSHES[:-1]), roles)
    won = random.randrange(5) < 3
    last = STAGES[-1] if won else random.choice(STAGES)
    outcome = "Closed Won" if won else "Closed Lost"
    return Deal(key, last, amount, random.choice(_PUSHES), roles, outcome=outcome)


def _life(random: Random, names: Names, deal: Deal, account: Account) -> Iterator[Act]:
    dates, opened_on, ends_on = _dates(random, deal)
    opened = at_work(random, opened_on, account.territory)
    path = _path(random, deal.stage)
    moves = list(zip(_moments(random, account, opened, ends_on, len(path) - 1), path[1:], strict=True))
    yield _opened(random, deal, account, opened, path[0], dates[0])
    yield from _roles(names, deal, account, opened)
    for number, (at, stage) in enumerate(moves, 1):
        step = {"NextStep": random.choice(_NEXT_STEPS)} if deal.next_step else {}
        yield _change(deal, account, at, {"StageName": stage, "Amount": deal.amount, **step})
        yield _talk(random, deal, account, number, at)
    for old, new in pairwise(dates):
        at = at_work(random, old - timedelta(days=random.randrange(4)), account.territory)
        yield _change(deal, account, at, {"CloseDate": new.isoformat()})
    ended = NOW
    if deal.outcome:
        ended = max([at_work(random, ends_on, account.territory), *(at + timedelta(hours=1) for at, _ in moves)])
        yield _change(deal, account, ended, {"StageName": deal.outcome, "CloseDate": ended.date().isoformat()})
    if executive(account.territory, opened) == FORMER and ended > FORMER_UNTIL:
        heir = {"OwnerId": Ref(account.territory.executive)}
        yield Act(FORMER_UNTIL, ADMIN, "update", "Opportunity", deal.key, heir)


def _change(deal: Deal, account: Account, at: datetime, values: Mapping[str, Any]) -> Act:
    return Act(at, executive(account.territory, at), "update", "Opportunity", deal.key, values)


def _opened(random: Random, deal: Deal, account: Account, at: datetime, stage: str, closes: date) -> Act:
    owner = executive(account.territory, at)
    first_amount = deal.amount * random.choice((8, 9, 10, 10, 10, 11, 12)) // 10
    return Act(
        at,
        owner,
        "create",
        "Opportunity",
        deal.key,
        {
            "AccountId": Ref(account.key),
            "OwnerId": Ref(owner),
            "Name": f"{account.name} - {random.choice(_PRODUCTS)}",
            "StageName": stage,
            "Amount": deal.amount if stage == deal.stage else first_amount,
            "CloseDate": closes.isoformat(),
            "NextStep": random.choice(_NEXT_STEPS) if deal.next_step else None,
        },
    )


def _roles(names: Names, deal: Deal, account: Account, opened: datetime) -> Iterator[Act]:
    for number, contact in enumerate(account.contacts[: deal.roles]):
        at = opened + timedelta(minutes=20 * number + 5)
        yield Act(
            at,
            executive(account.territory, at),
            "create",
            "OpportunityContactRole",
            f"{deal.key} role {number + 1}",
            {
                "OpportunityId": Ref(deal.key),
                "ContactId": Ref(contact),
                "Role": names.buying_role(),
                "IsPrimary": number == 0,
            },
        )


def _talk(random: Random, deal: Deal, account: Account, number: int, at: datetime) -> Act:
    owner = executive(account.territory, at)
    about = {"WhatId": Ref(deal.key), "WhoId": Ref(random.choice(account.contacts)), "OwnerId": Ref(owner)}
    key = f"{deal.key} talk {number}"
    if random.randrange(3) == 0:
        start = at - timedelta(minutes=45)
        times = {"StartDateTime": _stamp(start), "EndDateTime": _stamp(at)}
        return Act(at, owner, "create", "Event", key, {**about, "Subject": "Meeting", **times})
    kind = random.choice(("Call", "Email"))
    done = {"Subject": kind, "TaskSubtype": kind, "Status": "Completed", "ActivityDate": at.date().isoformat()}
    return Act(at, owner, "create", "Task", key, {**about, **done})


def _moments(random: Random, account: Account, opened: datetime, ends_on: date, count: int) -> list[datetime]:
    """Give so many moments, in order, between a deal's opening and its last day."""
    days = max((ends_on - opened.date()).days, 2)
    drawn = [opened + timedelta(days=random.randrange(1, days)) for _ in range(count)]
    at_times = [at_work(random, one.date(), account.territory) for one in drawn]
    return sorted(max(one, opened + timedelta(hours=2)) for one in at_times)


def _path(random: Random, last: str) -> list[str]:
    """Give the stages that a deal goes through: from one of the first two, skipping some, to its last."""
    end = STAGES.index(last)
    start = random.randrange(min(2, end + 1))
    between = range(start + 1, end)
    middle = sorted(random.sample(between, random.randrange(min(4, len(between) + 1))))
    return [STAGES[index] for index in sorted({start, *middle, end})]


def _dates(random: Random, deal: Deal) -> tuple[list[date], date, date]:
    """Give the close dates that a deal had, one more than its pushes, and the days on which it opened and ended.

    A push falls on one of the last days before the old date.
    """
    today = NOW.date()
    before, gaps = random.randrange(40, 80), [random.randrange(20, 40) for _ in range(deal.pushes)]
    if deal.outcome:
        beyond = random.randrange(15)
        ends_on = BEGAN.date() + timedelta(days=random.randrange(before + sum(gaps), 362))
        last = ends_on + timedelta(days=beyond)
    else:
        ends_on = LAST_DAY
        last = today + timedelta(days=random.randrange(12, 75))
        if gaps:  # the last push is a few days old
            gaps[-1] = (last - today).days + random.randrange(2, 21)
        else:
            before = (last - today).days + random.randrange(12, 70)
    dates = [last - timedelta(days=sum(gaps[index:])) for index in range(deal.pushes + 1)]
    return [workday(one) for one in dates], workday(dates[0] - timedelta(days=before)), ends_on


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
