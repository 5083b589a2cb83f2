"""Who speaks, where a file only writes `Name: text`: told apart from words that happen to have a colon behind them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from upbeat.conversation import labels
from upbeat.conversation.naming import Fit, fitting_names
from upbeat.matching.people import PARTICLES

_PREFIX: Final = re.compile(r"(?:>>\s*|[-\u2013]\s+)?([^:：?!<>\n]{1,60}?)\s?(?::(?:\s+|$)|：\s*)(.*)", re.DOTALL)  # noqa: RUF001 - the colon of Chinese and Japanese
_ALL: Final = 0.9  # of a file's cues have a name before a colon: then the file writes one before each, as Zoom does
_OFTEN: Final = 2  # times that a label comes which does not look like a name: `jmartinez`
_WORDS: Final = 7  # that a label has at most, a company behind the name counted
_SMALL: Final = PARTICLES | {"and", "of", "the"}
_DEVICES: Final = re.compile(r"i(?:Pad|Phone|Mac|Pod)\b")
_LEADS: Final = frozenset(
    """
    a actually again agenda also although and answer anyway are basically because before but can case caveat
    concern correct could day did do does example exactly fact finally fine first five followed for four from
    fun fyi great here here's his how however i i'd i'll i'm i've idea if important in is issue it it's item
    just last let let's like look maybe meaning meanwhile my namely next nine no note now number obviously of oh
    ok okay on one only option or our part phase plan plus point problem ps q question quote re reason remember
    result right risk rule second section see she should since six slide so some stage step still story subject
    summary sure task ten that that's the their then there there's these they thing third this those three time
    title to today tomorrow topic two update version warning was we we've week well were what when where which
    who why will with would yeah year yes you your
    """.split()  # noqa: SIM905 - words read best so
)
"""Words that begin a sentence with a colon in it, and no name."""


def split(texts: Sequence[str], known: Iterable[str] = ()) -> list[tuple[str | None, str]]:
    """Give each text's label, None where it has none, and the rest. `known` are names of people who took part."""
    found = [_PREFIX.fullmatch(text) for text in texts]
    seen = Counter(one[1].strip() for one in found if one)
    everywhere = sum(seen.values()) >= _ALL * len(texts) and len(seen) < len(texts)
    people = [name for name in known if name]
    taken = {label for label, times in seen.items() if label and _is_label(label, times, people, everywhere)}
    return [
        (one[1].strip(), one[2].strip()) if one and one[1].strip() in taken else (None, text.strip())
        for one, text in zip(found, texts, strict=True)
    ]


def named(label: str) -> bool:
    """Whether a text looks like the name of a person, a room or a device: no sentence begins so."""
    words = label.split()
    if not 0 < len(words) <= _WORDS or words[0].casefold() in _LEADS or label[-1] in ",;…":
        return False
    return all(_is_part(word) for word in words)


def _is_part(word: str) -> bool:
    head = word.lstrip("(['\"@#+")[:1]
    return not head or not head.islower() or word.casefold() in _SMALL or bool(_DEVICES.match(word))


def _is_label(label: str, times: int, people: Sequence[str], everywhere: bool) -> bool:
    if any(fitting_names(label, name).fit >= Fit.WHOLE for name in people):
        return True
    if label.split(maxsplit=1)[0].casefold() in _LEADS or len(label.split()) > _WORDS:
        return False
    if everywhere or times >= _OFTEN or labels.read(label).sort is not labels.Sort.PERSON:
        return True
    if not named(label):
        return False
    alone = " " not in label and bool(people)  # `Pricing: …` begins a sentence where all who took part are known
    return not alone or any(fitting_names(label, name).fit >= Fit.PART for name in people)
