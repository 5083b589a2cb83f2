"""As much of a catalogue as one text leads to: described step by step, and no object more."""

from collections.abc import Callable
from dataclasses import dataclass

from upbeat.salesforce import Reader, Rejected
from upbeat.schema import Object, Schema, describe, standard


@dataclass(frozen=True, slots=True)
class Ground:
    """What a text is read against: an org over its reading connection, else the standard objects of Salesforce."""

    name: str = "the standard objects of Salesforce"
    zone: str = "UTC"
    reader: Reader | None = None

    @property
    def find(self) -> "Find":
        """What finds an object there. Raises SalesforceError as it finds one."""
        return in_org(self.reader) if self.reader else _standard


Find = Callable[[str], Object | None]
"""Gives the object of a name, or None where there is none."""

_UNKNOWN = ("NOT_FOUND", "INVALID_TYPE")


def grown(schema: Schema, lacking: Callable[[Schema], frozenset[str]], find: Find) -> Schema:
    """Add to a catalogue what `lacking` says that it lacks, until it lacks nothing that can be found."""
    asked = set[str]()
    while wanted := sorted(lacking(schema) - asked):
        asked.update(wanted)
        schema = schema.with_objects(one for name in wanted if (one := find(name)) is not None)
    return schema


def _standard(name: str) -> Object | None:
    return standard().object(name) if standard().has(name) else None


def in_org(reader: Reader) -> Find:
    """Find objects by the org's describe. Raises SalesforceError."""

    def find(name: str) -> Object | None:
        try:
            return next(iter(describe.parse([reader.describe(name)])))
        except Rejected as error:
            if error.code not in _UNKNOWN:
                raise
            return None

    return find
