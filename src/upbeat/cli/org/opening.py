"""The org's file as a command names it: opened, with the two clients let in that Upbeat connects as."""

from collections.abc import Generator
from contextlib import contextmanager
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

File = Annotated[Path, typer.Option("--file", help="Where the org is kept; a new file becomes an empty org.")]
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
def opened(file: Path, zone: str = "UTC", clock: Clock | None = None) -> Generator[LocalOrg]:
    """Open the org, an org of its own id where the file is new, and let the two clients in that Upbeat connects as."""
    org_id = "" if file.exists() else _ID + "".join(choice(ascii_letters + digits) for _ in range(15 - len(_ID)))
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
