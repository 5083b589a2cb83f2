"""The foundation audit as a use case: survey, plan, conversation, judgement; the org is read and never written."""

from upbeat.operations.auditing.running import Plan, Planned, audit, last_audit, plan_audit
from upbeat.operations.auditing.telling import Told, tell_audit

__all__ = ["Plan", "Planned", "Told", "audit", "last_audit", "plan_audit", "tell_audit"]
