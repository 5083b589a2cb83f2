"""A telephone number as it is called within its country, and how near two of them are."""

import re
from typing import Final

from rapidfuzz.distance import OSA

from upbeat.matching.likeness import Evidence

_SAME: Final = Evidence(1.0, 4.5, "the same number")  # of a house or a switchboard
_NEAR: Final = Evidence(0.6, 2.0, "one digit is another")  # a slip, or the next line of one switchboard
_OTHER: Final = Evidence(0.0, -0.7, "another number")  # a company has many
_EXTENSION: Final = re.compile(r"(?i)\s*(?:;ext=|ext(?:ension)?\.?|x|#|durchwahl|poste|int\.)\s*\d{1,6}\s*$")
_DIGITS: Final = re.compile(r"\d+", re.ASCII)
_NO_SIGNS: Final = dict.fromkeys(map(ord, " ()+-./\N{NO-BREAK SPACE}"))
_NO_NUMBER: Final = _NO_SIGNS | dict.fromkeys(map(ord, "0123456789"))
_LEAST: Final = 7  # digits of a number that tells whose it is: those of a North American one without its area
_MOST: Final = 10  # digits of a number within its country, nearly everywhere
_COUNTRY: Final = re.compile(
    r"^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9]\d\d)"
)  # ITU-T E.164: the codes of one and two digits; all others have three


def read(text: str) -> str:
    """Give a telephone number as it is called within its country, or nothing where fewer than seven digits tell none.

    Country codes, the 0 that is dialled before an area, and extensions are left out: `026-3510001` is
    `+31 26 351 0001`, `(0) 26 351 0001 ext. 12` too. A number of one or two digits over and over is nobody's.
    """
    bare = _EXTENSION.sub("", text) if text.translate(_NO_NUMBER) else text
    digits = bare.replace("(0)", "").translate(_NO_SIGNS)
    if not digits.isdigit():  # letters, and signs of other scripts
        digits = "".join(_DIGITS.findall(digits))
    if len(digits) < _LEAST or len(set(digits)) <= 2:
        return ""
    abroad = bare.lstrip().startswith("+") or digits.startswith("00") or (len(digits) > _MOST and digits[0] != "0")
    found = _COUNTRY.sub("", digits.removeprefix("00")) if abroad else digits
    return found.removeprefix("0")[-_MOST:]


def compare(one: str, other: str) -> Evidence | None:
    """Say how like two numbers are, as `read` gives them; None where one is missing."""
    if not (one and other):
        return None
    if same(one, other):
        return _SAME
    return _NEAR if OSA.distance(one, other, score_cutoff=1) <= 1 else _OTHER


def same(one: str, other: str) -> bool:
    """Whether two numbers, as `read` gives them, are one: an area that one of them leaves out tells nothing."""
    return one == other or (len(one) != len(other) and (one.endswith(other) or other.endswith(one)))
