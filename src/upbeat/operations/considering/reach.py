"""How far a suggested change reaches: the records, what they are worth, and which other workflows it wakes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from upbeat import review
from upbeat.base import UpbeatError
from upbeat.domain import Change, Mode, Proposal, Verb
from upbeat.operations.house import House
from upbeat.operations.showing import Shown
from upbeat.review import State
from upbeat.workflows import Workflow

_DEAL: Final = "Opportunity"
_ALIKE: Final = 200  # changes of a pattern whose deals are added up: one query


@dataclass(frozen=True, slots=True)
class Sum:
    """What deals are worth together; `currency` is empty in an org that has one."""

    amount: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Fires:
    """Another workflow that would see this change: `at_once` it starts on it, else it looks when it looks next."""

    workflow: str
    title: str
    mode: Mode
    at_once: bool
    about: tuple[str, ...]  # fields, or what is new


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a change reaches. `waiting` of its pattern wait, of `alike` records in all.

    `amounts` are of the deals that it changes, `all_amounts` of those of its pattern that wait; empty where no deal is
    among them, or the org did not answer. `undone` is whether a rollback can take it back.
    """

    records: int
    waiting: int
    alike: int
    amounts: tuple[Sum, ...]
    all_amounts: tuple[Sum, ...]
    fires: tuple[Fires, ...]
    undone: bool


def reach(house: House, shown: Shown) -> Reach:
    """Give how far a review's changes reach. An org that does not answer leaves the amounts out."""
    found = shown.review
    proposals = found.body.proposals
    deals = {one.record_id for one in proposals if one.object == _DEAL and one.record_id and not shown.unread}
    reached = {each.record_id for one in proposals for each in one.records}
    records = len({*(one.record_id or one.id for one in proposals), *reached})
    alike = set[str]()
    if deals and found.pattern and found.state is State.OPEN:
        with house.store.reading() as conn:
            some = review.waiting(conn, found.pattern, most=_ALIKE)
            alike = {one.record_id for one in some if one.object == _DEAL}
    return Reach(
        records=records,
        waiting=0 if shown.blast is None else shown.blast.waiting,
        alike=0 if shown.blast is None else shown.blast.records,
        amounts=_worth(house, deals),
        all_amounts=_worth(house, alike - {""}) if len(alike) > 1 else (),
        fires=tuple(_woken(house, found.workflow, proposals)),
        undone=not any(one.verb in {Verb.MERGE, Verb.CONVERT, Verb.SEND} for one in proposals),
    )


def _worth(house: House, deals: set[str]) -> tuple[Sum, ...]:
    if not deals:
        return ()
    try:
        known = house.get_schema().object(_DEAL)
        names = [one for one in ("Amount", "CurrencyIsoCode") if known.has(one)]
        query = f"SELECT Id, {', '.join(names)} FROM {_DEAL} WHERE Id IN :ids"  # noqa: S608  names of the schema
        rows = house.query(query, {"ids": sorted(deals)}) if "Amount" in names else ()
    except UpbeatError:
        return ()
    sums: dict[str, Decimal] = {}
    for row in rows:
        if row["Amount"] is not None:
            currency = row.get("CurrencyIsoCode") or ""
            sums[currency] = sums.get(currency, Decimal(0)) + Decimal(str(row["Amount"]))
    return tuple(Sum(amount, currency) for currency, amount in sorted(sums.items()))


def _woken(house: House, name: str, proposals: Sequence[Proposal]) -> Iterator[Fires]:
    changed = {(one.object, field) for one in proposals if one.verb is Verb.UPDATE for field in one.after}
    new = {one.object for one in proposals if one.verb is Verb.CREATE}
    modes = house.versions.modes()
    for flow in house.versions.current.values():
        if flow.name == name or modes.get(flow.name) is Mode.PAUSED:
            continue
        mode = modes.get(flow.name, flow.mode)
        if at_once := _starts(flow, changed, new):
            yield Fires(flow.name, flow.title, mode, at_once=True, about=at_once)
        elif about := tuple(sorted(field for target, field in changed if _reads(flow, target, field))):
            yield Fires(flow.name, flow.title, mode, at_once=False, about=about)


def _starts(flow: Workflow, changed: set[tuple[str, str]], new: set[str]) -> tuple[str, ...]:
    fields = (field for target, field in changed if target == flow.object and field in flow.watched)
    made = [f"a new {flow.object}"] if Change.CREATED in flow.starts and flow.object in new else []
    return (*(sorted(fields) if Change.UPDATED in flow.starts else ()), *made)


def _reads(flow: Workflow, target: str, field: str) -> bool:
    return target == flow.object and field in flow.when.fields and flow.every is not None
