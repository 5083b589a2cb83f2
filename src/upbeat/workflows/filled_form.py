"""What was posted of a form, as the values of the file.

A field whose text nobody changed keeps the value that the file has, and one that is emptied goes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from upbeat.base.files import Plain, number
from upbeat.workflows.catalogue import FunctionSpec
from upbeat.workflows.definition import StepDefinition
from upbeat.workflows.form import KEY, FormField, Takes, Values, form, is_list, is_mapping, step_at

_ROWS = 500  # of one table


def with_form(
    part: str, values: Values, posted: Mapping[str, str], functions: Mapping[str, FunctionSpec]
) -> dict[str, Any]:
    """Give the values with what was posted of a part's form; a name that was not posted stays as it is."""
    fields = form(part, values, functions)
    at = step_at(values, part)
    made = dict(values)
    if at is not None:
        steps: list[Any] = list(values["steps"])
        steps[at] = _with_function(_with_fields(steps[at], fields, posted), steps[at], functions)
        return {**made, "steps": steps}
    return _with_fields(made, fields, posted)


def _with_function(step: dict[str, Any], stood: Values, functions: Mapping[str, FunctionSpec]) -> dict[str, Any]:
    """Leave out the arguments of another function, once a step calls this one."""
    spec = functions.get(str(step.get("use")))
    if spec is None or step.get("use") == stood.get("use"):
        return step
    return {name: one for name, one in step.items() if name in spec.parameters or name in StepDefinition.model_fields}


def _with_fields(values: Values, fields: Sequence[FormField], posted: Mapping[str, str]) -> dict[str, Any]:
    made = dict(values)
    for one in fields:
        if one.takes is Takes.TABLE:
            if f"{one.name}.rows" in posted:
                _put(made, one.name, _read_table(one, _get(values, one.name), posted))
        elif one.takes is not Takes.FIXED and one.name in posted and (text := _clean(posted[one.name])) != one.value:
            _put(made, one.name, _read(one, text))
    return made


def _clean(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n")) if text.strip() else ""


def _get(values: Values, name: str) -> Any:
    first, _, rest = name.partition(".")
    one = values.get(first)
    return one if not rest else _get(one, rest) if is_mapping(one) else None


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    """Put a value where a dotted name says; None takes it away, and what holds nothing any more goes with it."""
    first, _, rest = name.partition(".")
    if rest:
        inner = {**one} if is_mapping(one := values.get(first)) else {}
        _put(inner, rest, value)
        value = inner or None
    if value is None:
        values.pop(first, None)
    else:
        values[first] = value


def _read(field: FormField, text: str) -> Any:
    """Give the value that a text means, None for an empty one; what is no such value stays text, for the check."""
    if not text:
        return None
    match field.takes:
        case Takes.FORMULA:
            return f"{text}\n"
        case Takes.LIST:
            return [Plain(one.strip()) for one in text.split("\n") if one.strip()]
        case Takes.NUMBER | Takes.SCALAR:
            found = number(text)
            truth = {"true": True, "false": False}.get(text.casefold()) if field.takes is Takes.SCALAR else None
            return truth if truth is not None else Plain(text) if found is None else found
        case _:
            return f"{text}\n" if "\n" in text else Plain(text)


def _read_table(field: FormField, value: Any, posted: Mapping[str, str]) -> Any:
    """Give a table's rows as values: a mapping by their names, or a list; None where there is no row."""
    stood = list(value.values()) if is_mapping(value) else value if is_list(value) else []
    number_of = posted[f"{field.name}.rows"]
    rows: list[tuple[str, Any]] = []
    for row in range(min(int(number_of), _ROWS) if number_of.isdecimal() else 0):
        at = f"{field.name}.{row}"
        texts = [_clean(posted.get(f"{at}.{column.name}", "")) for column in field.columns]
        if any(texts) and f"{at}.gone" not in posted:
            rows.append(_row(field, row, texts, stood[row] if row < len(field.rows) else None))
    if not field.keyed:
        return [one for _, one in rows] or None
    found: dict[str, Any] = {}
    for wanted, one in rows:
        name = wanted
        while name in found:  # two rows of one name are both kept: a person says which is meant
            name += "_2"
        found[name] = one
    return found or None


def _row(field: FormField, row: int, texts: Sequence[str], stood: Any) -> tuple[str, Any]:
    """Give one row's name and value; a cell that says what stood there keeps what stood there."""
    several = [one.name for one in field.columns if one.name != KEY] != ["value"]
    made: dict[str, Any] = {**stood} if several and is_mapping(stood) else {} if stood is None else {"value": stood}
    shown = field.rows[row] if row < len(field.rows) else ()
    for index, (column, text) in enumerate(zip(field.columns, texts, strict=True)):
        named = column.name == KEY and field.keyed
        if not named and not (shown and text == shown[index]):
            value = _read(column, text)
            in_quotes = column.takes is Takes.FORMULA and isinstance(value, str) and "\n" not in text
            _put(made, column.name, text if in_quotes else value)
    return texts[0] if field.keyed else "", made if several else made.get("value", "")
