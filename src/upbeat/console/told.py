"""How changes of records are told to people: fields by label, values by their field's type, ids by their names."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from upbeat.base import UpbeatError
from upbeat.console.words import day, day_and_time
from upbeat.domain import Verb
from upbeat.operations import House
from upbeat.schema import Field, FieldType, Schema

VERBS: Final = {
    Verb.CREATE: "New",
    Verb.UPDATE: "Change",
    Verb.DELETE: "To the recycle bin",
    Verb.UNDELETE: "Out of the recycle bin",
    Verb.MERGE: "Merge",
    Verb.CONVERT: "Convert",
    Verb.SEND: "Message",
}
"""What a change does to a record."""

LONG: Final = 60
"""Characters of a value that takes a line of its own."""

_ID = re.compile(r"\b[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?\b")
_API_NAME = re.compile(r"\b[A-Z]\w*(?:__c|[a-z][A-Z]\w*)\b")
_OF_CONVERSION: Final[Mapping[str, str]] = {  # what convertLead takes beside fields of the lead
    "AccountId": "Account",
    "ContactId": "Contact",
    "OpportunityName": "Opportunity",
    "ConvertedStatus": "Status then",
    "DoNotCreateOpportunity": "Without an opportunity",
}
_DATED = {FieldType.DATE: date.fromisoformat, FieldType.DATETIME: datetime.fromisoformat}


class Telling:
    """Tells the values of changes. Without a schema, fields go by their own names and values stand as they are."""

    def __init__(self, schema: Schema | None, names: Mapping[str, str], zone: ZoneInfo) -> None:
        """Take what is known of fields, and the names of what stands in values by its id."""
        self._schema = schema
        self._names = names
        self._zone = zone

    def field(self, target: str, path: str) -> Field | None:
        """Give a field of an object, None where it is not known, or is one of its parent's."""
        known = self._schema.object(target) if self._schema is not None and self._schema.has(target) else None
        return known.field(path) if known is not None and "." not in path and known.has(path) else None

    def label(self, target: str, path: str) -> str:
        """Give what people call a field."""
        found = self.field(target, path)
        if found is None or not found.label:
            return _OF_CONVERSION.get(path, path)
        return found.label.removesuffix(" ID") if found.type is FieldType.REFERENCE else found.label

    def object(self, target: str) -> str:
        """Give what people call an object."""
        known = self._schema is not None and self._schema.has(target)
        return (self._schema.object(target).label or target) if known and self._schema is not None else target

    def value(self, target: str, path: str, value: Any) -> str:
        """Give a value in words; nothing for a blank one."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int | float | Decimal):
            return f"{Decimal(str(value)).normalize():,f}"
        found = self.field(target, path)
        if found is not None and found.type in _DATED and isinstance(value, str):
            return self._dated(value, _DATED[found.type])
        return self._names.get(str(value), str(value))

    def plain(self, target: str, text: str) -> str:
        """Give a text in which each field of an object that is written by its own name has its label.

        A name that could be a word of the language, such as Name or Amount, is left as it is.
        """

        def label(found: re.Match[str]) -> str:
            return self.label(target, found[0])

        return _API_NAME.sub(label, text)

    def words(self, target: str, text: str) -> str:
        """Give a text of a run's story: fields by their labels as `plain` has them, and known ids by their names."""

        def called(found: re.Match[str]) -> str:
            return self._names.get(found[0], found[0])

        for key in dict.fromkeys(_ID.findall(text)):
            if key in self._names:
                text = text.replace(f"{self._names[key]} ({key})", self._names[key])
        return _ID.sub(called, self.plain(target, text))

    def _dated(self, text: str, read: Any) -> str:
        try:
            found = read(text)
        except ValueError:
            return text
        return day_and_time(found, self._zone) if isinstance(found, datetime) else day(found)


def telling(house: House, names: Mapping[str, str], zone: ZoneInfo) -> Telling:
    """Give what tells values in the org's own words, as far as the org answers."""
    try:
        return Telling(house.get_schema(), names, zone)
    except UpbeatError:
        return Telling(None, names, zone)


def person(house: House, username: str) -> str:
    """Give what people call a user; the username where nobody is known by it."""
    try:
        found = house.get_people().find(username)
    except UpbeatError:
        found = None
    return username if found is None else found.name
