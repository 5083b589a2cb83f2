"""Definition files read: one file, or every YAML file of a folder, each checked by itself."""

from collections.abc import Iterable
from pathlib import Path

from upbeat.base import Place
from upbeat.base.files import DefinitionError, Problem, parse
from upbeat.localorg.definition_file.model import OrgDefinition

_LARGEST = 10_000_000  # bytes of a file


def load(paths: Iterable[Path]) -> list[OrgDefinition]:
    """Read definition files; a folder stands for its `*.yaml` files in their order.

    Raises DefinitionError with every mistake in all of them.
    """
    return read_texts([(str(file), _bytes(file)) for file in files_of(paths)])


def read_texts(texts: Iterable[tuple[str, bytes]]) -> list[OrgDefinition]:
    """Read definitions, each by its name and its bytes. Raises DefinitionError with every mistake in all of them."""
    found: list[OrgDefinition] = []
    problems: list[Problem] = []
    for name, raw in texts:
        try:
            found.append(parse(OrgDefinition, name, raw))
        except DefinitionError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)
    return found


def files_of(paths: Iterable[Path]) -> list[Path]:
    """Give the files that are meant: a folder stands for its `*.yaml` files. Raises DefinitionError for one of none."""
    return [file for path in paths for file in (_inside(path) if path.is_dir() else [path])]


def _inside(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise DefinitionError([Problem(Place(str(folder)), "the folder holds no .yaml file", "Name one that does.")])
    return files


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_LARGEST)
    except OSError as error:
        what = f"the definitions cannot be read: {error.strerror}"
        raise DefinitionError([Problem(Place(str(file)), what, "Name a definition file.")]) from error
