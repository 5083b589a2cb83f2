"""The sample company's org in a process of its own, so that org and engine have a core each: prints its address.

`org_process.py FILE [REPS]`: with so many more sales reps, `rep.0@acme.example` and on.
"""

import sys
from pathlib import Path

from upbeat.base import ManualClock, SystemClock
from upbeat.cli.demo import Switched
from upbeat.localorg import LocalOrg, Server, sample

file = Path(sys.argv[1])
manual = ManualClock(sample.BEGAN)
clock = Switched(manual)
org = LocalOrg(file, clock=clock, time_zone=sample.TIME_ZONE)
sample.build(org, manual)
for number in range(int(sys.argv[2]) if len(sys.argv) > 2 else 0):
    org.user(f"rep.{number}@acme.example", last_name=f"Rep {number}", profile="Standard User")
clock.clock = SystemClock()
with Server(org) as server:
    print(server.url, flush=True)
    sys.stdin.read()  # ends when the benchmark does
org.close()
