"""The lists of words beside this file: sections in brackets, words with spaces between them."""

from functools import cache
from importlib.resources import files


def listed(section: str) -> frozenset[str]:
    """Give the words of a section."""
    return _sections()[section]


@cache
def _sections() -> dict[str, frozenset[str]]:
    found, section = dict[str, frozenset[str]](), ""
    for line in files("upbeat.conversation").joinpath("vocabulary.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = frozenset()
        elif section and not line.startswith("#"):
            found[section] |= frozenset(line.split())
    return found
