"""Capitals and small letters, by Unicode's full rules.

DuckDB puts one character for one. Where Unicode makes more of one, such as SS of a sharp s, or looks at what stands
around it, as it does for a capital sigma at a word's end, it is written out here (Unicode 15.0, section 3.13).
"""

from functools import cache

from upbeat.formula.duckdb.sql import Refused, Sql, text, written
from upbeat.formula.functions.text import has_dots

_DOTTED_I, _SIGMA, _LAST_SIGMA = "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "\u03a3", "\u03c2"
_CASED = r"\p{Lu}\p{Ll}\p{Lt}\x{aa}\x{ba}\x{2160}-\x{217f}\x{24b6}-\x{24e9}\x{1f130}-\x{1f189}"
_IGNORED = (
    r"\p{Mn}\p{Me}\p{Cf}\p{Lm}\p{Sk}'.:\x{b7}\x{387}\x{55f}\x{5f4}\x{2018}\x{2019}\x{2024}\x{2027}"
    r"\x{fe13}\x{fe52}\x{fe55}\x{ff07}\x{ff0e}\x{ff1a}"
)
_AT_END = rf"([{_CASED}][{_IGNORED}]*){_SIGMA}([{_IGNORED}]*)([^{_CASED}{_IGNORED}]|$)"


def lower(one: Sql, locale: Sql | None = None) -> Sql:
    """The text in small letters."""
    given, found = one.text, f"replace({one.text}, {text(_DOTTED_I)}, {text(_DOTTED_I.lower())})"
    if _has_dots(locale):
        for before, after in (("I\u0307", "i"), (_DOTTED_I, "i"), ("I", "\u0131")):
            given = f"replace({given}, {text(before)}, {text(after)})"
        found = given
    ended = rf"regexp_replace({found}, {text(_AT_END)}, '\1{_LAST_SIGMA}\2\3', 'g')"
    found = f"lower(CASE WHEN contains({one.text}, '{_SIGMA}') THEN {ended} ELSE {found} END)"
    return written((one, locale) if locale else (one,), found, longest=2 * one.longest)


def upper(one: Sql, locale: Sql | None = None) -> Sql:
    """The text in capitals."""
    given = f"replace({one.text}, 'i', {text(_DOTTED_I)})" if _has_dots(locale) else one.text
    several = _several()
    longer = f"MAP {{{', '.join(f'{text(char)}: {text(capitals)}' for char, capitals in several.items())}}}"
    each = f"[coalesce({longer}[char], upper(char)) FOR char IN string_split({given}, '')]"
    found = (
        f"CASE WHEN regexp_matches({given}, '[{''.join(several)}]') "
        f"THEN array_to_string({each}, '') ELSE upper({given}) END"
    )
    return written((one, locale) if locale else (one,), found, longest=3 * one.longest)


def _has_dots(locale: Sql | None) -> bool:
    if locale is None:
        return False
    if locale.said is None:
        raise Refused("its locale differs by record")
    return has_dots(locale.said)


@cache
def _several() -> dict[str, str]:
    """Give the characters whose capital is more than one character: all stand in the first plane."""
    return {chr(code): chr(code).upper() for code in range(0x80, 0x10000) if len(chr(code).upper()) > 1}
