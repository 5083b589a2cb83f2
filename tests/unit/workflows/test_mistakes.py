"""A mistake in a file has one message: its file, its line, its field, what is wrong, and what to do.

`mistakes.txt` holds them: each takes the shipped files, replaces one text by another, and gives all that is then said.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_ENTRY = re.compile(r"(.+)\n(.+)\n--- old\n(.*?)\n--- new\n(.*?)\n--- said\n(.*?)\n*", re.DOTALL)


def _mistakes() -> Iterator[object]:
    for entry in Path(__file__).with_name("mistakes.txt").read_text(encoding="utf-8").split("\n## ")[1:]:
        found = _ENTRY.fullmatch(entry)
        assert found is not None, entry
        name, *rest = found.groups()
        yield pytest.param(*rest, id=name)


@pytest.mark.parametrize(("file", "old", "new", "message"), list(_mistakes()))
def test_a_mistake_has_its_message(
    spoil: Callable[..., list[str]], file: str, old: str, new: str, message: str
) -> None:
    said = "\n".join(spoil(file, old, new))
    pattern = ".*?".join(re.escape(part) for part in message.split("…"))
    assert re.fullmatch(pattern, said, re.DOTALL), said
