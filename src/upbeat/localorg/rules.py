"""Validation rules: formulas that refuse a save where they are true, as an admin writes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from upbeat import formula as language
from upbeat.formula import Formula, FormulaError, Scope, Type
from upbeat.localorg.drafts import Draft
from upbeat.localorg.formulas import GLOBALS, asks_user, globals_of, paths_of
from upbeat.localorg.lookups import Tree
from upbeat.localorg.problems import OrgError, Problem
from upbeat.schema import Object, Schema

Record = Mapping[str, Any]

_CODE: Final = "FIELD_CUSTOM_VALIDATION_EXCEPTION"


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """A rule of one object. `formula` is true where the save is to be refused with `message`, shown at `field`."""

    object: str
    name: str
    formula: str
    message: str
    field: str = ""
    active: bool = True
    description: str = ""


class Rules:
    """The active rules of one object, compiled. Raises OrgError where a rule cannot be read."""

    def __init__(self, rules: Iterable[ValidationRule], owner: Object, schema: Schema, time_zone: str) -> None:
        """Compile the rules against the schema."""
        scope = Scope(schema, owner.name, GLOBALS, time_zone=time_zone)
        self._owner = owner
        self._compiled = [(rule, _compile(rule, scope)) for rule in rules if rule.active]

    def __bool__(self) -> bool:
        """Whether there is a rule."""
        return bool(self._compiled)

    @cached_property
    def reads(self) -> Tree:
        """What the rules read of a record and its parents."""
        return Tree.of(path for _, formula in self._compiled for path in paths_of(formula, self._owner))

    @cached_property
    def reads_prior(self) -> Tree:
        """What they read of the record as it was."""
        return Tree.of(path for _, formula in self._compiled for path in formula.prior)

    @cached_property
    def asks_user(self) -> bool:
        """Whether a rule asks who saves."""
        return any(asks_user(formula) for _, formula in self._compiled)

    def check(self, draft: Draft, record: Record, prior: Record, user: Record) -> list[Problem]:
        """Give a problem for each rule that the draft breaks.

        `record` holds what `reads` names, `prior` what `reads_prior` names, and `user` the globals about who saves.
        """
        found: list[Problem] = []
        known, before = globals_of(record, user), None if draft.created else prior
        for rule, formula in self._compiled:
            try:
                broken = formula.evaluate(record, before, known, now=draft.now, new=draft.created)
            except FormulaError as error:
                found.append(Problem(_CODE, f"The rule {rule.name} could not be evaluated: {error.what}"))
            else:
                if broken:
                    found.append(Problem(_CODE, rule.message, (rule.field,) if rule.field else ()))
        return found


def _compile(rule: ValidationRule, scope: Scope) -> Formula:
    try:
        formula = language.compile(rule.formula, scope)
    except FormulaError as error:
        raise OrgError(f"validation rule {rule.name}: {error}", where=rule.object) from error
    if formula.type is not Type.BOOLEAN:
        raise OrgError(
            f"validation rule {rule.name} gives {formula.type.value}, not true or false",
            where=rule.object,
            fix="Compare the value with what it must not be.",
        )
    return formula
