"""Numbers as people say them: `three hundred and eighty thousand`, `eleven point four million`, `one sixty-five`.

Only English is read. A price said short (`one eighty-nine`) is read as its digits stand, 189: what it is short for is
for the reader to know.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

_ONES: Final = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS: Final = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_SCALES: Final = {
    "thousand": 10**3, "grand": 10**3, "k": 10**3, "million": 10**6, "mil": 10**6, "m": 10**6, "billion": 10**9,
    "bn": 10**9, "lakh": 10**5, "crore": 10**7,
}  # fmt: skip
_ORDINALS: Final = {
    word: value
    for value, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        start=1,
    )
} | {"thirtieth": 30}
_NUMBERS: Final = _ONES.keys() | _TENS.keys() | _SCALES.keys() | {"hundred"}
_BEGINS: Final = _NUMBERS | {"a", "half"}  # words that a number can begin with, besides figures
_FIGURES: Final = frozenset("0123456789\u00a3$\u20ac")
_DIGITS: Final = re.compile(r"([\u00a3$\u20ac])?(\d[\d,]*(?:\.\d+)?)(k|m|bn|mil)?(%)?")
_CURRENCIES: Final = {
    "\u00a3": "GBP", "$": "USD", "\u20ac": "EUR", "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP",
    "quid": "GBP", "sterling": "GBP", "dollar": "USD", "dollars": "USD", "bucks": "USD", "francs": "CHF",
    "kroner": "NOK", "kronor": "SEK", "rupees": "INR", "yen": "JPY", "zloty": "PLN", "rand": "ZAR",
}  # fmt: skip


class Amount(NamedTuple):
    """A number that the words from `first` to `last` say, with its currency and whether it is a share in a hundred."""

    first: int
    last: int
    number: Decimal
    currency: str = ""
    percent: bool = False

    def __str__(self) -> str:
        """Give it as a field shows it: `EUR 380,000`, `11.4 million`, `40%`."""
        figure = f"{self.number.normalize():,f}"
        for scale, name in ((10**9, "billion"), (10**6, "million")):
            if self.number >= scale and (self.number / scale * 10) % 1 == 0:
                figure = f"{(self.number / scale).normalize():f} {name}"
                break
        return f"{self.currency} {figure}".strip() + ("%" if self.percent else "")


def amounts(words: Sequence[str], apart: frozenset[int] = frozenset()) -> list[Amount]:
    """Give the numbers that small-letter words say, in their order. No number goes on over a place that is apart.

    `apart` are the places of words with a comma behind them: `two, three hundred` are two numbers.
    """
    found, at = list[Amount](), 0
    while at < len(words):
        begins = words[at] in _BEGINS or not words[at][:1].isalpha()
        one = _read(words, at, apart) if begins else None
        if one is None:
            at += 1
            continue
        found.append(_with_unit(words, one))
        at = found[-1].last + 1
    return found


def is_number(word: str) -> bool:
    """Whether a word of small letters can be part of a number."""
    return word in _NUMBERS or word[:1] in _FIGURES


def tells_number(word: str) -> bool:
    """Whether a word of small letters says a number or the day of a month, or is written with figures."""
    return word in _NUMBERS or word in _ORDINALS or word[:1] in _FIGURES


def day_of_month(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """Give the number that an ordinal from a place on says, and its last word: `twenty fifth` is 25."""
    if words[at] in _TENS and at + 1 < len(words) and _ORDINALS.get(words[at + 1], 10) < 10:
        return _TENS[words[at]] + _ORDINALS[words[at + 1]], at + 1
    return (_ORDINALS[words[at]], at) if words[at] in _ORDINALS else None


class _Run:
    """A number as far as it has been read."""

    def __init__(self) -> None:
        self.total = Decimal(0)
        self.scale = Decimal(1)
        self.group: Decimal | None = None
        self.last = ""  # what kind of word was read last

    def take(self, word: str) -> bool:
        """Whether a word goes on with the number, which it then does."""
        if word in _ONES:
            return self._ones(_ONES[word])
        if word in _TENS:
            return self._tens(_TENS[word])
        if word == "hundred" and self.last in {"ones", "tens", "figure", "a"}:
            self.group, self.last = (self.group or 1) * Decimal(100), "hundred"
            return True
        if word in _SCALES and self.last and self.last != "scale":
            if word in {"k", "m"} and self.last == "a":
                return False
            self.scale = Decimal(_SCALES[word])
            self.total += (Decimal(1) if self.group is None else self.group) * self.scale
            self.group, self.last = None, "scale"
            return True
        return False

    def _ones(self, value: int) -> bool:
        if self.group is None:
            self.group = Decimal(value)
        elif self.last == "hundred" or (self.last == "tens" and 0 < value < 10 and self.group % 10 == 0):
            self.group += value
        elif self.last == "ones" and value >= 10 and 0 < self.group < 20:
            self.group = self.group * 100 + value  # one fifteen
        elif self.last == "oh":
            self.group = self.group * 100 + value  # two oh five
        else:
            return False
        self.last = "ones"
        return True

    def _tens(self, value: int) -> bool:
        if self.group is None:
            self.group = Decimal(value)
        elif self.last == "hundred":
            self.group += value
        elif self.last in {"ones", "tens"} and 0 < self.group <= 20:
            self.group = self.group * 100 + value  # one sixty, twenty twenty
        else:
            return False
        self.last = "tens"
        return True

    def value(self) -> Decimal:
        """Give what was said so far."""
        return self.total + (self.group or 0)


def _read(words: Sequence[str], start: int, apart: frozenset[int]) -> Amount | None:
    if figure := _DIGITS.fullmatch(words[start]):
        return _figure(words, start, figure)
    run, at, end = _Run(), start, -1
    if words[start] in {"a", "half"}:
        begun = _begun(words, start)
        if begun is None:
            return None
        run.group, at = begun
        run.last = "a"
    while at < len(words):
        step = _step(run, words, at)
        if not step:
            break
        at += step
        end = at - 1
        if end in apart:
            break
    if end < start or run.last in {"a", ""} or (end == start and words[start] == "one"):
        return None
    return Amount(start, end, run.value())


def _begun(words: Sequence[str], start: int) -> tuple[Decimal, int] | None:
    """Give what `a hundred` and `half a million` begin with, and where their scale stands."""
    rest = tuple(words[start : start + 3])
    if rest[:1] == ("a",) and len(rest) > 1 and (rest[1] == "hundred" or rest[1] in _SCALES) and len(rest[1]) > 2:
        return Decimal(1), start + 1
    if rest[:2] == ("half", "a") and len(rest) > 2 and rest[2] in _SCALES:
        return Decimal("0.5"), start + 2
    return None


def _step(run: _Run, words: Sequence[str], at: int) -> int:
    """Give how many words the number goes on by, 0 where it ends."""
    word, rest = words[at], tuple(words[at + 1 : at + 3])
    if run.take(word):
        return 1
    if word == "and" and rest == ("a", "half") and run.last:
        if run.group is None:
            run.total += run.scale / 2  # a million and a half
        else:
            run.group += Decimal("0.5")
        run.last = "half"
        return 3
    if word == "and" and run.last in {"hundred", "scale"} and rest and (rest[0] in _ONES or rest[0] in _TENS):
        return 2 if run.take(rest[0]) else 0
    if word == "oh" and run.last == "ones" and rest and rest[0] in _ONES:
        run.last = "oh"
        return 2 if run.take(rest[0]) else 0
    if word == "point" and run.group is not None and rest and rest[0] in _ONES:
        digits = list[str]()
        while at + 1 + len(digits) < len(words) and words[at + 1 + len(digits)] in _ONES:
            digits.append(str(_ONES[words[at + 1 + len(digits)]]))
        run.group += Decimal("0." + "".join(digits))
        run.last = "point"
        return 1 + len(digits)
    return 0


def _figure(words: Sequence[str], at: int, figure: re.Match[str]) -> Amount:
    sign, digits, scale, percent = figure.groups()
    number, last = Decimal(digits.replace(",", "")) * _SCALES.get(scale or "", 1), at
    if not scale and at + 1 < len(words) and len(words[at + 1]) > 1 and words[at + 1] in _SCALES:
        number, last = number * _SCALES[words[at + 1]], at + 1
    return Amount(at, last, number, _CURRENCIES.get(sign or "", ""), bool(percent))


def _with_unit(words: Sequence[str], one: Amount) -> Amount:
    after = tuple(words[one.last + 1 : one.last + 3])
    if after[:1] == ("percent",) or after[:1] == ("%",):
        return one._replace(last=one.last + 1, percent=True)
    if after == ("per", "cent"):
        return one._replace(last=one.last + 2, percent=True)
    if after[:1] and after[0] in _CURRENCIES:
        return one._replace(last=one.last + 1, currency=_CURRENCIES[after[0]])
    return one
