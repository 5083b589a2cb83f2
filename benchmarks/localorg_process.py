"""An org with validation rules, served in a process of its own: prints its address, and on request what memory it has.

With a second argument it begins with so many leads, put into its table as they are stored.
"""

import json
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from localorg_rows import RULES, USER, lead

from upbeat.base import SystemClock
from upbeat.localorg import LocalOrg, Server

CHUNK = 10_000

org = LocalOrg(Path(sys.argv[1]), clock=SystemClock())
user = org.user(USER, last_name="Bench", profile="System Administrator")
org.client_credentials("bench", "secret", USER)
org.define(rules=RULES)
wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 0
if wanted:
    (one,) = org.create("Lead", [lead(0)], user)
    columns = [row[1] for row in org._storage.execute('PRAGMA table_info("Lead")')]
    (stored,) = org._storage.execute('SELECT * FROM "Lead" WHERE "Id" = ?', (one.id,))
    row = dict(zip(columns, stored, strict=True))
    for start in range(1, wanted, CHUNK):
        many = range(start, min(start + CHUNK, wanted))
        with org.transaction():
            ids = org._storage.new_ids("00Q", len(many))
            org._storage.insert(
                "Lead", [{**row, "Id": key, "Email": lead(n)["Email"]} for key, n in zip(ids, many, strict=True)]
            )
            org.journal.drop()
with Server(org) as server:
    print(json.dumps({"url": server.url}), flush=True)
    for _ in sys.stdin:
        print(getrusage(RUSAGE_SELF).ru_maxrss, flush=True)
org.close()
