"""What sources of facts were asked: today's calls against the budget, what they cost, and how they answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from upbeat.engine import answers_kept, calls_made, zone_of
from upbeat.operations.house import House
from upbeat.workflows import FileKind, Provider

DAYS = 30


@dataclass(frozen=True, slots=True)
class SourceUse:
    """One published source. A table is not counted: it has no `calls_per_day`, and costs nothing.

    `cost_today` and `cost` are in `currency`, `cost` and `calls` over the last 30 days, today among them. `answers`
    counts the questions that an answer is kept to, by how the source answered.
    """

    source: str
    title: str
    owner: str
    calls_today: int = 0
    calls_per_day: int | None = None
    calls: int = 0
    cost_today: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    currency: str = ""
    answers: Mapping[str, int] = field(default_factory=dict[str, int])


def sources(house: House) -> list[SourceUse]:
    """Give every published source, by name; asks nothing of the org or of a source."""
    newest = house.versions.newest
    files = (row.file for key, row in sorted(newest.items()) if key.kind is FileKind.PROVIDER and row.text)
    return [_use(house, one) for one in files if isinstance(one, Provider)]


def _use(house: House, provider: Provider) -> SourceUse:
    use, http = SourceUse(provider.provider, provider.title, provider.owner), provider.http
    if http is None:
        return use
    with house.store.reading() as conn:
        today = house.clock.now().astimezone(zone_of(conn)).date()
        made = calls_made(conn, provider.provider, (today - timedelta(days=DAYS - 1)).isoformat())
        answers = answers_kept(conn, house.ledger, provider.provider)
    calls_today, cost_today = made.get(today.isoformat(), (0, Decimal(0)))
    return replace(
        use,
        calls_today=calls_today,
        calls_per_day=http.calls_per_day,
        calls=sum(calls for calls, _ in made.values()),
        cost_today=cost_today,
        cost=sum((cost for _, cost in made.values()), Decimal(0)),
        currency=http.currency,
        answers=answers,
    )
