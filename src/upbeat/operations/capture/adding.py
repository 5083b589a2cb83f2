"""Taking in files of this machine: transcripts, mails, calendars, in whatever folders they lie."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from upbeat.conversation import Conversation
from upbeat.operations.capture.ground import Ground
from upbeat.operations.capture.pieces import Left, files_of, read_file
from upbeat.operations.capture.taking import Taken, note_left, take
from upbeat.operations.house import House, Refused

_PORTION: Final = 100  # files that are read before what is in them is taken
Progress = Callable[[int, int], None]  # files so far, and of how many


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding files: what was taken, and what was left with why."""

    taken: Taken
    left: tuple[Left, ...]


def add(house: House, paths: Sequence[Path], *, by: str = "", progress: Progress = lambda _done, _whole: None) -> Added:
    """Take in every conversation in files and folders. Raises Refused where one is not there, or holds no file."""
    for path in paths:
        if not path.exists():
            raise Refused(
                "there is no such file or folder", where=str(path), fix="Name transcripts, mails or calendars."
            )
    files = [file for path in paths for file in files_of(path)]
    if not files:
        fix = "Give transcripts (.vtt, .srt, .json, .txt, .docx, .pdf), mails (.eml) or calendars (.ics)."
        raise Refused("there is nothing that can be captured", where=str(paths[0]) if paths else "", fix=fix)
    ground, now, taken, left = Ground.of(house), house.clock.now(), Taken(), list[Left]()
    for start in range(0, len(files), _PORTION):
        talks = list[Conversation]()
        fresh, read = list[Left](), list[str]()
        for file in files[start : start + _PORTION]:
            found = read_file(file, ground.window, now)
            talks += found.talks
            fresh += found.left
            read += [str(file)] if found.talks else []
        taken += take(house, talks, by=by)
        note_left(house, fresh, read)
        left += fresh
        progress(min(start + _PORTION, len(files)), len(files))
    return Added(taken, tuple(left))
