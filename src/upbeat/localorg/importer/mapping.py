"""The mapping file: which column of the CSV goes to which field.

external_id: Source_Id__c      # the field by which a row is known again
files: leads.csv               # a name or a list of them; without it, the file named after the object
delimiter: ';'                 # without it, a comma
fields:                        # custom fields that the object gets first
  Source_Id__c: {type: string, length: 20, external_id: true}
columns:                       # column: field, or a parent by one of the parent's fields
  Id: Source_Id__c
  Name: Company
  Account executive: Owner.Username
constants:                     # the same for every row
  LastName: Unknown
texts:                         # a field, or a parent's: formulas over the row's columns, in merge fields
  CloseDate: '{!BLANKVALUE(close_date, "2026-12-31")}'
  Owner.Username: '{!LOWER(SUBSTITUTE(agent, " ", "."))}@acme.example'

Every column is a text there, by its name with underscores for all that is no letter or digit.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from upbeat.base import Place, nearest
from upbeat.formula import FormulaError, Scope, Text, compile_text
from upbeat.localorg.problems import OrgError
from upbeat.schema import Field, FieldType, Object, Schema

Keys = tuple[str, ...]  # nested keys of the file: ("columns", "Id")


class NewField(BaseModel):
    """A custom field to add: its type as describe names it, and a length where it is a text."""

    model_config = ConfigDict(extra="forbid")

    type: FieldType = FieldType.STRING
    label: str = ""
    length: int = 0
    external_id: bool = False
    unique: bool = False


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    external_id: str
    columns: dict[str, str]
    constants: dict[str, Any] = {}
    texts: dict[str, str] = {}
    fields: dict[str, NewField] = {}
    files: str | list[str] = []
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","


@dataclass(frozen=True, slots=True)
class Target:
    """Where a value goes: a field, or with `by` a reference to the parent whose field `by` has the value."""

    field: Field
    by: str = ""


@dataclass(frozen=True)
class ColumnMapping:
    """A mapping file that fits the object: `targets` by column, `constants` with what new records get."""

    path: Path
    external_id: str
    targets: Mapping[str, Target]
    constants: tuple[tuple[Target, Any], ...]
    texts: tuple[tuple[Target, str, Place], ...]
    files: tuple[str, ...]
    delimiter: str
    lines: Mapping[str, int]

    def place(self, column: str) -> Place:
        """Give the place that names a column, for what is found out only from the CSV."""
        return Place(str(self.path), self.lines[column], field=f"columns.{column}")

    def of_header(self, header: Sequence[str]) -> list[tuple[Target, Text]]:
        """Read the texts over a file's columns. Raises OrgError where one does not hold, or names no column."""
        columns = {name: Field(name=name, type=FieldType.STRING) for name in map(variable, header)}
        scope = Scope(Schema({"Row": Object(name="Row", fields=columns)}), "Row")
        found = list[tuple[Target, Text]]()
        for target, text, place in self.texts:
            try:
                found.append((target, compile_text(text, scope)))
            except FormulaError as error:
                raise OrgError(error.what, where=place, fix=error.fix) from None
        return found


class MappingFile:
    """A mapping file as it was read: its shape is right, its names are not looked up yet."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises OrgError with file, line and key where it is no mapping."""
        self.path = path
        try:
            text = path.read_text("utf-8")
        except OSError as error:
            raise OrgError(f"the mapping cannot be read: {error.strerror}", where=str(path)) from None
        except UnicodeDecodeError:
            raise OrgError("the mapping is not UTF-8", where=str(path), fix="Save it as UTF-8.") from None
        self._lines, values = self._parsed(text)
        try:
            self._text = _Text.model_validate(values)
        except ValidationError as error:
            raise self._misshapen(error) from None

    def _parsed(self, text: str) -> tuple[dict[Keys, int], Any]:
        """Give the file's values, and the line of each key."""
        root: Any  # ruamel is untyped
        try:
            root = YAML(typ="safe", pure=True).compose(text)  # pyright: ignore[reportUnknownMemberType]
            values: Any = YAML(typ="safe", pure=True).load(text)  # pyright: ignore[reportUnknownMemberType]
        except (YAMLError, RecursionError, ValueError) as error:
            mark: Any = getattr(error, "problem_mark", None)
            said = str(getattr(error, "problem", None) or error).partition("\n")[0]
            fix = "Put texts with a colon or a # in quotes."
            raise OrgError(
                f"the mapping is no YAML: {said}", where=self._place(mark.line + 1 if mark else 0), fix=fix
            ) from None
        if root is None or root.id != "mapping":
            raise OrgError(
                "the mapping holds no keys", where=str(self.path), fix="Begin with `external_id:` and `columns:`."
            )
        return dict(_lines(root, ())), values

    @property
    def new_fields(self) -> list[Field]:
        """The custom fields that the object is to get."""
        return [Field(name=name, **one.model_dump()) for name, one in self._text.fields.items()]

    def bind(self, one: Object, schema: Schema) -> ColumnMapping:
        """Look up every name. Raises OrgError with the nearest name for a field that the object lacks."""
        targets = {
            column: self._target(one, schema, "columns", column, path) for column, path in self._text.columns.items()
        }
        constants = tuple(
            (self._target(one, schema, "constants", path, path), value) for path, value in self._text.constants.items()
        )
        texts = tuple(
            (self._target(one, schema, "texts", path, path), text, self._place(self._line("texts", path), path))
            for path, text in self._text.texts.items()
        )
        key = self._field(one, self._text.external_id, self._place(self._line("external_id"), "external_id"))
        if not key.external_id:
            raise OrgError(
                f"{one.name}.{key.name} is no external id",
                where=self._place(self._line("external_id"), "external_id"),
                fix="Name a field that is one, or add one under `fields:` with `external_id: true`.",
            )
        filled = (*targets.values(), *(target for target, _, _ in texts))
        if key.name not in {target.field.name for target in filled if not target.by}:
            raise OrgError(
                f"no column goes to {key.name}, by which rows are known again",
                where=self._place(self._line("columns"), "columns"),
                fix=f"Map the column that tells rows apart: `<column>: {key.name}`.",
            )
        files = [self._text.files] if isinstance(self._text.files, str) else self._text.files
        lines = {column: self._line("columns", column) for column in targets}
        return ColumnMapping(self.path, key.name, targets, constants, texts, tuple(files), self._text.delimiter, lines)

    def _target(self, one: Object, schema: Schema, part: str, key: str, path: str) -> Target:
        place = self._place(self._line(part, key), f"{part}.{key}")
        relationship, _, by = path.rpartition(".")
        if not relationship:
            return Target(self._field(one, path, place))
        reference = one.parent(relationship)
        if reference is None:
            close = nearest(relationship, [field.relationship for field in one.fields.values() if field.relationship])
            raise OrgError(f"{one.name} has no relationship {relationship}", where=place, fix=_meant(close))
        parents = [schema.object(name) for name in reference.reference_to if schema.has(name)]
        if not any(parent.has(by) for parent in parents):
            raise OrgError(
                f"{reference.relationship} has no field {by}", where=place, fix=_meant(nearest(by, parents[0].fields))
            )
        return Target(reference, by)

    def _field(self, one: Object, name: str, place: Place) -> Field:
        if not one.has(name):
            raise OrgError(f"{one.name} has no field {name}", where=place, fix=_meant(nearest(name, one.fields)))
        field = one.field(name)
        if not field.createable:
            raise OrgError(
                f"{one.name}.{field.name} is written by the org alone", where=place, fix="Leave the column out."
            )
        return field

    def _misshapen(self, error: ValidationError) -> OrgError:
        first = error.errors()[0]
        keys = [str(key) for key in first["loc"] if key != "NewField"]
        return OrgError(first["msg"], where=self._place(self._line(*keys), ".".join(keys)))

    def _line(self, *keys: str) -> int:
        """Give the line on which the last of nested keys stands, or the nearest thing around it."""
        while keys and keys not in self._lines:
            keys = keys[:-1]
        return self._lines.get(keys, 1)

    def _place(self, line: int, key: str = "") -> Place:
        return Place(str(self.path), line, field=key)


def variable(column: str) -> str:
    """Give the name by which a text's formulas know a column: `Close_Date` for `Close Date`."""
    return re.sub(r"\W", "_", column.strip())


def _lines(node: Any, above: Keys) -> Iterator[tuple[Keys, int]]:
    for key, value in node.value:
        here = (*above, str(key.value))
        yield here, key.start_mark.line + 1
        if value.id == "mapping":
            yield from _lines(value, here)


def _meant(close: str) -> str:
    return f"Did you mean {close}?" if close else ""
