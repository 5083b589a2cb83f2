"""Which territory a record lies in, and the words for it.

What a record says is looked up, not compared with each territory: a postal code, a country, a number gives the set of
territories that it lies in, as the bits of an int. Only for those that are left is a formula asked, in their order.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from upbeat.base import company
from upbeat.routing.view import View
from upbeat.workflows import Numbers, Pool, PostalCodes, plain_code

NOWHERE = -1

_MOST_REMEMBERED = 50_000  # values of one field: as many as there are postal codes in a large country
_ASKS = {  # a field by its name, and what a territory asks of it
    "company": "accounts",
    "postal_code": "postal_codes",
    "country": "countries",
    "state": "states",
    "industry": "industries",
    "employees": "employees",
    "revenue": "revenue",
}
_WORDS = {"postal_code": "postal code ", "employees": "employees ", "revenue": "revenue "}


class Territories:
    """A pool's territories, to be found by what a record says."""

    def __init__(self, pool: Pool) -> None:
        """Index a pool's territories."""
        self._pool = pool
        self._all = pool.territories
        self._asked = list[tuple[str, _Lookup]]()
        self._named = _Lookup(_words((one.accounts for one in self._all), company), len(self._all))
        self._every = (1 << len(self._all)) - 1
        address = pool.address
        self._company = address.get("company", "")
        for name, lookup in self._lookups():
            if name in address and not lookup.idle:
                self._asked.append((address[name], lookup))

    def locate(self, seen: View) -> int:
        """Give the number of the first territory that a record fits, or NOWHERE.

        Raises FormulaError where a `when` has no answer.
        """
        record, account, given, now = seen
        left = self._every
        for field, lookup in self._asked:
            left &= lookup.of(record.get(field))
        if not self._named.idle:
            left &= self._named.of(account.get("Name")) | self._named.of(record.get(self._company))
        while left:
            number = (left & -left).bit_length() - 1
            when = self._all[number].when
            if when is None or when.evaluate(record, None, given, now=now) is True:
                return number
            left &= left - 1
        return NOWHERE

    def describe(self, seen: View, number: int) -> str:
        """Say where the record lies: `postal code 60614 is in Chicago North`. Empty where there are no territories."""
        if not self._all:
            return ""
        if number == NOWHERE:
            spot = ", ".join(self._told(seen, ("postal_code", "country")))
            return f"{spot or 'what has neither postal code nor country'} is in no territory of {self._pool.title}"
        one = self._all[number]
        spot = ", ".join(self._told(seen, [field for field, asks in _ASKS.items() if getattr(one, asks)]))
        lies = f"{spot} is in {one.name}" if spot else f"is in {one.name}"
        if one.when is None:
            return lies
        return f"{lies}, as {one.when.explain(seen.record, None, seen.given, now=seen.now).words}"

    def _told(self, seen: View, names: Iterable[str]) -> Iterable[str]:
        """Give what a record says in its fields of these names, in words."""
        for name in names:
            field = self._pool.address.get(name)
            value = (seen.record.get(field) if field else None) or ""
            if name == "company":
                value = seen.account.get("Name") or value
            if text := str(value).strip():
                yield f"{_WORDS.get(name, '')}{text}"

    def _lookups(self) -> Iterable[tuple[str, "_Lookup"]]:
        """Give what tells each kind of condition, by the name of its field."""
        each, many = self._all, len(self._all)
        yield "postal_code", _Lookup(_codes([one.postal_codes for one in each]), many)
        yield "country", _Lookup(_words((one.countries for one in each), _folded), many)
        yield "state", _Lookup(_words((one.states for one in each), _folded), many)
        yield "industry", _Lookup(_words((one.industries for one in each), _folded), many)
        yield "employees", _Lookup(_numbers([one.employees for one in each]), many)
        yield "revenue", _Lookup(_numbers([one.revenue for one in each]), many)


_Told = tuple[int, Callable[[Any], int]]  # who asks such a thing at all; and of those, who takes a value


class _Lookup:
    """One kind of condition over all territories: a value gives the set that it does not rule out."""

    def __init__(self, told: _Told, many: int) -> None:
        asks, self._takes = told
        self.idle = not asks
        self._rest = (1 << many) - 1 & ~asks
        self._known = dict[Any, int]()

    def of(self, value: Any) -> int:
        found = self._known.get(value)
        if found is None:
            found = self._rest if value is None else self._rest | self._takes(value)
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[value] = found
        return found


def _folded(text: str) -> str:
    return text.strip().casefold()


def _words(each: Iterable[Sequence[str]], plain: Callable[[str], str]) -> _Told:
    asks, sets = 0, dict[str, int]()
    for number, words in enumerate(each):
        for word in words:
            asks |= 1 << number
            sets[plain(word)] = sets.get(plain(word), 0) | 1 << number
    sets.pop("", None)
    return asks, lambda value: sets.get(plain(str(value)), 0)


def _codes(each: Sequence[Sequence[PostalCodes]]) -> _Told:
    """Index spans of postal codes by the length of their ends: a code lies in one by its first characters."""
    by_length = dict[int, list[tuple[int, str, str]]]()
    for number, spans in enumerate(each):
        for one in spans:
            by_length.setdefault(len(one.first), []).append((number, one.first, one.last))
    indexes = {length: _Spans(spans) for length, spans in by_length.items()}

    def takes(value: Any) -> int:
        code, found = plain_code(str(value)), 0
        for length, index in indexes.items():
            if len(code) >= length:
                found |= index.at(code[:length])
        return found

    return sum(1 << number for number, spans in enumerate(each) if spans), takes


def _numbers(each: Sequence[Numbers | None]) -> _Told:
    told = [(number, one) for number, one in enumerate(each) if one is not None]
    open_end = Decimal("Infinity")
    index = _Spans(
        [
            (number, -open_end if one.least is None else one.least, open_end if one.most is None else one.most)
            for number, one in told
        ]
    )

    def takes(value: Any) -> int:
        try:
            return index.at(Decimal(str(value)))
        except InvalidOperation:  # no number, so in no span of them
            return 0

    return sum(1 << number for number, _ in told), takes


class _Spans:
    """Spans with both ends in them, laid out as the stretches between all ends: which spans each stretch lies in."""

    def __init__(self, spans: Sequence[tuple[int, Any, Any]]) -> None:
        ends = [(number, (first, 0), (last, 1)) for number, first, last in spans]  # 1: just after
        self._starts = sorted({start for _, *both in ends for start in both})
        self._sets = [
            sum({1 << number for number, first, past in ends if first <= start < past}) for start in self._starts
        ]

    def at(self, value: Any) -> int:
        place = bisect_right(self._starts, (value, 0))
        return self._sets[place - 1] if place else 0
