"""Which account a record belongs to already, so that the account's owner keeps it.

Two ways, both exact: the website's host (of the record's website or of its email address), and the company's name
without its case, punctuation and legal form. What only looks alike is not the same. Hosts that many companies share,
public mail among them, say nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from upbeat.base import company, host
from upbeat.domain import Record
from upbeat.workflows import MatchBy

FIELDS = ("Id", "Name", "Website", "OwnerId", "Owner.Username", "Owner.Name", "Owner.IsActive")  # of an account
ADDRESS = 12_000  # bytes that the conditions of one query may fill: a request's line holds about 16,000
LONGEST = 40  # characters of a pattern
_FRAME = 40  # bytes of a condition around its pattern


@dataclass(frozen=True, slots=True)
class Match:
    """An account that a record belongs to, and by what: `website domain acme.example`; `score` says how surely."""

    account: Record
    why: str
    score: float = 1.0


class Accounts:
    """Accounts as `queries` fetched them, found by host and by name."""

    def __init__(self, rows: Iterable[Record]) -> None:
        """Index rows that hold `FIELDS`; one that several queries brought counts once."""
        self._by_key: dict[tuple[MatchBy, str], list[Record]] = defaultdict(list)
        for row in {one["Id"]: one for one in rows}.values():
            for key in _keys(row["Website"], None, row["Name"]):
                self._by_key[key].append(row)

    def of(self, record: Record, ways: Sequence[MatchBy]) -> tuple[Match, ...]:
        """Give the accounts that a record belongs to, by the first of the ways that finds any."""
        told = _of_record(record)
        for way in ways:
            found = [
                Match(row, f"{way} {one[1]}") for one in told if one[0] is way for row in self._by_key.get(one, ())
            ]
            if found:
                return tuple(found)
        return ()


def queries(records: Iterable[Record], ways: Sequence[MatchBy]) -> list[tuple[str, Mapping[str, str]]]:
    """Give SOQL, with its binds, that fetches every account that `Accounts` could find for these records.

    SOQL cannot compare as exactly as we do, so the queries bring more, and `Accounts` looks closer. They miss a name
    that has a full stop or an apostrophe inside a word where the record's has none.
    """
    keys = sorted({one for record in records for one in _of_record(record) if one[0] in ways})
    chunks, room = list[list[tuple[MatchBy, str]]](), 0
    for one in keys:
        long = len(quote(_pattern(one[1]))) + _FRAME
        if long > room:
            chunks.append([])
            room = ADDRESS
        chunks[-1].append(one)
        room -= long
    return [_query(chunk) for chunk in chunks]


def _query(keys: Sequence[tuple[MatchBy, str]]) -> tuple[str, Mapping[str, str]]:
    conditions, binds = list[str](), dict[str, str]()
    for number, (way, key) in enumerate(keys):
        start = _pattern(key)
        if way is MatchBy.WEBSITE_DOMAIN:
            conditions.append(f"Website LIKE :k{number}")
            binds[f"k{number}"] = f"%{start}%"
        else:
            conditions.append(f"Name LIKE :k{number}")
            binds[f"k{number}"] = f"{start}%"
    where = " OR ".join(conditions)
    return f"SELECT {', '.join(FIELDS)} FROM Account WHERE {where} ORDER BY Id", binds  # noqa: S608  values are binds


def _pattern(key: str) -> str:
    return key.replace(" ", "%")[:LONGEST]


def _of_record(record: Record) -> list[tuple[MatchBy, str]]:
    return _keys(record.get("Website"), record.get("Email"), record.get("Company"))


def _keys(website: str | None, email: str | None, name: str | None) -> list[tuple[MatchBy, str]]:
    """Give what tells an account: each way with the text that it compares."""
    told = [
        (MatchBy.WEBSITE_DOMAIN, host(website or "")),
        (MatchBy.WEBSITE_DOMAIN, host(email or "")),
        (MatchBy.COMPANY_NAME, company(name or "")),
    ]
    return [(way, key) for way, key in dict.fromkeys(told) if key]
