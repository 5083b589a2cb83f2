"""A process that has Upbeat loaded and forks an engine for each line that it reads: a start is cheap, a kill is real.

A line is JSON: `args` of the command line, and `die_at`, the boundary at which the engine kills itself with SIGKILL, or
0. The answer is a line too: how the engine ended, and how many boundaries it crossed where it lived.
"""

import json
import os
import signal
import sys

from boundaries import Boundaries  # it stands beside this program

from upbeat.cli import app


def engine(args: list[str], die_at: int, tell: int) -> int:
    """Run one command in this fork, and tell through a pipe how many boundaries it crossed."""
    boundaries = Boundaries(lambda: os.kill(os.getpid(), signal.SIGKILL), die_at)
    code: object = 0
    with boundaries.watched():
        try:
            app(args)
        except SystemExit as end:
            code = end.code
    os.write(tell, str(boundaries.crossed).encode())
    return int(bool(code))


def main() -> None:
    """Serve until standard input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        hear, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(hear)
            os.dup2(2, 1)  # standard output is for our answers alone
            os._exit(engine(asked["args"], asked["die_at"], tell))
        os.close(tell)
        _, status = os.waitpid(child, 0)
        crossed = os.read(hear, 100)
        os.close(hear)
        answer = {"code": os.waitstatus_to_exitcode(status), "crossed": int(crossed or 0)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
