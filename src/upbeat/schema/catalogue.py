"""The standard objects that every org has, from the packaged file that `tools/build_catalogue.py` makes."""

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources

from upbeat.base import decode
from upbeat.schema.model import Child, Field, Object, RecordType, Schema, Stage


@dataclass(frozen=True)
class Listing:
    """An object as a file lists it: fields in their order, which a JSON object would not keep."""

    name: str
    label: str
    label_plural: str
    fields: tuple[Field, ...]
    key_prefix: str = ""
    children: tuple[Child, ...] = ()
    queryable: bool = True
    record_types: tuple[RecordType, ...] = ()

    @staticmethod
    def of(one: Object) -> "Listing":
        """List an object."""
        fields = tuple(one.fields.values())
        return Listing(
            name=one.name,
            label=one.label,
            label_plural=one.label_plural,
            fields=fields,
            key_prefix=one.key_prefix,
            children=one.children,
            queryable=one.queryable,
            record_types=one.record_types,
        )

    def unpack(self) -> Object:
        """Give the object."""
        return Object(
            name=self.name,
            label=self.label,
            label_plural=self.label_plural,
            key_prefix=self.key_prefix,
            fields={field.name: field for field in self.fields},
            children=self.children,
            queryable=self.queryable,
            record_types=self.record_types,
        )


@dataclass(frozen=True)
class _Catalogue:
    """What the file holds; attributes that have their default value are left out."""

    objects: tuple[Listing, ...]
    stages: tuple[Stage, ...]


@lru_cache(maxsize=1)
def standard() -> Schema:
    """Give the catalogue of an org as Salesforce ships it: standard objects, default picklists and default stages."""
    packed = decode(resources.files("upbeat.schema").joinpath("standard.json").read_bytes(), _Catalogue)
    return Schema(objects={one.name: one.unpack() for one in packed.objects}, stages=packed.stages)


def as_written(schema: Schema) -> Schema:
    """Give a schema with what some user could write, where it was told to a user who may only read.

    Describe calls a field writeable that whoever asks may write. Beyond that, a custom field can be written unless it
    is a formula or counts up, and a standard one where the standard catalogue says so.
    """
    return schema.with_objects(_written(one) for one in schema)


def _written(one: Object) -> Object:
    known = standard().object(one.name).fields if standard().has(one.name) else dict[str, Field]()
    fields = dict[str, Field]()
    for name, field in one.fields.items():
        free = field.custom and not (field.formula or field.auto_number)
        shipped = known.get(name, field)
        createable = field.createable or free or shipped.createable
        updateable = field.updateable or free or shipped.updateable
        told = createable == field.createable and updateable == field.updateable
        fields[name] = field if told else replace(field, createable=createable, updateable=updateable)
    return replace(one, fields=fields)
