"""Spans of postal codes beside each other: where two meet, what several take together, where a hole is left.

A code is read as a fraction: `606*` is what lies from 0.606 to 0.607. So spans whose ends differ in length have one
order. Spans of digits alone are counted in tens, where 3* ends as 4* begins; with a letter in any of them, in
thirty-sixes, where `39Z` lies between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from upbeat.workflows.pool_words import PostalCodes

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PREFIX = 3  # signs, as the sorting centres of many countries have them
_Piece = tuple[int, int]  # from, and up to without it


@dataclass(frozen=True, slots=True)
class _Ruler:
    """How codes are counted: in `base` signs, `depth` of them."""

    base: int
    depth: int

    @classmethod
    def of(cls, spans: Sequence[PostalCodes]) -> "_Ruler":
        digits = all((one.first + one.last).isdecimal() for one in spans)
        return cls(10 if digits else len(_SIGNS), max((len(one.first) for one in spans), default=0))

    def piece(self, span: PostalCodes) -> _Piece:
        finer = self.base ** (self.depth - len(span.first))
        return int(span.first, self.base) * finer, (int(span.last, self.base) + 1) * finer

    def span(self, piece: _Piece) -> PostalCodes:
        """Give a piece as the shortest span."""
        first, last = self._code(piece[0]), self._code(piece[1] - 1)
        while len(first) > 1 and (first[-1], last[-1]) == (_SIGNS[0], _SIGNS[self.base - 1]):
            first, last = first[:-1], last[:-1]
        return PostalCodes(first, last)

    def _code(self, number: int) -> str:
        text = ""
        for _ in range(self.depth):
            number, sign = divmod(number, self.base)
            text = _SIGNS[sign] + text
        return text


def shared(some: Sequence[PostalCodes], others: Sequence[PostalCodes]) -> list[PostalCodes]:
    """Give what lies in both, from the lowest up."""
    if not _meet(some, others):
        return []
    ruler = _Ruler.of([*some, *others])
    mine, theirs = (united(map(ruler.piece, spans)) for spans in (some, others))
    met = ((max(one[0], other[0]), min(one[1], other[1])) for one in mine for other in theirs)
    return [ruler.span(piece) for piece in met if piece[0] < piece[1]]


def covers(some: Sequence[PostalCodes], others: Sequence[PostalCodes]) -> bool:
    """Whether all that lies in the others lies in some."""
    if not _meet(some, others):
        return False
    ruler = _Ruler.of([*some, *others])
    mine, theirs = (united(map(ruler.piece, spans)) for spans in (some, others))
    return all(any(one[0] <= other[0] and other[1] <= one[1] for one in mine) for other in theirs)


def holes(spans: Sequence[PostalCodes]) -> list[PostalCodes]:
    """Give what lies between neighbours and in neither, of spans of digits; of others it cannot be told what there is.

    What lies below the lowest and above the highest is no hole: those may be nobody's market. Nor is one that is
    narrower than a prefix of three signs, or beside something so narrow: not every number is a code, and whoever lists
    single ones lists those that there are.
    """
    ruler = _Ruler.of(spans)
    if ruler.base != 10:
        return []
    least = ruler.base ** max(ruler.depth - _PREFIX, 0)
    between = ((one, (one[1], other[0]), other) for one, other in pairwise(united(map(ruler.piece, spans))))
    return [ruler.span(near[1]) for near in between if all(last - first >= least for first, last in near)]


def words(span: PostalCodes) -> str:
    """Give a span as a file has it: `606*`, `60601-60699`."""
    if span.first != span.last:
        return f"{span.first}-{span.last}"
    return span.first if len(span.first) > 4 else f"{span.first}*"


def _meet(some: Sequence[PostalCodes], others: Sequence[PostalCodes]) -> bool:
    """Whether two of the spans have anything in common; it is asked of every pair, so no ruler is laid for it."""
    for one in some:
        for other in others:
            length = min(len(one.first), len(other.first))
            if one.first[:length] <= other.last[:length] and other.first[:length] <= one.last[:length]:
                return True
    return False


def united(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Put together what touches, from the lowest up."""
    found: list[_Piece] = []
    for first, last in sorted(pieces):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found
