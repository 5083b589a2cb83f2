"""The foundation audit as a use case: survey, plan, conversation, judgement; the org is read and never written."""

from upbeat.operations.auditing.running import Plan, Planned, audit, last_audit, plan_audit

__all__ = ["Plan", "Planned", "audit", "last_audit", "plan_audit"]
