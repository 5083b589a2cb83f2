"""The org's change events, as Salesforce's Pub/Sub API serves them."""

from upbeat.localorg.stream.server import StreamServer

__all__ = ["StreamServer"]
