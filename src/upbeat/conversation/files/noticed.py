"""What a reader noticed and mended, told once for each thing however often it came; and what it cannot read at all."""

from upbeat.base import UpbeatError


class Unreadable(UpbeatError):  # noqa: N818 (the name says what happened)
    """A file that is no transcript, and no document, that can be read."""


class Noticed:
    """Gathers what is odd in one file, in the order in which it first came."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lines: dict[str, list[int]] = {}

    def say(self, what: str, line: int = 0) -> None:
        """Note a thing, with the line of the file that it stands on, counted from 1; 0 where it has none."""
        self._lines.setdefault(what, []).append(line)

    def told(self) -> tuple[str, ...]:
        """Give a sentence for each thing: `it ends before it begins: line 12, and 3 more`."""
        return tuple(what + _where(lines) for what, lines in self._lines.items())


def _where(lines: list[int]) -> str:
    first, more = lines[0], len(lines) - 1
    spot = f": line {first}" if first else ""
    return f"{spot}, and {more} more" if more and first else f" ({more + 1} times)" if more else spot
