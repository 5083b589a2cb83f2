"""Text to tree: the lexer and the grammar of `grammar.lark`, and words for what cannot be read."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from lark import Lark, Token, Transformer, UnexpectedInput

from upbeat.formula.errors import FormulaError
from upbeat.formula.tree import Call, Literal, Name, Node
from upbeat.formula.types import Type

MOST_CHARACTERS = 15_000  # three times what Salesforce compiles of one formula (5,000)
MOST_DEPTH = 100  # functions within functions, operators within operators
MOST_DIGITS = 39  # the digits that Salesforce calculates with

_ESCAPED = re.compile(r"\\(.)")
_SPELT = {"==": "=", "!=": "<>"}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_CONSTANTS: dict[str, tuple[bool | None, Type]] = {
    "TRUE": (True, Type.BOOLEAN),
    "FALSE": (False, Type.BOOLEAN),
    "NULL": (None, Type.NULL),
}


def parse(code: str, *, within: str | None = None) -> Node:
    """Read a formula. Errors show their place in `within`, where the formula is a part of a longer text.

    Raises FormulaError where it cannot be read, is longer than 15,000 characters or nested deeper than 100.
    """
    text = code if within is None else within
    if len(text) > MOST_CHARACTERS:
        raise FormulaError(
            f"this has {len(text):,} characters, more than {MOST_CHARACTERS:,}",
            fix="Split it: a formula field can hold a part.",
        )
    try:
        return _tree(code)
    except _Misread as error:
        raise FormulaError(error.what, text=text, at=error.at, fix=error.fix) from None
    except UnexpectedInput as error:
        what, at, fix = _why(code, cast("Any", error))  # lark leaves its errors' parts without types
        raise FormulaError(what, text=text, at=at, fix=fix) from None


def lexed(code: str) -> tuple[list[Token], str]:
    """Give a formula's words as far as it can be read, and the rest of it: nothing, where all of it can."""
    found = list[Token]()
    try:
        found.extend(_parser().lex(code))
    except UnexpectedInput as error:
        return found, code[cast("Any", error).pos_in_stream :]
    return found, ""


def ends_value(word: Token) -> bool:
    """Whether a word ends a value: behind it stands an operator, and no other value."""
    return word.type in _OPERANDS


@lru_cache(maxsize=1000)  # a workspace's formulas: in its files, in what was published of them, in every version
def _tree(code: str) -> Node:
    return _parser().parse(code)


class _Misread(Exception):  # noqa: N818 - carries a finding out of lark's callbacks, never to a user
    def __init__(self, what: str, at: int, fix: str = "") -> None:
        super().__init__(what)
        self.what, self.at, self.fix = what, at, fix


class _Builder(Transformer[Token, Any]):
    """Builds the tree bottom-up while the text is read, so that no depth of brackets can exhaust the stack."""

    def start(self, parts: list[Node]) -> Node:
        return parts[0]

    def number(self, parts: list[Token]) -> Literal:
        token = parts[0]
        if len(token) > MOST_DIGITS:
            raise _Misread(f"this number has more than {MOST_DIGITS} digits", _at(token))
        return Literal(Decimal(token), Type.NUMBER, _at(token))

    def text(self, parts: list[Token]) -> Literal:
        token = parts[0]
        plain = _ESCAPED.sub(lambda found: _unescaped(found, token), token[1:-1])
        return Literal(plain, Type.TEXT, _at(token))

    def name(self, parts: list[Token]) -> Node:
        token = parts[0]
        constant = _CONSTANTS.get(token.upper())
        return Literal(*constant, _at(token)) if constant else Name(str(token), _at(token))

    def call(self, parts: list[Any]) -> Call:
        name, *args = parts
        return _call(name.upper(), args, _at(name))

    def prefix(self, parts: tuple[Token, Node]) -> Node:
        sign, operand = parts
        if sign == "&":
            raise _Misread(f"a value is missing before {sign}", _at(sign))
        if sign == "+":
            return operand
        return _call("-" if sign == "-" else "NOT", [operand], _at(sign))

    def infix(self, parts: tuple[Node, Token, Node]) -> Call:
        left, sign, right = parts
        return _call(_SPELT.get(sign, str(sign)), [left, right], _at(sign))

    def both(self, parts: list[Node]) -> Call:
        return _call("AND", parts, parts[0].at)

    def either(self, parts: list[Node]) -> Call:
        return _call("OR", parts, parts[0].at)


def _call(name: str, args: Sequence[Node], at: int) -> Call:
    depth = 1 + max((arg.depth for arg in args), default=0)
    if depth > MOST_DEPTH:
        raise _Misread(f"this is nested more than {MOST_DEPTH} deep", at, "Move a part into a formula field.")
    return Call(name, tuple(args), at, depth)


def _at(token: Token) -> int:
    return token.start_pos or 0


def _unescaped(found: re.Match[str], token: Token) -> str:
    letter = found[1]
    plain = _ESCAPES.get(letter) or _ESCAPES.get(letter.lower() if letter in "NRT" else "")
    if plain is None:
        at = _at(token) + 1 + found.start()
        raise _Misread(f"\\{letter} means nothing in a text", at, "Write \\\\ for a backslash.")
    return plain


@cache
def _parser() -> Any:
    grammar = Path(__file__).with_name("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", transformer=_Builder(), maybe_placeholders=False)


# --- words for what cannot be read ---------------------------------------------------------------

_OPERANDS = frozenset({"NUMBER", "TEXT", "NAME", "RPAR"})
_QUOTES = {
    "\N{LEFT DOUBLE QUOTATION MARK}",
    "\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{LEFT SINGLE QUOTATION MARK}",
    "\N{RIGHT SINGLE QUOTATION MARK}",
}
_STRANGE = {
    "|": "Write || for or.",
    "{": "Write the name alone, without {! and }.",
    "[": "Write a parent's field as Account.Name.",
    "%": "Write 20% as 0.2.",
    ";": "Take it away: a formula ends where it ends.",
}


def _why(code: str, error: Any) -> tuple[str, int, str]:
    """Give what is wrong, where, and the fix."""
    token: Token | None = getattr(error, "token", None)
    if token is None:
        return _of_character(code, error.pos_in_stream)
    if token.type != "$END":
        before: list[Token] = list(_parser().lex(code[: _at(token)]))
        return _of_token(token, before[-1] if before else None)
    tokens: list[Token] = list(_parser().lex(code))
    if not tokens:
        return "the formula is empty", len(code), "Write a condition, such as Amount > 50000."
    return _of_end(tokens)


def _of_character(code: str, at: int) -> tuple[str, int, str]:
    char = code[at]
    if char in "\"'":
        return "this text is not closed", at, f"Add the closing {char} on the same line."
    if code.startswith("/*", at):
        return "this comment is not closed", at, "Add the closing */."
    if char in _QUOTES:
        return f"{char} is a typographic quote", at, 'Write texts between straight quotes: "Proposal".'
    shown = char if char.isprintable() else ascii(char)
    return f"{shown} means nothing in a formula", at, _STRANGE.get(char, "")


def _of_end(tokens: list[Token]) -> tuple[str, int, str]:
    opened = list[Token]()
    for token in tokens:
        if token.type == "LPAR":
            opened.append(token)
        elif token.type == "RPAR":
            opened.pop()
    last = tokens[-1]
    if last.type not in _OPERANDS and last.type != "LPAR":
        return f"a value is missing after {last}", _at(last), ""
    return "this bracket is not closed", _at(opened[-1]), "Add the closing )."


def _of_token(token: Token, before: Token | None) -> tuple[str, int, str]:
    at = _at(token)
    if before is not None and token.type == "ORDER" and before == "=":
        return f"={token} is no operator", _at(before), f"Write {token}=."
    if before is None or before.type not in _OPERANDS:
        return f"a value is missing before {token}", at, ""
    if token.type == "RPAR":
        return "this bracket closes nothing", at, "Take it away, or open one before."
    if token.type == "COMMA":
        return "this comma stands outside a function", at, "Only a function's values are parted by commas."
    return f"an operator or a comma is missing before {token}", at, "Two values cannot stand side by side."
