"""The records of a suggested merge or conversion side by side: field by field what each has, and which value stays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from upbeat.apply import same
from upbeat.domain import Proposal, Verb


@dataclass(frozen=True, slots=True)
class Row:
    """One field: what each record has, in their order; of a merge the value that stays, and why that one."""

    field: str
    values: tuple[Any, ...]
    stays: Any = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """All that a merge or a conversion reaches: `records` are what each is, as `stays: Lead 00Q...`, and its rows."""

    proposal: str
    records: tuple[str, ...]
    rows: tuple[Row, ...]


def side_by_side(proposal: Proposal) -> SideBySide | None:
    """Give the records of a merge or a conversion beside each other; None of any other change."""
    if not proposal.records:
        return None
    merges = proposal.verb is Verb.MERGE
    heads = (f"{_role(proposal, number)}: {one.object} {one.record_id}" for number, one in enumerate(proposal.records))
    rows = _merged(proposal) if merges else _joined(proposal)
    return SideBySide(proposal.id, tuple(heads), tuple(rows))


def _role(proposal: Proposal, number: int) -> str:
    if proposal.verb is Verb.MERGE:
        return "goes" if number else "stays"
    return "joined to" if number else "converted"


def _merged(proposal: Proposal) -> Iterator[Row]:
    """Give every field in which the records differ: what is the same in all needs no choice."""
    master, *others = (one.values for one in proposal.records)
    for name in dict.fromkeys(name for one in proposal.records for name in one.values):
        values = tuple(one.get(name) for one in (master, *others))
        if all(same(value, values[0]) for value in values[1:]):
            continue
        stays = proposal.after.get(name, values[0])
        yield Row(name, values, stays, _why(proposal, name, values, stays))


def _why(proposal: Proposal, name: str, values: tuple[Any, ...], stays: Any) -> str:
    if name in proposal.edited:
        return f"written by {proposal.edited[name]}"
    if not same(stays, values[0]):
        return "the one that stays has none" if values[0] is None else "it was asked for in one of them"
    lost = [value for value in values[1:] if value is not None and not same(value, stays)]
    return "the one that stays has it, and the others are lost" if lost else "only the one that stays has it"


def _joined(proposal: Proposal) -> Iterator[Row]:
    """Give what the lead has, beside what it is joined to has by the same name."""
    lead, *others = (one.values for one in proposal.records)
    for name, value in lead.items():
        beside = tuple(_alike(one, name) for one in others)
        if not isinstance(value, bool) and (value is not None or any(each is not None for each in beside)):
            yield Row(name, (value, *beside))


_PLACE = ("Street", "City", "State", "PostalCode", "Country")
_OF_OTHERS: Mapping[str, tuple[str, ...]] = {  # as convertLead maps the lead's standard fields
    "Company": ("Name",),
    "LeadSource": ("LeadSource", "AccountSource"),
    **{name: (name, f"Billing{name}", f"Mailing{name}") for name in _PLACE},
}


def _alike(values: Mapping[str, Any], name: str) -> Any:
    return next((values[one] for one in _OF_OTHERS.get(name, (name,)) if one in values), None)
