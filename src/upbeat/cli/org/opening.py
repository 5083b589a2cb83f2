"""The org's file as a command names it: opened, with the two clients let in that Upbeat connects as."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import choice, token_urlsafe
from string import ascii_letters, digits
from typing import Annotated

import typer

from upbeat.app import keep_secret
from upbeat.base import Clock, SystemClock, UpbeatError
from upbeat.localorg import LocalOrg
from upbeat.localorg.rights import READING, WRITING

_CLIENTS = {
    "reader": READING,
    "writer": WRITING,
}  # the integration users that Upbeat connects as: one reads, one writes
_ID = "00DLo"  # how the id of a local org begins
_PROFILE = "Minimum Access - API Only Integrations"

File = Annotated[Path, typer.Option("--file", help="Where the org is kept.")]
AnyFile = Annotated[Path, typer.Option("--file", help="Where the org is kept; a new file becomes an empty org.")]
NewFile = Annotated[Path, typer.Option("--file", help="Where the org will be kept: a file that is not there yet.")]
Zone = Annotated[str, typer.Option("--time-zone", help="The time zone of a new org.")]


@contextmanager
def existing(file: Path) -> Generator[LocalOrg]:
    """Open an org as it is, with nothing added. Raises UpbeatError where there is none yet."""
    if not file.exists():
        raise UpbeatError(
            "there is no org yet",
            where=str(file),
            fix=f"Make one: upbeat org seed --file {file}, or an empty one: upbeat org start --file {file}",
        )
    org = LocalOrg(file, clock=SystemClock())
    try:
        yield org
    finally:
        org.close()


@contextmanager
def taken_back(file: Path) -> Generator[Callable[[], None]]:
    """Take away what was made of a new org where the command fails: its file, and what lies beside it.

    From the call of what it gives, the org stays whatever happens. An org that was there before always stays.
    """
    stays = False

    def keep() -> None:
        nonlocal stays
        stays = True

    secrets = file.parent / "secrets"
    made = [file.with_name(file.name + end) for end in ("-wal", "-shm", ".ca.pem")]
    made = [one for one in (*made, *(secrets / one for one in _CLIENTS), secrets) if not one.exists()]
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # so that it is surely this command's own
    except OSError:
        keep()
    try:
        yield keep
    except BaseException:
        if not stays:
            for one in (file, *made):
                with suppress(OSError):  # a folder that holds more stays
                    one.rmdir() if one == secrets else one.unlink()
        raise


@contextmanager
def opened(file: Path, zone: str = "UTC", clock: Clock | None = None) -> Generator[LocalOrg]:
    """Open the org, one of its own id where the file is new or empty, and let Upbeat's two clients in."""
    is_new = not file.exists() or not file.stat().st_size
    org_id = _ID + "".join(choice(ascii_letters + digits) for _ in range(15 - len(_ID))) if is_new else ""
    org = LocalOrg(file, clock=clock or SystemClock(), org_id=org_id, name=file.stem, time_zone=zone)
    try:
        for one, permission_set in _CLIENTS.items():
            secret_file, username = file.parent / "secrets" / one, f"upbeat.{one}@{org.id.casefold()}.example"
            if not secret_file.exists():
                keep_secret(secret_file, token_urlsafe(32))
            org.rights.connect(permission_set, org.user(username, last_name=f"Upbeat {one}", profile=_PROFILE))
            org.client_credentials(f"upbeat-{one}", secret_file.read_text(encoding="utf-8"), username)
        yield org
    finally:
        org.close()
