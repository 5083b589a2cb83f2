"""Compile the hashed requirements from pyproject.toml: `make lock`, or `python tools/lock.py [--upgrade]`.

Needs uv on the path or beside this Python. Versions already locked stay, unless `--upgrade` is given or
pyproject.toml no longer allows them. The files name no index and no place, so they install from any mirror.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEADER = "# Compiled from pyproject.toml by `make lock`, for Python 3.11 and later on every system. Do not edit.\n"
FILES = {  # in this order: each holds to the versions of those before it
    "base.txt": ["pyproject.toml"],
    "build.txt": ["--group=pyproject.toml:build"],
    "dev.txt": [
        *("pyproject.toml", "--extra=dev", "--group=pyproject.toml:build"),
        *("--constraints=requirements/base.txt", "--constraints=requirements/build.txt"),
    ],
    "bench.txt": ["pyproject.toml", "--extra=bench", "--constraints=requirements/dev.txt"],
}
COMPILE = [
    *("pip", "compile", "--quiet", "--universal", "--python-version=3.11", "--generate-hashes"),
    *("--no-annotate", "--no-header"),
]
A_LINE = re.compile(r"[a-z0-9.-]+(\[[a-z0-9,-]+\])?==\S+( ; [^:/]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")


def main() -> None:
    """Write every file, or say which line does not belong into one."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        sys.exit("The lock is compiled by uv, which is not here.\n  Run: .venv/bin/python -m pip install uv")
    for name, asked in FILES.items():
        path = ROOT / "requirements" / name
        command = [uv, *COMPILE, f"--output-file={path}", *sys.argv[1:], *asked]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - a command of our own
        lines = path.read_text().splitlines()
        if odd := [line for line in lines if not A_LINE.fullmatch(line)]:
            sys.exit(f"{path} holds more than names, versions and hashes: {odd[0]}")
        path.write_text(HEADER + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
