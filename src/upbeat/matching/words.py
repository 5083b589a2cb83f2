"""What is known of words in names without any list of companies: abbreviations, numbers, words that say little."""

from typing import Final

from upbeat.matching.tables import listed, spelt

WRITTEN: Final = spelt("words", "written")
"""How a word of a name is written in full, and in the singular, by its abbreviations and plurals."""

NOTHING: Final = frozenset(listed("words", "nothing"))
"""Words that names have or leave out: articles, `and`, `of`, in the larger European languages."""

JOINING: Final = frozenset(listed("words", "joining"))
"""Single letters that are `and` between two words."""

COMMON: Final = frozenset(listed("words", "common"))
"""Words that so many names have that sharing one says little."""

PLACEHOLDERS: Final = frozenset(listed("words", "placeholders"))
"""What stands for a name that is not told, without spaces."""

REMARKS: Final = frozenset(listed("words", "remarks"))
"""What people write behind a name for each other, without spaces: `Acme (do not use)`."""

TRADES: Final = frozenset(listed("words", "trades"))
"""Words that people leave out where they speak of a company: `Huawei Technologies` is `Huawei`."""

STRUCTURE: Final = frozenset(listed("words", "structure"))
"""Words that names have or leave out like legal forms: `Group`."""

COMPASS: Final = listed("words", "compass")
"""Points of the compass that words begin with, the longest first."""

WHOSE: Final = frozenset(listed("words", "whose"))
"""Words between what and whose: `Bank of China`."""

SIDES: Final = frozenset(listed("words", "sides"))
"""Words that tell one site of a name from another: `North`."""

_TENS: Final = {word: 10 * number for number, word in enumerate(listed("words", "tens"), 2)} | {"fourty": 40}
TENS: Final = frozenset(_TENS)
"""Words for twenty to ninety, after which another may count on."""

NUMBERS: Final = (
    {word: number for number, word in enumerate(listed("words", "cardinals"))}
    | {word: number for number, word in enumerate(listed("words", "ordinals"), 1)}
    | _TENS
)
"""Numbers by their words, cardinal and ordinal."""

ROMAN: Final = {word: number for number, word in enumerate(listed("words", "roman"), 1)}
"""Roman numerals by their letters."""
