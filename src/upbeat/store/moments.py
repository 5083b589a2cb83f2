"""Moments as our database stores them, so that they sort as text on SQLite."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, String, TypeDecorator
from sqlalchemy.types import TypeEngine


def moment_text(value: datetime) -> str:
    """Give a moment as SQLite stores it: `2026-11-21T09:00:00.000000Z`. An unaware one is a mistake of ours."""
    if value.tzinfo is None:
        raise ValueError("a moment is aware")
    return _utc_text(value.astimezone(UTC))


@lru_cache(maxsize=256)  # the rows of one transaction share their moment
def _utc_text(value: datetime) -> str:
    return value.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime; on SQLite a text of fixed width, on PostgreSQL a timestamptz."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the database at hand."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn a datetime into what is stored."""
        if value is None or dialect.name == "postgresql":
            return value
        return moment_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn what is stored into an aware datetime."""
        if value is None or dialect.name == "postgresql":
            return value
        return datetime.fromisoformat(value)
