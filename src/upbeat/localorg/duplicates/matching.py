"""How alike two values must be: the matching methods that rules name, each with its threshold.

Names, thresholds, weights and what is passed over are Salesforce's (Salesforce Help, Matching Criteria for Matching
Rules). Its lists of nicknames and of keyboard neighbours are its own: a first name matches by its initial or by
Jaro-Winkler alone, and a last name by Jaro-Winkler or by sounding the same in the sense of Soundex. No comparison minds
capitals. A score is a percentage.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import JaroWinkler, Levenshtein

Score = Callable[[str, str], float]

_FORMS: Final = frozenset(
    {"ag", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated", "limited"}
) | {*("llc", "llp", "ltd", "nv", "plc", "pty", "sa", "sarl", "srl", "the")}
_WORDS: Final = re.compile(r"[^\W_]+")
_DIGITS: Final = re.compile(r"\d")
_SOUNDS: Final = {
    letter: digit
    for digit, letters in {"1": "bfpv", "2": "cgjkqsxz", "3": "dt", "4": "l", "5": "mn", "6": "r"}.items()
    for letter in letters
}


class Method(StrEnum):
    """A matching method, as matching rules name it."""

    EXACT = "Exact"
    FIRST_NAME = "FirstName"
    LAST_NAME = "LastName"
    COMPANY_NAME = "CompanyName"
    PHONE = "Phone"
    CITY = "City"
    ZIP = "Zip"


THRESHOLDS: Final[Mapping[Method, float]] = {
    Method.EXACT: 100,
    Method.FIRST_NAME: 85,
    Method.LAST_NAME: 90,
    Method.COMPANY_NAME: 70,
    Method.PHONE: 80,
    Method.CITY: 85,
    Method.ZIP: 80,
}
"""The lowest score at which two values are taken for the same."""


def score(method: Method, one: str, other: str) -> float:
    """Give how alike two values are, 0 to 100."""
    left, right = one.strip().casefold(), other.strip().casefold()
    return 100.0 if left == right else _SCORES[method](left, right)


def matches(method: Method, one: str, other: str) -> bool:
    """Whether two values are taken for the same."""
    return score(method, one, other) >= THRESHOLDS[method]


def block(method: Method, value: str) -> str:
    """Give the key that all matches of a value share: what another key has need not be compared."""
    folded = value.strip().casefold()
    match method:
        case Method.EXACT:
            return folded
        case Method.COMPANY_NAME:
            return _company(folded)[:1]
        case Method.PHONE:
            return _national(folded)[:3]
        case _:
            return folded[:1]


def _first_name(one: str, other: str) -> float:
    if min(len(one.rstrip(".")), len(other.rstrip("."))) == 1 and one[:1] == other[:1]:  # J. and John
        return 100.0
    return JaroWinkler.normalized_similarity(one, other) * 100


def _last_name(one: str, other: str) -> float:
    if _sound(one) == _sound(other):
        return 90.0
    return JaroWinkler.normalized_similarity(one, other) * 100


def _company_name(one: str, other: str) -> float:
    left, right = _company(one), _company(other)
    if left == right or left == _acronym(right) or right == _acronym(left):
        return 100.0
    return Levenshtein.normalized_similarity(left, right) * 100


@lru_cache(maxsize=4096)
def _company(name: str) -> str:
    """Give a company's name without what says only of what form it is."""
    words = _WORDS.findall(name)
    return " ".join([word for word in words if word not in _FORMS] or words)


def _acronym(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def _phone(one: str, other: str) -> float:
    left, right = _national(one), _national(other)
    same_country = _country(one) == _country(other)
    return 10.0 * same_country + sum(
        weight for part, weight in _PHONE_PARTS if left[part] and left[part] == right[part]
    )


_PHONE_PARTS: Final = ((slice(0, 3), 50.0), (slice(3, 6), 30.0), (slice(6, None), 10.0))


def _national(phone: str) -> str:
    """Give the digits of a number without North America's country code: area code, then the rest."""
    digits = "".join(_DIGITS.findall(phone))
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def _country(phone: str) -> str:
    digits = "".join(_DIGITS.findall(phone))
    return digits[: max(0, len(digits) - 10)] or "1"


def _edit(one: str, other: str) -> float:
    return Levenshtein.normalized_similarity(one, other) * 100


def _zip(one: str, other: str) -> float:
    left, right = ("".join(_WORDS.findall(value)) for value in (one, other))
    return 90.0 * (left[:5] == right[:5]) + 10.0 * (left[5:9] == right[5:9])


@lru_cache(maxsize=4096)
def _sound(name: str) -> str:
    """Give the name's Soundex: its first letter and three digits for the consonants after it."""
    letters = [letter for letter in name if letter.isalpha()]
    codes = [(letter, _SOUNDS.get(letter, "")) for letter in letters if letter not in "hw"]
    kept = [code for n, (_, code) in enumerate(codes) if n and code and code != codes[n - 1][1]]
    return "".join([*letters[:1], *kept, "000"])[:4]


_SCORES: Final[Mapping[Method, Score]] = {
    Method.EXACT: lambda _, __: 0.0,
    Method.FIRST_NAME: _first_name,
    Method.LAST_NAME: _last_name,
    Method.COMPANY_NAME: _company_name,
    Method.PHONE: _phone,
    Method.CITY: _edit,
    Method.ZIP: _zip,
}
