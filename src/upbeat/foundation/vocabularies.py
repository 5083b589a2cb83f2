"""Lists of words that many orgs share: countries, and the values that Salesforce ships its picklists with."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from upbeat.base import plain
from upbeat.foundation.spelling import key
from upbeat.schema import Object, standard

_SHORTEST_LIST: Final = 10  # values of a picklist from which it is a vocabulary, and no handful of choices
_WORD: Final = re.compile(r"[^\W\d_]+")
_OTHER_NAMES: Final = (
    *("Burma", "Cape Verde", "Czechia", "England", "Great Britain", "Holland", "Ivory Coast", "Korea", "Macedonia"),
    *("Northern Ireland", "North Korea", "Republic of Ireland", "Russian Federation", "Scotland", "South Korea"),
    *("Swaziland", "Turkiye", "UAE", "UK", "United Kingdom", "United States of America", "USA", "Viet Nam", "Wales"),
)  # that the list gives otherwise


@dataclass(frozen=True)
class Vocabulary:
    """Words of one kind by their keys: what a value of this kind is spelt like."""

    name: str  # as it is told: "the list of countries"
    words: dict[str, str]  # key → as written


@cache
def countries() -> Vocabulary:
    """Give the countries by their usual English names.

    The time zone database's iso3166.tab (public domain; it comes with `tzdata`), with names in brackets taken out of
    them, and with some names that people use beside those.
    """
    text = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text("utf-8")
    listed = [line.split("\t")[1] for line in text.splitlines() if line and not line.startswith("#")]
    bare = [re.sub(r"\s*\(.*\)", "", name) for name in listed]
    return Vocabulary("the list of countries", {key(name): name for name in (*_OTHER_NAMES, *listed, *bare)})


@cache
def shipped() -> tuple[Vocabulary, ...]:
    """Give the long picklists that an org begins with, such as Industry."""
    return tuple(
        found
        for one in ("Account", "Contact", "Lead", "Opportunity")
        for found in of_picklists(standard().object(one), "Salesforce's own list")
    )


def of_picklists(one: Object, whose: str) -> list[Vocabulary]:
    """Give an object's long picklists of values that people choose as vocabularies."""
    return [
        Vocabulary(f"{whose} {field.label or field.name}", {key(value.value): value.value for value in field.picklist})
        for field in one.fields.values()
        if len(field.picklist) >= _SHORTEST_LIST and not field.restricted and not field.custom
    ]


@cache
def known_words() -> frozenset[str]:
    """Give words that are spelt right wherever they stand: of the shipped labels and picklists, and of countries.

    Whoever writes `Contract` has not misspelt `Contact`.
    """
    schema = standard()
    texts = [
        text
        for one in schema.objects
        for field in schema.object(one).fields.values()
        for text in (field.label, *(value.value for value in field.picklist))
    ]
    return frozenset(word for text in (*texts, *countries().words.values()) for word in _WORD.findall(plain(text)))
