"""Saved files in the history of the repository that holds them, in the name of whoever saved them.

Only these files are committed, whatever else is changed or staged there. A workspace that is in no repository, or whose
repository refuses, keeps its files all the same: the answer says what happened.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from upbeat.workflows import Person

Done = subprocess.CompletedProcess[str]

_SECONDS: Final = 20.0
_ROLES: Final = ("AUTHOR", "COMMITTER")
_OWN: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")  # of a repository that we may have been started in


def commit(folder: Path, paths: Sequence[str], person: Person, message: str) -> str:
    """Commit files of a folder, by their paths in it; say what came of it, nothing where there is no repository."""
    program = shutil.which("git")
    if program is None or _git(program, folder, ["rev-parse", "--is-inside-work-tree"], {}).stdout.strip() != "true":
        return ""
    called, mail = person.name or person.username, person.email or person.username
    name = {f"GIT_{who}_NAME": called for who in _ROLES} | {f"GIT_{who}_EMAIL": mail for who in _ROLES}
    adds = ["add", "--", *paths]
    for arguments in (adds, ["commit", "--quiet", "--no-gpg-sign", "--only", "-m", message, "--", *paths]):
        done = _git(program, folder, arguments, name)
        if done.returncode:
            said = next(iter((done.stderr or done.stdout).strip().splitlines()), "it gave no reason")
            return f"It is not committed: git says {said}"
    found = _git(program, folder, ["rev-parse", "--short", "HEAD"], name).stdout.strip()
    return f"Committed as {found}, in the name of {called}."


def _git(program: str, folder: Path, arguments: Sequence[str], name: Mapping[str, str]) -> Done:
    around: dict[str, str] = {key: one for key, one in os.environ.items() if key not in _OWN}
    try:
        return subprocess.run(  # noqa: S603  git itself, without a shell; a path stands behind `--`
            [program, *arguments],
            cwd=folder,
            env={**around, **name, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(arguments, 1, "", f"nothing for {_SECONDS:.0f} seconds")
