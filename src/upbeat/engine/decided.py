"""What the gate decided, as rows beside the ledger's entries: where `apply` finds what it may carry out."""

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from upbeat.apply import State
from upbeat.base import encode
from upbeat.domain import Decision, Proposal, Verdict
from upbeat.store import tables

_STAGE = {
    Verdict.APPLY: State.CLEARED,
    Verdict.REVIEW: State.HELD,
    Verdict.OBSERVE: State.OBSERVED,
    Verdict.BLOCK: State.BLOCKED,
}


def keep(conn: Connection, decided: Sequence[tuple[Proposal, Decision]], entry_ids: Sequence[str]) -> None:
    """Write the proposals with what was decided of them; one that stands already gets its new decision."""
    table = tables.proposals
    statement = insert(table)
    fresh = statement.excluded
    decision = {"decision": fresh.decision, "decision_entry": fresh.decision_entry, "state": fresh.state}
    changes = {"body": fresh.body, **decision}
    conn.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=changes),
        [
            {
                "id": proposal.id,
                "item_id": proposal.item_id,
                "workflow": proposal.workflow,
                "step": proposal.step,
                "group": proposal.group,
                "object": proposal.object,
                "record_id": proposal.record_id,
                "body": encode(proposal),
                "decision": encode(decision),
                "decision_entry": entry_id,
                "state": _STAGE[decision.verdict],
            }
            for (proposal, decision), entry_id in zip(decided, entry_ids, strict=True)
        ],
    )
