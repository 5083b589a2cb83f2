"""An org with changes to tell, served in a process of its own: prints its addresses.

A number on standard input makes it create so many leads more and say so.
"""

import json
import sys
from pathlib import Path

from upbeat.base import SystemClock
from upbeat.localorg import LocalOrg, Server, StreamServer
from upbeat.localorg.stream.subscription import Rhythm

CHUNK = 200
USER = "bench@acme.example"

org = LocalOrg(Path(sys.argv[1]), clock=SystemClock())
user = org.user(USER, last_name="Bench")
org.client_credentials("bench", "secret", USER)
with Server(org) as server, StreamServer(org, rhythm=Rhythm(keepalive=0.2)) as stream:
    print(json.dumps({"url": server.url, "stream": stream.address}), flush=True)
    for line in sys.stdin:
        for _ in range(0, int(line), CHUNK):
            rows = [
                {
                    "LastName": f"Lead {number}",
                    "Company": f"Company {number}",
                    "Email": f"lead{number}@company.example",
                    "Country": "United States",
                    "City": "Chicago",
                }
                for number in range(CHUNK)
            ]
            org.create("Lead", rows, user)
        print("done", flush=True)
org.close()
