"""Clients in processes of their own: a script each, which prints a row a line."""

import json
import os
import subprocess
import sys
from typing import Final

from conformance.org import APP, NODE, SECRET, Judged
from conformance.verdicts import Row

_LONGEST: Final = 180  # seconds for all rows of a script


def rows(client: str, script: str, org: Judged) -> list[Row]:
    """Run a script beside this module, and give the rows that it prints; a script that breaks off is a row too."""
    asked = {
        "url": org.url,
        "stream": org.stream,
        "token": org.token(),
        "org": org.id,
        "username": org.username,
        "user_id": org.user_id,
        "tasks": org.tasks,
        "app": APP,
        "secret": SECRET,
        "ca_file": str(org.ca_file),
        "key": org.key_file.read_text("ascii"),
    }
    trust = {"NODE_EXTRA_CA_CERTS": str(org.ca_file)} if org.ca_file else {}
    words = [sys.executable, "-m", script]
    if script.endswith(".mjs"):
        words = [str(NODE / "node_modules/.bin/node"), str(NODE / script)]
    done = subprocess.run(  # noqa: S603 - a script of the harness's own
        words,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(NODE.parent), "JUDGED": json.dumps(asked), **trust},
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    found = [Row(client, **json.loads(line)) for line in done.stdout.splitlines()]
    if done.returncode:
        found.append(Row(client, "runs to its end", 0, done.stderr[-500:]))
    return found
