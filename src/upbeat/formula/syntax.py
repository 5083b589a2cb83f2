"""Text to tree: the lexer and the grammar of `grammar.lark`, and words for what cannot be read."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from upbeat.formula.errors import FormulaError
from upbeat.formula.tree import Call, Literal, Name, Node
from upbeat.formula.types import Type

MOST_CHARACTERS = 15_000  # three times what Salesforce compiles of one formula (5,000)
MOST_DEPTH = 100  # functions within functions, operators within operators
MOST_DIGITS = 39  # the digits that Salesforce calculates with

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
        tree: Any = _parser().parse(code)
    except _Misread as error:
        raise FormulaError(error.what, text=text, at=error.at, fix=error.fix) from None
    except UnexpectedInput as error:
        what, at, fix = _why(code, error)
        raise FormulaError(what, text=text, at=at, fix=fix) from None
    return tree


class _Misread(Exception):  # noqa: N818 - carries a finding out of lark's callbacks, never to a user
    def __init__(self, what: str, at: int, fix: str = "") -> None:
        super().__init__(what)
        self.what, self.at, self.fix = what, at, fix


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    """Builds the tree bottom-up while the text is read, so that no depth of brackets can exhaust the stack."""

    def start(self, node: Node) -> Node:
        return node

    def number(self, token: Token) -> Literal:
        if len(token) > MOST_DIGITS:
            raise _Misread(f"this number has more than {MOST_DIGITS} digits", _at(token))
        return Literal(Decimal(token), Type.NUMBER, _at(token))

    def text(self, token: Token) -> Literal:
        return Literal(re.sub(r"\\(.)", lambda found: _unescaped(found, token), token[1:-1]), Type.TEXT, _at(token))

    def name(self, token: Token) -> Node:
        if (constant := _CONSTANTS.get(token.upper())) is not None:
            return Literal(*constant, _at(token))
        return Name(str(token), _at(token))

    def call(self, name: Token, *args: Node) -> Call:
        return _call(name.upper(), args, _at(name))

    def prefix(self, operator: Token, operand: Node) -> Node:
        match operator.type, operator:
            case "SUM", "-":
                return _call("-", (operand,), _at(operator))
            case "SUM", "+":
                return operand
            case "SUM", _:
                raise _Misread(f"a value is missing before {operator}", _at(operator))
            case _:
                return _call("NOT", (operand,), _at(operator))

    def infix(self, left: Node, operator: Token, right: Node) -> Call:
        return _call(_SPELT.get(operator, str(operator)), (left, right), _at(operator))

    def both(self, *args: Node) -> Call:
        return _call("AND", args, args[0].at)

    def either(self, *args: Node) -> Call:
        return _call("OR", args, args[0].at)


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
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", transformer=_Builder(), maybe_placeholders=False)


# --- words for what cannot be read ---------------------------------------------------------------


def _why(code: str, error: UnexpectedInput) -> tuple[str, int, str]:
    """Give what is wrong, where, and the fix."""
    if not code.strip():
        return "the formula is empty", 0, "Write a condition, such as Amount > 50000."
    if isinstance(error, UnexpectedCharacters):
        return _of_character(code, error.pos_in_stream or 0)
    token = error.token if isinstance(error, UnexpectedToken) else None
    if token is None or token.type == "$END":
        return _of_end(code)
    return _of_token(code, token)


def _of_character(code: str, at: int) -> tuple[str, int, str]:
    char = code[at]
    if char in "\"'":
        return "this text is not closed", at, f"Add the closing {char} on the same line."
    if char in "“”‘’„":
        return f"{char} is a typographic quote", at, 'Write texts between straight quotes: "Proposal".'
    if code.startswith("/*", at):
        return "this comment is not closed", at, "Add the closing */."
    if char in "|{}[]":
        fixes = {"|": "Write || for or.", "{": "Write the field alone, without {! and }."}
        return f"{char} means nothing here", at, fixes.get(char, "")
    return f"{char!r} means nothing in a formula", at, ""


def _of_end(code: str) -> tuple[str, int, str]:
    opened = list[Token]()
    last: Token | None = None
    for token in _parser().lex(code):
        if token.type == "LPAR":
            opened.append(token)
        elif token.type == "RPAR" and opened:
            opened.pop()
        last = token
    if last is not None and last.type not in _OPERANDS:
        return f"a value is missing after {last}", _at(last), ""
    if opened:
        return "this bracket is not closed", _at(opened[-1]), "Add the closing )."
    return "the formula breaks off here", len(code.rstrip()), ""


_OPERANDS = {"NUMBER", "TEXT", "NAME", "RPAR", "LPAR"}


def _of_token(code: str, token: Token) -> tuple[str, int, str]:
    at = _at(token)
    before = code[:at].rstrip()
    if token.type == "RPAR":
        if before.endswith((",", "(")) or before[-1:] in _SIGNS:
            return f"a value is missing before {token}", at, ""
        return "this bracket closes nothing", at, "Take it away, or open one before."
    if token.type == "COMMA":
        if before.endswith((",", "(")):
            return "a value is missing before this comma", at, ""
        return "this comma stands outside a function", at, "Only a function's arguments are parted by commas."
    if token.type == "ORDER" and before.endswith("="):
        return f"={token} is no operator", at - 1, f"Write {token}=."
    if token.type in ("EQUALITY", "ORDER", "POWER", "PRODUCT") or token.value in ("||", "&&"):
        return f"a value is missing before {token}", at, ""
    return f"an operator or a comma is missing before {token}", at, "Two values cannot stand side by side."


_SIGNS = frozenset("+-*/^&=<>!|")
