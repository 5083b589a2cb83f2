"""What audits know of a record, forgotten with it: its rows, and its name and id wherever else an audit says them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import count
from typing import Any, Final, Self, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update

from upbeat.base import UpbeatError, encode, to_15
from upbeat.foundation import Audit, Finding
from upbeat.operations.auditing import keeping
from upbeat.operations.house import House
from upbeat.schema import standard
from upbeat.store import holds, tables

_FORGOTTEN: Final = "(forgotten)"
_IN_WORDS: Final = frozenset({"says", "fix", "why", "values", "corrections", "rows"})
"""The parts of what is kept that may quote a record; the others are Salesforce's words, and ours."""

_LITERAL: Final = re.compile(r"'((?:[^'\\]|\\.)*)'")
_ESCAPED: Final = re.compile(r"\\(.)")
_WORD: Final = re.compile(r"\w+")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Naming:
    """What names one record: its id in both forms, and its names where they stand as whole words."""

    short: str
    names: tuple[str, ...]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, record_id: str, names: Iterable[str]) -> Self:
        """Take the record's id and its names; blank ones name nobody."""
        short, known = to_15(record_id), sorted({one for one in names if one.strip()}, key=len, reverse=True)
        words = (rf"(?<!\w){re.escape(one)}(?!\w)" for one in known)
        said = "|".join([re.escape(_FORGOTTEN), rf"{short}(?:\w{{3}})?", *words])
        return cls(short, tuple(known), re.compile(said))

    def without(self, text: str) -> str:
        """Give a text in which nothing names the record."""
        return self.pattern.sub(_FORGOTTEN, text)

    def may_stand_in(self, *columns: ColumnElement[str]) -> ColumnElement[bool]:
        """Select what may name the record, and all that does."""
        return or_(*(holds(column, text) for column in columns for text in (self.short, *self.names)))


def names_in_org(house: House, record_id: str) -> frozenset[str]:
    """Give what the org calls a record, and a user's addresses too; nothing where the org cannot be asked any more."""
    try:
        people = house.get_people()
        if (person := people.find(record_id)) is not None:
            return frozenset({person.name, person.username, person.email})
        if (queue := people.names().get(record_id)) is not None:
            return frozenset({queue})
        objects = {**standard().objects, **house.get_schema().objects}
        kind = next((one for one in objects.values() if one.key_prefix and record_id.startswith(one.key_prefix)), None)
        if kind is None or kind.name_field is None:
            return frozenset()
        field = kind.name_field.name
        rows = house.query(f"SELECT {field} FROM {kind.name} WHERE Id = :id", {"id": record_id})  # noqa: S608
    except UpbeatError:  # it is forgotten all the same, by the names that stand here
        return frozenset()
    return frozenset(str(row[field]) for row in rows if row[field])


def audit_rows_of(conn: Connection, record_id: str) -> int:
    """Count the rows of audits that are the record's, or name it by what the store knows."""
    records = tables.audit_records
    own = conn.scalar(select(func.count()).where(records.c.record_id == record_id)) or 0
    return own + len(_naming_rows(conn, record_id, _naming(conn, record_id, ())))


def drop_from_audits(conn: Connection, record_id: str, names: Iterable[str] = ()) -> tuple[int, list[str]]:
    """Erase a record, by these names too, from every audit; give how many rows were its own or named it.

    Beside it come the audits' entries in the ledger that may name it: they tell findings by their keys. An audit that
    is under way is given up, for the org says it all again, and one that cannot be read, for nobody can tell of whom
    it speaks.
    """
    audits, records = tables.audits, tables.audit_records
    _give_up(conn, audits.c.finished_at.is_(None))
    said = _naming(conn, record_id, names)
    dropped = conn.execute(delete(records).where(records.c.record_id == record_id)).rowcount
    naming = _naming_rows(conn, record_id, said)
    for row in naming:
        mine = (getattr(records.c, name) == getattr(row, name) for name in ("audit_id", "finding", "record_id"))
        freed = {"name": said.without(row.name), "why": said.without(row.why)}
        conn.execute(update(records).where(*mine).values(freed))
    entries: list[str] = []
    for row in conn.execute(select(audits.c.id, audits.c.entry_id)).all():
        audit = keeping.read(conn, row.id)
        if audit is None:
            _give_up(conn, audits.c.id == row.id)
            entries.append(row.entry_id)
        elif _free(conn, audit, said):
            entries.append(row.entry_id)
    return dropped + len(naming), entries


def without(audit: Audit, said: Naming) -> tuple[Audit, Mapping[str, str]]:
    """Give an audit in which nothing names the record, and the keys of its findings by those they had."""
    keys = _keys(audit.findings, said)
    freed = _freed(audit, said)
    return replace(
        freed,
        findings=tuple(replace(one, key=keys[one.key]) for one in freed.findings),
        items=tuple(replace(one, findings=tuple(keys.get(key, key) for key in one.findings)) for one in freed.items),
        consequences=tuple(replace(one, finding=keys.get(one.finding, one.finding)) for one in freed.consequences),
    ), keys


def _give_up(conn: Connection, which: ColumnElement[bool]) -> None:
    audits = tables.audits
    ids = select(audits.c.id).where(which)
    for table in (tables.audit_answers, tables.audit_records):
        conn.execute(delete(table).where(table.c.audit_id.in_(ids)))
    conn.execute(delete(audits).where(which))


def _naming(conn: Connection, record_id: str, names: Iterable[str]) -> Naming:
    records = tables.audit_records
    kept = conn.scalars(select(records.c.name).where(records.c.record_id == record_id).distinct())
    return Naming.of(record_id, [*names, *kept])


def _naming_rows(conn: Connection, record_id: str, said: Naming) -> list[Row[Any]]:
    """Give the rows of other records that name this one."""
    records = tables.audit_records
    others = select(records).where(records.c.record_id != record_id)
    rows = conn.execute(others.where(said.may_stand_in(records.c.name, records.c.why)))
    return [row for row in rows if (said.without(row.name), said.without(row.why)) != (row.name, row.why)]


def _free(conn: Connection, audit: Audit, said: Naming) -> bool:
    """Keep an audit without what names the record; give whether the key of a finding did."""
    freed, keys = without(audit, said)
    if freed != audit:
        conn.execute(update(tables.audits).where(tables.audits.c.id == audit.id).values(body=encode(freed)))
    renamed = {old: new for old, new in keys.items() if old != new}
    records = tables.audit_records
    for old, new in renamed.items():
        mine = records.c.audit_id == audit.id, records.c.finding == old
        conn.execute(update(records).where(*mine).values(finding=new))
    return bool(renamed)


def _freed(value: _T, said: Naming) -> _T:
    """Give a dataclass with its words freed, and those of the dataclasses in it."""
    about = (
        {*value.values, *(each for pair in value.corrections for each in pair)}
        if isinstance(value, Finding)
        else set[str]()
    )
    parts: dict[str, Any] = {}
    for one in fields(cast("Any", value)):
        part: Any = getattr(value, one.name)
        if one.name == "queries":
            parts[one.name] = tuple(_freed_query(query, said, about) for query in part)
        elif one.name in _IN_WORDS:
            parts[one.name] = _freed_words(part, said)
        elif isinstance(part, tuple):
            every = cast("tuple[Any, ...]", part)
            parts[one.name] = tuple(_freed(each, said) if is_dataclass(each) else each for each in every)
        elif is_dataclass(part):
            parts[one.name] = _freed(part, said)
    return replace(cast("Any", value), **parts)


def _freed_words(value: Any, said: Naming) -> Any:
    if isinstance(value, str):
        return said.without(value)
    if isinstance(value, tuple | list):
        return tuple(_freed_words(one, said) for one in cast("Sequence[Any]", value))
    return value


def _freed_query(query: str, said: Naming, about: set[str]) -> str:
    """Free the values within a query; a single word that the finding is not about is one of Salesforce's own."""

    def freed(literal: re.Match[str]) -> str:
        text = _ESCAPED.sub(r"\1", literal[1])
        own = _WORD.fullmatch(text) and said.short not in text and text not in about
        return literal[0] if own or said.without(text) == text else f"'{_FORGOTTEN}'"

    return _LITERAL.sub(freed, query)


def _keys(findings: Iterable[Finding], said: Naming) -> Mapping[str, str]:
    """Give each finding's key without what names the record; those that would become one are numbered."""
    keys = {one.key: _freed_key(one, said) for one in findings}
    taken = {old for old, new in keys.items() if old == new}
    for old, new in keys.items():
        if old != new:
            keys[old] = next(one for one in _numbered(new) if one not in taken)
            taken.add(keys[old])
    return keys


def _numbered(key: str) -> Iterable[str]:
    yield key
    yield from (f"{key} {number}" for number in count(2))


def _freed_key(one: Finding, said: Naming) -> str:
    """Free what follows the check, the object and the field."""
    places = (*(f"{one.check}:{one.object}.{field}" for field in one.fields), f"{one.check}:{one.object}", one.check)
    place = next((place for place in places if one.key == place or one.key.startswith(f"{place}:")), "")
    return place + said.without(one.key.removeprefix(place))
