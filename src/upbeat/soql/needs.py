"""What a query's names lead to, as far as a schema knows the way: asked before binding, whether or not it will bind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeVar

from upbeat.schema import Schema
from upbeat.soql.tree import Path, Select, Semijoin, Subquery, TypeOf

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope:
    """One SELECT of a query and the object that it reads, by the name that leads there."""

    schema: Schema
    select: Select
    object: str
    _aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @classmethod
    def of(cls, schema: Schema, select: Select, name: str) -> "Scope":
        """Give the scope of a SELECT from an object, with the aliases that its FROM gives."""
        aliases: dict[str, tuple[str, ...]] = {name.casefold(): ()}
        scope = cls(schema, select, name, aliases)
        aliases[select.source.alias.casefold()] = ()
        for source in select.parents:
            aliases[source.alias.casefold()] = tuple(scope.steps(source.name))
        return scope

    def nodes(self, kind: type[T]) -> Iterator[T]:
        """Give the nodes of this SELECT that are of a kind, and none of a SELECT inside it."""
        above: list[Any] = [getattr(self.select, one.name) for one in fields(self.select)]
        while above:
            node = above.pop()
            if isinstance(node, kind):
                yield node
            if isinstance(node, tuple):
                above += node
            elif is_dataclass(node) and not isinstance(node, Select):
                above += [getattr(node, one.name) for one in fields(node)]

    def inside(self) -> Iterator["Scope"]:
        """Give the scopes of the SELECTs right inside this one."""
        for one in self.nodes(Semijoin):
            yield Scope.of(self.schema, one.select, one.select.source.name)
        here = self.schema.object(self.object) if self.schema.has(self.object) else None
        for one in self.nodes(Subquery):
            child = here.child(".".join(self.steps(one.select.source.name))) if here else None
            yield Scope.of(self.schema, one.select, child.object if child else "")

    def steps(self, path: str) -> list[str]:
        """Give the names of a dotted path, with what an alias stands for in its place."""
        first, *rest = path.split(".")
        if not rest or first.casefold() not in self._aliases:
            return [first, *rest]
        return [*self._aliases[first.casefold()], *rest]


def scopes(select: Select, schema: Schema) -> Iterator[Scope]:
    """Give the scope of every SELECT of a query, the query's own first."""
    above = [Scope.of(schema, select, select.source.name)]
    while above:
        yield above[-1]
        above += above.pop().inside()


def lacking(select: Select, schema: Schema, most: int) -> frozenset[str]:
    """Give the objects that a query leads to and the schema lacks: describe them, and ask again.

    Of the objects that one reference may lead to, the first `most` count, and those after WHEN. Names that lead
    nowhere are passed over.
    """
    found = set[str]()
    for scope in scopes(select, schema):
        found.add(scope.object)
        found.update(when.object for one in scope.nodes(TypeOf) for when in one.whens)
        for path in [*scope.nodes(Path), *(Path(source.name + ".Id") for source in scope.select.parents)]:
            found.update(_parents(scope, path.name, most))
        for one in scope.nodes(TypeOf):
            found.update(_parents(scope, one.relationship.name + ".Id", most))
    return frozenset(name for name in found if name and not schema.has(name))


def _parents(scope: Scope, path: str, most: int) -> Iterator[str]:
    here = [scope.object]
    for step in scope.steps(path)[:-1]:
        known = [scope.schema.object(name) for name in here if scope.schema.has(name)]
        reference = next((found for one in known if (found := one.parent(step)) is not None), None)
        here = list(reference.reference_to[:most]) if reference else []
        yield from here
