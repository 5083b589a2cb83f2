"""Rounding: to places, and to whole numbers, of numbers and of quotients."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from upbeat.formula.duckdb.numbers import multiply, number
from upbeat.formula.duckdb.ratios import Operand, decided, largest
from upbeat.formula.duckdb.sql import DIGITS, LIMIT, Number, Ratio, Refused, exact, held

_MINDED = 33  # the digits that CEILING and FLOOR mind, and forget what a quotient's last six got wrong
_NEARLY = Fraction(6, 10**_MINDED)  # the share that this moves a value by: five of it, and room
_UNDECIDED = "the last of a quotient's 39 digits could decide how it is rounded"


# --- to places ------------------------------------------------------------------------------------


def rounded(one: Operand, places: Operand | None = None) -> Number:
    """The number to so many places, a half away from zero."""
    return _at_place("round", one, places)


def truncated(one: Operand, places: Operand | None = None) -> Number:
    """The number cut at so many places."""
    return _at_place("trunc", one, places)


def _at_place(function: str, one: Operand, places: Operand | None) -> Number:
    given = Decimal(0) if places is None else exact(places).constant
    if given is None and places is not None:
        return _at_any_place(function, exact(one), exact(places))
    place = int(max(-400, min(given or 0, 400)))
    if isinstance(one, Ratio):
        return _quotient_at_place(function, one, place)
    return _number_at_place(function, exact(one), place)


def _number_at_place(function: str, one: Number, place: int) -> Number:
    if place >= one.scale:
        return one
    if one.most < 10 ** (one.scale - place - 1):
        return number((one,), f"{one.operand} * 0", 0, one.scale, joint="*")
    scale = max(place, 0)
    most = (one.most // 10 ** (one.scale - place) + 1) * 10 ** (scale - place)
    return number((one,), f"{function}({one.text}, {place})" if place else f"{function}({one.text})", most, scale)


def _at_any_place(function: str, one: Number, places: Number) -> Number:
    """Round the count of units to a multiple of the power of ten that the place means."""
    width = len(str(one.most))
    if width + 1 >= DIGITS:
        raise Refused(f"a number of {width} digits cannot be rounded at a place that differs by record")
    units = _whole(one, one.scale)
    zeros = f"least({width + 1}, {one.scale} - ({count(places, -DIGITS, one.scale)}))"
    power = f"CAST(rpad('1', 1 + {zeros}, '0') AS HUGEINT)"
    half = f" + sign({units}) * ({power} // 2)" if function == "round" else ""
    text = _of_whole(f"({units}{half}) // {power} * {power}", one.scale)
    if places.blank:  # which least() leaves aside
        text = f"CASE WHEN {places.operand} IS NOT NULL THEN {text} END"
    return number((one, places), text, 10 ** (width + 1), one.scale, joint="*")


def _quotient_at_place(function: str, one: Ratio, place: int) -> Number:
    half = function == "round"
    if not decided(one, max(place + half, 0)):
        raise Refused(_UNDECIDED)
    over, under, most = _wholes(one, place)
    if half:
        over, under = f"(2 * {over} + sign({over}) * {under})", f"(2 * {under})"
    return _counted(one, f"{over} // {under}", most, place)


# --- to whole numbers -----------------------------------------------------------------------------

_OF_NUMBER = {
    "FLOOR": "trunc({0})",
    "MFLOOR": "floor({0})",
    "MCEILING": "ceil({0})",
    "CEILING": "CASE WHEN {1} < 0 THEN floor({0}) ELSE ceil({0}) END",
}
_OF_QUOTIENT = {  # what its upper part becomes, so that division, which cuts, gives the whole number asked for
    "FLOOR": "{0}",
    "MFLOOR": "({0} + least(sign({0}), 0) * ({1} - 1))",
    "MCEILING": "({0} + greatest(sign({0}), 0) * ({1} - 1))",
    "CEILING": "({0} + sign({0}) * ({1} - 1))",
}


def to_whole(function: str) -> Callable[[Operand], Number]:
    """The whole number beside, as CEILING, FLOOR, MCEILING or MFLOOR has it."""

    def found(one: Operand) -> Number:
        if isinstance(one, Ratio):
            return _quotient_to_whole(function, one)
        given = exact(one)
        if given.significant > _MINDED:
            raise Refused(f"the number can have more than {_MINDED} digits", "Round it first.")
        if not given.scale:
            return given
        text = _OF_NUMBER[function].format(given.text, given.operand)
        return number((given,), text, given.most // 10**given.scale + 1, 0)

    return found


def _quotient_to_whole(function: str, one: Ratio) -> Number:
    nearly = replace(one, error=one.error + largest(one.over) * _NEARLY, faithful=one.faithful or one.pure)
    if not decided(nearly, 0):
        raise Refused(_UNDECIDED, "Round it to places first.")
    over, under, most = _wholes(one, 0)
    return _counted(one, f"{_OF_QUOTIENT[function].format(over, under)} // {under}", most, 0)


# --- whole counts ---------------------------------------------------------------------------------


def cut(one: Number) -> str:
    """Write a number without what stands after its point: next to many places DuckDB holds no large literal."""
    return f"trunc({one.text})" if one.scale else one.operand


def count(one: Operand, least: int, most: int) -> str:
    """Write a number, cut to a whole one and kept within bounds, as an INTEGER or a BIGINT; NULL where it is."""
    given = exact(one)
    if given.constant is not None:
        return str(int(max(least, min(given.constant, most))))
    kind = "INTEGER" if max(-least, most) < 2**31 else "BIGINT"
    found = f"CAST(greatest({least}, least({most}, {cut(given)})) AS {kind})"
    return f"CASE WHEN {given.operand} IS NOT NULL THEN {found} END" if given.blank else found


def _whole(one: Number, scale: int) -> str:
    """Write a number as the whole count of its units of 10^-scale, a finer scale than its own or the same."""
    if one.constant is not None:
        return f"CAST({one.units(scale) if one.constant > 0 else -one.units(scale)} AS HUGEINT)"
    if not scale:
        return f"CAST({one.text} AS HUGEINT)"
    if one.most * 10**scale < LIMIT:
        return f"CAST({multiply(one, Number(text=f'{10**scale}.', most=10**scale)).text} AS HUGEINT)"
    return f"CAST(replace(CAST(CAST({one.text} AS DECIMAL({DIGITS}, {scale})) AS VARCHAR), '.', '') AS HUGEINT)"


def _of_whole(units: str, scale: int) -> str:
    """Write a whole count of units of 10^-scale as a number."""
    cast = f"CAST({units} AS DECIMAL({DIGITS}, 0))"
    return f"{cast} * {Decimal(1).scaleb(-scale):f}" if scale else cast


def _wholes(one: Ratio, place: int) -> tuple[str, str, int]:
    """Give both parts as whole counts whose quotient is that of units of 10^-place, and the most that it can be."""
    scale, tens = max(one.over.scale, one.under.scale), 10 ** abs(place)
    over, under, most = _whole(one.over, scale), _whole(one.under, scale), one.over.units(scale) * tens
    if 2 * most + one.under.units(scale) * (1 if place >= 0 else 2 * tens) >= LIMIT:
        raise Refused(f"the quotient can have more than {DIGITS} digits there")
    if place > 0:
        over = f"({over} * {tens})"
    elif place < 0:
        under = f"({under} * {tens})"
    if one.under.constant is None:
        under = f"nullif({under}, 0)"
    return over, under, most // (one.under.units(scale) if one.under.constant is not None else 1) + 1


def _counted(one: Ratio, units: str, most: int, place: int) -> Number:
    tens = 10 ** max(-place, 0)
    return held(
        Number(
            text=_of_whole(units if tens == 1 else f"{units} * {tens}", max(place, 0)),
            blank=bool(one.is_blank),
            fails=one.fails,
            joint="*" if place > 0 else "",
            scale=max(place, 0),
            most=most * tens,
        )
    )
