"""Files of rows into records of the org: upserted in batches, each row accounted for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from upbeat import soql
from upbeat.base import Broken, CsvFile, CsvRow, nearest
from upbeat.formula import FormulaError, plain
from upbeat.localorg.importer.mapping import ColumnMapping, MappingFile, Target, variable
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import OrgError, Unfit
from upbeat.localorg.upserts import Standing
from upbeat.localorg.values import accept

Progress = Callable[[int, int], None]
"""Told after each batch: bytes read, bytes of all files."""

_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A row that is not in the org, with the reason: the file and the line on which it begins."""

    file: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of every row: `read` is the sum of the four that follow it."""

    read: int
    created: int
    updated: int
    unchanged: int
    not_taken: tuple[NotTaken, ...]
    warnings: tuple[str, ...]  # encodings, and columns that the mapping leaves out


def load(
    org: LocalOrg,
    folder: Path,
    name: str,
    mapping: Path,
    *,
    user_id: str = "",
    progress: Progress = lambda _read, _of: None,
) -> ImportReport:
    """Bring a folder's CSV files into the org as records of one object, as a user, or else as the org itself.

    Rows are upserted by the mapping's external id in batches of 200, so that a second import of the same file writes
    nothing, and one that was killed goes on where it stopped. A blank cell leaves its field as it is; the mapping's
    constants go to new records only, so that what has been routed since stays so. Raises OrgError or CsvError, before
    any record is written, where the mapping or a file's header does not fit.
    """
    described = MappingFile(mapping)
    if not org.schema.has(name):
        close = nearest(name, org.schema.objects)
        raise OrgError(f"the org has no object {name}", fix=f"Did you mean {close}?" if close else "")
    new = [one for one in described.new_fields if not org.object(name).has(one.name)]
    if new:
        org.define(fields={org.object(name).name: new})
    columns = described.bind(org.object(name), org.schema)
    files = [CsvFile(path, columns.delimiter) for path in _files(folder, org, name, columns)]
    plans = [_Plan(file, columns) for file in files]
    run = _Import(org, org.object(name).name, columns, user_id or org.process_user)
    whole = sum(file.size for file in files)
    done = 0
    for plan in plans:
        rows = iter(plan.file)
        while batch := list(islice(rows, _BATCH)):
            run.take(plan, batch)
            progress(done + plan.file.read, whole)
        done += plan.file.size
    return run.report([warning for plan in plans for warning in plan.warnings])


def _files(folder: Path, org: LocalOrg, name: str, columns: ColumnMapping) -> list[Path]:
    """Give the files that the mapping names, or the one named after the object: `leads.csv`, `Lead.csv`."""
    if not folder.is_dir():
        raise OrgError("there is no such folder", where=str(folder))
    there = {path.name.casefold(): path for path in sorted(folder.iterdir()) if path.suffix.casefold() == ".csv"}
    one = org.object(name)
    named = columns.files or tuple(
        file for file in (f"{one.label_plural}.csv", f"{one.name}.csv") if file.casefold() in there
    )
    missing = [file for file in named if file.casefold() not in there]
    if missing or not named:
        what = f"there is no file {missing[0]}" if missing else f"there is no {one.label_plural.lower()}.csv"
        raise OrgError(what, where=str(folder), fix=f"There are: {', '.join(there)}." if there else "")
    return [there[file.casefold()] for file in named]


class _Plan:
    """One file beside the mapping: which of its columns go where."""

    def __init__(self, file: CsvFile, columns: ColumnMapping) -> None:
        """Raises OrgError where the header lacks a column that the mapping names, or has it twice."""
        self.file = file
        self.targets: list[tuple[int, Target]] = []
        for column, target in columns.targets.items():
            found = [index for index, name in enumerate(file.header) if name == column]
            if len(found) != 1:
                place = columns.place(column)
                if found:
                    raise OrgError(f"{file.path.name} has the column {column} {len(found)} times", where=place)
                close = nearest(column, file.header)
                fix = f"Did you mean {close}?" if close else f"It has: {', '.join(file.header)}."
                raise OrgError(f"{file.path.name} has no column {column}", where=place, fix=fix)
            self.targets.append((found[0], target))
        self.texts = columns.of_header(file.header)
        self.names = [variable(name) for name in file.header]
        read = frozenset[str]().union(*(text.fields for _, text in self.texts))
        left_out = [name for name in file.header if name not in columns.targets and variable(name) not in read]
        self.warnings = [f"{file.path.name}: {file.warning}"] if file.warning else []
        if left_out:
            self.warnings.append(f"{file.path.name}: the mapping leaves out {', '.join(left_out)}")

    def cells(self, row: CsvRow, now: datetime) -> list[tuple[Target, str]]:
        """Give what a row holds for each target. Raises _Unfit where a text cannot be worked out from it."""
        found = [(target, row.cells[index].strip()) for index, target in self.targets]
        if self.texts:
            values = {name: cell.strip() for name, cell in zip(self.names, row.cells, strict=True)}
            try:
                found += [(target, plain(text.render(values, now=now)).strip()) for target, text in self.texts]
            except FormulaError as error:
                raise _Unfit(error.what) from None
        return found


@dataclass
class _Import:
    """The rows as they come, and what became of them."""

    org: LocalOrg
    object: str
    columns: ColumnMapping
    user_id: str
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    not_taken: list[NotTaken] = field(default_factory=list[NotTaken])
    seen: dict[str, str] = field(default_factory=dict[str, str])  # external id → where it was read first

    def __post_init__(self) -> None:
        """Look up the parents of the constants, before anything is written."""
        self.of_new = self._constants()

    def take(self, plan: _Plan, batch: Sequence[CsvRow | Broken]) -> None:
        """Write one batch of a file's rows."""
        self.read += len(batch)
        file = plan.file.path.name
        whole: list[tuple[CsvRow, list[tuple[Target, str]]]] = []
        for row in batch:
            if isinstance(row, Broken):
                self.not_taken.append(NotTaken(file, row.line, row.why))
                continue
            try:
                whole.append((row, plan.cells(row, self.org.clock.now())))
            except _Unfit as unfit:
                self.not_taken.append(NotTaken(file, row.line, unfit.why))
        parents = self._parents(cells for _, cells in whole)
        records: list[dict[str, Any]] = []
        lines: list[int] = []
        for row, cells in whole:
            try:
                record = self._record(plan, row, cells, parents)
            except _Unfit as unfit:
                self.not_taken.append(NotTaken(file, row.line, unfit.why))
            else:
                records.append(record)
                lines.append(row.line)
        self._write(plan, lines, records)

    def report(self, warnings: Iterable[str]) -> ImportReport:
        """Sum up; the rows that were not taken in the order of their files and lines."""
        files = list(dict.fromkeys(one.file for one in self.not_taken))
        not_taken = sorted(self.not_taken, key=lambda one: (files.index(one.file), one.line))
        return ImportReport(self.read, self.created, self.updated, self.unchanged, tuple(not_taken), tuple(warnings))

    def _write(self, plan: _Plan, lines: list[int], records: list[dict[str, Any]]) -> None:
        name, key, file = self.object, self.columns.external_id, plan.file.path.name
        with self.org.transaction():
            standing = self.org.compare(name, key, records)
            kept = [index for index, one in enumerate(standing) if one is not Standing.SAME]
            rows = [self.of_new | records[i] if standing[i] is Standing.NEW else records[i] for i in kept]
            results = self.org.upsert(name, key, rows, self.user_id)
        self.unchanged += len(records) - len(kept)
        for index, result in zip(kept, results, strict=True):
            if result.errors:
                why = self._unfit_cell(plan, records[index]) or "; ".join(one.message for one in result.errors)
                self.not_taken.append(NotTaken(file, lines[index], why))
            elif result.created:
                self.created += 1
            else:
                self.updated += 1

    def _unfit_cell(self, plan: _Plan, record: Mapping[str, Any]) -> str:
        """Say which cell its field cannot hold, or nothing: the org names no column."""
        named = [(plan.file.header[index], target) for index, target in plan.targets]
        for name, target in (*named, *((f"texts.{target.field.name}", target) for target, _ in plan.texts)):
            field, value = target.field, record.get(target.field.name)
            if target.by or value is None:
                continue
            try:
                accept(field, self.org.schema)(value)
            except Unfit as unfit:
                unreadable = unfit.problem.code == "JSON_PARSER_ERROR"
                why = f"{value!r} is no {field.type}" if unreadable else unfit.problem.message
                return f"{name}: {why}"
        return ""

    def _record(
        self, plan: _Plan, row: CsvRow, cells: Sequence[tuple[Target, str]], parents: "_Parents"
    ) -> dict[str, Any]:
        record = {target.field.name: parents.value(target, cell) for target, cell in cells if cell}
        key = record.get(self.columns.external_id)
        if key is None:
            raise _Unfit(f"{self.columns.external_id} is blank, so the row could not be known again")
        place = f"{plan.file.path.name}, line {row.line}"
        first = self.seen.setdefault(str(key).casefold(), place)
        if first != place:
            raise _Unfit(f"{self.columns.external_id} {key} stands at {first} already")
        return record

    def _constants(self) -> dict[str, Any]:
        """Give what every new record gets. Raises OrgError where a parent that it names is not there."""
        wanted = {target: {str(value)} for target, value in self.columns.constants if target.by}
        parents = _Parents(self.org, self.user_id, wanted)
        try:
            return {target.field.name: parents.value(target, value) for target, value in self.columns.constants}
        except _Unfit as unfit:
            raise OrgError(unfit.why, where=f"{self.columns.path}: constants") from None

    def _parents(self, rows: Iterable[Sequence[tuple[Target, str]]]) -> "_Parents":
        wanted: dict[Target, set[str]] = defaultdict(set)
        for target, cell in (one for cells in rows for one in cells):
            if target.by and cell:
                wanted[target].add(cell)
        return _Parents(self.org, self.user_id, wanted)


class _Unfit(Exception):  # noqa: N818 (an outcome, not an error)
    """A row cannot be a record."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class _Parents:
    """Records that rows refer to by a name or another field of theirs."""

    def __init__(self, org: LocalOrg, user_id: str, wanted: dict[Target, set[str]]) -> None:
        self._found: dict[tuple[Target, str], set[str]] = defaultdict(set)
        for target, values in wanted.items():
            for target_object in self._objects(org, target):
                text = f"SELECT Id, {target.by} FROM {target_object} WHERE {target.by} IN :values"  # noqa: S608 (checked names)
                for record in org.query(str(soql.parse(text).fill({"values": values})), user_id) if values else ():
                    self._found[target, str(record[target.by]).casefold()].add(record["Id"])

    @staticmethod
    def _objects(org: LocalOrg, target: Target) -> Iterator[str]:
        for name in target.field.reference_to:
            if org.schema.has(name) and org.schema.object(name).has(target.by):
                yield name

    def value(self, target: Target, value: Any) -> Any:
        """Give the value itself, or the id of the one parent that has it. Raises _Unfit for none, or several."""
        if not target.by:
            return value
        ids = self._found[target, str(value).casefold()]
        shown = f"{target.field.relationship} with {target.by} {value!r}"
        if not ids:
            raise _Unfit(f"there is no {shown}")
        if len(ids) > 1:
            raise _Unfit(f"there are {len(ids)} {shown}")
        return next(iter(ids))
