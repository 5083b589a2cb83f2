"""Settings and wiring: a workspace's folder becomes an opened house."""

from upbeat.app.folder import connect_local, copy_definitions, keep_secret
from upbeat.app.process import collect_rarely, configure_logs
from upbeat.app.workspace import DEMO, SETTINGS, NoWorkspaceError, Workspace, code_version, find_workspace

__all__ = [
    "DEMO",
    "SETTINGS",
    "NoWorkspaceError",
    "Workspace",
    "code_version",
    "collect_rarely",
    "configure_logs",
    "connect_local",
    "copy_definitions",
    "find_workspace",
    "keep_secret",
]
