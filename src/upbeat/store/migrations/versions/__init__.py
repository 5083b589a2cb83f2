"""The steps. `tools/new_migration.py` drafts the next one from a change of `store.tables`."""
