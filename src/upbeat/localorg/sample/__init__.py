"""Acme, an invented company that lived a year in the org: people, accounts, leads, deals and their history.

```python
clock = ManualClock(sample.BEGAN)
org = LocalOrg(":memory:", clock=clock, time_zone=sample.TIME_ZONE)
ids = sample.build(org, clock, seed=7)
for act in sample.morning(seed=7):
    clock.move_to(act.at)
    sample.perform(org, [act], ids)
```
"""

from upbeat.localorg.sample.act import Act, Ref
from upbeat.localorg.sample.build import build, perform, set_up
from upbeat.localorg.sample.company import (
    BEGAN,
    CONNECTIONS,
    NOW,
    PEOPLE,
    QUEUE,
    TERRITORIES,
    TIME_ZONE,
    Connection,
    Person,
    Place,
    Territory,
)
from upbeat.localorg.sample.defects import Planted, plant
from upbeat.localorg.sample.governance import govern
from upbeat.localorg.sample.history import morning, year

__all__ = [
    "BEGAN",
    "CONNECTIONS",
    "NOW",
    "PEOPLE",
    "QUEUE",
    "TERRITORIES",
    "TIME_ZONE",
    "Act",
    "Connection",
    "Person",
    "Place",
    "Planted",
    "Ref",
    "Territory",
    "build",
    "govern",
    "morning",
    "perform",
    "plant",
    "set_up",
    "year",
]
