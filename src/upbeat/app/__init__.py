"""Settings and wiring: a workspace's folder becomes an opened house."""

from upbeat.app.workspace import DEMO, SETTINGS, NoWorkspaceError, Workspace, code_version, find_workspace

__all__ = ["DEMO", "SETTINGS", "NoWorkspaceError", "Workspace", "code_version", "find_workspace"]
