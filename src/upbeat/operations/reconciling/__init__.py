"""The org's own record against our ledger: a stranger either way raises an alarm."""

from upbeat.operations.reconciling.alarming import open_alarms
from upbeat.operations.reconciling.running import reconcile
from upbeat.operations.reconciling.values import ALARMS, Class, Finding, Reconciliation, Unchecked

__all__ = ["ALARMS", "Class", "Finding", "Reconciliation", "Unchecked", "open_alarms", "reconcile"]
