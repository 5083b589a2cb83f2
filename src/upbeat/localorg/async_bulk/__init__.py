"""The first Bulk API of the local org, at `/services/async`: jobs of batches, in CSV, JSON and XML.

What a batch does is what a job of the Bulk API 2.0 does, and the same worker does it.
"""

from upbeat.localorg.async_bulk.addresses import ADDRESSES

__all__ = ["ADDRESSES"]
