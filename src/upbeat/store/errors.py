"""What can go wrong with our own database, in words that say what to do."""

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from upbeat.base import UpbeatError


class StoreError(UpbeatError):
    """Our own database cannot be used as asked."""


_BUSY = ("another program kept the store busy for too long", "Try again; if it persists, end the other program.")
_READ_ONLY = ("the store cannot be written", "Give your user write access to the file and to its folder.")
_UNREACHABLE = ("the store cannot be opened", "Check that the folder exists and that your user may read and write it.")
_FULL = ("the disk is full", "Free some space and start again: nothing that was committed is lost.")
_DAMAGED = ("the store is damaged", "Restore the file from a backup; `upbeat ledger verify` tells whether it is whole.")
_NO_DATABASE = ("the file is not a database", "Name another file; this one was left as it is.")
_DISK = ("the disk could not be read or written", "Check the disk; nothing that was committed is lost.")

_SQLITE = {  # primary result codes; the low byte of an extended one
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _UNREACHABLE,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _NO_DATABASE,
}
_SYSTEM = {errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EACCES: _READ_ONLY, errno.EROFS: _READ_ONLY}


@contextmanager
def translated(place: str) -> Generator[None]:
    """Turn what the database refuses into a StoreError that names `place`.

    Broken constraints and wrong statements are faults of ours and pass through as they are.
    """
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", -1) & 0xFF
        if code not in _SQLITE:
            raise
        raise _error(place, *_SQLITE[code]) from error
    except PoolTimeout as error:
        raise _error(place, *_BUSY) from error


@contextmanager
def reachable(place: str) -> Generator[None]:
    """Turn what the file system refuses into a StoreError that names `place`."""
    try:
        yield
    except OSError as error:
        raise _error(place, *_SYSTEM.get(error.errno or 0, _UNREACHABLE)) from error


def _error(place: str, what: str, fix: str) -> StoreError:
    return StoreError(what, where=place, fix=fix)
