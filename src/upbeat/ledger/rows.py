"""Rows as the database holds them, nothing parsed: a forged value reaches a check, and not a converter."""

from collections.abc import Iterable
from datetime import datetime
from types import NoneType
from typing import Any

from sqlalchemy import Column, LargeBinary, type_coerce
from sqlalchemy.types import NullType

from upbeat.store.moments import Moment

_TYPES: dict[type, tuple[type, ...]] = {
    LargeBinary: (bytes, NoneType),  # no payload where the row beside is gone
    Moment: (str, datetime),
}


class Raw:
    """Columns to select as stored, and whether what comes has the types that were written."""

    def __init__(self, *columns: Column[Any]) -> None:
        """Choose the columns."""
        self.columns: list[Any] = [type_coerce(column, NullType()).label(column.name) for column in columns]
        self._types = [_TYPES.get(type(column.type), (column.type.python_type,)) for column in columns]

    def fits(self, row: Iterable[Any]) -> bool:
        """Whether every value of a row has the type that its column was written with."""
        return all(map(isinstance, row, self._types))
