"""Every check of an audit, in the order in which they are asked."""

from upbeat.foundation import contacts
from upbeat.foundation.checks import Check

CHECKS: tuple[Check, ...] = (*contacts.CHECKS,)
