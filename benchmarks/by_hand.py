"""The condition that the README shows, written by hand: with its decimals, with floats, and for zen-engine."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

CONDITION = re.findall(r"```\n(AND\(.*?)\n```", Path(__file__).parents[1].joinpath("README.md").read_text(), re.DOTALL)[
    0
]
Record = Mapping[str, Any]
By = Callable[[Record, Record, date], bool]

_LARGE, _FIFTH, _HUNDREDTH, _MONTH = Decimal(50_000), Decimal("0.2"), Decimal("0.01"), timedelta(30)


def by_hand(record: Record, given: Record, today: date) -> bool:
    """Decide with decimals and blanks, where the record's values are as REST gives them."""
    if record["IsClosed"] or record["StageName"] != "Proposal":
        return False
    amount, chance, closing = record["Amount"], record["Probability"], record["CloseDate"]
    if amount is None or amount <= _LARGE or chance is None or chance * _HUNDREDTH <= _FIFTH:
        return False
    if closing is None or date.fromisoformat(closing) >= today + _MONTH or record["NextStep"]:
        return False
    pushes = given["$Signal"]["PushCount"]
    return (pushes is not None and pushes > 2) or "renew" in (record["Name"] or "").lower() or bool(record["Type"])


def by_careful_hand(record: Record, given: Record, today: date) -> bool:
    """Decide the same where values may stand in any form that a formula reads: texts for numbers, dates, 0 and 1."""
    if _ticked(record["IsClosed"]) or record["StageName"] != "Proposal":
        return False
    amount, chance, closing = _number(record["Amount"]), _number(record["Probability"]), _day(record["CloseDate"])
    if amount is None or amount <= _LARGE or chance is None or chance * _HUNDREDTH <= _FIFTH:
        return False
    if closing is None or closing >= today + _MONTH or record["NextStep"]:
        return False
    pushes = _number(given["$Signal"]["PushCount"])
    return (pushes is not None and pushes > 2) or "renew" in (record["Name"] or "").lower() or bool(record["Type"])


def by_float(record: Record, given: Record, today: date) -> bool:
    """Decide with floats, as one would who needs no decimals."""
    if record["IsClosed"] or record["StageName"] != "Proposal":
        return False
    amount, chance, closing = record["Amount"], record["Probability"], record["CloseDate"]
    if amount is None or amount <= 50_000 or chance is None or chance / 100 <= 0.2:
        return False
    if closing is None or date.fromisoformat(closing) >= today + _MONTH or record["NextStep"]:
        return False
    pushes = given["$Signal"]["PushCount"]
    return (pushes is not None and pushes > 2) or "renew" in (record["Name"] or "").lower() or bool(record["Type"])


FOR_ZEN = """not IsClosed and StageName == 'Proposal' and Amount != null and Amount > 50000
    and Probability != null and Probability / 100 > 0.2
    and CloseDate != null and date(CloseDate) < date(Today) + 30 * 86400
    and (NextStep ?? '') == '' and ((PushCount != null and PushCount > 2) or contains(lower(Name ?? ''), 'renew')
    or (Type ?? '') != '')"""


def for_zen(record: Record, signals: Record, today: date) -> dict[str, Any]:
    """Give the one context that zen-engine takes, which knows no Decimal: record and signals have floats."""
    return {**record, **signals, "Today": today.isoformat()}


def as_floats(record: Record) -> dict[str, Any]:
    """Give the record with floats for Decimals."""
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in record.items()}


def _number(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def _ticked(value: Any) -> bool:
    return value in (True, "true")


# --- records: each field blank, on both sides of its limit, and at it --------------------------------

_REST: dict[str, list[Any]] = {
    "IsClosed": [False, False, False, True],
    "StageName": ["Proposal", "Proposal", "Proposal", "Prospecting", None],
    "Amount": [None, Decimal(50_000), Decimal("50000.01"), Decimal("82000.00"), 82_000, Decimal(0)],
    "Probability": [None, 20, Decimal("20.0"), Decimal("20.01"), Decimal(60), 60, 0],
    "CloseDate": [None, "2026-01-31", "2026-03-12", "2026-03-13", "2026-03-14"],
    "NextStep": [None, None, "", "Send the contract"],
    "Name": [None, "Acme", "Acme Renewal", "renewal"],
    "Type": [None, "", "New Business"],
    "PushCount": [None, 0, 2, 3, Decimal(3)],
}
_OTHER: dict[str, list[Any]] = {
    "IsClosed": [0, 1, "false", "true"],
    "Amount": ["", "50000.01", 82_000.5, "1e5"],
    "Probability": ["", "20.5", 20.5, "20"],
    "CloseDate": ["", date(2026, 3, 12), date(2026, 3, 13)],
    "PushCount": ["", "3", 2.5],
}


def records(count: int, *, any_form: bool) -> list[tuple[Record, Record]]:
    """Give records and globals, from one seed: as REST gives them, or in any form that is read."""
    random = Random(11)
    forms = {name: values + (_OTHER.get(name, []) if any_form else []) for name, values in _REST.items()}
    drawn = ({name: random.choice(values) for name, values in forms.items()} for _ in range(count))
    return [(one, {"$Signal": {"PushCount": one.pop("PushCount")}}) for one in drawn]
