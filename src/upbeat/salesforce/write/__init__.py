"""Every call that changes an org. `apply` alone imports this package; the import contracts hold it."""

from upbeat.salesforce.write.collections import COLLECTION, LEADS, Writer
from upbeat.salesforce.write.operations import LeadConvert, Merge

__all__ = ["COLLECTION", "LEADS", "LeadConvert", "Merge", "Writer"]
