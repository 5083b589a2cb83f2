"""Meetings, calls and other activities with somebody of an account that has one open deal, and linked to no deal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.foundation.activity import meetings, past_events, past_tasks, tasks
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import OPEN, unseen
from upbeat.foundation.findings import MOST_RECORDS, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Way, filled
from upbeat.foundation.spans import MONTH

_ACCOUNTS: Final = 200  # of the newest activities; what asks for their deals holds no more than 16,000 characters
_ASKED: Final = {"Event": ("StartDateTime", past_events), "Task": ("CreatedDate", past_tasks)}
_MINUTES: Final = 1


@dataclass(frozen=True, slots=True)
class _Activity:
    """What somebody did with a person of an account, that is linked to no record but the person."""

    id: str
    object: str
    name: str
    account: str
    owner: str
    at: str


@dataclass(frozen=True, slots=True)
class _Deal:
    """The only open deal of an account."""

    id: str
    name: str
    owner: str
    since: str


def _look(ground: Ground) -> Look:
    blind = unseen(ground, "Opportunity", "AccountId")
    needed = ("WhoId", "WhatId", "AccountId")
    shown = [name for name in _ASKED if ground.has(name, *needed)]
    blind += tuple(one for name in _ASKED if name not in shown for one in unseen(ground, name, *needed))
    if unseen(ground, "Opportunity", "AccountId") or not shown:
        return Found(unseen=blind)
    totals = {"Event": meetings(ground), "Task": tasks(ground)}
    answers = yield [*(_hanging(ground, name) for name in shown), *(totals[name] for name in shown)]
    hanging, whole = answers[: len(shown)], answers[len(shown) :]
    told_of = (*zip(shown, hanging, strict=True), *zip(shown, whole, strict=True))
    blind += tuple(dict.fromkeys(Unseen(name, "", one.denied) for name, one in told_of if one.denied))
    told = [one for name, answer in zip(shown, hanging, strict=True) for one in _activities(name, answer)]
    accounts = list(dict.fromkeys(one.account for one in told))[:_ACCOUNTS]
    deals = yield [_deals(accounts)] if accounts else []
    blind += tuple(Unseen("Opportunity", "", one.denied) for one in deals if one.denied)
    only = _only(deals)
    found = [(one, deal) for one in told if (deal := _of(one, only)) is not None]
    people = sum(int(row["facing"]) for one in whole for row in one.rows)
    measures = () if blind else (_measure(len(found), max(people, len(found))),)
    return Found(tuple(_findings(ground, found, max(people, len(found)))), measures, blind)


def _hanging(ground: Ground, name: str) -> Question:
    """Ask for the newest activities with a person of an account, that are about nothing."""
    day, past = _ASKED[name]
    text = (
        f"SELECT Id, Subject, AccountId, OwnerId, {day} FROM {name} WHERE WhatId = NULL AND WhoId != NULL "  # noqa: S608  our own names
        f"AND AccountId != NULL AND {past(ground)} ORDER BY {day} DESC LIMIT {MOST_RECORDS}"
    )
    return Question(Way.QUERY, text, rows=MOST_RECORDS)


def _activities(name: str, answer: Answer) -> Iterator[_Activity]:
    day, _ = _ASKED[name]
    for row in answer.rows:
        yield _Activity(row["Id"], name, row["Subject"] or "", row["AccountId"], row["OwnerId"], str(row[day]))


def _deals(accounts: Sequence[str]) -> Question:
    text = f"SELECT Id, Name, AccountId, OwnerId, CreatedDate FROM Opportunity WHERE {OPEN} AND AccountId IN :some"  # noqa: S608  our own names
    return Question(Way.QUERY, filled(text, some=list(accounts)), rows=MOST_RECORDS)


def _only(answers: Sequence[Answer]) -> Mapping[str, _Deal]:
    """Give the open deal of each account that has just one."""
    found: dict[str, list[_Deal]] = {}
    for answer in answers:
        for row in answer.rows:
            deal = _Deal(row["Id"], row["Name"] or "", row["OwnerId"], str(row["CreatedDate"]))
            found.setdefault(row["AccountId"], []).append(deal)
    return {account: deals[0] for account, deals in found.items() if len(deals) == 1}


def _of(one: _Activity, only: Mapping[str, _Deal]) -> _Deal | None:
    """Give the deal that an activity belongs to: done by the deal's owner, and since the deal is there."""
    deal = only.get(one.account)
    return deal if deal is not None and deal.owner == one.owner and deal.since <= one.at else None


def _measure(unlinked: int, people: int) -> Measure:
    says = f"{people - unlinked:,} of {people:,} activities with customers in {MONTH} days are linked to their deal, "
    return Measure(UNLINKED.name, people - unlinked, people, f"{says}as far as that is known")


def _findings(ground: Ground, found: Sequence[tuple[_Activity, _Deal]], people: int) -> Iterator[Finding]:
    if found:
        names = dict.fromkeys(one.object for one, _ in found)
        what, verb = ("activity", "is") if len(found) == 1 else ("activities", "are")
        yield Finding(
            check=UNLINKED.name,
            key=f"{UNLINKED.name}:WhatId",
            weight=Weight.MEDIUM,
            says=f"{len(found):,} {what} of the last {MONTH} days that a deal's owner had with people of its account "
            f"{verb} linked to no deal, and the account has just that one open: the deal looks quieter than it is.",
            object=next(iter(names)),
            fields=("WhatId",),
            count=len(found),
            of=people,
            fix="Set Related To of each to the open deal of its account, and have the capture tool do so.",
            minutes=_MINUTES * len(found),
            queries=tuple(_hanging(ground, name).text for name in names),
            records=tuple(
                RecordAt(one.id, one.object, one.name, f"{one.at[:10]}: belongs to {deal.name}")
                for one, deal in found[:MOST_RECORDS]
            ),
        )


UNLINKED = Check(
    "unlinked-activities",
    "Activities with people of a deal, linked to no deal",
    _look,
    lambda _: 1,
)
CHECKS = (UNLINKED,)
