"""Close dates that are over: open deals that were to close before today."""

from datetime import date
from decimal import Decimal

from upbeat.foundation.behind import behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import (
    DEAL,
    MOST_GROUPS,
    OPEN,
    amount_in,
    as_records,
    at_stages,
    by_stage,
    counted,
    deals,
    first_of,
    records_where,
    told,
    unseen,
    worth,
)
from upbeat.foundation.findings import Chart, Exhibit, Finding, Found, Measure, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Row, Way, filled

_MINUTES = 3  # to ask the owner of a deal when it closes, and to set it


def _past(ground: Ground) -> Look:
    if blind := unseen(ground, DEAL, "CloseDate"):
        return Found(unseen=blind)
    where = "CloseDate < :today"
    sums = "COUNT(Id) deals, MIN(CloseDate) oldest" + (", SUM(Amount) worth" if ground.has(DEAL, "Amount") else "")
    owners = (
        f"SELECT OwnerId, Owner.Name person, {sums} FROM {DEAL} WHERE {OPEN} AND {where} "  # noqa: S608  our own names
        f"GROUP BY OwnerId, Owner.Name ORDER BY COUNT(Id) DESC LIMIT {MOST_GROUPS}"
    )
    [stages, by_owner] = yield by_stage(ground), Question(Way.QUERY, filled(owners, today=ground.today))
    if denied := stages.denied or by_owner.denied:
        return Found(unseen=(Unseen(DEAL, "CloseDate", denied),))
    rows, whole = tuple(by_owner.rows), counted(at_stages(ground, stages))
    late = sum(row["deals"] for row in rows)
    amount = sum((worth(row["worth"]) for row in rows), Decimal()) if ground.has(DEAL, "Amount") else None
    query = records_where(ground, where, order="CloseDate, Id", today=ground.today)
    says = f"{whole - late:,} of {deals(whole)} close today or later"
    measure = Measure(PAST.name, whole - late, whole, says, queries=(query,))
    if not late:
        return Found(measures=(measure,))
    some = yield from behind(DEAL, "CloseDate", first_of(query, late))
    oldest = min(row["oldest"] for row in rows)
    stand = "stands" if late == 1 else "stand"
    finding = Finding(
        check=PAST.name,
        key=f"{PAST.name}:{DEAL}.CloseDate",
        weight=Weight.HIGH,
        says=f"{late:,} of {deals(whole)} {stand} with a close date that is over, the oldest {oldest}: "
        f"no coming month counts {ground.org.money(amount) if amount else 'them'}.",
        object=DEAL,
        fields=("CloseDate",),
        count=late,
        of=whole,
        fix="Have each owner close the deal, or set the day on which it will close.",
        minutes=_MINUTES * late,
        queries=(query,),
        records=as_records(some.rows, lambda row: _why(row, ground.today)),
        amount=amount,
    )
    return Found((finding,), (measure,), some.unseen, (_owners(ground, rows),))


def _why(row: Row, today: date) -> str:
    days = (today - date.fromisoformat(row["CloseDate"])).days
    return f"was to close on {row['CloseDate']}, {days:,} day{'' if days == 1 else 's'} ago; {told(row)}"


def _owners(ground: Ground, rows: tuple[Row, ...]) -> Exhibit:
    with_worth = ground.has(DEAL, "Amount")
    table = [
        (row["person"], row["deals"], *([round(worth(row["worth"]))] if with_worth else []), row["oldest"])
        for row in rows
    ]
    return Exhibit(
        f"{PAST.name}/owners",
        "Close dates in the past, by owner",
        "Open deals that were to close before today, and whose they are.",
        ("Owner", "Deals", *([amount_in(ground)] if with_worth else []), "Oldest"),
        table,
        Chart.BARS,
    )


PAST = Check("close-dates-past", "Open deals whose close date is over", _past, lambda _: 1)
CHECKS = (PAST,)
