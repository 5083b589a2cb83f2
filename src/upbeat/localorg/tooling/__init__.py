"""The Tooling API: what the org is made of, as records that can be queried, created, changed and deleted."""

from upbeat.localorg.tooling.queries import Tooling, is_described
from upbeat.localorg.tooling.resources import addresses

__all__ = ["Tooling", "addresses", "is_described"]
