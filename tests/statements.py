"""Compiled SQL kept for all SQLite databases of a process together: every test opens some, with the same statements.

SQLAlchemy keeps it by engine and by the engine's dialect.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache


def compile_once() -> None:
    """Let every engine of this process share what another has compiled, from now on."""
    kept, sqlite = LRUCache[Any, Any](2000), SQLiteDialect_pysqlite
    sqlite.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
    sqlite.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign]
    Engine._compiled_cache = property(lambda _: kept, lambda *_: None)  # type: ignore[assignment]
