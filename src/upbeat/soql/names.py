"""From a dotted path to the field it means, or to the error that Salesforce would give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from upbeat.base import nearest
from upbeat.schema import Child, Field, FieldType, Object, Schema
from upbeat.soql.bound import Column, Parent
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.tree import Path, Select, Source, When

DEEPEST_PATH = 5  # relationships in one path, Salesforce's own limit
MOST_PARENTS = 55  # parents that one SELECT may reach, likewise

# What may be asked of a parent that may be of several objects: the fields of Salesforce's object `Name`.
NAME_FIELDS = frozenset(
    {
        "id",
        "name",
        "type",
        "alias",
        "email",
        "firstname",
        "lastname",
        "isactive",
        "phone",
        "profileid",
        "recordtypeid",
        "title",
        "username",
        "userroleid",
    }
)
NAME_PARENTS = frozenset({"profile", "recordtype", "userrole"})

# What such a parent has under names of its own: which object it is of, and what people call it by.
TYPE = Field(name="Type", type=FieldType.PICKLIST)
NAME = Field(name="Name", type=FieldType.STRING)

_ADVICE = "Please reference your WSDL or the describe call for the appropriate names."

Parents = tuple[Parent, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """The names that can be used in one SELECT: those of its object, seen through the schema.

    `aliases` are folded names that may begin a path, each with the relationships that it stands for.
    """

    schema: Schema
    object: Object
    text: str  # the whole query, for errors
    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    _reached: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])  # parents, so far

    @classmethod
    def of(cls, schema: Schema, found: Object, text: str, select: Select) -> "Names":
        """Give the names of a SELECT from an object, with the aliases that its FROM gives."""
        aliases: dict[str, Sequence[str]] = {select.source.alias.casefold(): ()} if select.source.alias else {}
        names = cls(schema, found, text, aliases)
        for source in select.parents:
            parents = names.relationship(Path(source.name, source.at))
            if source.alias:
                aliases[source.alias.casefold()] = [parent.reference.relationship for parent in parents]
        return names

    def column(self, path: Path, base: Parents = ()) -> Column:
        """Give the field behind a path, seen from a parent where `base` leads to one.

        Raises SoqlError (INVALID_FIELD) where a name leads nowhere.
        """
        *steps, last = path.name.split(".") if base else self._without_prefix(path.name.split("."))
        parents = self._followed(path, steps, base)
        return Column(parents, self._field(path, last, parents))

    def relationship(self, path: Path) -> Parents:
        """Give the parents that a path of nothing but relationships leads through. Raises SoqlError as `column`."""
        return self._followed(path, self._without_prefix(path.name.split(".")), ())

    def branch(self, when: When, parents: Parents) -> Parents:
        """Give the parents with the last narrowed to the object after WHEN. Raises SoqlError where it cannot be."""
        *before, last = parents
        one = next((one for one in last.objects if one.name.casefold() == when.object.casefold()), None)
        if one is None:
            close = nearest(when.object, [one.name for one in last.objects])
            raise SoqlError(
                Code.INVALID_FIELD,
                f"{last.reference.relationship} is never a record of {when.object}",
                text=self.text,
                at=when.at,
                fix=f"Did you mean {close}?" if close else "",
            )
        found = (*before, Parent(last.reference, (one,), narrowed=True))
        self._count(Path(when.object, when.at), (*(parent.reference.name for parent in parents), one.name))
        return found

    def child(self, source: Source) -> tuple[Child, Object]:
        """Give the child relationship that a subquery's FROM names. Raises SoqlError (INVALID_TYPE) for no such."""
        name = ".".join(self._without_prefix(source.name.split(".")))
        child = self.object.child(name)
        if child is None or not self.schema.has(child.object):
            close = nearest(name, [one.name for one in self.object.children])
            raise SoqlError(
                Code.INVALID_TYPE,
                f"Didn't understand relationship '{name}' in FROM part of query call. If you are attempting to use a "
                f"custom relationship, be sure to append the '__r' after the custom relationship name. {_ADVICE}",
                text=self.text,
                at=source.at,
                fix=f"Did you mean {close}?" if close else "",
                unknown=child is None,
            )
        return child, self.schema.object(child.object)

    def wrong(self, path: Path, what: str, fix: str = "", *, unknown: bool = False) -> SoqlError:
        """Give the error of a path that cannot be used."""
        return SoqlError(Code.INVALID_FIELD, what, text=self.text, at=path.at, fix=fix, unknown=unknown)

    def _without_prefix(self, names: list[str]) -> Sequence[str]:
        if len(names) == 1:
            return names
        first = names[0].casefold()
        if first in self.aliases:
            return [*self.aliases[first], *names[1:]]
        own = first == self.object.name.casefold() and self.object.parent(first) is None
        return names[1:] if own else names

    def _followed(self, path: Path, steps: Sequence[str], base: Parents) -> Parents:
        if len(base) + len(steps) > DEEPEST_PATH:
            raise self.wrong(path, f"Relationship path '{path.name}' has more than {DEEPEST_PATH} levels.")
        parents = base
        for step in steps:
            parents = (*parents, self._parent(path, step, parents))
            self._count(path, tuple(parent.reference.name for parent in parents))
        return parents

    def _count(self, path: Path, reached: tuple[str, ...]) -> None:
        self._reached.add(reached)
        if len(self._reached) > MOST_PARENTS:
            raise self.wrong(path, f"A query may reach at most {MOST_PARENTS} parents.")

    def _here(self, parents: Parents) -> tuple[Object, ...]:
        return parents[-1].objects if parents else (self.object,)

    def _parent(self, path: Path, step: str, parents: Parents) -> Parent:
        here = self._here(parents)
        allowed = not (parents and parents[-1].polymorphic) or step.casefold() in NAME_PARENTS
        reference = next((found for one in here if allowed and (found := one.parent(step)) is not None), None)
        objects = (
            tuple(self.schema.object(name) for name in reference.reference_to if self.schema.has(name))
            if reference
            else ()
        )
        if reference is None or not objects:
            known = [field.relationship for one in here for field in one.fields.values()] if allowed else []
            close = nearest(step, known)
            raise self.wrong(
                path,
                f"Didn't understand relationship '{step}' in field path. If you are attempting to use a custom "
                f"relationship, be sure to append the '__r' after the custom relationship name. {_ADVICE}",
                fix=f"Did you mean {close}?" if close else "",
                unknown=reference is None and allowed,
            )
        return Parent(reference, objects)

    def _field(self, path: Path, name: str, parents: Parents) -> Field:
        here = self._here(parents)
        polymorphic = bool(parents) and parents[-1].polymorphic
        if polymorphic and name.casefold() in {"type", "name"}:
            return TYPE if name.casefold() == "type" else NAME
        owner = next((one for one in here if one.has(name)), None)
        if owner is None or (polymorphic and name.casefold() not in NAME_FIELDS):
            entity = "Name" if polymorphic else here[0].name
            close = nearest(name, here[0].fields)
            raise self.wrong(
                path,
                f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure "
                f"to append the '__c' after the custom field name. {_ADVICE}",
                fix=f"Did you mean {close}?" if close and not polymorphic else "",
                unknown=not polymorphic,
            )
        return owner.field(name)


def object_of(schema: Schema, source: Source, text: str) -> Object:
    """Give the object that FROM names. Raises SoqlError (INVALID_TYPE) where the org has none of that name."""
    if schema.has(source.name):
        return schema.object(source.name)
    close = nearest(source.name, schema.objects)
    raise SoqlError(
        Code.INVALID_TYPE,
        f"sObject type '{source.name}' is not supported. If you are attempting to use a custom object, be sure to "
        f"append the '__c' after the entity name. {_ADVICE}",
        text=text,
        at=source.at,
        fix=f"Did you mean {close}?" if close else "",
        unknown=True,
    )
