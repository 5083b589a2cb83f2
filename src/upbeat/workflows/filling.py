"""What a source of facts fills in: which fact goes into which field, checked by type and by the org's own words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from upbeat.base import nearest
from upbeat.base.files import Path
from upbeat.formula import Text, Type
from upbeat.schema import Field, Object, SchemaError
from upbeat.workflows.fits import type_misfit
from upbeat.workflows.provider import Given, Provider
from upbeat.workflows.texts import Texts


@dataclass(frozen=True, slots=True)
class Fill:
    """One field, and the fact that it takes: its name, and how the source gives it."""

    field: Field
    fact: str
    given: Given


def compile_fills(
    texts: Texts, path: Path, written: Mapping[str, Any], target: Object, provider: Provider
) -> Mapping[str, Fill]:
    """Give what each field takes, by the field's name as the org spells it; what is wrong is kept in `texts`."""
    types, found = provider.types(), dict[str, Fill]()
    for name, fact in written.items():
        place = (*path, name)
        try:
            field = target.field(name)
        except SchemaError as error:
            texts.refuse(place, error.what, error.fix)
            continue
        if fact not in provider.gives:
            close = nearest(str(fact), provider.gives)
            fix = f"Did you mean {close}?" if close else f"It gives {', '.join(provider.gives)}."
            texts.refuse(place, f"{provider.provider} gives no {fact}", fix)
        elif field.reference_to or not field.updateable:
            texts.refuse(place, f"{field.name} cannot be filled in from a source", "Name a field that holds a value.")
        elif field.name in found:
            texts.refuse(place, f"{field.name} is filled twice", "Keep one: case does not tell names apart.")
        else:
            fill = found[field.name] = Fill(field, fact, provider.gives[fact])
            _fits(texts, place, fill, types[fact], provider)
    return found


def check_keys(texts: Texts, path: Path, asked: Mapping[str, Any], provider: Provider) -> None:
    """Keep what is wrong with what a source is asked with."""
    for name, value in asked.items():
        if name not in provider.takes:
            fix = f"It takes {', '.join(provider.takes)}."
            texts.refuse((*path, name), f"{provider.provider} is not asked with {name}", fix)
        check_own(texts, (*path, name), value)


def check_own(texts: Texts, path: Path, value: Any) -> None:
    """Keep what in a text that leaves the machine is not the record's own, and so is not declared."""
    known = value.globals if isinstance(value, Text) else ()
    beyond = sorted(one for one in known if not one.startswith("$Threshold."))
    if beyond:
        what = f"{beyond[0]} may hold anything of the record, and what leaves the machine is declared by its fields"
        texts.refuse(path, what, "Ask with fields of the record itself.")


def _fits(texts: Texts, path: Path, fill: Fill, kind: Type, provider: Provider) -> None:
    """Keep why a field could never take the fact."""
    field, words = fill.field, fill.given.values
    wrong = type_misfit(kind, field)
    if wrong:
        fix = f"Write 'type:' beside gives.{fill.fact} in enrichment/{provider.provider}.yaml, or fill another field."
        texts.refuse(path, wrong[0], fix)
    strange = [one for one in words.values() if field.picklist and one not in listed(field)]
    if strange:
        close = nearest(strange[0], listed(field))
        fix = f"Did you mean {close}?" if close else f"One of {', '.join(listed(field))}."
        what = f"enrichment/{provider.provider}.yaml makes {strange[0]} of a word, and {field.name} has no such value"
        texts.refuse(path, what, fix)


def listed(field: Field) -> tuple[str, ...]:
    """Give the values that a picklist offers."""
    return tuple(one.value for one in field.picklist if one.active)


def filled(*several: Iterable[str] | None) -> frozenset[str]:
    """Give the names of the fields that arguments write, those left out among them."""
    return frozenset(name for one in several for name in one or ())
