"""Texts with merge fields: `Quiet for {!$Signal.Days} days`. Inside `{!...}` stands any formula."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upbeat.formula.errors import FormulaError
from upbeat.formula.formula import Formula, compiled
from upbeat.formula.types import Scope, Type
from upbeat.formula.values import Value, plain
from upbeat.schema import Field

_INSIDE = re.compile(r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\}|.""", re.DOTALL)


@dataclass(frozen=True)
class Text:
    """A text compiled: plain parts and formulas in their order. Make one with `compile_text`."""

    text: str
    parts: tuple[str | Formula, ...]

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The formulas in the text."""
        return tuple(part for part in self.parts if isinstance(part, Formula))

    @property
    def type(self) -> Type:
        """The type of what is rendered: of the formula where the text is exactly one, else text."""
        only = self.parts[0] if len(self.parts) == 1 else ""
        return only.type if isinstance(only, Formula) else Type.TEXT

    @property
    def fields(self) -> frozenset[str]:
        """The dotted paths read from the record."""
        return frozenset[str]().union(*(formula.fields for formula in self.formulas))

    @property
    def prior(self) -> frozenset[str]:
        """The fields whose value before the change is asked."""
        return frozenset[str]().union(*(formula.prior for formula in self.formulas))

    @property
    def globals(self) -> frozenset[str]:
        """The globals read."""
        return frozenset[str]().union(*(formula.globals for formula in self.formulas))

    def render(
        self,
        record: Mapping[str, Any],
        prior: Mapping[str, Any] | None = None,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - Salesforce's own word
        *,
        now: datetime,
        new: bool = False,
    ) -> Value:
        """Give the text with its formulas' values in it; exactly one `{!...}` gives that formula's value as it is.

        Values are written as TEXT() writes them, blanks as nothing. Raises as `Formula.evaluate` does.
        """
        values = [
            part.evaluate(record, prior, globals, now=now, new=new) if isinstance(part, Formula) else part
            for part in self.parts
        ]
        return values[0] if len(values) == 1 else "".join(plain(value) for value in values)


def compile_text(text: str, scope: Scope, into: Field | None = None) -> Text:
    """Read a text with merge fields. Raises FormulaError, placed in the text, where one does not hold.

    `into` is the field that the text is for, as in `compile`.
    """
    alone = into if text.startswith("{!") and _end(text, 0) == len(text) - 1 else None
    parts, here = list[str | Formula](), 0
    while (start := text.find("{!", here)) >= 0:
        end = _end(text, start)
        blanked = re.sub(r"[^\n]", " ", text[: start + 2])  # a formula's places are those of the whole text
        parts += [text[here:start], compiled(blanked + text[start + 2 : end], scope, text, alone)]
        here = end + 1
    parts.append(text[here:])
    return Text(text, tuple(part for part in parts if part != "") or ("",))


def formulas_in(text: str) -> Iterator[tuple[int, int]]:
    """Give where each formula of a text begins and ends; the last one, where it is not closed, ends with the text."""
    here = 0
    while (start := text.find("{!", here)) >= 0:
        try:
            here = _end(text, start)
        except FormulaError:
            here = len(text)
        yield start + 2, here


def _end(text: str, start: int) -> int:
    for found in _INSIDE.finditer(text, start + 2):
        if found[0] == "}":
            return found.start()
    raise FormulaError("this merge field is not closed", text=text, at=start, fix="Add the closing }.")
