"""How the values of records are written where somebody decides on them: by their field's type, ids by their names."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from upbeat.console.words import day, day_and_time
from upbeat.operations import House
from upbeat.schema import Field, FieldType, Schema

_NUMBERS = frozenset({FieldType.CURRENCY, FieldType.DOUBLE, FieldType.INT})


class Telling:
    """Tells the values of one review. An org that is away leaves fields by their names and values as they stand."""

    def __init__(self, schema: Schema | None, names: Mapping[str, str], zone: ZoneInfo) -> None:
        """Take what is known of fields, and the names of what stands there by id."""
        self._schema = schema
        self._names = names
        self._zone = zone

    def field(self, target: str, path: str) -> Field | None:
        """Give a field by its path from an object, None where it is not known."""
        if self._schema is None or not self._schema.has(target) or "." in path:
            return None
        known = self._schema.object(target)
        return known.field(path) if known.has(path) else None

    def label(self, target: str, path: str) -> str:
        """Give what people call a field."""
        found = self.field(target, path)
        return path if found is None or not found.label else found.label

    def object(self, target: str) -> str:
        """Give what people call an object."""
        known = self._schema is not None and self._schema.has(target)
        return (self._schema.object(target).label or target) if known and self._schema is not None else target

    def value(self, target: str, path: str, value: Any) -> str:
        """Give a value in words; nothing for a blank one."""
        found = self.field(target, path)
        match value:
            case None:
                return ""
            case bool():
                return "yes" if value else "no"
            case int() | float() | Decimal() if found is None or found.type in _NUMBERS:
                return _figure(value)
            case datetime():
                return day_and_time(value, self._zone)
            case date():
                return day(value)
            case str() if found is not None and found.type is FieldType.DATE:
                return _as_day(value)
            case str() if found is not None and found.type is FieldType.DATETIME:
                return self._as_moment(value)
            case _:
                return self._names.get(str(value), str(value))

    def _as_moment(self, text: str) -> str:
        try:
            return day_and_time(datetime.fromisoformat(text), self._zone)
        except ValueError:
            return text


def telling(house: House, names: Mapping[str, str], zone: ZoneInfo) -> Telling:
    """Give what tells values with the org's own words, as far as it answers."""
    return Telling(house.known_schema(), names, zone)


def _figure(value: float | Decimal) -> str:
    return f"{Decimal(str(value)).normalize():,f}"


def _as_day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
