"""The words of a formula, each with what it is: what an editor colours, and says where somebody points at one."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from lark import Token

from upbeat.formula.complete import written
from upbeat.formula.fit import Unfit
from upbeat.formula.functions import TABLE
from upbeat.formula.names import FORMULAS, find
from upbeat.formula.syntax import lexed
from upbeat.formula.tree import Field, Name
from upbeat.formula.types import Scope
from upbeat.schema import FieldType

_CONSTANTS = frozenset({"TRUE", "FALSE", "NULL"})


class Word(StrEnum):
    """What a word is."""

    FIELD = "field"
    GLOBAL = "global"
    FUNCTION = "function"
    NUMBER = "number"
    TEXT = "text"
    CONSTANT = "constant"
    OPERATOR = "operator"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mark:
    """One word from `start` to `end`: what a person calls it, and what there is to say of it."""

    start: int
    end: int
    kind: Word
    title: str = ""
    about: str = ""


def marks(code: str, scope: Scope) -> tuple[Mark, ...]:
    """Give the words of a formula as far as it can be read, brackets and commas left out."""
    words, _ = lexed(code)
    return tuple(_marked(words, scope))


def _marked(words: list[Token], scope: Scope) -> Iterator[Mark]:
    unknown = 0
    for word, following in zip_longest(words, words[1:]):
        start = word.start_pos or 0
        end = start + len(word)
        match word.type:
            case "NAME" | "NOT" if following is not None and following.type == "LPAR":
                yield _of_function(str(word).upper(), start, end)
            case "NAME" if word.upper() in _CONSTANTS:
                yield Mark(start, end, Word.CONSTANT)
            case "NAME" if unknown < _UNKNOWN:
                yield (mark := _of_name(str(word), start, end, scope))
                unknown += mark.kind is Word.UNKNOWN
            case "NAME":
                pass
            case "NUMBER":
                yield Mark(start, end, Word.NUMBER)
            case "TEXT":
                yield Mark(start, end, Word.TEXT)
            case "LPAR" | "RPAR" | "COMMA":
                pass
            case _:
                yield Mark(start, end, Word.OPERATOR)


def _of_function(name: str, start: int, end: int) -> Mark:
    rows = TABLE.get(name, ())
    if not rows:
        return Mark(start, end, Word.UNKNOWN)
    return Mark(start, end, Word.FUNCTION, "\n".join(map(written, rows)), f"{rows[0].does}.")


def _of_name(path: str, start: int, end: int, scope: Scope) -> Mark:
    formulas = {name.casefold(): text for name, text in {**FORMULAS, **scope.formulas}.items()}
    if path.casefold() in formulas:
        return Mark(start, end, Word.GLOBAL, path, f"Stands for {formulas[path.casefold()]}")
    try:
        found = find(scope, Name(path))
    except Unfit as error:
        return Mark(start, end, Word.UNKNOWN, error.what, error.fix)
    if isinstance(found, Field):
        return _of_field(found, start, end, scope)
    return Mark(start, end, Word.GLOBAL, found.path, str(found.type))


def _of_field(found: Field, start: int, end: int, scope: Scope) -> Mark:
    """Say a field's label, its type, its API name with its object's, and what a picklist offers."""
    owner, field = scope.schema.along(scope.object, found.path)[-1]
    kind = field.type if field.type in {FieldType.CURRENCY, FieldType.PERCENT} else found.type
    about = [f"{kind}, {owner}.{field.name}"]
    if found.of_prior:
        about.append("as it was before the change")
    if values := [one.value for one in field.picklist if one.active]:
        about.append(", ".join(values[:_SHOWN]) + (", …" if len(values) > _SHOWN else ""))
    return Mark(start, end, Word.FIELD, field.label or field.name, "\n".join(about))


_UNKNOWN = 20  # names that lead nowhere, each looked for among all that are like it: of more nobody asks which
_SHOWN = 12  # values of a picklist
