"""A folder that others put files into: each is taken once it is whole, and stays where it is.

The position holds what was seen of each file, under a digest of its path: a name may say what is nobody's business, of
a meeting that is not kept as well. A time alone would not do: a file that is moved or copied in keeps the
time that it had elsewhere, and would be passed over.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from upbeat.base import Clock
from upbeat.channels.capture.port import Batch, Piece, Position, SourceAwayError

SETTLES: Final = timedelta(seconds=10)  # a file that nobody wrote to for so long is whole
LARGEST: Final = 50_000_000  # bytes: an export of mail with its attachments; a day of talk is below one million
SIDECAR: Final = "meeting.json"  # who took part, beside a transcript that does not say it
TRANSCRIPT: Final = "transcript"  # what the transcript beside it may be called, whatever it ends in
DEEPEST: Final = 8  # folders within folders; an export has a year, a month and a call
_UNFINISHED: Final = re.compile(r"\.|~\$|.*(~|\.(part|partial|tmp|temp|crdownload|download|swp))$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _File:
    """A file that may be taken, by its path within the folder; `stamp` changes when it or its sidecar does."""

    path: str
    stamp: str
    size: int
    changed: datetime
    whole: bool
    sidecar: str


def is_own(path: str, *, sidecar: bool, transcript: bool) -> bool:
    """Whether a file is a conversation by itself: of a folder with a meeting.json the transcript alone is."""
    name = path.rpartition("/")[2]
    return not sidecar or _stem(path) == TRANSCRIPT or (name != SIDECAR and not transcript)


class Folder:
    """One folder, with those below it. Links are not followed."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Read nothing yet."""
        self._folder = folder
        self._clock = clock

    def close(self) -> None:
        """Hold nothing open."""

    def after(self, position: Position, most: int) -> Batch:
        """Give files that are whole, and are not as they were seen, by their paths."""
        found = {one.path: one for one in self._files()}
        known_by = {path: sha256(os.fsencode(path)).hexdigest() for path in found}
        seen = {key: position[key] for key in known_by.values() if key in position}
        new = sorted(path for path, one in found.items() if one.whole and seen.get(known_by[path]) != one.stamp)
        pieces = [piece for path in new[:most] if (piece := self._piece(found[path])) is not None]
        after = {**seen, **{known_by[one.name]: found[one.name].stamp for one in pieces}}
        return Batch(tuple(pieces), after, more=len(new) > most)

    def _piece(self, file: _File) -> Piece | None:
        """Read a file; None where it went or changed meanwhile, and the next look finds out."""
        if file.size > LARGEST:
            why = f"it has {file.size:,} bytes, and {LARGEST:,} are the most that is read"
            return Piece(f"{file.path}#{file.stamp}", file.path, b"", file.changed, broken=why)
        try:
            content = (self._folder / file.path).read_bytes()
            beside = {SIDECAR: (self._folder / file.sidecar).read_bytes()} if file.sidecar else {}
            if self._stamp(file.path, file.sidecar) != file.stamp:
                return None
        except FileNotFoundError:
            return None
        except OSError as error:
            why = f"it cannot be read: {error.strerror}"
            return Piece(f"{file.path}#{file.stamp}", file.path, b"", file.changed, broken=why)
        inside = sha256(b"".join([content, *beside.values()])).hexdigest()
        return Piece(f"{file.path}#{inside[:16]}", file.path, content, file.changed, beside)

    def _files(self) -> Iterator[_File]:
        try:
            found = dict(_walk(self._folder, "", DEEPEST))
        except OSError as error:
            what = f"the folder cannot be read: {error.strerror}"
            raise SourceAwayError(
                what, where=str(self._folder), fix="Make it, or name another in capture.yaml."
            ) from None
        now = self._clock.now()
        transcripts = {os.path.dirname(path) for path in found if _stem(path) == TRANSCRIPT}  # noqa: PTH120  no Path
        for path, status in found.items():
            below = os.path.dirname(path)  # noqa: PTH120  a path within the folder, and no Path
            beside = f"{below}/{SIDECAR}" if below else SIDECAR
            belongs = beside if beside in found else ""
            if not is_own(path, sidecar=bool(belongs), transcript=below in transcripts):
                continue
            stats = [status, *([found[belongs]] if belongs else [])]
            changed = datetime.fromtimestamp(max(one.st_mtime for one in stats), UTC)
            whole = not now - SETTLES < changed <= now  # a time to come was set by hand: nobody writes there now
            yield _File(path, _stamp_of(stats), status.st_size, changed, whole, belongs)

    def _stamp(self, *paths: str) -> str:
        return _stamp_of([(self._folder / one).stat() for one in paths if one])


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _stamp_of(stats: list[os.stat_result]) -> str:
    return " ".join(f"{one.st_mtime_ns}:{one.st_size}" for one in stats)


def _walk(folder: Path, below: str, deep: int) -> Iterator[tuple[str, os.stat_result]]:
    """Give every plain file whose name says that it is finished, by its path within the folder."""
    with os.scandir(folder / below) as entries:
        for one in sorted(entries, key=lambda entry: entry.name):
            path = f"{below}/{one.name}" if below else one.name
            if _UNFINISHED.match(one.name):
                continue
            if one.is_dir(follow_symlinks=False) and deep:
                yield from _walk(folder, path, deep - 1)
            elif one.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError):  # it went meanwhile
                    yield path, one.stat(follow_symlinks=False)
