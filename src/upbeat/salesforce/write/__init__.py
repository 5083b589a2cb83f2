"""Every call that changes an org. `apply` alone imports this package; the import contracts hold it."""

from upbeat.salesforce.write.collections import COLLECTION, Writer

__all__ = ["COLLECTION", "Writer"]
