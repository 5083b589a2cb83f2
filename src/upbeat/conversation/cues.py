"""Cues: what people say when they speak of a thing, written down one a line, and found in sentences in one pass.

A file of cues is sections in brackets; a line that begins with `# ` is a comment. A line of a section is a weight, and
what is said:

    4  {who} holds|owns the budget

`a|b` is one or the other and `(we can|i can)` a choice of several words; `?` behind either says that it may be missing.
`*` stands for up to three words and `**` for up to seven, `.` for any word and `.th` for any that ends so, `#` for a
number, `=name` for a choice to which the file's section `=` gives a name. `{who}` stands for up to five words and keeps
them by its name; `{name:2}` for up to two. A cue without a negation of its own does not count where it is negated.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from upbeat.conversation.speech import Sentence
from upbeat.conversation.vocabulary import listed

_TOKEN: Final = re.compile(r"\([^()]*\)\??|\S+")
_SLOT: Final = re.compile(r"\{(\w+)(?::(\d+))?\}")
_SLOT_WORDS: Final = 5
_COMMON: Final = listed("common")
NEGATORS: Final = frozenset({"not", "no", "never", "nobody", "none", "nothing", "without", "neither", "nor", "hardly"})


@dataclass(frozen=True, slots=True)
class Cue:
    """Something that is said, how much it tells, and of which sets of words a sentence must have one each."""

    section: str
    weight: int
    text: str
    pattern: re.Pattern[str]
    anchors: tuple[frozenset[str], ...]
    negates: bool  # has a negation of its own


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue that a sentence says: from which word to which, and what stood in its slots."""

    cue: Cue
    sentence: Sentence
    first: int
    last: int
    slots: Mapping[str, tuple[int, int]]

    @property
    def weight(self) -> int:
        """How much it tells."""
        return self.cue.weight


class Cues:
    """All cues of some files, by the words that they cannot do without."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        """Take cues."""
        self._by_word = dict[str, list[tuple[int, Cue, tuple[frozenset[str], ...]]]]()
        for number, cue in enumerate(cues):
            for word in cue.anchors[0]:
                self._by_word.setdefault(word, []).append((number, cue, cue.anchors[1:]))

    def hits(self, sentence: Sentence) -> list[Hit]:
        """Give what a sentence says, in the order of the files."""
        said = {word.text if word.amount is None else "#" for word in sentence.words}
        wanted = dict[int, Cue]()
        for word in said & self._by_word.keys():
            for number, cue, others in self._by_word[word]:
                for other in others:
                    if said.isdisjoint(other):
                        break
                else:
                    wanted[number] = cue
        return [hit for number in sorted(wanted) for hit in _found(wanted[number], sentence)]


def read(package: str, name: str) -> list[Cue]:
    """Read a file of cues that lies in a package."""
    return list(_cues(files(package).joinpath(f"{name}.cues").read_text("utf-8").splitlines()))


def _cues(lines: Sequence[str]) -> Iterator[Cue]:
    kept = [one for raw in lines if (one := raw.strip()) and not one.startswith("# ")]
    named = {name: choice.strip() for one in _of(kept, "=") for name, _, choice in [one.partition(" ")]}
    section = ""
    for line in kept:
        if line.startswith("["):
            section = line.strip("[]")
        elif section != "=":
            weight, _, text = line.partition(" ")
            yield compiled(section, int(weight), text.strip(), named)


def _of(lines: Sequence[str], wanted: str) -> Iterator[str]:
    section = ""
    for line in lines:
        if line.startswith("["):
            section = line.strip("[]")
        elif section == wanted:
            yield line


def compiled(section: str, weight: int, text: str, named: Mapping[str, str]) -> Cue:
    """Make a cue of what is said. Raises ValueError where every word of it can be missing or is too common."""
    full = re.sub(r"=(\w+)", lambda one: f"({named[one[1]]})", text)
    parts, anchors = list[str](), list[frozenset[str]]()
    tokens = _TOKEN.findall(full)
    for at, token in enumerate(tokens):
        optional, bare = token.endswith("?"), token.rstrip("?")
        if bare == "*":
            parts.append(r"(?:\S+ ){0,3}?")
        elif bare == "**":
            parts.append(r"(?:\S+ ){0,7}?")
        elif slot := _SLOT.fullmatch(bare):
            most, least = slot[2] or _SLOT_WORDS, 0 if optional else 1
            taking = (
                "" if at + 1 == len(tokens) else "?"
            )  # as few words as the rest allows; at the end as many as can be
            parts.append(rf"(?P<{slot[1]}>(?:\S+ ){{{least},{most}}}{taking})")
        elif bare == "#":
            parts.append(r"(?:#\S+ )" + ("?" if optional else ""))
            anchors.append(frozenset() if optional else frozenset({"#"}))
        else:
            choices = [one.strip() for one in bare.strip("()").split("|")]
            body = "|".join("".join(_word(word) for word in one.split()) for one in choices)
            parts.append(f"(?:{body})" + ("?" if optional else ""))
            if not optional:
                rarest = [_rarest(one) for one in choices]
                anchors.append(frozenset(rarest) if all(rarest) else frozenset())
    usable = [one for one in anchors if one]
    if not usable:
        raise ValueError(f"The cue {text!r} has no word that must be said: give it one.")
    usable.sort(key=lambda one: (len(one & _COMMON), len(one)))
    negates = any(word in NEGATORS for word in re.findall(r"\w+", full))
    return Cue(section, weight, text, re.compile(" " + "".join(parts)), tuple(usable), negates)


def _word(word: str) -> str:
    if word.startswith("#"):
        return rf"#\S+{re.escape(word[1:])} "
    return (rf"\S+{re.escape(word[1:])}" if word.startswith(".") else re.escape(word)) + " "


@cache
def _rarest(choice: str) -> str:
    words = ["#" if word.startswith("#") else word for word in choice.split() if not word.startswith(".")]
    return min(words, key=lambda word: (word in _COMMON, -len(word)), default="")


def _found(cue: Cue, sentence: Sentence) -> Iterator[Hit]:
    at = 0
    while spot := cue.pattern.search(sentence.said, at):
        slots = {
            name: (sentence.word_at(spot.start(name)), sentence.word_at(spot.end(name) - 1))
            for name, said in spot.groupdict().items()
            if said
        }
        at = spot.end() - 1  # the space behind one cue is the space before the next
        yield Hit(cue, sentence, sentence.word_at(spot.start() + 1), sentence.word_at(at), slots)
