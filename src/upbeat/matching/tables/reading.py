"""Reads the lists beside this file: sections in brackets, `#` begins a comment.

A section is words with commas between them, or lines of `head: word, word`: what is written in several ways, by the way
that stands for it.
"""

from functools import cache
from importlib.resources import files


def listed(file: str, section: str) -> tuple[str, ...]:
    """Give the words of a section that is nothing but words, in its order."""
    return tuple(word.strip() for word in " ".join(_sections(file)[section]).split(",") if word.strip())


def sorted_by_head(file: str, section: str) -> dict[str, tuple[str, ...]]:
    """Give the words of a section by what stands for them, that itself left out."""
    lines = (line.partition(":") for line in _sections(file)[section])
    return {head.strip(): tuple(word.strip() for word in words.split(",") if word.strip()) for head, _, words in lines}


def spelt(file: str, section: str) -> dict[str, str]:
    """Give what stands for each word of a section; of two that have a word the later."""
    return {word: head for head, words in sorted_by_head(file, section).items() for word in (head, *words)}


@cache
def _sections(file: str) -> dict[str, list[str]]:
    found, lines = dict[str, list[str]](), list[str]()
    for line in files("upbeat.matching.tables").joinpath(f"{file}.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            lines = found[line.strip("[]")] = []
        elif line and not line.startswith("#"):
            lines.append(line)
    return found
