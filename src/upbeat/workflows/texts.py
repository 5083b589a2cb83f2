"""The formulas and texts of one file, compiled against the record they look at; what is wrong is gathered."""

from dataclasses import replace
from typing import Any, TypeVar

from upbeat import formula
from upbeat.base.files import FileModel, Path, Problem
from upbeat.formula import Formula, FormulaError, Scope, Text, Type
from upbeat.schema import Field

F = TypeVar("F", Formula, Text)


def not_given(found: Formula | Text, scope: Scope) -> tuple[str, str] | None:
    """Say what a formula reads that no workflow is given, and the fix; None where there is no such thing."""
    beyond = sorted(found.globals - scope.globals.keys())
    if not beyond:  # else right in an org, where somebody saves; a workflow runs for nobody
        return None
    heads = sorted({one.split(".")[0] for one in (*scope.globals, *scope.formulas)} | {"$Record"})
    return f"a workflow is given no {beyond[0]}", f"It knows {', '.join(heads)}."


def no_condition(found: Formula) -> tuple[str, str] | None:
    """Say why a formula is no condition, and the fix; None where it is one."""
    if found.type is Type.BOOLEAN:
        return None
    return f"the condition is a {found.type}, and must be true or false", "Compare it with something."


class Texts:
    """Compiles, and remembers what was read and what was wrong."""

    def __init__(self, file: FileModel, scope: Scope) -> None:
        """Take the file that the places are in, and what its formulas may name."""
        self.file = file
        self.scope = scope
        self.problems: list[Problem] = []
        self.fields: set[str] = set()  # record paths
        self.prior: set[str] = set()  # those whose value before the change is asked
        self.globals: set[str] = set()  # "$Signal.PushCount"
        self.unknown: set[str] = set()  # globals of a step whose function there is not: "$Step.route."

    def know(self, name: str, kind: Type) -> None:
        """Let the formulas that follow name one more global, such as `$Step.route.owner`."""
        self.scope = replace(self.scope, globals={**self.scope.globals, name: kind})

    def condition(self, path: Path, text: str) -> Formula | None:
        """Compile a formula that must be true or false."""
        if self._leans_on_unknown(text):
            return None
        try:
            found = formula.compile(text, self.scope)
        except FormulaError as error:
            return self._wrong(path, error)
        if wrong := no_condition(found):
            return self.refuse(path, *wrong)
        return self._kept(path, found)

    def value(self, path: Path, text: str, kind: Type) -> Formula | None:
        """Compile a formula that gives a value of a kind; a picklist's value is a text."""
        if kind is Type.BOOLEAN:
            return self.condition(path, text)
        if self._leans_on_unknown(text):
            return None
        try:
            found = formula.compile(text, self.scope)
        except FormulaError as error:
            return self._wrong(path, error)
        if found.type is not kind and (found.type, kind) != (Type.PICKLIST, Type.TEXT):
            return self.refuse(path, f"the formula is a {found.type}, and must be a {kind}", "Write another one.")
        return self._kept(path, found)

    def text(self, path: Path, written: Any, into: Field | None = None) -> Any:
        """Compile a text with merge fields, for a field where one is given; what has none is given back as it is."""
        if not isinstance(written, str) or "{!" not in written:
            return written
        if self._leans_on_unknown(written):
            return None
        try:
            return self._kept(path, formula.compile_text(written, self.scope, into))
        except FormulaError as error:
            return self._wrong(path, error)

    def refuse(self, path: Path, what: str, fix: str = "") -> None:
        """Keep a problem at a value."""
        self.problems.append(Problem(self.file.place(*path), what, fix))

    def _leans_on_unknown(self, text: str) -> bool:
        """Whether a text cannot be right before another problem is mended, and need not be spoken of."""
        return any(one.casefold() in text.casefold() for one in self.unknown)

    def _wrong(self, path: Path, error: FormulaError) -> None:
        place = self.file.source.within(path, error.line, error.column)
        self.problems.append(Problem(place, error.what, error.fix))

    def _kept(self, path: Path, found: F) -> F | None:
        if beyond := not_given(found, self.scope):
            return self.refuse(path, *beyond)
        self.fields |= found.fields | found.prior
        self.prior |= found.prior
        self.globals |= found.globals
        return found
