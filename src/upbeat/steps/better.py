"""Which value is better: the one that stands in a field, or the one that a source gives for it.

Better is whatever cannot be shown to be a source's own: a value that we did not write, that was changed since, that is
of a source which this one does not replace, or that somebody has emptied. In doubt what stands stays.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from upbeat.base import shown
from upbeat.domain import Record
from upbeat.schema import Field, FieldType
from upbeat.steps.case import to_json
from upbeat.steps.enriched import Enriched, Filled
from upbeat.workflows import Fill, Provider, listed, misfit
from upbeat.workflows.provider import Given

_INT_DIGITS: Final = 9  # of a whole number's field where describe tells none
_DIGITS: Final = 18  # Salesforce's most, of any other


class Verdict(StrEnum):
    """What becomes of one field."""

    FILLED = "filled"
    SAME = "same"
    KEPT = "kept"
    DROPPED = "dropped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Choice:
    """What becomes of one field: the value to write, where one is, and why one is not."""

    fill: Fill
    verdict: Verdict
    value: Any = None
    why: str = ""


def choose(fill: Fill, found: Enriched, provider: Provider, record: Record) -> Choice:
    """Say whether a fact is written into a field of this record, as it stands, and why not."""
    name, raw = fill.field.name, found.values.get(fill.fact)
    if raw is None:
        odd = fill.fact in found.odd
        verdict = Verdict.DROPPED if odd else Verdict.UNKNOWN
        return Choice(fill, verdict, why=f"{fill.fact} is no single value" if odd else "")
    value, wrong = _fitted(fill, raw)
    if wrong:
        return Choice(fill, Verdict.DROPPED, why=wrong)
    now, ours = record.get(name), found.filled.get(str(record.get("Id")), {}).get(name)
    if _same(now, value):
        return Choice(fill, Verdict.SAME)
    if why := _better(now, ours, provider, found.at):
        return Choice(fill, Verdict.KEPT, why=why)
    return Choice(fill, Verdict.FILLED, value)


def fact_of(given: Given, raw: Any) -> tuple[Any, str]:
    """Give a fact as its kind, with the org's word for it; and what is wrong where it is none of that kind."""
    try:
        value = _READS[given.type](raw)
    except (ValueError, InvalidOperation):
        return None, f"{shown(raw)} is no {given.type}"
    return (given.values.get(value, value) if isinstance(value, str) else value), ""


def _number(raw: Any) -> Any:
    number = Decimal(str(raw).strip())
    if isinstance(raw, bool) or not number.is_finite():
        raise ValueError
    return to_json(number)


def _boolean(raw: Any) -> bool:
    said = str(raw).strip().casefold()
    if said not in {"true", "false"}:
        raise ValueError
    return said == "true"


_READS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "text": lambda raw: str(raw).strip(),
    "number": _number,
    "boolean": _boolean,
    "date": lambda raw: datetime.fromisoformat(str(raw).strip()).date().isoformat(),
}


def _better(now: Any, ours: Filled | None, provider: Provider, at: datetime | None) -> str:
    """Say why what stands in a field stays; nothing where it may be written over."""
    if _is_blank(now):
        return "" if ours is None else f"somebody emptied it since {ours.source} filled it"
    if ours is None or not _same(now, ours.value):
        return f"{shown(now)} is no value of a source"
    if ours.source != provider.provider and ours.source not in provider.replaces:
        return f"{shown(now)} is from {ours.source}, which {provider.provider} does not replace"
    return f"{shown(now)} is newer" if at is not None and at < ours.at else ""


def _fitted(fill: Fill, raw: Any) -> tuple[Any, str]:
    """Give a fact as its field takes it, in the org's own words; and what is wrong where it does not."""
    value, wrong = fact_of(fill.given, raw)
    field = fill.field
    if not wrong and field.picklist:
        value, wrong = _word(str(value), field)
    if not wrong:
        wrong = (misfit(value, field) or ("", ""))[0] or _too_large(value, field)
    return value, wrong


def _word(value: str, field: Field) -> tuple[str, str]:
    """Give a picklist's own spelling of a value: what it does not offer is never written, whatever the org takes."""
    known = listed(field)
    alike = [one for one in known if one.casefold() == value.casefold()]
    found = value if value in known else alike[0] if len(alike) == 1 else ""
    return found, "" if found else f"{field.name} has no value {value!r}"


def _too_large(value: Any, field: Field) -> str:
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return ""
    if field.type is FieldType.INT and value != int(value):
        return f"{value} is no whole number"
    unsaid = _INT_DIGITS if field.type is FieldType.INT else _DIGITS
    digits = field.precision - field.scale if field.precision else unsaid
    return f"{value} has more digits than {field.name} holds" if abs(value) >= 10**digits else ""


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _same(one: Any, other: Any) -> bool:
    if _is_blank(one) or _is_blank(other):
        return _is_blank(one) and _is_blank(other)
    numbers = all(isinstance(some, int | float | Decimal) and not isinstance(some, bool) for some in (one, other))
    return Decimal(str(one)) == Decimal(str(other)) if numbers else one == other
