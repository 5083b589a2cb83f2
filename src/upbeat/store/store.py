"""The connection to our own database: opened, migrated, and handed out one transaction at a time.

SQLite in WAL mode by default: one writer, any number of readers, in any number of processes. Every transaction
begins with an explicit BEGIN, a writer's with BEGIN IMMEDIATE, so that a writer waits its turn at the start
and never fails half-way.
"""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, make_url, select, text

from upbeat.base import Clock, hold_private
from upbeat.store.errors import StoreError, reachable, translated
from upbeat.store.lock import EngineLock, alone
from upbeat.store.tables import meta

HEAD = "0001"  # the newest migration; their names sort in order


class Store:
    """Our own database. `open` gives one; `close` or `with` ends it."""

    def __init__(self, url: URL, *, clock: Clock, wait: float) -> None:
        """Name the database; `open` is the way in."""
        self.url = url
        self.path = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
        self.name = str(self.path or url)  # how messages call it; a password in it is masked
        self.clock = clock
        if self.path is None:
            self._writer = self._reader = create_engine(self.url, hide_parameters=True)
        else:
            self._writer = _sqlite(self.url, "BEGIN IMMEDIATE", wait, pool_size=1, max_overflow=0, pool_timeout=wait)
            self._reader = _sqlite(self.url, "BEGIN", wait, query_only=True)

    @classmethod
    def open(cls, place: str | Path, *, clock: Clock, wait: float = 30.0) -> Self:
        """Open the store at a file's path or a database URL; make and migrate it where needed.

        `wait` is how many seconds a writer waits for its turn. Raises StoreError where the store cannot be opened,
        is none of ours, or was made by a newer version.
        """
        is_url = "://" in str(place)
        url = make_url(str(place)) if is_url else URL.create("sqlite", database=str(Path(place).absolute()))
        store = cls(url, clock=clock, wait=wait)
        with reachable(store.name), translated(store.name):
            try:
                store._prepare()
            except BaseException:
                store.close()
                raise
        return store

    def close(self) -> None:
        """Close every connection."""
        self._writer.dispose()
        self._reader.dispose()

    def __enter__(self) -> Self:
        """Give the store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Hold the one writing transaction: committed at the end, rolled back by an exception.

        Raises StoreError where the turn does not come in time, or the disk refuses. A writer inside a writer
        waits for itself.
        """
        with translated(self.name), self._writer.begin() as conn:
            yield conn

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Hold a view of the store as it is at the first read, whatever is written meanwhile."""
        with translated(self.name), self._reader.connect() as conn:
            yield conn

    def rewrite(self) -> bool:
        """Write the file anew, so that its free pages and its log hold nothing of what was erased.

        False where another process reads or writes it meanwhile: then they still may.
        """
        if self.path is None:
            return False
        with closing(self._writer.raw_connection()) as raw:
            cursor = raw.cursor()
            try:
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.OperationalError:  # locked
                return False
            answer = cursor.fetchone()  # busy, pages in the log, pages written back
            return answer is not None and answer[0] == 0

    def claim_org(self, org_id: str) -> None:
        """Bind the store to one org for good. Raises StoreError where it belongs to another."""
        with self.writing() as conn:
            owner = conn.scalar(select(meta.c.value).where(meta.c.key == "org_id"))
            if owner is None:
                conn.execute(insert(meta).values(key="org_id", value=org_id))
            elif owner != org_id:
                raise StoreError(
                    f"the store belongs to the org {owner}, not to {org_id}",
                    where=self.name,
                    fix="Connect that org, or name another store for this one.",
                )

    def _prepare(self) -> None:
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            hold_private(self.path)
        if self._version() == HEAD:
            return
        if self.path is None:
            self._upgrade()
            return
        with alone(self.path.with_name(self.path.name + ".setup")):
            if self._version() != HEAD:  # else another process was faster
                with EngineLock(self.path, clock=self.clock):
                    self._upgrade()

    def _version(self) -> str:
        """Give the last migration that the database has had; empty for an empty database."""
        with self._reader.connect() as conn:
            tables = inspect(conn).get_table_names()
            ours = "alembic_version" in tables
            version = str(conn.scalar(text("SELECT version_num FROM alembic_version"))) if ours else ""
        if version > HEAD:
            raise StoreError(
                f"the store was made by a newer Upbeat: its schema is {version}, this one knows {HEAD}",
                where=self.name,
                fix="Update Upbeat.",
            )
        if tables and not ours:
            raise StoreError(
                f"the database holds other tables, such as {tables[0]}, and is no store of Upbeat's",
                where=self.name,
                fix="Name another file; this one was left as it is.",
            )
        return version

    def _upgrade(self) -> None:
        from upbeat.store.migrate import upgrade  # noqa: PLC0415 - Alembic takes 0.1 s to load, and is rarely needed

        if self.path is not None:  # WAL is a property of the file, set once and outside a transaction
            with closing(self._writer.raw_connection()) as raw:
                raw.cursor().execute("PRAGMA journal_mode = WAL")
        with self._writer.begin() as conn:
            upgrade(conn)


def _sqlite(url: URL, begin: str, wait: float, *, query_only: bool = False, **pool: Any) -> Engine:
    """Give an engine whose transactions start with `begin`; the driver's own implicit BEGIN is switched off."""
    driver_args = {"isolation_level": None, "timeout": wait}
    engine = create_engine(
        url, connect_args=driver_args, hide_parameters=True, **pool
    )  # people's data stays out of logs

    @event.listens_for(engine, "connect")
    def _connect(driver: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]: SQLAlchemy calls it
        driver.execute("PRAGMA synchronous = FULL")
        driver.execute("PRAGMA foreign_keys = ON")
        driver.execute("PRAGMA cache_size = -32000")  # KiB: the indexes' hot pages outgrow the default of 2000
        # A page changed in several transactions is copied back once: 32 MB of log cost half the disk time of 4 MB.
        driver.execute("PRAGMA wal_autocheckpoint = 8000")
        driver.execute(f"PRAGMA query_only = {query_only:d}")

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:  # pyright: ignore[reportUnusedFunction]: SQLAlchemy calls it
        conn.exec_driver_sql(begin)

    return engine
