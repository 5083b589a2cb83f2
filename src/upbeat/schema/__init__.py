"""The catalogue of an org: objects, fields, picklists and stages, built from describe. No I/O but the packaged file."""

from upbeat.schema.catalogue import Listing, as_written, standard
from upbeat.schema.describe import FORECAST_CATEGORIES, STAGES_QUERY, parse, render, summary
from upbeat.schema.model import (
    Child,
    DeleteConstraint,
    Field,
    FieldType,
    Object,
    PicklistValue,
    RecordType,
    Schema,
    SchemaError,
    Stage,
)

__all__ = [
    "FORECAST_CATEGORIES",
    "STAGES_QUERY",
    "Child",
    "DeleteConstraint",
    "Field",
    "FieldType",
    "Listing",
    "Object",
    "PicklistValue",
    "RecordType",
    "Schema",
    "SchemaError",
    "Stage",
    "as_written",
    "parse",
    "render",
    "standard",
    "summary",
]
