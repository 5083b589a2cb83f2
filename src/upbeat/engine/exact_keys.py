"""What the org has by exact keys: accounts where they are not in memory, contacts and open leads of the same person.

SOQL compares texts without minding case and nothing else, so each query brings what may be meant, and what it means is
found out in memory. One query holds a batch, as long as it fits into a request.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final
from urllib.parse import quote

from upbeat.domain import Record
from upbeat.intake import Query
from upbeat.matching import Told

ADDRESS: Final = 12_000
"""Bytes that the values of one query may fill: a request's line holds about 16,000."""

IDS: Final = 400
"""Ids in one query: some 11,000 bytes."""

_FRAME: Final = 9  # bytes of a value's quotes and comma, as an address writes them

Binds = Mapping[str, Sequence[str]]
Words = Callable[[Sequence[Told]], tuple[str, Binds]]


def accounts(query: Query, fields: Sequence[str], people: Sequence[Told]) -> list[Record]:
    """Give the accounts that have a website, a phone or a name of these, to the letter."""

    def words(some: Sequence[Told]) -> tuple[str, Binds]:
        keys = {
            "Website": _each(form for one in some if one.host for form in _websites(one.host)),
            "Phone": _each(one.phone_text for one in some),
            "Name": _each(one.company for one in some),
        }
        return _any_of(keys)

    return _read(query, "Account", fields, people, words)


def contacts(query: Query, fields: Sequence[str], people: Sequence[Told], account_ids: Iterable[str]) -> list[Record]:
    """Give the contacts that have an email address or a phone of these, or a last name in one of the accounts."""
    ids = _each(account_ids)

    def words(some: Sequence[Told]) -> tuple[str, Binds]:
        return _persons(some, "AccountId", ids)

    return _read(query, "Contact", fields, people, words)


def open_leads(query: Query, fields: Sequence[str], people: Sequence[Told]) -> list[Record]:
    """Give the leads, not converted, that have an email address, a phone, or last name and company of one of these."""

    def words(some: Sequence[Told]) -> tuple[str, Binds]:
        text, binds = _persons(some, "Company", _each(one.company for one in some))
        return (f"({text}) AND IsConverted = FALSE" if text else ""), binds

    return _read(query, "Lead", fields, people, words)


def by_ids(query: Query, name: str, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
    """Give the records of these ids that are still there."""
    text = f"SELECT {', '.join(fields)} FROM {name} WHERE Id IN :ids"  # noqa: S608  names of the schema
    return [row for part in portions(ids) for row in query(text, {"ids": part})]


def portions(ids: Sequence[str], most: int = IDS) -> Iterator[list[str]]:
    """Give ids in portions that fit into a request each, or into a part of one."""
    return (list(ids[start : start + most]) for start in range(0, len(ids), most))


def by_texts(query: Query, text: str, values: Iterable[str], *, beside: int = 0, **more: Any) -> list[Record]:
    """Ask with `:values`, in as many queries as it takes for these texts to fit into a request each.

    A text names them as often as it has them; `beside` are the bytes that what else it is asked with fills.
    """
    rest, found, room = _each(values), dict[str, Record](), (ADDRESS - beside) // text.count(":values")
    while rest:
        size, count = 0, 0
        while count < len(rest) and size <= room:
            size += len(quote(rest[count])) + _FRAME
            count += 1
        found |= {row["Id"]: row for row in query(text, {"values": rest[:count], **more})}
        rest = rest[count:]
    return list(found.values())


def _persons(some: Sequence[Told], field: str, values: Sequence[str]) -> tuple[str, Binds]:
    phones = _each(one.phone_text for one in some)
    text, binds = _any_of({"Email": _each(one.email for one in some), "Phone": phones, "MobilePhone": phones})
    names = _each(one.last_name for one in some)
    if not (names and values):
        return text, binds
    named = f"(LastName IN :names AND {field} IN :values)"
    return (f"{text} OR {named}" if text else named), {**binds, "names": names, "values": values}


def _any_of(keys: Mapping[str, Sequence[str]]) -> tuple[str, Binds]:
    """Say that one of these fields has one of its values; nothing where none has any."""
    told = {name: values for name, values in keys.items() if values}
    return " OR ".join(f"{name} IN :{name.lower()}" for name in told), {one.lower(): told[one] for one in told}


def _read(query: Query, name: str, fields: Sequence[str], people: Sequence[Told], words: Words) -> list[Record]:
    rows = chain.from_iterable(query(text, binds) for text, binds in _queries(name, fields, people, words))
    return list({row["Id"]: row for row in rows}.values())


def _queries(
    name: str, fields: Sequence[str], people: Sequence[Told], words: Words
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the query for these, or those for each half of them where it is too long."""
    where, binds = words(people)
    if len(people) > 1 and sum(len(quote(one)) + _FRAME for values in binds.values() for one in values) > ADDRESS:
        middle = len(people) // 2
        yield from _queries(name, fields, people[:middle], words)
        yield from _queries(name, fields, people[middle:], words)
    elif where:
        yield f"SELECT {', '.join(fields)} FROM {name} WHERE {where} ORDER BY Id", binds  # noqa: S608  values are binds


def _websites(host: str) -> Iterator[str]:
    """Give how a host is mostly written as a website."""
    for written in (host, f"www.{host}"):
        yield from (f"{scheme}{written}{end}" for scheme in ("", "https://", "http://") for end in ("", "/"))


def _each(texts: Iterable[str]) -> list[str]:
    return sorted({text.strip() for text in texts if text and text.strip()})
