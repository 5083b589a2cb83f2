"""Which territory a record lies in, and the words for it."""

from datetime import datetime

from upbeat.domain import Record
from upbeat.workflows import Pool, Territory


def locate(record: Record, pool: Pool, now: datetime) -> Territory | None:
    """Give the first territory that the record fits, or None. Raises FormulaError where a `when` has no answer."""
    code, country = _text(record, pool, "postal_code"), _text(record, pool, "country").casefold()
    for one in pool.territories:
        if one.postal_codes and not any(code in span for span in one.postal_codes):
            continue
        if one.countries and country not in (name.casefold() for name in one.countries):
            continue
        if one.when is None or one.when.evaluate(record, now=now) is True:
            return one
    return None


def describe(record: Record, pool: Pool, territory: Territory | None, now: datetime) -> str:
    """Say where the record lies: `postal code 60614 is in Chicago North`. Empty where the pool has no territories."""
    if not pool.territories:
        return ""
    code, country = _text(record, pool, "postal_code"), _text(record, pool, "country")
    if territory is None:
        return f"{_spot(code, country)} is in no territory of {pool.title}"
    lies = f"is in {territory.name}"
    if territory.postal_codes or territory.countries:
        lies = f"{_spot(code if territory.postal_codes else '', country if territory.countries else '')} {lies}"
    return lies if territory.when is None else f"{lies}, as {territory.when.explain(record, now=now).words}"


def _spot(code: str, country: str) -> str:
    known = ", ".join(filter(None, [code and f"postal code {code}", country]))
    return known or "what has neither postal code nor country"


def _text(record: Record, pool: Pool, name: str) -> str:
    field = pool.address.get(name)
    return str((record.get(field) if field else None) or "").strip()
