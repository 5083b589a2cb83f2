"""What runs, how it stands and what it did, made from what the store and the ledger hold."""

from upbeat.operations.reporting.registering import Register, Registered, Signed, the_register
from upbeat.operations.reporting.status import Loose, Status, status, verify

__all__ = ["Loose", "Register", "Registered", "Signed", "Status", "status", "the_register", "verify"]
