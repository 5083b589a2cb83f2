"""The save path: what happens to a batch of one object's rows between a client's call and the tables.

In Salesforce's order (Apex Developer Guide, Triggers and Order of Execution):

1. `taking`: read the record or begin a new one. Take the client's values, each checked by itself: name, type, format,
   length, picklist, record type (`kinds`). Fill defaults.
2. `checks`, each for the rows that passed those before it: the record's currency; required fields that are blank; what
   the org works out (`derived`); references; unique fields; validation rules; duplicate rules.
3. `saver`: count up numbers (`numbers`) and write.
4. `effects`: history, stage history, last activity; then what a duplicate rule reports. The journal, from which change
   events are told, has all of it in one transaction.

A row that fails a step goes no further, and is told everything that the step found: all values that do not fit, all
required fields that are blank, all rules that are broken, all duplicate rules. Of unique fields the first is told, as a
database tells it.
"""

from upbeat.localorg.saving.derived import Setting
from upbeat.localorg.saving.saver import Saver, named_id
from upbeat.localorg.saving.taking import touched

__all__ = ["Saver", "Setting", "named_id", "touched"]
