"""Several records of one person become one: which of them stays, and which value of each field. Pure.

    stays     the contact that belongs to an account, then the one that somebody has worked with, the one that a person
              owns, the one of which most is known, the oldest
    values    what the one that stays has; where it has none, the newest of the others that has one
    blocks    an address is taken whole or not at all: a street of one record and the city of another is no address
    refusals  who asked for no mails, calls or faxes in any of them asked for it

Nothing goes in silence: every value that is lost is named.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from upbeat.base import shown
from upbeat.domain import Record

_PARTS: Final = ("Street", "City", "State", "StateCode", "PostalCode", "Country", "CountryCode")
_PREFIXES: Final = ("", "Mailing", "Other", "Billing", "Shipping")
_BLOCKS: Final = {f"{prefix}{part}": prefix or "Address" for prefix in _PREFIXES for part in _PARTS}
_REFUSALS: Final = frozenset({"HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall"})
_OWN: Final = frozenset(  # what is of the one record, and of no use to another
    {
        *("OwnerId", "Status", "IsUnreadByOwner", "EmailBouncedReason", "EmailBouncedDate", "RecordTypeId"),
        *(f"{prefix}{part}" for prefix in _PREFIXES for part in ("Latitude", "Longitude", "GeocodeAccuracy")),
    }
)
_LONGEST: Final = 80  # characters of a value that is told as lost: all of it stands beside

USER: Final = "005"


@dataclass(frozen=True, slots=True)
class Kept:
    """What becomes of several records: `master` stays, `after` are its values where the records differ.

    `says` tells, in this order, why this one stays, what it takes from others, and what is lost.
    """

    master: Record
    others: tuple[Record, ...]
    after: Mapping[str, Any]
    says: tuple[str, ...]


def keep(records: Sequence[Record], settable: Sequence[str], names: Callable[[str], str] = str) -> Kept:
    """Say what becomes of two or more records, whatever their order; `names` gives people for the ids of owners.

    `settable` are the fields that may be taken from one record to another; of all others the master's value stays.
    """
    ranked = sorted(records, key=_rank)
    master, others = ranked[0], tuple(sorted(ranked[1:], key=_newest, reverse=True))
    after = dict(_values(master, others, settable))
    told = [_why(master, ranked[1]), *_taken(master, others, after), *_lost(master, others, after, names)]
    return Kept(master, others, after, tuple(told))


def _rank(one: Record) -> tuple[Any, ...]:
    return tuple(key(one) for _, key in _RANKS)


def _known(one: Record) -> int:
    """Count the values that somebody has written, the most first."""
    return -sum(
        isinstance(value, str | int | float | Decimal) and value not in {"", True, False} for value in one.values()
    )


_RANKS: Final[tuple[tuple[str, Callable[[Record], Any]], ...]] = (
    ("it belongs to an account", lambda one: not one.get("AccountId")),
    ("somebody has worked with it", lambda one: not one.get("LastActivityDate")),
    ("a person owns it", lambda one: not str(one.get("OwnerId") or "").startswith(USER)),
    ("most is known of it", _known),
    ("it is the oldest", lambda one: str(one.get("CreatedDate") or "")),
    ("its id comes first", lambda one: one["Id"]),
)
"""In words and as what sorts first; the first in which two records differ decides."""


def _why(master: Record, second: Record) -> str:
    words = next(words for words, key in _RANKS if key(master) != key(second))
    return f"{called(master)} stays, as {words}"


def _newest(one: Record) -> tuple[str, str]:
    return str(one.get("LastModifiedDate") or ""), one["Id"]


def _values(master: Record, others: Sequence[Record], settable: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Give the value of each field in which the records differ; the newest of the others stands first."""
    blocks = _whose_blocks(master, others)
    for name in settable:
        if name in _OWN or not _differs(name, master, others):
            continue
        if name in _REFUSALS:
            yield name, any(one.get(name) is True for one in (master, *others))
        elif name in _BLOCKS:
            yield name, blocks[_BLOCKS[name]].get(name)
        elif _is_blank(master.get(name)):
            yield name, next((one[name] for one in others if not _is_blank(one.get(name))), master.get(name))
        else:
            yield name, master.get(name)


def _whose_blocks(master: Record, others: Sequence[Record]) -> Mapping[str, Record]:
    """Say for each address whose it is: the first record's that has any of it."""
    found: dict[str, Record] = {}
    for block in dict.fromkeys(_BLOCKS.values()):
        names = [name for name, of in _BLOCKS.items() if of == block]
        has = (one for one in (master, *others) if any(not _is_blank(one.get(name)) for name in names))
        found[block] = next(has, master)
    return found


def _taken(master: Record, others: Sequence[Record], after: Mapping[str, Any]) -> Iterator[str]:
    for name, value in after.items():
        if not _same(value, master.get(name)):
            giver = next((one for one in others if _same(one.get(name), value)), None)
            if giver is not None:
                yield f"{name} {_short(value)} is taken from {called(giver)}: the one that stays has none"


def _lost(
    master: Record, others: Sequence[Record], after: Mapping[str, Any], names: Callable[[str], str]
) -> Iterator[str]:
    """Name every value that is in none of the fields any more."""
    for one in others:
        for name, value in sorted(one.items()):
            stays = after.get(name, master.get(name))
            if name in _UNSAID or isinstance(value, Mapping | list) or _is_blank(value) or _same(value, stays):
                continue
            words = (names(str(value)), names(str(stays))) if name == "OwnerId" else (_short(value), _short(stays))
            yield f"{name} {words[0]} of {called(one)} is lost: {words[1]} stays"


_UNSAID: Final = frozenset(
    {"Id", "Name", "attributes", "CreatedDate", "LastModifiedDate", "LastActivityDate", *_OWN, *_REFUSALS}
) - {"OwnerId", "Status", "RecordTypeId"}  # what nobody has written, or what is said by its parts


def called(one: Record) -> str:
    """Give what people call a record, with its id."""
    name = one.get("Name") or " ".join(str(one[part]) for part in ("FirstName", "LastName") if one.get(part))
    return f"{name} ({one['Id']})" if name else str(one["Id"])


def _differs(name: str, master: Record, others: Sequence[Record]) -> bool:
    return any(not _same(one.get(name), master.get(name)) for one in others)


def _same(one: Any, other: Any) -> bool:
    return one == other or (_is_blank(one) and _is_blank(other))


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _short(value: Any) -> str:
    text = shown(None if _is_blank(value) else value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
