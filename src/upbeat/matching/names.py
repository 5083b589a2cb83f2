"""A company's name as it compares: its words in one spelling, its legal form, and what tells a branch from another."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from upbeat.matching import folding, forms, hosts, people
from upbeat.matching.places import PLACES
from upbeat.matching.words import JOINING, NOTHING, NUMBERS, PLACEHOLDERS, REMARKS, ROMAN, SIDES, TENS, WHOSE, WRITTEN

_ENDINGS: Final = ("st", "nd", "rd", "th")
_SPELT: Final = (
    WRITTEN
    | {word: str(number) for word, number in NUMBERS.items()}
    | {word: str(number) for word, number in ROMAN.items() if len(word) > 1}
)
_UNITED: Final = {("united", "states"): "us", ("united", "kingdom"): "uk"}
_SPECIAL: Final = frozenset({*TENS, "states", "kingdom"})  # words that belong to the one before or after
_ALSO: Final = re.compile(
    r"(?i)(?<=\w\W)\W*\b(?:d/?b/?a|doing business as|t/a|trading as|a/?k/?a|also known as"
    r"|f/?k/?a|formerly(?: known as)?)\b[ .:]*"
)
_BEHIND: Final = re.compile(r"(.+?)(?:\s+[-\u2013\u2014|]\s+|\s*[(\[])(.+?)[)\]]?\s*")
_FEW: Final = 2  # words of what stands for a name that is not told
_BEGINNING: Final = 3  # letters of a word that a name is put together of
_CACHED: Final = 1 << 14  # names: those of the candidates that come again and again


class Name:
    """A company's name. `words` are in one spelling, without legal form and articles; `initials` are of them all."""

    __slots__ = (
        "bag",
        "form",
        "initials",
        "joining",
        "kind",
        "marks",
        "of",
        "others",
        "places",
        "run",
        "sure",
        "text",
        "words",
    )

    def __init__(self, text: str, tokens: Sequence[str], words: tuple[str, ...], form: str) -> None:
        """Keep a name's parts; `read` finds them in its text."""
        self.text = text
        self.words = words
        self.bag = frozenset(words)
        self.form = form
        self.kind = forms.kind(form)
        self.run = "".join([word for word in tokens if word != "and"])  # as one word: `AT&T` is `ATT`
        self.initials = "".join(token[0] for token in tokens)
        self.marks = frozenset(word for word in words if word in SIDES or numbered(word))
        self.joining = _joining(tokens)
        self.of = _of(tokens)
        self.places = _places(tokens)
        self.sure = not folding.han(text)
        self.others: tuple[Name, ...] = ()  # names that the text says it goes by


def numbered(word: str) -> bool:
    """Whether a word is a number or a single letter: what series and buildings are told apart by."""
    return len(word) == 1 or not word.isalpha()


@lru_cache(maxsize=_CACHED)
def read(text: str) -> Name:
    """Read a company's name: `Müller & Söhne GmbH` is the words `muller son` of the form `gmbh`."""
    tokens, form = _stripped(text)
    found = Name(text, tokens, _spelt(tokens), form)
    found.others = tuple(read(other) for other in _others(text[: folding.LONGEST]))
    return found


def _others(text: str) -> list[str]:
    """Give the names that one text says: `Acme Inc. dba Roadrunner`, `International Foods Group (IFG)`."""
    if _ALSO.search(text):
        return [part for part in (each.strip(" ,;()-") for each in _ALSO.split(text)) if part]
    behind = _BEHIND.fullmatch(text)
    if behind and (_abbreviates(behind[1], behind[2]) or _abbreviates(behind[2], behind[1])):
        return [behind[1], behind[2]]
    return []


def _abbreviates(short: str, long: str) -> bool:
    letters, whole = "".join(folding.words(short)), folding.words(long)
    some = [word for word in whole if word not in NOTHING]
    if len(whole) > 1 and letters in {"".join(word[0] for word in those) for those in (whole, some)}:
        return True
    parts, _ = forms.stripped(some)
    return len(parts) > 1 and _blends(letters, parts)


def _blends(letters: str, words: Sequence[str]) -> bool:
    """Whether letters are the beginnings of all words in turn, three of each at least: `Petrobras`."""
    if len(words) == 1:
        return len(letters) >= _BEGINNING and words[0].startswith(letters)
    return any(
        words[0].startswith(letters[:at]) and _blends(letters[at:], words[1:]) for at in range(_BEGINNING, len(letters))
    )


def words(text: str) -> tuple[str, ...]:
    """Give the words of a company's name alone, as `read` has them: what an index of many names is made of."""
    return _spelt(_stripped(text)[0])


def _stripped(text: str) -> tuple[list[str], str]:
    """Give a text's words without legal forms and remarks, and the form: `acme` of `Acme Corp. (do not use)`."""
    behind = _BEHIND.fullmatch(text[: folding.LONGEST])
    if behind:
        if "".join(folding.words(behind[2])) in REMARKS:
            return forms.stripped(_told(behind[1]))
        head, form = forms.stripped(_told(behind[1]))
        if form:
            tokens, other = forms.stripped([*head, *folding.words(behind[2])])
            return tokens, form if forms.kind(form) is not forms.Kind.ANY else other or form
    return forms.stripped(_told(text))


def _told(text: str) -> list[str]:
    """Give a text's words, none where they stand for a name that is not told: `n/a`, `Unknown`."""
    found = list(people.untitled(folding.words(hosts.labels(text) if "." in text else text)))
    return [] if len(found) <= _FEW and "".join(found) in PLACEHOLDERS else found


def _spelt(tokens: Sequence[str]) -> tuple[str, ...]:
    """Write words in one spelling: abbreviations in full, numbers in digits, single letters that follow as one."""
    if _SPECIAL.isdisjoint(tokens) and "".join(tokens).isalpha() and 1 not in map(len, tokens):
        return tuple([_SPELT.get(token, token) for token in tokens if token not in NOTHING]) or tuple(tokens)
    found, letters, number = list[str](), False, 0
    for token in tokens[_leads(tokens) :]:
        if token in NOTHING:
            continue
        if found and (country := _UNITED.get((found[-1], token))):
            found[-1] = country
            continue
        word = _SPELT.get(token) or _ordinal(token)
        if number and word.isdigit() and len(word) == 1:  # forty-four
            found[-1] = str(number + int(word))
            number = 0
            continue
        number = NUMBERS[token] if token in TENS else 0
        single = len(token) == 1 and token.isalpha()
        if single and letters:
            found[-1] += token
            continue
        letters = single
        found.append(token if single else word)
    if len(found) > 1 and found[-1] in ROMAN:
        found[-1] = str(ROMAN[found[-1]])
    return tuple(found) or tuple(tokens)


def _leads(tokens: Sequence[str]) -> bool:
    """Whether a name begins with the article: `A Trellwick`, and not `A & W`."""
    return len(tokens) > 1 and tokens[0] == "a" and len(tokens[1]) > 1 and tokens[1] != "and"


def _joining(tokens: Sequence[str]) -> frozenset[str]:
    """Give the single letters that may be `and`, as they stand between two words: `Pan y Vino`."""
    if JOINING.isdisjoint(tokens):
        return frozenset()
    around = zip(tokens, tokens[1:], tokens[2:], strict=False)
    return frozenset(one for left, one, right in around if one in JOINING and min(len(left), len(right)) > 1)


def _of(tokens: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Give what is of whom, in one spelling: `bank` and `china` of `Bank of the China`."""
    if WHOSE.isdisjoint(tokens):
        return ()
    found = list[tuple[str, str]]()
    for at, token in enumerate(tokens):
        before = next((one for one in reversed(tokens[:at]) if one not in NOTHING), "")
        after = next((one for one in tokens[at + 1 :] if one not in NOTHING), "")
        if token in WHOSE and before and after:
            found.append((_SPELT.get(before, before), _SPELT.get(after, after)))
    return tuple(found)


def _ordinal(token: str) -> str:
    return token[:-2] if token.endswith(_ENDINGS) and token[:-2].isdigit() else token


def _places(tokens: Sequence[str]) -> frozenset[str]:
    return frozenset(_placed(tokens))


def _placed(tokens: Sequence[str]) -> Iterable[str]:
    at = 0
    while at < len(tokens):
        for size in (3, 2, 1):
            place = PLACES.get(" ".join(tokens[at : at + size])) if at + size <= len(tokens) else None
            if place:
                yield place
                at += size - 1
                break
        at += 1
