"""Text without its case: what SOQL compares, orders and groups by.

A letter's case is taken away where its capital is one letter: é and É are the same, ß stays ß. No other letter becomes
an ASCII one (the Kelvin sign is no K), so that SQLite's own folding, which knows ASCII alone, is right wherever one
side of a comparison is ASCII.
"""


class _Capitals(dict[int, str | int]):
    """Code point → capital, worked out when a letter is first met."""

    def __missing__(self, code: int) -> str | int:
        capital = chr(code).upper()
        found = self[code] = capital if len(capital) == 1 and (code < 128 or ord(capital) >= 128) else code
        return found


_CAPITALS = _Capitals()


def folded(text: str) -> str:
    """Give a text in capitals, letter by letter, of the same length."""
    return text.upper() if text.isascii() else text.translate(_CAPITALS)
