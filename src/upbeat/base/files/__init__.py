"""The YAML files that users write: read with the place of every value, checked against a model, told what is wrong.

`parse(model, file, raw)` is the whole way: a FileModel, or a DefinitionError that names every problem with its line.
"""

from upbeat.base.files.findings import build, parse
from upbeat.base.files.model import (
    FORMS,
    ApiName,
    CurrencyCode,
    Day,
    FileModel,
    FormulaText,
    Grant,
    KeyPrefix,
    Label,
    Model,
    Name,
    RegionCode,
    Sentence,
    Title,
    Url,
    Username,
    Word,
    refuse,
)
from upbeat.base.files.problem import DefinitionError, Problem, Severity
from upbeat.base.files.rewriting import UnwritableError, fresh, rewritten
from upbeat.base.files.source import NOWHERE, Path, Plain, Source, Spot, dotted, number, read

__all__ = [
    "FORMS",
    "NOWHERE",
    "ApiName",
    "CurrencyCode",
    "Day",
    "DefinitionError",
    "FileModel",
    "FormulaText",
    "Grant",
    "KeyPrefix",
    "Label",
    "Model",
    "Name",
    "Path",
    "Plain",
    "Problem",
    "RegionCode",
    "Sentence",
    "Severity",
    "Source",
    "Spot",
    "Title",
    "UnwritableError",
    "Url",
    "Username",
    "Word",
    "build",
    "dotted",
    "fresh",
    "number",
    "parse",
    "read",
    "refuse",
    "rewritten",
]
