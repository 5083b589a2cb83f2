"""A process that has Upbeat loaded and forks a command for each line that it reads: a start is cheap, a kill is real.

A line is JSON: `args` of the command line, the folder `cwd` and the text `stdin`, and what else there is, or 0:
`limit`, in bytes, of the files that it writes; `patience`, in seconds, with a store that others hold; `die_at`, the
boundary at which it kills itself with SIGKILL. The answer is a line too: how the command ended, what it printed, and
how many boundaries it crossed where it lived. With `into`, a folder for what it prints, it is not waited for: the
answer is its `pid`, and a later line with that `pid` waits for its end.
"""

import gc
import json
import os
import resource
import signal
import sys
import tempfile
import traceback
from contextlib import redirect_stdout
from pathlib import Path
from typing import IO, Any

from boundaries import Boundaries  # it stands beside this program
from statements import compile_once  # the same
from upbeat.cli import app
from upbeat.store import Store
from upbeat.testing import House


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


def fork(asked: dict[str, Any], out: IO[bytes], err: IO[bytes], tell: int) -> int:
    """Begin a command in a fork, and give its process."""
    child = os.fork()
    if child == 0:
        with tempfile.TemporaryFile() as given:
            given.write(asked["stdin"].encode())
            given.seek(0)
            for number, file in enumerate((given, out, err)):
                os.dup2(file.fileno(), number)
        sys.stdin = os.fdopen(0, encoding="utf-8")
        try:
            code = run(asked, tell)
        except Exception:  # noqa: BLE001  a traceback, as the command line itself would print it
            traceback.print_exc()
            code = 70
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return child


def whole(asked: dict[str, Any]) -> dict[str, Any]:
    """Run one command in a fork, and give what became of it."""
    hear, tell = os.pipe()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = fork(asked, out, err, tell)
        os.close(tell)
        code = ended(child)
        crossed = os.read(hear, 100)
        os.close(hear)
        texts = [file.seek(0) or file.read().decode() for file in (out, err)]
    return {"code": code, "crossed": int(crossed or 0), "out": texts[0], "err": texts[1]}


def ended(child: int) -> int:
    """Wait for a process, and give how it ended."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Do what a line asks."""
    if "pid" in asked:
        return {"code": ended(asked["pid"])}
    if "into" not in asked:
        return whole(asked)
    into = Path(asked["into"])
    with (into / "out").open("wb") as out, (into / "err").open("wb") as err, Path(os.devnull).open("wb") as nobody:
        return {"pid": fork(asked, out, err, nobody.fileno())}


def warm() -> None:
    """Have a lead routed in this process: what an engine builds at its first use, forks have from the start."""
    compile_once()
    with redirect_stdout(sys.stderr), House(only=["route-inbound-leads"]) as house:  # standard output is for answers
        house.promote("route-inbound-leads")
        house.create("Lead", LastName="Rossi", Company="Contoso")
        house.play()


def main() -> None:
    """Serve until standard input ends."""
    warm()
    gc.collect()
    gc.freeze()  # no fork looks through what is loaded, or copies it
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
