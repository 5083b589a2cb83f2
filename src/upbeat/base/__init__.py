"""What every room stands on: errors, the clock, record ids, canonical JSON, files, the globe, names, shares.

This room imports no other room. `base.files` reads the YAML that users write.
"""

from upbeat.base.clock import Clock, ManualClock, SystemClock
from upbeat.base.companies import company, host, name_and_form, plain
from upbeat.base.csvfile import Broken, CsvError, CsvFile, CsvRow
from upbeat.base.errors import Place, UpbeatError, nearest
from upbeat.base.globe import RADIUS, great_circle
from upbeat.base.ids import full_id, is_id, key_prefix, short, to_15, to_18
from upbeat.base.json import canonical, decode, digest, encode, schema_of
from upbeat.base.percents import percent, tenths, whole_percent
from upbeat.base.places import value_in
from upbeat.base.private import hold_private, new_private, read_private, write_private
from upbeat.base.rates import Rate, rate, rate_words
from upbeat.base.retry_after import retry_after_seconds
from upbeat.base.spreadsheets import defused, restored
from upbeat.base.words import shown, span_words

__all__ = [
    "RADIUS",
    "Broken",
    "Clock",
    "CsvError",
    "CsvFile",
    "CsvRow",
    "ManualClock",
    "Place",
    "Rate",
    "SystemClock",
    "UpbeatError",
    "canonical",
    "company",
    "decode",
    "defused",
    "digest",
    "encode",
    "full_id",
    "great_circle",
    "hold_private",
    "host",
    "is_id",
    "key_prefix",
    "name_and_form",
    "nearest",
    "new_private",
    "percent",
    "plain",
    "rate",
    "rate_words",
    "read_private",
    "restored",
    "retry_after_seconds",
    "schema_of",
    "short",
    "shown",
    "span_words",
    "tenths",
    "to_15",
    "to_18",
    "value_in",
    "whole_percent",
    "write_private",
]
