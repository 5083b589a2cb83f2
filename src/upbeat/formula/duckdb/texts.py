"""Texts. Characters are counted as code points, here and in DuckDB; two texts sort by theirs."""

from collections.abc import Callable
from dataclasses import replace

from upbeat.base import is_id, to_15, to_18
from upbeat.formula.duckdb.rounding import count, cut
from upbeat.formula.duckdb.sql import (
    DIGITS,
    LONGEST_TEXT,
    Number,
    Sql,
    both,
    counted,
    either,
    empty,
    exact,
    literal,
    strict,
    text,
    written,
)
from upbeat.formula.types import Type

_FAR = 10**9  # past the end of any text
_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_SPACE = literal(" ", Type.TEXT)


def _count(one: Sql, least: int = 0, most: int = _FAR) -> str:
    return count(exact(one), least, most)


def itself(one: Sql) -> Sql:
    """The text itself."""
    return one


def shown(one: Sql) -> Sql:
    """A number, a date or a time as a text."""
    match one.kind:
        case Type.NUMBER:
            return _digits(exact(one))
        case Type.DATE:
            return written((one,), f"CAST({one.text} AS VARCHAR)", longest=10)
        case Type.DATETIME:
            return written((one,), f"CAST({one.text} AS VARCHAR) || 'Z'", longest=20)
        case _:
            return written((one,), f"strftime(DATE '2000-01-01' + {one.operand}, '%H:%M:%S.%g')", longest=12)


def _digits(one: Number) -> Sql:
    """Write a number without idle zeros. The cast brings out a zero before the point, which DuckDB may leave out."""
    full = f"CAST(CAST({one.text} AS DECIMAL({DIGITS}, {one.scale})) AS VARCHAR)"
    return written((one,), f"rtrim(rtrim({full}, '0'), '.')" if one.scale else full, longest=DIGITS + 2)


def length(one: Sql) -> Number:
    """How many characters a text has."""
    return counted((one,), f"length({one.text})", one.longest)


def left(one: Sql, size: Sql) -> Sql:
    """The first characters."""
    return written((one, size), f"left({one.text}, {_count(size)})", longest=one.longest)


def right(one: Sql, size: Sql) -> Sql:
    """The last characters."""
    return written((one, size), f"right({one.text}, {_count(size)})", longest=one.longest)


def middle(one: Sql, start: Sql, size: Sql) -> Sql:
    """So many characters from a position on."""
    found = f"substr({one.text}, {_count(start, 1)}, {_count(size)})"
    return written((one, start, size), found, longest=one.longest)


def part(one: Sql, start: Sql, size: Sql | None = None) -> Sql:
    """The characters from a position on, counted from the end where it is below 0."""
    length = f"length({one.text})"
    rest = f", {_count(size)}" if size else ""
    from_end = f"substr({one.text}, {_count(start, -_FAR, 0)} + {length} + 1{rest})"
    from_start = f"substr({one.text}, {_count(start, 1)}{rest})"
    begun = f"WHEN {start.operand} < 0 THEN {from_end} ELSE {from_start}"
    found = f"CASE WHEN ceil(abs({start.text})) > {length} THEN '' {begun} END"
    return written((one, start, size) if size else (one, start), found, longest=one.longest)


def reverse(one: Sql) -> Sql:
    """The text from its end to its start: DuckDB's own keeps a letter and its accents together."""
    return written((one,), f"array_to_string(list_reverse(string_split({one.text}, '')), '')", longest=one.longest)


def trim(one: Sql) -> Sql:
    """The text without spaces and tabs at its ends."""
    return written((one,), f"trim({one.text}, ' ' || chr(9))", longest=one.longest)


def join(first: Sql, second: Sql) -> Sql:
    """Both texts."""
    joined = f"{first.operand} || {second.operand}"
    return written((first, second), joined, joint="||", longest=first.longest + second.longest)


def contains(one: Sql, part: Sql) -> Sql:
    """Whether a text holds another."""
    return _held("contains", one, part)


def begins(one: Sql, part: Sql) -> Sql:
    """Whether a text begins with another."""
    return _held("starts_with", one, part)


def _held(function: str, one: Sql, part: Sql) -> Sql:
    """Look for a part: NULL where the text is blank and the part is not, which as a condition is not true."""
    found = strict((one, part), f"{function}({one.text}, {part.text})")
    if part.said == "":
        return found
    known = either(f"{one.operand} <> ''", empty(part))
    return Sql(text=f"CASE WHEN {known} THEN {found.text} END", blank=True, fails=found.fails, truth=found)


def find(search: Sql, one: Sql, start: Sql | None = None) -> Number:
    """Where a text first stands in another; 0 where nowhere."""
    if start is None:
        place = f"strpos({one.text}, {search.text})"
        return counted((search, one), _unless(empty(search), place), one.longest)
    begin = _count(start, 1)
    rest = f"strpos(substr({one.text}, {begin}), {search.text})"
    place = _unless(either(empty(search), f"{rest} = 0"), f"{rest} + {begin} - 1")
    if start.blank:
        place = f"CASE WHEN {start.operand} IS NOT NULL THEN {place} END"
    return counted((search, one, start), place, one.longest)


def _unless(condition: str, found: str) -> str:
    return f"CASE WHEN {condition} THEN 0 ELSE {found} END" if condition else found


def substitute(one: Sql, old: Sql, new: Sql) -> Sql:
    """The text with a part replaced wherever it stands; '' where the part is."""
    found = f"replace({one.text}, {old.text}, {new.text})"
    grown = one.longest * max(1, new.longest)
    long = f"length({found}) > {LONGEST_TEXT}" if grown > LONGEST_TEXT else ""
    if none := empty(old):
        found, long = f"CASE WHEN {none} THEN '' ELSE {found} END", both(f"{old.operand} <> ''", long)
    return written((one, old, new), found, fails=long, longest=min(grown, LONGEST_TEXT))


def pad_left(one: Sql, size: Sql, pad: Sql = _SPACE) -> Sql:
    """The text filled up on its left to a length."""
    return _padded("lpad", one, size, pad)


def pad_right(one: Sql, size: Sql, pad: Sql = _SPACE) -> Sql:
    """The text filled up on its right to a length."""
    return _padded("rpad", one, size, pad)


def _padded(function: str, one: Sql, size: Sql, pad: Sql) -> Sql:
    width = _count(size, 0, LONGEST_TEXT)
    found = f"{function}({one.text}, {width}, {pad.text})"
    if none := empty(pad):  # which DuckDB does not pad with
        padding = f"CASE WHEN NOT ({none}) THEN {pad.text} END"
        found = f"coalesce({function}({one.text}, {width}, {padding}), left({one.text}, {width}))"
    longer = f"{cut(exact(size))} > {LONGEST_TEXT}" if exact(size).most > LONGEST_TEXT else ""
    filled = f"CASE WHEN {empty(one)} THEN '' ELSE {found} END" if empty(one) else found
    return written((one, size, pad), filled, fails=both(f"{one.operand} <> ''", longer))


def is_number(one: Sql) -> Sql:
    """Whether a text writes a number."""
    return strict((one,), f"regexp_full_match({one.text}, {text(_NUMBER)})")


def code(one: Sql) -> Number:
    """The code of the first character."""
    return replace(counted((one,), f"unicode(nullif({one.text}, ''))", 0x10FFFF), blank=True)


def character(one: Sql) -> Sql:
    """The character of a code; '' where there is none."""
    whole = cut(exact(one))
    known = f"{whole} < {0xD800} OR {whole} >= {0xE000} AND {whole} < {0x110000}"
    given = f"{one.operand} > 0 AND ({known})"
    found = f"coalesce(chr(CASE WHEN {given} THEN {_count(one, 0, 0x10FFFF)} END), '')"
    return Sql(text=found, fails=one.fails, longest=1)


def equal(sign: str) -> Callable[[Sql, Sql], Sql]:
    """Compare two texts, capitals and all, or two ids in either of their lengths: they are never NULL."""

    def comparison(one: Sql, other: Sql) -> Sql:
        for here, there in ((one, other), (other, one)):
            if here.raw and there.said is not None and is_id(there.said):
                either_form = f"('{to_15(there.said)}', '{to_18(there.said)}')"
                return strict(
                    (one, other), f"{here.raw} {'NOT IN' if sign == '<>' else 'IN'} {either_form}", joint="IN"
                )
        return strict((one, other), f"{one.operand} {sign} {other.operand}", joint=sign)

    return comparison


def sorts(sign: str) -> Callable[[Sql, Sql], Sql]:
    """Compare two texts by the order of their characters' codes: NULL where one is blank."""

    def comparison(one: Sql, other: Sql) -> Sql:
        here = strict((one, other), f"{one.operand} {sign} {other.operand}", joint=sign)
        filled = [f"{side.operand} <> ''" for side in (one, other) if empty(side)]
        if not filled:
            return here
        truth = replace(here, text=" AND ".join([*filled, here.text]), joint="AND")
        known = f"CASE WHEN {' AND '.join(filled)} THEN {here.text} END"
        return Sql(text=known, blank=True, fails=here.fails, truth=truth)

    return comparison


# --- ids ------------------------------------------------------------------------------------------

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def whole_id(one: str) -> str:
    """Write an id of 15 characters as its 18, which say of each five which are capitals; leave all else as it is."""
    capital = f"CAST(substr({one}, five + place, 1) BETWEEN 'A' AND 'Z' AS INTEGER) << place - 1"
    count = f"CAST(list_sum([{capital} FOR place IN [1, 2, 3, 4, 5]]) AS INTEGER)"
    ending = f"array_to_string([substr('{_LETTERS}', 1 + {count}, 1) FOR five IN [0, 5, 10]], '')"
    return f"CASE WHEN regexp_full_match({one}, '[0-9A-Za-z]{{15}}') THEN {one} || {ending} ELSE {one} END"


def _is_id(one: str) -> str:
    """Write whether a text of 18 characters is an id."""
    form = f"regexp_full_match({one}, '[0-9A-Za-z]{{18}}')"
    return f"({form} AND {whole_id(f'left({one}, 15)')} = left({one}, 15) || upper(right({one}, 3)))"


def to_id(one: Sql) -> Sql:
    """Read a text as an id: where it is one, in its 18 characters."""
    return written((one,), whole_id(one.operand), longest=max(18, one.longest))


def of_id(one: Sql) -> Sql:
    """Read an id as text, which has its first 15 characters."""
    raw = one.raw or one.operand
    return written((one,), f"CASE WHEN {_is_id(raw)} THEN left({raw}, 15) ELSE {raw} END", longest=one.longest)


def case_safe(one: Sql) -> Sql:
    """The 18 characters of an id."""
    return written((one,), one.text, fails=f"({one.operand} <> '' AND NOT {_is_id(one.operand)})", longest=18)
