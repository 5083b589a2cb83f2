"""Files that their owner alone may read: secrets and keys."""

import errno
import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Final, TextIO

from upbeat.base.errors import UpbeatError

_MAKING: Final = Lock()  # one thread at a time makes a file, so that no other has it open when it is closed


def read_private(file: Path, what: str, fix: str) -> bytes:
    """Give what a secret file holds; `what` is what it is: `the secret`.

    Raises UpbeatError where it cannot be read, with `fix`, or where other users could read it too.
    """
    try:
        if file.stat().st_mode & 0o077:
            raise UpbeatError(f"{what} is open to other users", where=str(file), fix=f"Run `chmod 600 {file}`.")
        return file.read_bytes()
    except OSError as error:
        raise UpbeatError(f"{what} cannot be read: {error.strerror}", where=str(file), fix=fix) from error


def new_private(file: Path) -> TextIO:
    """Open a new text file for its owner alone, in UTF-8, with line ends as they are written.

    Raises FileExistsError where there is one.
    """
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="")


def write_private(file: Path, content: bytes) -> None:
    """Put a file in the place of what was there, whole or not at all, for its owner alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def hold_private(file: Path) -> None:
    """See that the file of a database is there, and that only its owner reads it. Raises OSError where it cannot be.

    One that is there is never opened: where a process closes any descriptor of a file, POSIX drops all its locks on
    it, SQLite's own among them, and another process then takes the log away under a connection that stands open.
    """
    with suppress(FileExistsError), _MAKING:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    if not os.access(file, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
    if file.stat().st_mode & 0o077:
        file.chmod(0o600)
