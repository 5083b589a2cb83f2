"""REGEX, for the patterns that mean the same to DuckDB's RE2 and to the `regex` module that formulas match with.

Those are plain ones: characters, classes, groups, choices and repetitions; RE2 knows no look-around and no reference
back. A formula gives up on a pattern that takes it too long, where RE2 has an answer: so patterns that could match a
text in very many ways are refused.
"""

import re
from dataclasses import dataclass

from upbeat.formula.duckdb.sql import Refused, Sql, strict, text

_MOST_WAYS = 200_000
_MOST_PARTS = 1_000
_SPACE = r" \t\n\v\f\r"  # to RE2, \s is no vertical tab
_SIGNS = r"""\-.\\/()\[\]{}^$*+?|@#%&:;,'"!= """
_TOKEN = re.compile(
    rf"(?P<class>\[\^?-?(?:[^\\\[\]^-]|[A-Za-z0-9]-[A-Za-z0-9]|\\[dwstnr{_SIGNS}])+-?\])"
    rf"|(?P<escape>\\[dDwWsStnr{_SIGNS}])"
    r"|(?P<repeat>[*+?]|\{\d+(?:,\d*)?\})(?P<lazy>\??)"
    r"|(?P<open>\((?!\?)|\(\?:)|(?P<close>\))|(?P<choice>\|)|(?P<plain>[^\\\[\](){}*+?|^$])",
    re.DOTALL,
)


@dataclass
class _Part:
    """A choice that is being read: how many parts it has written out, and in how many ways it can match a text."""

    parts: int = 0
    before: int = 0  # the ways of the alternatives that are read
    ways: int = 1  # those of the present one, but for its last atom
    last: tuple[int, int] | None = None  # the last atom's parts and ways, which a repetition is of

    def take(self, parts: int, ways: int) -> None:
        self.close()
        self.last = parts, ways

    def close(self) -> None:
        if self.last is not None:
            self.parts += self.last[0]
            self.ways *= self.last[1]
        self.last = None


def matches(one: Sql, pattern: Sql) -> Sql:
    """Whether a regular expression matches the whole text."""
    if pattern.said is None:
        raise Refused("its pattern differs by record")
    return strict((one, pattern), f"regexp_full_match({one.text}, {text(_plain(pattern.said, one.longest))})")


def like(one: Sql, pattern: Sql) -> Sql:
    """Whether a text is as a pattern with % and _ says. A % at the pattern's end costs no search."""
    if pattern.said is None:
        raise Refused("its pattern differs by record")
    parts = re.findall(r"\\[%_]|.", pattern.said, re.DOTALL)
    if one.longest ** parts[:-1].count("%") > _MOST_WAYS:
        raise _too_many()
    escaped = "".join("\\\\" if part == "\\" else part for part in parts)
    return strict((one, pattern), rf"{one.operand} LIKE {text(escaped)} ESCAPE '\'", joint="LIKE")


def _plain(pattern: str, longest: int) -> str:
    """Give the pattern as RE2 reads it. Raises Refused where it may mean something else, or too much."""
    rest, written = pattern.removeprefix("^"), list[str]()
    if rest.endswith("$") and not rest.endswith("\\$"):
        rest = rest[:-1]  # the whole text is matched anyway
    open_groups, place = [_Part()], 0
    while place < len(rest):
        token = _TOKEN.match(rest, place)
        if token is None or not _read(token, open_groups, longest):
            raise Refused(f"its pattern has {rest[place : place + 8]!r}")
        written.append(_written(token))
        place = token.end()
    if open_groups[1:]:
        raise Refused("its pattern has an open bracket")
    _hold(open_groups[0])
    return "".join(written)


def _read(token: re.Match[str], groups: list[_Part], longest: int) -> bool:
    """Count what a token makes of the pattern; give whether it can stand there."""
    here = groups[-1]
    match token.lastgroup:
        case "open":
            here.close()
            groups.append(_Part())
        case "close" if groups[1:]:
            inner = groups.pop()
            _hold(inner)
            groups[-1].take(inner.parts, inner.before + inner.ways)
        case "choice":
            here.close()
            here.before, here.ways = here.before + here.ways, 1
        case "close":
            return False
        case "repeat" | "lazy":
            return _repeated(token["repeat"], here, longest)
        case "class":
            here.take(1, 1)
            return all(first <= last for first, last in re.findall(r"(\w)-(\w)", token[0], re.ASCII))
        case _:
            here.take(1, 1)
    return True


def _repeated(sign: str, here: _Part, longest: int) -> bool:
    if here.last is None:
        return False
    parts, ways = here.last
    least, most = _times(sign)
    if most is None:
        if ways > 1:  # it could be repeated in as many ways as there are texts
            raise _too_many()
        here.parts, here.ways = here.parts + parts * (least + 1), here.ways * (longest + 1)
    elif most < least:
        return False
    else:
        times = range(least, min(most, _MOST_PARTS) + 1)
        here.parts += parts * most
        here.ways *= len(times) if ways == 1 else sum(ways ** min(count, 40) for count in times)
    here.last = None
    return True


def _times(sign: str) -> tuple[int, int | None]:
    if sign in "*+?":
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
    least, comma, most = sign[1:-1].partition(",")
    return int(least), int(most) if most else None if comma else int(least)


def _hold(part: _Part) -> None:
    part.close()
    if part.parts > _MOST_PARTS or part.before + part.ways > _MOST_WAYS:
        raise _too_many()


def _too_many() -> Refused:
    return Refused("its pattern could match a text in too many ways", "Put an end to a repetition.")


def _written(token: re.Match[str]) -> str:
    if token.lastgroup == "class":
        return token[0].replace(r"\s", _SPACE)
    if token.lastgroup == "escape":
        return {r"\s": f"[{_SPACE}]", r"\S": f"[^{_SPACE}]"}.get(token[0], token[0])
    return token[0]
