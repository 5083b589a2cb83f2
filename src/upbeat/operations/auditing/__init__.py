"""The foundation audit as a use case: survey, plan, conversation, judgement; the org is read and never written."""

from upbeat.operations.auditing.attestations import ItemStands, attest, attestations, judged_now, standing, withdraw
from upbeat.operations.auditing.beside import audit_in_background, begin_audit, cut_off_audit
from upbeat.operations.auditing.running import (
    Plan,
    Planned,
    audit,
    audit_in_short,
    drafted_fields,
    last_audit,
    plan_audit,
)
from upbeat.operations.auditing.telling import Told, records_behind, tell_audit

__all__ = [
    "ItemStands",
    "Plan",
    "Planned",
    "Told",
    "attest",
    "attestations",
    "audit",
    "audit_in_background",
    "audit_in_short",
    "begin_audit",
    "cut_off_audit",
    "drafted_fields",
    "judged_now",
    "last_audit",
    "plan_audit",
    "records_behind",
    "standing",
    "tell_audit",
    "withdraw",
]
