"""The Bulk API 2.0 of the local org: jobs that load CSV, and jobs that give a query's rows as CSV."""

from upbeat.localorg.bulk.addresses import ADDRESSES
from upbeat.localorg.bulk.worker import Worker

__all__ = ["ADDRESSES", "Worker"]
