"""The schema's history: one module a step under `versions`, run in order by `store.migrate`."""
