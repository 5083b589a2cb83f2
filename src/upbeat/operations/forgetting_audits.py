"""What audits know of a record, forgotten with it: the rows that name it, and its name and id in what they came to."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from sqlalchemy import Connection, delete, or_, select, update

from upbeat.base import decode, encode, to_15
from upbeat.store import holds, tables

_FORGOTTEN: Final = "(forgotten)"
_SHORTEST: Final = 4  # characters: a shorter name is found in too many words that mean somebody else


def drop_from_audits(conn: Connection, record_id: str) -> tuple[int, list[str]]:
    """Erase a record from every audit; give how many rows named it, and the audits' entries in the ledger that may.

    An audit that is under way is given up: the org says it all again.
    """
    audits, answers, records = tables.audits, tables.audit_answers, tables.audit_records
    unfinished = select(audits.c.id).where(audits.c.finished_at.is_(None))
    conn.execute(delete(answers).where(answers.c.audit_id.in_(unfinished)))
    conn.execute(delete(records).where(records.c.audit_id.in_(unfinished)))
    conn.execute(delete(audits).where(audits.c.finished_at.is_(None)))
    mine = or_(records.c.record_id == record_id, holds(records.c.why, to_15(record_id)))
    names = conn.scalars(select(records.c.name).where(records.c.record_id == record_id).distinct())
    said = _naming(record_id, names)
    dropped = conn.execute(delete(records).where(mine)).rowcount
    entries: list[str] = []
    for row in conn.execute(select(audits.c.id, audits.c.body, audits.c.entry_id)).all():
        body = encode(_without(decode(row.body), said))
        if body != row.body:
            conn.execute(update(audits).where(audits.c.id == row.id).values(body=body))
            if _rename(conn, row.id, body, said):
                entries.append(row.entry_id)
    return dropped, entries


def _naming(record_id: str, names: Iterable[str]) -> re.Pattern[str]:
    """Match the record's id in both forms, and its names where they stand as whole words."""
    words = [rf"(?<!\w){re.escape(one)}(?!\w)" for one in names if len(one) >= _SHORTEST]
    return re.compile("|".join([rf"{to_15(record_id)}(?:\w{{3}})?", *words]))


def _without(value: Any, said: re.Pattern[str]) -> Any:
    """Give a value with every text in it freed of what names the record."""
    if isinstance(value, str):
        return said.sub(_FORGOTTEN, value)
    if isinstance(value, dict):
        return {key: _without(one, said) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_without(one, said) for one in cast("Sequence[Any]", value)]
    return value


def _rename(conn: Connection, audit_id: str, body: str, said: re.Pattern[str]) -> bool:
    """Let the rows of other records stand below their finding, whose key may have held the name; give whether one did.

    The ledger's entry of an audit names its findings by these keys, and nothing else of any record.
    """
    records = tables.audit_records
    mine = records.c.audit_id == audit_id
    for key in conn.scalars(select(records.c.finding).where(mine).distinct()).all():
        new = said.sub(_FORGOTTEN, key)
        if new != key:
            conn.execute(update(records).where(mine, records.c.finding == key).values(finding=new))
    return any(_FORGOTTEN in one["key"] for one in decode(body)["findings"])
