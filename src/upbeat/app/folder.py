"""A workspace's folder while it is made: the shipped files, secrets for their owner alone, upbeat.yaml."""

import shutil
from pathlib import Path

from upbeat.base import write_private
from upbeat.workflows import PLAYBOOKS

_LOCAL = """\
# On a local org: an invented one, on this machine.
org:
  login_url: {url}
  reading: {{client_id: {reading}, secret_file: secrets/reader}}
  writing: {{client_id: {writing}, secret_file: secrets/writer}}
{stream}poll_every: {poll_every}
"""

Client = tuple[str, str]  # its id and its secret


def copy_definitions(folder: Path, source: Path = PLAYBOOKS) -> None:
    """Copy workflows, agents, policy and pools into a workspace; the shipped ones where no other `source` is named."""
    for part in ("workflows", "agents", "routing"):
        (folder / part).mkdir(parents=True, exist_ok=True)
        for file in sorted((source / part).glob("*.yaml")):
            shutil.copy(file, folder / part)
    shutil.copy(source / "policy.yaml", folder)


def connect_local(
    folder: Path, url: str, reading: Client, writing: Client, poll_every: str = "1 second", stream: str = ""
) -> None:
    """Write upbeat.yaml for a local org at `url`, and the secrets of the two clients that it names.

    `stream` is where the org streams its changes; they are polled where it is left out.
    """
    keep_secret(folder / "secrets" / "reader", reading[1])
    keep_secret(folder / "secrets" / "writer", writing[1])
    told = f"  stream: {stream}\n" if stream else ""
    text = _LOCAL.format(url=url, reading=reading[0], writing=writing[0], stream=told, poll_every=poll_every)
    (folder / "upbeat.yaml").write_text(text, encoding="utf-8")


def keep_secret(file: Path, secret: str) -> None:
    """Write a secret where only its owner reads it."""
    write_private(file, secret.encode())
