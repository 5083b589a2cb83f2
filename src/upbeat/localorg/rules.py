"""Validation rules: formulas that refuse a save where they are true, as an admin writes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from upbeat import formula as language
from upbeat.formula import Formula, FormulaError, Scope, Type
from upbeat.localorg.drafts import Draft
from upbeat.localorg.problems import OrgError, Problem
from upbeat.localorg.storage import Row
from upbeat.localorg.values import exact
from upbeat.schema import Object, Schema

_CODE: Final = "FIELD_CUSTOM_VALIDATION_EXCEPTION"
GLOBALS: Final = {
    "$User.Id": Type.ID,
    "$User.Username": Type.TEXT,
    "$User.Email": Type.TEXT,
    "$User.ProfileId": Type.ID,
    "$User.UserRoleId": Type.ID,
    "$Profile.Name": Type.TEXT,
}
"""What a rule may ask of whoever saves."""


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """A rule of one object. `formula` is true where the save is to be refused with `message`, shown at `field`."""

    object: str
    name: str
    formula: str
    message: str
    field: str = ""
    active: bool = True


class Rules:
    """The active rules of one object, compiled. Raises OrgError where a rule cannot be read."""

    def __init__(self, rules: Iterable[ValidationRule], owner: Object, schema: Schema, time_zone: str) -> None:
        """Compile the rules against the schema."""
        self.owner = owner
        self._schema = schema
        scope = Scope(schema, owner.name, GLOBALS, time_zone=time_zone)
        self._compiled = [(rule, _compile(rule, scope)) for rule in rules if rule.active]

    @cached_property
    def parents(self) -> dict[str, set[str]]:
        """The relationship paths that the rules look along, each with the fields read at its end."""
        found: dict[str, set[str]] = {}
        for _, formula in self._compiled:
            for path in formula.fields | formula.prior:
                relationship, _, name = path.rpartition(".")
                if relationship:
                    found.setdefault(relationship, set()).add(name)
        return found

    @cached_property
    def asks_user(self) -> bool:
        """Whether a rule asks who saves."""
        return any(formula.globals for _, formula in self._compiled)

    @cached_property
    def _own(self) -> list[str]:
        paths = {path for _, formula in self._compiled for path in formula.fields | formula.prior}
        return sorted(path for path in paths if "." not in path)

    def check(self, draft: Draft, parents: Mapping[str, Any], user: Mapping[str, Any]) -> list[Problem]:
        """Give a problem for each rule that the draft breaks.

        `parents` holds the nested records of the paths that `parents` names; `user` the globals about who saves.
        """
        if not self._compiled:
            return []
        record = {**self._read(draft.new), **parents}
        prior = None if draft.created else self._read(draft.old)
        found: list[Problem] = []
        for rule, formula in self._compiled:
            try:
                broken = formula.evaluate(record, prior, user, now=draft.now, new=draft.created)
            except FormulaError as error:
                found.append(Problem(_CODE, f"The rule {rule.name} could not be evaluated: {error.what}"))
            else:
                if broken:
                    found.append(Problem(_CODE, rule.message, (rule.field,) if rule.field else ()))
        return found

    def _read(self, row: Row) -> dict[str, Any]:
        fields = self.owner.fields
        return {name: exact(fields[name], row.get(name)) for name in self._own}


def _compile(rule: ValidationRule, scope: Scope) -> Formula:
    try:
        formula = language.compile(rule.formula, scope)
    except FormulaError as error:
        raise OrgError(f"validation rule {rule.name}: {error}", where=rule.object) from None
    if formula.type is not Type.BOOLEAN:
        raise OrgError(
            f"validation rule {rule.name} gives {formula.type.value}, not true or false",
            where=rule.object,
            fix="Compare the value with what it must not be.",
        )
    return formula
