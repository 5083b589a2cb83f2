"""Patterns of speech in text files: sections in brackets, a regular expression a line, `# ` before a comment.

They are data and not code: whoever knows how people talk can read and add to them, one a line.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

_HEADING: Final = re.compile(r"\[([A-Za-z ]+)\]")


@cache
def lines(package: str, name: str, section: str) -> tuple[str, ...]:
    """Give the lines of a section of a file that lies in a package. Raises KeyError where it has no such section."""
    return _sections(package, name)[section]


def either(package: str, name: str, section: str) -> str:
    """Give a pattern that fits whatever a line of a section fits."""
    return "|".join(lines(package, name, section))


def filled(pattern: str, words: Mapping[str, str]) -> str:
    """Put what each word in capitals stands for into a pattern: `DAY` for the names of the days."""
    names = "|".join(sorted(words, key=len, reverse=True))
    return re.sub(rf"(?<![A-Z_])(?:{names})(?![A-Z_])", lambda spot: words[spot[0]], pattern)


@cache
def _sections(package: str, name: str) -> dict[str, tuple[str, ...]]:
    found, section = dict[str, tuple[str, ...]](), ""
    for line in files(package).joinpath(f"{name}.txt").read_text("utf-8").splitlines():
        if heading := _HEADING.fullmatch(line):
            section = heading[1]
            found[section] = ()
        elif line and not line.startswith("# "):
            found[section] += (line,)  # with its spaces: they are part of a pattern
    return found
