"""Where what is found in talk is kept: the field of each element of a methodology, and of what else is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from upbeat.base import nearest
from upbeat.base.files import Path
from upbeat.formula import Type
from upbeat.schema import Field, Object, SchemaError
from upbeat.workflows.fits import type_misfit
from upbeat.workflows.methodology import Methodology
from upbeat.workflows.texts import Texts

FOUND: Final[Mapping[str, Type]] = {
    "next_step": Type.TEXT,
    "next_step_owner": Type.TEXT,
    "next_step_due": Type.DATE,
    "sentiment": Type.TEXT,
    "risk": Type.TEXT,
    "objection": Type.TEXT,
    "competitor": Type.TEXT,
    "expansion": Type.TEXT,
}
"""What a conversation gives beside the elements of a methodology: of several the one that was said last."""


_TELLABLE: Final = (Type.TEXT, Type.NUMBER, Type.DATE, Type.BOOLEAN)  # what an answer's words can be read as


@dataclass(frozen=True, slots=True)
class Questions:
    """A methodology with the field that has each answer, as the org spells it."""

    methodology: Methodology
    fields: Mapping[str, Field]


def compile_questions(texts: Texts, path: Path, one: Methodology, target: Object) -> Questions:
    """Give a methodology with its fields of `target`; what is wrong is kept in `texts`."""
    fields = dict[str, Field]()
    if one.object.casefold() != target.name.casefold():
        what = f"the methodology {one.methodology} is about {one.object}, and this is about {target.name}"
        texts.refuse(path, what, f"Use it in a workflow about {one.object}.")
        return Questions(one, fields)
    for name, element in one.elements.items():
        if (field := _writable(texts, path, element.field, target, *_TELLABLE)) is not None:
            fields[name] = field
    return Questions(one, fields)


def compile_findings(texts: Texts, path: Path, written: Mapping[str, Any], target: Object) -> Mapping[str, Field]:
    """Give the field that keeps each thing found, by the name in FOUND; what is wrong is kept in `texts`."""
    fields = dict[str, Field]()
    for name, found in written.items():
        if found not in FOUND:
            close = nearest(str(found), FOUND)
            fix = f"Did you mean {close}?" if close else f"It finds {', '.join(FOUND)}."
            texts.refuse((*path, name), f"nothing called {found} is found in talk", fix)
        elif found in fields:
            texts.refuse((*path, name), f"{found} is kept in two fields", "Keep one of them.")
        elif (field := _writable(texts, (*path, name), name, target, FOUND[found])) is not None:
            fields[found] = field
    return fields


def _writable(texts: Texts, path: Path, name: str, target: Object, *kinds: Type) -> Field | None:
    try:
        field = target.field(name)
    except SchemaError as error:
        return texts.refuse(path, error.what, error.fix)
    if not field.updateable or field.reference_to:
        return texts.refuse(path, f"{field.name} cannot be filled in from talk", "Name a field that holds a value.")
    wrong = [type_misfit(kind, field) for kind in kinds]
    return field if None in wrong else texts.refuse(path, *next(filter(None, wrong)))
