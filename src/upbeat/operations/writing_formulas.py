"""A formula while somebody writes it: what is wrong with it, what each of its words is, and what may come next.

All of it is said by the parser, the types and the functions that it will run by, over the org's own schema.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from weakref import WeakKeyDictionary

from upbeat import formula
from upbeat.engine import Versions
from upbeat.formula import Formula, FormulaError, Mark, Offer, Option, Scope, Text, Type
from upbeat.operations.describing import grown, in_org
from upbeat.operations.house import House, Refused
from upbeat.schema import Object, Schema
from upbeat.timeline import SIGNALS, formulas_of, globals_of
from upbeat.workflows import no_condition, not_given


class Writes(StrEnum):
    """What is being written."""

    CONDITION = "condition"  # a formula that is true or false
    VALUE = "value"  # a formula that gives a value
    TEXT = "text"  # a text with merge fields


@dataclass(frozen=True, slots=True)
class FormulaPlace:
    """Where a formula stands: on which object, as what, and what it may name beside the record.

    `known` holds globals such as `$Threshold.deal_size` with the type of each. `wants` is the type that a value is to
    have, None for any.
    """

    object: str
    writes: Writes = Writes.CONDITION
    known: Mapping[str, Type] = field(default_factory=dict[str, Type])
    wants: Type | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, with the characters that it is about and the fix."""

    what: str
    fix: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A formula as it stands: what is wrong, if anything; else its type, itself in one form, and what it reads."""

    wrong: Wrong | None
    type: Type | None
    canonical: str
    fields: tuple[str, ...]
    marks: tuple[Mark, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.wrong is None


def check_formula(house: House, text: str, place: FormulaPlace) -> Checked:
    """Check a formula as it stands. Raises Refused where the org has no such object; SalesforceError."""
    spans = list(formula.formulas_in(text)) if place.writes is Writes.TEXT else [(0, len(text))]
    scope = _scope(house, [text[start:end] for start, end in spans], place)
    marks = tuple(
        _told(replace(one, start=one.start + start, end=one.end + start))
        for start, end in spans
        for one in formula.marks(text[start:end], scope)
    )
    try:
        found = formula.compile_text(text, scope) if place.writes is Writes.TEXT else formula.compile(text, scope)
    except FormulaError as error:
        return Checked(_at(error, text, marks), None, "", (), marks)
    if wrong := not_given(found, scope) or _misfit(found, place):
        return Checked(Wrong(*wrong, 0, len(text)), found.type, "", (), marks)
    canonical = found.canonical if isinstance(found, Formula) else ""
    return Checked(None, found.type, canonical, tuple(sorted(found.fields)), marks)


def complete_formula(house: House, text: str, at: int, place: FormulaPlace) -> Offer:
    """Offer what may stand at a character of a formula. Raises Refused where the org has no such object."""
    start, end = 0, len(text)
    if place.writes is Writes.TEXT:
        span = next(((one, other) for one, other in formula.formulas_in(text) if one <= at <= other), None)
        if span is None:
            return Offer(at, at)
        start, end = span
    scope = _scope(house, [text[start:end]], place)
    wants = Type.BOOLEAN if place.writes is Writes.CONDITION else place.wants
    found = formula.complete(text[start:end], at - start, scope, wants)
    options = tuple(_with_words(one) for one in found.options)
    return Offer(found.start + start, found.end + start, options)


def _scope(house: House, codes: Iterable[str], place: FormulaPlace) -> Scope:
    """Give what formulas may name where they stand."""
    schema = _schema(house, codes, place.object)
    if not schema.has(place.object):
        raise Refused(f"the org has no object {place.object}", fix="Name one by its API name, such as Opportunity.")
    target = schema.object(place.object).name
    signals = SIGNALS.values()
    known = {**place.known, **globals_of(signals, target)}
    return Scope(schema, target, known, formulas_of(signals, target, schema), str(house.get_zone()))


@dataclass(slots=True)
class _Grown:
    """A catalogue with what formulas led to since, and the names that lead nowhere: each is asked for once."""

    base: Schema
    schema: Schema
    nowhere: set[str] = field(default_factory=set[str])


_GROWN: WeakKeyDictionary[Versions, _Grown] = WeakKeyDictionary()
"""By house, as long as its catalogue stands."""


def _schema(house: House, codes: Iterable[str], target: str) -> Schema:
    """Give the org's catalogue, with the objects that half-written formulas lead to."""
    versions = house.versions
    base = versions.catalogue.schema
    held = _GROWN.get(versions)
    if held is None or held.base is not base:
        held = _GROWN[versions] = _Grown(base, base)
    nowhere = held.nowhere

    def find(name: str) -> Object | None:
        found = in_org(house.get_reader())(name)
        if found is None:
            nowhere.add(name)
        return found

    for code in codes:
        held.schema = grown(
            held.schema, lambda known, code=code: formula.lacking_so_far(code, target, known) - nowhere, find
        )
    return held.schema


def _misfit(found: Formula | Text, place: FormulaPlace) -> tuple[str, str] | None:
    if place.writes is Writes.CONDITION and isinstance(found, Formula):
        return no_condition(found)
    if place.wants is None or found.type in {place.wants, Type.NULL}:
        return None
    return f"this gives a {found.type}, and a {place.wants} is needed", "Write another one."


def _at(error: FormulaError, text: str, marks: tuple[Mark, ...]) -> Wrong:
    """Give an error with the word that it is about, else the character."""
    end = next((one.end for one in marks if one.start == error.at), min(error.at + 1, len(text)))
    return Wrong(error.what, error.fix, error.at, max(end, error.at))


def _told(mark: Mark) -> Mark:
    """Say of a signal what it is."""
    does = _does(mark.title)
    return replace(mark, about=f"{does}\n{mark.about}") if does else mark


def _with_words(one: Option) -> Option:
    does = _does(one.text)
    return replace(one, label=does) if does else one


def _does(name: str) -> str:
    found = SIGNALS.get(name.removeprefix("$Signal.")) if name.startswith("$Signal.") else None
    return found.does if found is not None else ""
