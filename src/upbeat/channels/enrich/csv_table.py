"""A table in a CSV file, read whole, and again when it changes: a row is found by any of its key columns."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

from upbeat.base import Broken, CsvError, CsvFile
from upbeat.channels.enrich.port import Reply, Said, picked

Normal = Callable[[str], str]  # a key's one form: two that are the same have it in common
_Row = Mapping[str, str]


class CsvTable:
    """One file. Keys are compared in their one form, in the order of `keys`: the first that finds a row counts."""

    def __init__(self, file: Path, columns: Mapping[str, str], keys: Mapping[str, Normal]) -> None:
        """Read nothing yet; `columns` gives the column of each fact, and `keys` the form of each key column."""
        self._file = file
        self._columns = columns
        self._keys = keys
        self._lock = Lock()
        self._stamp: tuple[int, int] | None = None  # of the file as it was read
        self._index: Mapping[tuple[str, str], list[_Row]] = {}
        self._broken = 0

    def close(self) -> None:
        """Hold nothing open."""

    def ask(self, keys: Mapping[str, str]) -> Reply:
        """Look the keys up; see the port for what it promises."""
        try:
            with self._lock:
                self._freshen()
        except OSError as error:
            return Reply(Said.REFUSED, why=f"{self._file.name} cannot be read: {error.strerror}")
        except CsvError as error:
            return Reply(Said.REFUSED, why=f"{self._file.name}: {error.what}")
        for name, normal in self._keys.items():
            rows = self._index.get((name, normal(keys.get(name, ""))), ())
            if rows and keys.get(name):
                return self._of(rows)
        broken = f"; {self._broken} of its lines cannot be read" if self._broken else ""
        return Reply(Said.NOTHING, why=f"{self._file.name} has no such row{broken}")

    def _of(self, rows: list[_Row]) -> Reply:
        found = [{name: row[column].strip() for name, column in self._columns.items()} for row in rows]
        if any(one != found[0] for one in found):
            return Reply(Said.AMBIGUOUS, why=f"{self._file.name} has {len(rows)} rows of it that differ")
        return picked(found[0])

    def _freshen(self) -> None:
        """Read the file where it is not as it was. Raises CsvError where it lacks a column, OSError."""
        stat = self._file.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        if stamp == self._stamp:
            return
        table = CsvFile(self._file)
        missing = sorted({*self._columns.values(), *self._keys} - set(table.header))
        if missing:
            raise CsvError(f"it has no column {missing[0]}", where=str(self._file))
        index, broken = defaultdict[tuple[str, str], list[_Row]](list), 0
        for row in table:
            if isinstance(row, Broken):
                broken += 1
                continue
            cells = dict(zip(table.header, row.cells, strict=True))
            for name, normal in self._keys.items():
                if key := normal(cells[name]):
                    index[name, key].append(cells)
        self._index, self._broken, self._stamp = index, broken, stamp
