"""A table in a database, asked by a SELECT that may only read: SQLite and PostgreSQL."""

import sqlite3
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from upbeat.base import UpbeatError
from upbeat.channels.enrich.port import Reply, Said, picked

QUERY_SECONDS: Final = 5  # for a connection, and for a query: a table by its key answers in far less
_PASSING: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_INTERRUPT,  # by us, when its time is over
    }
)
_STEPS: Final = 10_000  # of SQLite between two looks at the clock: some tenths of a millisecond


class SqlTable:
    """One query of one database. Its connection reads, and the database refuses everything else."""

    def __init__(self, database: str, query: str, columns: Mapping[str, str]) -> None:
        """Connect to nothing yet; `columns` gives the result's column of each fact.

        Raises UpbeatError where the database is none that can be asked; its words hold no login.
        """
        self._engine = _engine(database)
        self._query = text(query)
        self._binds = tuple(self._query.compile().params)
        self._columns = columns

    def close(self) -> None:
        """End the connections that stand open."""
        self._engine.dispose()

    def ask(self, keys: Mapping[str, str]) -> Reply:
        """Run the query with the keys as its binds; see the port for what it promises."""
        try:
            with self._engine.connect() as conn:
                _end_in_time(conn)
                rows = conn.execute(self._query, {name: keys.get(name) or None for name in self._binds}).mappings()
                return self._of([dict(one) for one in rows.fetchmany(3)])
        except DBAPIError as error:
            if _may_pass(error.orig):
                return Reply(Said.LATER, why=f"the database does not answer: {_words(error)}")
            return Reply(Said.REFUSED, why=f"the database refuses the query: {_words(error)}")
        except SQLAlchemyError as error:
            return Reply(Said.REFUSED, why=f"the query cannot be run ({type(error).__name__})")

    def _of(self, rows: Sequence[Mapping[str, Any]]) -> Reply:
        if not rows:
            return Reply(Said.NOTHING, why="the query finds no row")
        missing = next((one for one in self._columns.values() if one not in rows[0]), "")
        if missing:
            return Reply(Said.REFUSED, why=f"the query gives no column {missing}")
        facts = [{name: _plain(row[column]) for name, column in self._columns.items()} for row in rows]
        if any(one != facts[0] for one in facts):
            return Reply(Said.AMBIGUOUS, why="the query finds several rows that differ")
        return picked(facts[0])


def _engine(database: str) -> Engine:
    try:
        url = make_url(database)
        backend = url.get_backend_name()
        if backend == "sqlite":
            # Not the pool of a database in memory, which this address stands for: that one closes other threads'.
            return create_engine("sqlite://", creator=lambda: _open_sqlite(url), poolclass=QueuePool, pool_size=8)
        if backend == "postgresql":
            options = f"-c default_transaction_read_only=on -c statement_timeout={QUERY_SECONDS * 1000}"
            connect_args = {"connect_timeout": QUERY_SECONDS, "options": options}
            return create_engine(url.set(drivername="postgresql+psycopg"), connect_args=connect_args, pool_size=8)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        what = f"the database of a table cannot be asked ({type(error).__name__})"
        raise UpbeatError(what, fix="Write its address as sqlite:///facts.db, or postgresql://host/name.") from None
    raise UpbeatError(f"tables are read from SQLite and PostgreSQL, and not from {backend}")


def _open_sqlite(url: URL) -> sqlite3.Connection:
    """Open a file that is there, to read alone."""
    file = f"file:{quote(url.database or '')}?mode=ro"
    return sqlite3.connect(file, uri=True, timeout=QUERY_SECONDS, check_same_thread=False)


def _end_in_time(conn: Connection) -> None:
    """Let SQLite give up a query when its time is over; PostgreSQL does that by itself."""
    opened = conn.connection.driver_connection
    if isinstance(opened, sqlite3.Connection):
        ends = time.monotonic() + QUERY_SECONDS
        opened.set_progress_handler(lambda: time.monotonic() > ends, _STEPS)


def _may_pass(error: BaseException | None) -> bool:
    """Whether a database may answer the same query later: it is away or busy, and does not refuse."""
    if isinstance(error, sqlite3.OperationalError):
        return error.sqlite_errorcode & 0xFF in _PASSING  # the low byte is the error, those above say more of it
    # psycopg's: the connection, a query that took too long, what the server has no room for
    return any(one.__name__ == "OperationalError" for one in type(error).__mro__)


def _words(error: DBAPIError) -> str:
    """Give the database's own words, on one line."""
    return " ".join(str(error.orig).split())[:200]


def _plain(value: Any) -> Any:
    """Give a column's value as JSON has it."""
    match value:
        case float():
            return Decimal(str(value))
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return [*value]  # no single value
        case str():
            return value.strip()
        case _:
            return value
