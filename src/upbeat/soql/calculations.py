"""Fields that are worked out and not stored, such as formula fields: how SQL comes by their values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from upbeat.schema import Schema
from upbeat.soql.bound import Column, Parent


@dataclass(frozen=True, slots=True)
class Calculation:
    """One such field: the SQL function that gives its value, and the fields whose values it is handed, in order.

    Whoever runs the query gives its connection the function. A field that is handed may be worked out itself.
    """

    function: str
    inputs: tuple[Column, ...]

    @classmethod
    def of(cls, function: str, schema: Schema, owner: str, paths: Iterable[str]) -> "Calculation":
        """Find the fields by their dotted paths from an object. Raises SchemaError where one leads nowhere."""
        return cls(function, tuple(_column(schema, owner, path) for path in paths))


Calculations = Mapping[tuple[str, str], Calculation]
"""By the names of object and field, as the schema spells them."""


def _column(schema: Schema, owner: str, path: str) -> Column:
    *references, field = schema.path(owner, path)
    targets = [[schema.object(name) for name in one.reference_to if schema.has(name)] for one in references]
    return Column(tuple(Parent(one, tuple(objects)) for one, objects in zip(references, targets, strict=True)), field)
