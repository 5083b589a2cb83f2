"""The ids of what an admin made, and who made and changed it when: fields, objects, rules and automation have both."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from upbeat.base import decode, encode
from upbeat.localorg.storage import Storage

Key = tuple[str, str]  # ("CustomField", "Lead.Score__c")

PREFIXES: Final = {
    "ApexTrigger": "01q",
    "CustomField": "00N",
    "CustomObject": "01I",
    "Flow": "300",
    "ValidationRule": "03d",
    "WorkflowFieldUpdate": "04Y",
    "WorkflowRule": "01Q",
}
"""Kind → the key prefix of its ids; a flow's is that of its definition."""


@dataclass(frozen=True, slots=True)
class Component:
    """One of them: an 18-character id, moments as the org stores them, users by id."""

    id: str
    created_at: str
    created_by: str
    changed_at: str
    changed_by: str


class Components:
    """What is known of each, kept in the org's file."""

    def __init__(self, storage: Storage) -> None:
        """Read what this storage keeps."""
        self._storage = storage
        rows: list[tuple[str]] = storage.execute("SELECT value FROM \"_facts\" WHERE key='components'")
        kept = decode(rows[0][0], list[tuple[str, str, Component]]) if rows else []
        self._known: dict[Key, Component] = {(kind, name): one for kind, name, one in kept}

    def __getitem__(self, key: Key) -> Component:
        """Give what is known of one that stands."""
        return self._known[key]

    def named(self, identity: str) -> Key | None:
        """Give kind and full name of the one with this id of 18 characters, or None where there is none."""
        return next((key for key, one in self._known.items() if one.id == identity), None)

    def holds(self, found: Mapping[Key, object]) -> bool:
        """Whether all of these are known."""
        return found.keys() <= self._known.keys()

    def note(self, old: Mapping[Key, object], new: Mapping[Key, object], user_id: str, at: str) -> None:
        """Know what a change of definitions made, changed and took away. Call it in a transaction."""
        known = {key: one for key, one in self._known.items() if key in new}
        for key, value in new.items():
            if key not in known:
                (made,) = self._storage.new_ids(PREFIXES[key[0]], 1)
                known[key] = Component(made, at, user_id, at, user_id)
            elif old.get(key) != value:
                known[key] = replace(known[key], changed_at=at, changed_by=user_id)
        text = encode([(*key, one) for key, one in known.items()])
        self._storage.execute("INSERT OR REPLACE INTO \"_facts\" VALUES ('components', ?)", (text,))
        self._known = known
