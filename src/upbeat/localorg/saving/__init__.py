"""The save path: what happens to a batch of one object's rows between a client's call and the tables.

In Salesforce's order (Apex Developer Guide, Triggers and Order of Execution):

1. `taking`: read the record or begin a new one; take the client's values (name, type, format, length, picklist); fill
   defaults.
2. `checks`: refuse required fields that are blank; work out derived fields; look at references and unique fields;
   validation rules; duplicate rules.
3. `saver`: write.
4. `effects`: history, and what else follows; duplicates that a rule reports.

A row that fails a step goes no further, and is told every reason that its step found.
"""

from upbeat.localorg.saving.derived import Setting
from upbeat.localorg.saving.saver import Saver
from upbeat.localorg.saving.taking import touched

__all__ = ["Saver", "Setting", "touched"]
