"""How commands find the org that is being served: a small file beside the org's, with its addresses and the key."""

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from upbeat.base import UpbeatError, decode, encode
from upbeat.base.files import DefinitionError, Problem

_PATIENCE = 120.0  # seconds; an export of a large org takes its time


@dataclass(frozen=True, slots=True)
class Control:
    """What a start leaves behind for other commands: where it answers, to whom, and which process it is."""

    pid: int
    url: str
    stream: str
    admin: str
    key: str

    def ask(self, what: str, **body: Any) -> Any:
        """Ask the served org for something. Raises UpbeatError as the org does."""
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = httpx2.post(f"{self.admin}/upbeat/{what}", content=encode(body), headers=headers, timeout=_PATIENCE)
        content = decode(answer.content)
        if "problems" in content:
            raise DefinitionError(msgspec.convert(content["problems"], list[Problem]))
        if "error" in content:
            error = content["error"]
            raise UpbeatError(error["what"], where=error.get("where", ""), fix=error.get("fix", ""))
        return content["result"]


def place_of(file: Path) -> Path:
    """Give where the start of an org leaves its control file."""
    return file.with_name(f"{file.name}.served")


@contextmanager
def kept(file: Path, control: Control) -> Generator[None]:
    """Leave the control file while the org is served, where only its owner reads it."""
    path = place_of(file)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(encode(control))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def served(file: Path) -> Control | None:
    """Give the start that serves an org, or None where nobody does. What a killed one left behind is taken away."""
    path = place_of(file)
    try:
        control = decode(path.read_bytes(), Control)
        control.ask("info")
    except FileNotFoundError:
        return None
    except (httpx2.TransportError, msgspec.MsgspecError, UpbeatError):
        path.unlink(missing_ok=True)
        return None
    return control


def wait_until_gone(file: Path, seconds: float = 15.0) -> bool:
    """Wait until a start has taken its control file away, and give whether it did."""
    ends = time.monotonic() + seconds
    while place_of(file).exists() and time.monotonic() < ends:
        time.sleep(0.05)
    return not place_of(file).exists()
