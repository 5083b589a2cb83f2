"""Formulas while somebody writes them: checked, and completed, by the parser that they will run by."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import ConfigDict, Field

from upbeat.console.area import Area, Body
from upbeat.console.asked import Asked
from upbeat.console.permissions import Permission
from upbeat.formula import Offer, Type
from upbeat.operations import CheckedFormula, FormulaPlace, Writes, check_formula, complete_formula

area = Area("formulas")
_LONGEST = 20_000  # characters: more than the language takes


class Written(Body):
    """A formula as it stands, and where: `known` are globals such as `$Threshold.deal_size` with their types."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)

    text: Annotated[str, Field(max_length=_LONGEST)] = ""
    object: str
    writes: Writes = Writes.CONDITION
    known: Mapping[str, Type] = {}
    wants: Type | None = None

    @property
    def place(self) -> FormulaPlace:
        """Where it stands."""
        return FormulaPlace(self.object, self.writes, self.known, self.wants)


class Begun(Written):
    """A formula with the place in it that is being written at, in characters."""

    at: Annotated[int, Field(ge=0)]


@area.action("/formula/check", needs=Permission.BUILD, back="/workflows")
def check(asked: Asked, body: Written) -> CheckedFormula:
    """Say what is wrong with a formula, and what each of its words is."""
    return check_formula(asked.house, body.text, body.place)


@area.action("/formula/complete", needs=Permission.BUILD, back="/workflows")
def complete(asked: Asked, body: Begun) -> Offer:
    """Offer what may come next in a formula."""
    return complete_formula(asked.house, body.text, min(body.at, len(body.text)), body.place)
