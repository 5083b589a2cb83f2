"""Values for binds as a person types them: texts, each read as the field beside its bind wants it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from upbeat.base import nearest
from upbeat.schema import FieldType, Schema, SchemaError
from upbeat.soql.dates import is_date_literal
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.functions import DAYS, FUNCTIONS, IDS, NUMBERS, TEXTS
from upbeat.soql.layout import stored
from upbeat.soql.literals import read_number
from upbeat.soql.needs import Scope, scopes
from upbeat.soql.tree import Bind, Call, Comparison, DateLiteral, Membership, Operand, Path, Select

_FORMS = {
    FieldType.BOOLEAN: "true or false",
    FieldType.DATE: "2026-01-31, or a date literal as LAST_N_DAYS:30",
    FieldType.DATETIME: "2026-01-31T09:30:00Z, or a date literal as LAST_N_DAYS:30",
    FieldType.TIME: "09:30:00Z",
}


def read_texts(select: Select, schema: Schema, texts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Give the values of binds from texts: one text a value, and several a list.

    A bind is read as the type of the field or function that it is first compared with, after LIMIT and OFFSET as a
    number, else as a text. An empty text is null, and so is `null` where the field holds no text. Raises SoqlError
    for a text that its type does not take, and for a name that is no bind of the query.
    """
    kinds: dict[str, tuple[str, FieldType]] = {}
    names = set[str]()
    for scope in scopes(select, schema):
        names.update(bind.name for bind in scope.nodes(Bind))
        for bind, name, kind in _kinds(scope):
            kinds.setdefault(bind.name, (name, kind))
    found: dict[str, Any] = {}
    for name, values in texts.items():
        if name not in names:
            close = nearest(name, names)
            fix = f"Did you mean {close}?" if close else "Write it into the query where its value goes."
            raise SoqlError(Code.MALFORMED_QUERY, f"there is no :{name} in the query", fix=fix)
        beside, kind = kinds.get(name, ("", FieldType.STRING))
        read = [_read(name, value, beside, kind) for value in values]
        found[name] = read[0] if len(read) == 1 else read
    return found


def _kinds(scope: Scope) -> Iterator[tuple[Bind, str, FieldType]]:
    for one in scope.nodes(Comparison):
        if isinstance(one.value, Bind):
            yield one.value, *_kind(scope, one.operand)
    for one in scope.nodes(Membership):
        values = (one.values,) if isinstance(one.values, Bind) else one.values
        yield from ((value, *_kind(scope, one.operand)) for value in values if isinstance(value, Bind))
    for clause, count in (("LIMIT", scope.select.limit), ("OFFSET", scope.select.offset)):
        if isinstance(count, Bind):
            yield count, clause, FieldType.INT
    for one in scope.nodes(Call):
        yield from ((bind, one.function, FieldType.DOUBLE) for bind in one.arguments if isinstance(bind, Bind))


def _kind(scope: Scope, operand: Operand) -> tuple[str, FieldType]:
    """Give an operand's name and type; what is not known is a text, and the binder's to refuse."""
    match operand:
        case Path(name):
            try:
                found = scope.schema.field(scope.object, ".".join(scope.steps(name)))
            except SchemaError:
                return name, FieldType.STRING
            return found.name, found.type
        case Call(name, arguments):
            row = FUNCTIONS.get(name)
            if row is not None and row.gives is not None:
                return name, row.gives
            inner = next((one for one in arguments if isinstance(one, Path | Call)), None)
            return _kind(scope, inner) if inner is not None else (name, FieldType.STRING)


def _read(bind: str, text: str, beside: str, kind: FieldType) -> Any:
    if kind in TEXTS or kind in IDS:
        return text
    if text.casefold() in {"", "null"}:
        return None
    try:
        return _typed(text, kind)
    except (ValueError, ArithmeticError):
        form = "a number" if kind in NUMBERS else _FORMS.get(kind, "another value")
        what = f":{bind} is {text!r:.60}, and {beside} takes {form}"
        raise SoqlError(Code.INVALID_FIELD, what, fix=f"Write {form}.") from None


def _typed(text: str, kind: FieldType) -> Any:
    if kind in DAYS:
        name, _, n = text.upper().partition(":")
        if is_date_literal(name, counted=bool(n)) and (not n or (n.isascii() and n.isdigit())):
            return DateLiteral(name, int(n) if n else None)
    held = stored(kind, text)
    match kind:
        case FieldType.BOOLEAN:
            return bool(held)
        case FieldType.DATE:
            return date.fromisoformat(text)
        case FieldType.DATETIME:
            return datetime.fromisoformat(text)
        case FieldType.TIME:
            return time.fromisoformat(text)
        case _:
            return read_number(text) if kind in NUMBERS and kind is not FieldType.INT else held
