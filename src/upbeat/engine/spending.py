"""What asking a source may cost: so many calls a day, so much money a month, so much for one question."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from upbeat.engine import lookups
from upbeat.engine.counterpart import Calls, Counterpart
from upbeat.engine.lookups import Question
from upbeat.engine.parts import MISFIRE, Parts
from upbeat.review import Matter, OwnerQueue, open_matter
from upbeat.store import tables

USED_UP = "budget used up"  # the kind of a question to the owner of a source or a model


class Spending:
    """A source's budgets as they stand, and what this round takes of them."""

    def __init__(self, conn: Connection, other: Counterpart, calls: Calls, day: date) -> None:
        """Read what was spent before on this day, and in its month."""
        made = lookups.calls_made(conn, other.name, day.replace(day=1).isoformat())
        self._other = other
        self._may = calls
        self._day = day
        self._calls = made.get(day.isoformat(), (0, Decimal(0)))[0]
        self._cost = sum((cost for _, cost in made.values()), Decimal(0))
        self._up = ""

    @property
    def is_up(self) -> bool:
        """Whether a question was not asked as a budget is used up."""
        return bool(self._up)

    def why_not(self, question: Question) -> str:
        """Say why a question may not be asked, or nothing, and count it."""
        may, cost = self._may, self._may.cost_of(question.sent)
        if may.per_question is not None and cost > may.per_question:
            return f"it would cost {_money(cost, may)}, and one question may cost {_money(may.per_question, may)}"
        if self._calls >= may.per_day:
            self._up = f"{may.per_day:,} calls were made today"
            return self._up
        if may.per_month is not None and self._cost + cost > may.per_month:
            self._up = f"{_money(self._cost, may)} of {_money(may.per_month, may)} were spent this month"
            return self._up
        self._calls += 1
        self._cost += cost
        return ""

    def tell(self, parts: Parts, now: datetime) -> None:
        """Tell the source's owner, once a day, that nobody is asked any more and how records go on."""
        name, reviews = self._other.name, tables.reviews
        matter = Matter(
            kind=USED_UP,
            key=f"{name}:{self._day.isoformat()}",
            ask=f"The budget of {name} is used up: {self._up}. Records go on without it.",
            owner=self._other.owner,
            due=now + MISFIRE,
            choices=("seen",),
            reasons=(self._up,),
            queue=OwnerQueue.TUNING,
        )
        with parts.store.writing() as conn:
            told = reviews.c.group == f"{matter.workflow}:{matter.key}"
            if conn.execute(select(reviews.c.id).where(reviews.c.kind == USED_UP, told).limit(1)).first() is None:
                open_matter(conn, parts.ledger, matter, now)


def _money(amount: Decimal, may: Calls) -> str:
    return f"{amount:,.2f} {may.currency}"
