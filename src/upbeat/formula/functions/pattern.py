r"""Patterns: REGEX takes Java's regular expressions, which are read here for the regex library; LIKE takes SQL's.

Java's classes such as `\d` and `\p{Alpha}` hold ASCII alone, its `\p{L}` all of Unicode; its sets nest and meet
(`[a-z&&[^aeiou]]`); its dot stops at every kind of line end.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import regex

from upbeat.formula.fit import Unfit
from upbeat.formula.functions.row import Function
from upbeat.formula.tree import Literal, Typed

LONGEST_SECONDS = 0.2  # after which a pattern is too complicated, as Salesforce too gives up on one

_LINE_ENDS = r"\n\r\x85\u2028\u2029"
_CLASSES = {
    "d": "0-9",
    "w": "A-Za-z0-9_",
    "s": r" \t\n\x0b\f\r",
    "h": r" \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000",
    "v": r"\n\x0b\f\r\x85\u2028\u2029",
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": r"\x00-\x7f",
    "Alpha": "A-Za-z",
    "Digit": "0-9",
    "Alnum": "A-Za-z0-9",
    "Punct": r"!-/:-@\[-`{-~",
    "Graph": "!-~",
    "Print": " -~",
    "Blank": r" \t",
    "Cntrl": r"\x00-\x1f\x7f",
    "XDigit": "0-9A-Fa-f",
    "Space": r" \t\n\x0b\f\r",
}
_TOKEN = re.compile(
    r"""\\Q(?P<quoted>.*?)(?:\\E|\Z)
    | \\(?P<sign>[pP])(?:\{(?P<name>[\w=]+)\}|(?P<letter>\w))
    | \\x\{(?P<point>[0-9A-Fa-f]{1,6})\}
    | \\c(?P<control>[@-_])
    | \\k<(?P<back>\w+)>
    | \\(?P<escape>.)
    | \(\?(?P<flags>[a-zA-Z]*-?[a-zA-Z]*)(?P<end>[:)])
    | (?P<twice>--|\|\||~~)
    | (?P<other>.)""",
    re.DOTALL | re.VERBOSE,
)
_WILD = re.compile(r"\\[%_]|.", re.DOTALL)
_WILDS = {"%": "(?s:.*)", "_": "(?s:.)"}
_OF_JAVA_ALONE = str.maketrans("", "", "uUd")  # flags


def _matches(text: str, pattern: str) -> bool:
    return _whole(text, _java(pattern), pattern)


def _is_like(text: str, pattern: str) -> bool:
    """Whether a whole text is as a pattern: `%` for any characters, `_` for one, after a backslash each for itself."""
    wild = _WILD.sub(lambda part: _WILDS.get(part[0]) or re.escape(part[0][-1]), pattern)
    return _whole(text, regex.compile(wild), pattern)


def _whole(text: str, compiled: "regex.Pattern[str]", pattern: str) -> bool:
    try:
        return compiled.fullmatch(text, timeout=LONGEST_SECONDS) is not None
    except (TimeoutError, RecursionError):
        raise ValueError(f"the regular expression {pattern!r} is too complicated") from None


@lru_cache(maxsize=256)
def _java(pattern: str) -> "regex.Pattern[str]":
    """Compile one of Java's patterns. Raises ValueError where it is none."""
    reading = _Reading(every_line=re.search(r"\(\?[a-zA-Z]*s", pattern) is not None)
    translated = _TOKEN.sub(reading.token, pattern)
    try:
        return regex.compile(translated, regex.V1 | (regex.UNICODE if reading.unicode else regex.ASCII))
    except regex.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {str(error).partition(' at position')[0]}") from None
    except (RecursionError, OverflowError):
        raise ValueError(f"the regular expression {pattern!r} is too complicated") from None


class _Reading:
    """How far a pattern is read: how many sets are open, and whether it has asked for more than ASCII."""

    def __init__(self, *, every_line: bool) -> None:
        self.every_line = every_line
        self.sets = 0
        self.unicode = False

    def token(self, found: "re.Match[str]") -> str:
        """Write one token as the regex library has it."""
        kind = found.lastgroup or ""
        part = found[kind]
        match kind:
            case "name" | "letter":
                return self._property(part, without=found["sign"] == "P")
            case "end":
                return self._flags(found["flags"], part)
            case "twice":
                return f"{part[0]}\\{part[1]}" if self.sets else part  # of sets, Java knows && alone
            case "other":
                return self._plain(part)
            case _:
                return _WRITTEN[kind](part)

    def _property(self, name: str, *, without: bool) -> str:
        if name in _CLASSES:
            return _set(_CLASSES[name], without=without)
        self.unicode = True
        return f"\\{'P' if without else 'p'}{{{name}}}"

    def _flags(self, flags: str, end: str) -> str:
        self.unicode = self.unicode or "u" in flags.lower()
        kept = flags.translate(_OF_JAVA_ALONE)
        return "" if flags and end == ")" and kept in ("", "-") else f"(?{kept}{end}"

    def _plain(self, char: str) -> str:
        if char == "." and not self.sets and not self.every_line:
            return f"[^{_LINE_ENDS}]"
        self.sets = max(0, self.sets + (char == "[") - (char == "]"))
        return char


def _quoted(text: str) -> str:
    return "".join(f"\\{char}" if char.isascii() and not char.isalnum() else char for char in text)


def _escaped(char: str) -> str:
    if char.lower() in _CLASSES:
        return _set(_CLASSES[char.lower()], without=char.isupper())
    return {"e": "\\x1b"}.get(char, f"\\{char}")


_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "quoted": _quoted,
    "point": lambda digits: f"\\U{int(digits, 16):08x}",
    "control": lambda char: f"\\x{ord(char) ^ 64:02x}",
    "back": lambda name: f"(?P={name})",
    "escape": _escaped,
}


def _set(members: str, *, without: bool) -> str:
    return f"[{'^' if without else ''}{members}]"


def _readable(args: Sequence[Typed]) -> None:
    pattern = args[1]
    try:
        if isinstance(pattern, Literal) and isinstance(pattern.value, str):
            _java(pattern.value)
    except ValueError as error:
        raise Unfit(str(error), pattern.at) from None


PATTERN = (
    Function("REGEX", "text, text -> boolean", "Whether a regular expression matches the whole text",
             _matches, demands=_readable, words=("{0} matches {1}", "{0} does not match {1}")),
    Function("LIKE", "text, text -> boolean", "Whether a text is as a pattern with % and _ says, capitals and all",
             _is_like, words=("{0} is like {1}", "{0} is not like {1}")),
)  # fmt: skip
