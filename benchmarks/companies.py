"""Invented companies, as many as asked for: few words stand in very many names, and most words in hardly any (Zipf)."""

from collections.abc import Iterator
from itertools import accumulate
from random import Random

_STARTS, _ENDS = "b br c d f g gr h k l m n p r s st t tr v w", "a e i o u ai ea on er an el"
_SOUNDS = [start + end for start in _STARTS.split() for end in _ENDS.split()]
_WORDS = """
    Services Solutions Group Systems Technologies Consulting Industries Medical Software Logistics Foods Construction
    Partners Capital Energy Design Media Health Center School Trading Insurance Motors Hotels Engineering Security
"""
_KINDS = _WORDS.split()
_FORMS = ("Inc.", "LLC", "Ltd", "GmbH", "Corp", "S.A.", "", "", "")
_WAYS = ("Street", "Ave", "Rd.", "Blvd")
_BRANDS, _STREETS = 400_000, 4_000
_KNOWN = 0.7  # of the accounts, each thing that may be left blank


def companies(number: int, seed: int = 7) -> Iterator[dict[str, str | None]]:
    """Give accounts with an id, a name and most of a website, a phone and an address."""
    draw = Random(seed)
    brands = ["".join(draw.choices(_SOUNDS, k=draw.choice((2, 2, 3, 3, 4)))).capitalize() for _ in range(_BRANDS)]
    often = list(accumulate(1 / (rank + 10) ** 0.6 for rank in range(_BRANDS)))
    kinds = list(accumulate(1 / (rank + 1) for rank in range(len(_KINDS))))
    for at in range(number):
        own = draw.choices(brands, cum_weights=often, k=draw.choice((1, 1, 2)))
        name = [
            *own,
            *dict.fromkeys(draw.choices(_KINDS, cum_weights=kinds, k=draw.choice((0, 1, 1, 2)))),
            draw.choice(_FORMS),
        ]
        house, street = f"{draw.randrange(1, 9999)} {draw.choice('NSEW')}.", draw.choice(brands[:_STREETS])
        yield {
            "Id": f"001{at:012}AAA",
            "Name": " ".join(name).strip(),
            "Website": f"https://www.{''.join(own).lower()}{at % 97}.example" if draw.random() < _KNOWN else None,
            "Phone": f"+1 (312) {draw.randrange(10**7):07}" if draw.random() < _KNOWN else None,
            "BillingStreet": f"{house} {street} {draw.choice(_WAYS)}" if draw.random() < _KNOWN else None,
            "BillingCity": draw.choice(("Chicago", "Austin", "Leeds", "Berlin")),
            "BillingPostalCode": f"{draw.randrange(10_000, 99_999)}",
            "BillingCountry": "US",
        }


def with_a_slip(name: str, draw: Random) -> str:
    """Give a name with one letter of its first word wrong, gone, twice, or swapped with the next."""
    word, *others = name.split()
    at = draw.randrange(1, max(2, len(word) - 1))
    slips = (word[:at] + word[at + 1 :], word[:at] + word[at - 1] + word[at:], word[:at] + "x" + word[at + 1 :])
    swapped = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at < len(word) else word
    return " ".join([draw.choice((*slips, swapped)), *others])


_SHORT = {
    "Services": "Svcs",
    "Technologies": "Tech",
    "Industries": "Ind.",
    "Construction": "Constr",
    "Engineering": "Eng",
}


def cut_short(name: str) -> str:
    """Give a name without its legal form, and with words as people abbreviate them."""
    words = name.split()
    kept = words[:-1] if words[-1] in _FORMS and len(words) > 1 else words
    return " ".join(_SHORT.get(word, word) for word in kept)
