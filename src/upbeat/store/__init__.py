"""Our own database: where it is, how it is opened, what its tables are. It holds no business rules.

`Store.open` makes, migrates and opens it; `writing` and `reading` hand out transactions; `EngineLock` lets one
engine run on it; `control` is the stop switch, `connection` whether people left the org; `tables` is the shape;
`holds` searches a text.
"""

from upbeat.store import connection, control, tables
from upbeat.store.errors import StoreError
from upbeat.store.holding import holds
from upbeat.store.lock import EngineLock, Holder
from upbeat.store.store import Store

__all__ = ["EngineLock", "Holder", "Store", "StoreError", "connection", "control", "holds", "tables"]
