"""The foundation audit as a use case: survey, plan, conversation, judgement; the org is read and never written."""

from upbeat.operations.auditing.attestations import ItemStands, attest, attestations, judged_now, standing, withdraw
from upbeat.operations.auditing.running import Plan, Planned, audit, drafted_fields, last_audit, plan_audit
from upbeat.operations.auditing.telling import Told, tell_audit

__all__ = [
    "ItemStands",
    "Plan",
    "Planned",
    "Told",
    "attest",
    "attestations",
    "audit",
    "drafted_fields",
    "judged_now",
    "last_audit",
    "plan_audit",
    "standing",
    "tell_audit",
    "withdraw",
]
