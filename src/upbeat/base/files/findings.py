"""Pydantic's findings in the words of the file's reader, each at its line."""

import re
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from upbeat.base.errors import nearest
from upbeat.base.files.model import FORMS, FileModel
from upbeat.base.files.problem import DefinitionError, Problem
from upbeat.base.files.source import Path, Source, read

M = TypeVar("M", bound=FileModel)

_WORDS = {
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "dict_type": "must hold names with values",
    "model_type": "must hold names with values",
    "tuple_type": "must be a list",
    "string_too_short": "is empty",
    "string_too_long": "holds at most {max_length} characters",
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "too_short": "needs at least {min_length}",
    "too_long": "takes at most {max_length}",
}


def parse(model: type[M], file: str, raw: bytes) -> M:
    """Read one file as a definition of that kind. Raises DefinitionError with every problem in it."""
    return build(model, *read(file, raw, next(iter(model.model_fields))))


def build(model: type[M], values: Any, source: Source) -> M:
    """Make a definition of a file's values. Raises DefinitionError with every problem in them."""
    try:
        made = model.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False)
        findings = dict.fromkeys(_problem(one, model, source) for one in found if not _follows(one, found))
        raise DefinitionError(sorted(findings, key=lambda one: one.place.line)) from error
    made.read_from(source)
    return made


def _follows(error: ErrorDetails, others: list[ErrorDetails]) -> bool:
    """Whether a list is called too short only because an entry of it is wrong."""
    loc = error["loc"]
    return error["type"] == "too_short" and any(one["loc"][: len(loc)] == loc and one is not error for one in others)


def _problem(error: ErrorDetails, model: type[BaseModel], source: Source) -> Problem:
    path: Path = tuple(part for part in error["loc"] if part != "[key]")
    name = (
        "a name"
        if error["loc"][-1:] == ("[key]",)
        else next((one for one in reversed(path) if isinstance(one, str)), "the file")
    )
    context: dict[str, Any] = error.get("ctx", {})
    if error["type"] == "refused":
        return Problem(source.place(*path), context["what"], context["fix"])
    return Problem(source.place(*path), *_words(error, name, context, _names(model, path[:-1])))


def _words(error: ErrorDetails, name: str, context: dict[str, Any], known: list[str]) -> tuple[str, str]:
    """Give what is wrong, and what to do about it."""
    given = error["input"]
    match error["type"]:
        case "missing":
            return f"{name} is missing", f"Add '{name}:'."
        case "extra_forbidden":
            close = nearest(name, known)
            return f"{name} does not belong here", f"Did you mean {close}?" if close else f"Known: {', '.join(known)}."
        case "string_type":
            return f"{name} must be a text", "Put it in quotes." if isinstance(given, bool | int) else ""
        case "literal_error" | "enum":
            allowed = re.findall(r"'([^']*)'", str(context["expected"]))
            close = nearest(str(given), allowed)
            return f"{name} cannot be {given!s}", f"Did you mean {close}?" if close else f"Write {' | '.join(allowed)}."
        case "string_pattern_mismatch":
            return f"{name} cannot be {given or 'empty'}", FORMS[str(context["pattern"])]
        case kind:
            return f"{name} {_WORDS[kind].format(**context) if kind in _WORDS else error['msg']}", ""


def _names(model: type[BaseModel], path: Path) -> list[str]:
    """Give the names that belong at a path: those of the model that the annotations lead to."""
    here = model
    for part in path:
        if part in here.model_fields:
            here = _model_in(here.model_fields[str(part)].annotation) or here
    return list(here.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one))), None)
