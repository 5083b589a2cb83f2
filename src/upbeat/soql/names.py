"""From a dotted path to the field it means, or to the error that Salesforce would give."""

from dataclasses import dataclass, field

from upbeat.base import nearest
from upbeat.schema import Child, Field, FieldType, Object, Schema
from upbeat.soql.bound import Column, Parent
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.tree import Path, Source

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


@dataclass(frozen=True, slots=True)
class Names:
    """The names that can be used in one SELECT: those of its object, seen through the schema."""

    schema: Schema
    object: Object
    text: str  # the whole query, for errors
    alias: str = ""
    _parents: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])  # those reached so far

    def column(self, path: Path) -> Column:
        """Give the field behind a path. Raises SoqlError (INVALID_FIELD) where a name leads nowhere."""
        *steps, last = self._without_prefix(path.name.split("."))
        if len(steps) > DEEPEST_PATH:
            raise self.wrong(path, f"Relationship path '{path.name}' has more than {DEEPEST_PATH} levels.")
        parents: list[Parent] = []
        for step in steps:
            parents.append(self._parent(path, step, parents))
            self._parents.add(tuple(parent.reference.name for parent in parents))
        if len(self._parents) > MOST_PARENTS:
            raise self.wrong(path, f"A query may reach at most {MOST_PARENTS} parents.")
        return Column(tuple(parents), self._field(path, last, parents))

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
            )
        return child, self.schema.object(child.object)

    def wrong(self, path: Path, what: str, fix: str = "") -> SoqlError:
        """Give the error of a path that cannot be used."""
        return SoqlError(Code.INVALID_FIELD, what, text=self.text, at=path.at, fix=fix)

    def _without_prefix(self, names: list[str]) -> list[str]:
        first = names[0].casefold()
        prefixed = first == self.alias.casefold() or (
            first == self.object.name.casefold() and self.object.parent(first) is None
        )
        return names[1:] if prefixed and len(names) > 1 else names

    def _reached(self, parents: list[Parent]) -> tuple[Object, ...]:
        return parents[-1].objects if parents else (self.object,)

    def _parent(self, path: Path, step: str, parents: list[Parent]) -> Parent:
        here = self._reached(parents)
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
            )
        return Parent(reference, objects)

    def _field(self, path: Path, name: str, parents: list[Parent]) -> Field:
        here = self._reached(parents)
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
    )
