"""The catalogue of an org: objects, fields, picklists and stages, built from describe. No I/O."""

from upbeat.schema.model import Child, Field, FieldType, Object, PicklistValue, Schema, SchemaError, Stage

__all__ = ["Child", "Field", "FieldType", "Object", "PicklistValue", "Schema", "SchemaError", "Stage"]
