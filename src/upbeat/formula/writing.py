"""A formula that is being written: what stands before a place in it, read by the engine's own lexer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lark import Token

from upbeat.formula.syntax import ends_value, lexed


@dataclass(frozen=True, slots=True)
class Before:
    """What stands before a place: from `start` on the name or the text that was `begun`.

    `function` is the one whose value is being written, None outside of all, and `argument` the place of that value,
    from 0. `beside` is whether the value stands behind an operator that compares or calculates, and `operand` the name
    directly before that. `named` are then the names in that value, else those in the function's values so far, the last
    first.
    """

    start: int
    begun: str
    takes_name: bool
    in_text: bool = False
    function: str | None = None
    argument: int = 0
    beside: bool = False
    operand: str = ""
    named: tuple[str, ...] = ()


def before(code: str) -> Before | None:
    """Read a formula up to where it ends; None within a comment, and behind what no formula has."""
    words, rest = lexed(code)
    if rest and rest[0] not in "\"'":
        return None
    start, begun = len(code), ""
    if rest:
        start, begun = len(code) - len(rest) + 1, rest[1:]
    elif words and words[-1].type in {"NAME", "NOT"} and _end(words[-1]) == len(code):
        start, begun = words[-1].start_pos or 0, str(words.pop())
    function, argument, since = _place(words)
    own = words[since:]
    beside = bool(own) and own[-1].type in _COMPARING
    return Before(
        start,
        begun,
        takes_name=not words or not ends_value(words[-1]),
        in_text=bool(rest),
        function=function,
        argument=argument,
        beside=beside,
        operand=str(own[-2]) if beside and len(own) > 1 and own[-2].type == "NAME" else "",
        named=tuple(_named(own if beside else words)),
    )


_COMPARING = frozenset({"EQUALITY", "ORDER", "SUM", "PRODUCT", "POWER"})


def _place(words: Sequence[Token]) -> tuple[str | None, int, int]:
    """Give the function that is open at the end, the place of its value, and where that value begins."""
    opened: list[tuple[str | None, int, int]] = [(None, 0, 0)]
    for index, word in enumerate(words):
        match word.type:
            case "LPAR":
                called = index > 0 and words[index - 1].type in {"NAME", "NOT"}
                function, argument, _ = opened[-1]
                opened.append(
                    (str(words[index - 1]).upper(), 0, index + 1) if called else (function, argument, index + 1)
                )
            case "RPAR" if len(opened) > 1:
                opened.pop()
            case "COMMA":
                function, argument, _ = opened[-1]
                opened[-1] = (function, argument + 1, index + 1)
            case _:
                pass
    return opened[-1]


def _named(words: Sequence[Token]) -> Iterator[str]:
    """Give the names that no function is called by, the last first, up to the bracket that is open."""
    depth = 0
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        depth += (word.type == "RPAR") - (word.type == "LPAR")
        if depth < 0:
            return
        calls = index + 1 < len(words) and words[index + 1].type == "LPAR"
        if word.type == "NAME" and not calls:
            yield str(word)


def _end(word: Token) -> int:
    return (word.start_pos or 0) + len(word)
