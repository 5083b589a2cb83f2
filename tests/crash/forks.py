"""A process that has Upbeat loaded and forks an engine for each line that it reads: a start is cheap, a kill is real.

A line is JSON: `args` of the command line and the folder `cwd`, and what else there is, or 0: `limit`, in bytes, of the
files that it writes; `patience`, in seconds, with a store that others hold; `die_at`, the boundary at which it kills
itself with SIGKILL. The answer is a line too: how the command ended, what it printed, and how many boundaries it
crossed where it lived.
"""

import json
import os
import resource
import signal
import sys
import tempfile
import traceback
from typing import Any

from boundaries import Boundaries  # it stands beside this program

from upbeat.cli import app
from upbeat.store import Store


def run(asked: dict[str, Any], tell: int) -> int:
    """Run one command in this fork, and tell through a pipe how many boundaries it crossed."""
    os.chdir(asked["cwd"])
    if asked["limit"]:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["limit"], asked["limit"]))
    if asked["patience"]:
        Store.open.__func__.__kwdefaults__["wait"] = asked["patience"]  # type: ignore[attr-defined]
    boundaries = Boundaries(lambda: os.kill(os.getpid(), signal.SIGKILL), asked["die_at"])
    code: object = 0
    with boundaries.watched():
        try:
            app(asked["args"])
        except SystemExit as end:
            code = end.code
    os.write(tell, str(boundaries.crossed).encode())
    return int(code) if isinstance(code, int) else bool(code)


def fork(asked: dict[str, Any]) -> dict[str, Any]:
    """Run one command in a fork, and give what became of it."""
    hear, tell = os.pipe()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.close(hear)
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            try:
                code = run(asked, tell)
            except Exception:  # noqa: BLE001  a traceback, as the command line itself would print it
                traceback.print_exc()
                code = 70
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        os.close(tell)
        _, status = os.waitpid(child, 0)
        crossed = os.read(hear, 100)
        os.close(hear)
        texts = [file.seek(0) or file.read().decode() for file in (out, err)]
    return {"code": os.waitstatus_to_exitcode(status), "crossed": int(crossed or 0), "out": texts[0], "err": texts[1]}


def main() -> None:
    """Serve until standard input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(fork(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
