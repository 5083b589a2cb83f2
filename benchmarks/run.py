"""Run the benchmarks, one process each: `make bench`, or `make bench ARGS=formula` for those whose name has it."""

import os
import platform
import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Say what this machine is, then run each bench_*.py of this folder in the order of their names."""
    wanted = sys.argv[1:] or [""]
    programs = [
        program
        for program in sorted(Path(__file__).parent.glob("bench_*.py"))
        if any(word in program.stem for word in wanted)
    ]
    if not programs:
        sys.exit(f"no benchmark is named {' or '.join(wanted) or 'bench_*.py'}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}")
    failed: list[str] = []
    for program in programs:
        print(f"\n── {program.stem} ──", flush=True)
        if subprocess.run([sys.executable, program], check=False).returncode:
            failed.append(program.stem)
    if failed:
        sys.exit(f"\nfailed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
