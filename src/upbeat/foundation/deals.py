"""Open deals, as the checks over them see them: how many stand in each stage, in words, in money, and by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from upbeat.foundation.findings import MOST_RECORDS, RecordAt, Unseen
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, Way, filled
from upbeat.schema import Stage

DEAL: Final = "Opportunity"
OPEN: Final = "IsClosed = FALSE"
COMMIT: Final = "Forecast"  # the API value of the category Commit, whatever an org calls it
WORKED: Final = f"Id IN (SELECT AccountId FROM {DEAL} WHERE {OPEN})"  # noqa: S608  of accounts: those of open deals
MOST_GROUPS: Final = 2_000
"""Salesforce gives no more rows of a query that groups (SOQL and SOSL Reference, GROUP BY)."""
LARGEST: Final = f"ORDER BY COUNT(Id) DESC LIMIT {MOST_GROUPS}"  # of groups, so that the small ones are left out


@dataclass(frozen=True, slots=True)
class AtStage:
    """The open deals of one stage, record type (an id) and forecast category: how many, how many have an amount.

    `worth` is the sum of their amounts in the corporate currency: what an aggregate is in, where an org has several
    (SOQL and SOSL Reference, Querying Currency Fields in Multi-Currency Orgs).
    """

    stage: str
    kind: str
    category: str
    deals: int
    amounts: int
    worth: Decimal


def condition(text: str, **values: Any) -> str:
    """Give a condition on a deal with a literal in the place of each `:name`."""
    head = f"SELECT Id FROM {DEAL} WHERE "  # noqa: S608  our own names
    return filled(head + text, **values).removeprefix(head)


def unseen(ground: Ground, name: str, *fields: str) -> tuple[Unseen, ...]:
    """Say what of an object the reading user does not see: all of it, or these of its fields; nothing if he does."""
    if not ground.has(name):
        return (ground.unseen(name),)
    return tuple(ground.unseen(name, one) for one in fields if not ground.has(name, one))


def by_stage(ground: Ground, where: str = "") -> Question:
    """Ask for all open deals in groups, or for those for which a condition holds; `at_stages` reads the answer."""
    groups = ["StageName", *(one for one in ("RecordTypeId", "ForecastCategory") if ground.has(DEAL, one))]
    sums = ["COUNT(Id) deals"]
    if ground.has(DEAL, "Amount"):
        sums += ["COUNT(Amount) amounts", "SUM(Amount) worth"]
    text = f"SELECT {', '.join(groups + sums)} FROM {DEAL} WHERE {every(OPEN, where)} GROUP BY {', '.join(groups)}"  # noqa: S608  our own names
    return Question(Way.QUERY, filled(text))


def stage_of(ground: Ground, row: Row) -> str:
    """Give the stage of a row as the org's list spells it: a deal may have it in other capitals."""
    known = ground.schema.stage(row["StageName"])
    return known.name if known else row["StageName"] or ""


def at_stages(ground: Ground, answer: Answer) -> tuple[AtStage, ...]:
    """Give the groups of open deals that the org told."""
    return tuple(
        AtStage(
            stage_of(ground, row),
            row.get("RecordTypeId") or "",
            row.get("ForecastCategory") or "",
            row["deals"],
            row.get("amounts") or 0,
            worth(row.get("worth")),
        )
        for row in answer.rows
    )


def counted(some: Iterable[AtStage]) -> int:
    """Give how many deals stand in groups."""
    return sum(one.deals for one in some)


def worth(value: Any) -> Decimal:
    """Give an amount as JSON has it; blank is 0."""
    return Decimal(str(value or 0))


def amount_in(ground: Ground) -> str:
    """Name a column of amounts: `Amount, EUR`."""
    return f"Amount, {ground.org.currency}" if ground.org.currency else "Amount"


def deals(count: int) -> str:
    """Write how many open deals: `1 open deal`."""
    return f"{count:,} open deal{'' if count == 1 else 's'}"


def listed(parts: Iterable[str]) -> str:
    """Write names one after another: `A, B and C`."""
    *head, last = parts
    return f"{', '.join(head)} and {last}" if head else last


def open_stages(ground: Ground) -> tuple[Stage, ...]:
    """Give the org's open stages in their order, whatever they are called."""
    return tuple(sorted((one for one in ground.schema.stages if not one.closed), key=lambda one: one.order))


def in_order(ground: Ground, names: Iterable[str]) -> list[str]:
    """Give stages in the org's order; those that it no longer lists stand last."""
    place = {one.name: number for number, one in enumerate(sorted(ground.schema.stages, key=lambda one: one.order))}
    return sorted(set(names), key=lambda one: (place.get(one, len(place)), one))


def records_where(ground: Ground, where: str, *more: str, order: str = "", **values: Any) -> str:
    """Give the query of the open deals for which a condition holds, with these fields beside the usual ones."""
    usual = ["Id", "Name", "StageName", "CloseDate", "Owner.Name"]
    usual += [one for one in ("Amount", "CurrencyIsoCode") if ground.has(DEAL, one)]
    columns = ", ".join(dict.fromkeys([*usual, *more]))
    last = order or ("Amount DESC NULLS LAST, Id" if ground.has(DEAL, "Amount") else "Id")
    text = f"SELECT {columns} FROM {DEAL} WHERE {every(OPEN, where)} ORDER BY {last}"  # noqa: S608  our own names
    return filled(text, **values)


def first_of(query: str, count: int = MOST_RECORDS) -> Question:
    """Ask for the records of a query, as many as stand behind a finding."""
    return Question(Way.QUERY, f"{query} LIMIT {MOST_RECORDS}", rows=min(count, MOST_RECORDS))


def as_records(rows: Iterable[Row], why: Callable[[Row], str]) -> tuple[RecordAt, ...]:
    """Give deals as records behind a finding, each with what is wrong with it."""
    return tuple(RecordAt(row["Id"], DEAL, row["Name"] or "", why(row)) for row in rows)


def told(row: Row) -> str:
    """Write whose deal it is, where it stands and for how much: `in Proposal, EUR 20,000, of Maya Chen`."""
    amount = row.get("Amount")
    parts = [f"in {row['StageName']}"]
    if amount is not None:
        parts.append(f"{row.get('CurrencyIsoCode') or ''} {worth(amount):,.0f}".strip())
    owner: Row | None = row.get("Owner")
    if owner and owner.get("Name"):
        parts.append(f"of {owner['Name']}")
    return ", ".join(parts)


def moment(text: str) -> datetime:
    """Read a moment as REST writes it."""
    return datetime.fromisoformat(text)


def either(parts: Sequence[str]) -> str:
    """Write conditions of which one must hold."""
    return f"({' OR '.join(f'({one})' for one in parts)})"


def every(*parts: str) -> str:
    """Write conditions that must all hold, an OR among them in its brackets; an empty one asks for nothing.

    Nothing is put into brackets here: Salesforce takes a semi-join at the top of a WHERE alone.
    """
    return " AND ".join(filter(None, parts))


def grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """Give the second of pairs by the first."""
    found: dict[str, tuple[str, ...]] = {}
    for first, second in pairs:
        found[first] = (*found.get(first, ()), second)
    return found
