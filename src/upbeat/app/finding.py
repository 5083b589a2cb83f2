"""Which workspace somebody means: the one that they named, the one they stand in, or the demo's."""

from pathlib import Path

from upbeat.base import UpbeatError

SETTINGS = "upbeat.yaml"
DEMO = "upbeat-demo"  # the folder that the demo makes, found without being named


class NoWorkspaceError(UpbeatError):
    """There is no upbeat.yaml where one was looked for."""


def find_workspace(named: Path | None, here: Path) -> Path:
    """Give the workspace that was named, else the one `here`, else the demo's. Raises NoWorkspaceError."""
    tried = [named] if named is not None else [here, here / DEMO]
    for folder in tried:
        if (folder / SETTINGS).is_file():
            return folder
    raise NoWorkspaceError(
        f"there is no {SETTINGS}",
        where=str(tried[0]),
        fix="Go to the workspace's folder, name it with --dir, or make one: `upbeat init FOLDER`, `upbeat demo`.",
    )
