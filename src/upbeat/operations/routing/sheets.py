"""A pool's members and territories as tables for a spreadsheet, and taken back into the files that say who they are.

What is taken back counts when it is published, as every edit of a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from upbeat.base import nearest
from upbeat.base.files import DefinitionError
from upbeat.operations.house import Refused
from upbeat.workflows import Difference, PoolDefinition, differences, load, sheets, with_sheet

_ENCODING = "utf-8-sig"  # the mark in front by which spreadsheets know UTF-8


@dataclass(frozen=True, slots=True)
class Exported:
    """A table that was written: which part of the pool, where, how many rows."""

    part: str
    file: Path
    rows: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What a table changes in a pool, and the files that say so then, by their paths in the workspace."""

    pool: str
    part: str
    differences: tuple[Difference, ...]
    files: Mapping[str, bytes]


def export_pool(folder: Path, name: str, to: Path) -> list[Exported]:
    """Write a pool's tables into a folder. Raises Refused where a file of the name is there and says something else."""
    made = [(one, to / one.file, one.text.encode(_ENCODING)) for one in sheets(written_pool(folder, name))]
    for _, file, raw in made:
        if file.exists() and file.read_bytes() != raw:
            fix = "Name another folder with --to, or take the file away."
            raise Refused("a file of this name is there, and says something else", where=str(file), fix=fix)
    to.mkdir(parents=True, exist_ok=True)
    for _, file, raw in made:
        file.write_bytes(raw)
    return [Exported(one.part, file, one.rows) for one, file, _ in made]


def draft_import(folder: Path, name: str, file: Path) -> Imported:
    """Say what a table changes in a pool, and write nothing. Raises DefinitionError with what is wrong in the table."""
    pool = written_pool(folder, name)
    edit = with_sheet(pool, file.name, file.read_bytes())
    return Imported(name, edit.part, tuple(differences(pool, edit.pool)), edit.files)


def keep_import(folder: Path, draft: Imported) -> None:
    """Write the files of an import."""
    for path, raw in draft.files.items():
        (folder / path).write_bytes(raw)


def written_pool(folder: Path, name: str) -> PoolDefinition:
    """Give a pool as the files have it. Raises Refused where there is none, DefinitionError where it cannot be read."""
    found = load(folder)
    name = name.removeprefix("pool/")
    if wrong := found.unread.get(f"routing/{name}.yaml"):
        raise DefinitionError(wrong)
    if name not in found.pools:
        close = nearest(name, found.pools)
        there = f"There are: {', '.join(found.pools)}." if found.pools else "Write routing/NAME.yaml."
        raise Refused(f"there is no pool {name}", fix=f"Did you mean {close}?" if close else there)
    return found.pools[name]
