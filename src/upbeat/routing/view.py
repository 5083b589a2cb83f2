"""What formulas and territories see of a record: its fields, its account, and what the steps before found."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from upbeat.domain import Record
from upbeat.routing.known import Known
from upbeat.workflows import Pool

_NONE: Record = {}


class View(NamedTuple):
    """A record at a moment. `account` is the matched one, empty without; `given` are the globals of formulas."""

    record: Record
    account: Record
    given: Mapping[str, Any]
    now: datetime


def view(record: Record, pool: Pool, known: Known, now: datetime) -> View:
    """Give what a pool sees of a record. Fields of the account are blank where there is none, or a doubt which."""
    account = _NONE if known.doubt or not known.accounts else known.accounts[0].account
    if not (pool.given or pool.account_fields):
        return View(record, account, _NONE, now)
    given: dict[str, Any] = {}
    if pool.given:
        given["$Routing"] = {name: known.facts.get(name) for name in pool.given}
    if pool.account_fields:
        given["$Account"] = account or dict.fromkeys(pool.account_fields)
    return View(record, account, given, now)
