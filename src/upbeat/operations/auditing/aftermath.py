"""After an audit: what is live goes on though what it rests on has begun to fail, and who answers for it is told."""

from collections.abc import Iterable

from upbeat import notices
from upbeat.foundation import Audit, Readiness, Stand, Status
from upbeat.operations.auditing import keeping
from upbeat.operations.house import House
from upbeat.operations.owning.asking import answers_for
from upbeat.operations.owning.demoting import demote_and_tell
from upbeat.workflows import Workflow


def tell_owners(house: House, audit: Audit, workflows: Iterable[Workflow]) -> None:
    """Tell the owner of each live workflow what it rests on and that failed in no audit before this one.

    `workflows` are those that the audit saw: there are none where the files do not fit the org.

    Where the policy says so, it goes back to monitor for that, as long as it fails: never for what is merely unknown.
    """
    current, rule = {one.name: one for one in workflows}, house.policy.foundation
    with house.store.writing() as conn:
        before = keeping.last_kept(conn, before=audit.id)
        known = {(one.workflow, each.item) for one in (before.readiness if before else ()) for each in _failing(one)}
        for one in audit.readiness:
            failing = _failing(one)
            if not (one.live and failing):
                continue
            flow, why = current[one.workflow], "; ".join(f"{each.item} {each.standing}" for each in failing)
            if rule.demote and demote_and_tell(house, conn, flow, f"what it rests on fails: {why}"):
                continue
            if any((one.workflow, each.item) not in known for each in failing):
                notices.tell(
                    conn,
                    answers_for(house, flow.owner),
                    notices.Kind.ALARM,
                    subject=f"{flow.name} is live, and what it rests on fails: {why}",
                    text="\n".join(f"{each.title}: {each.says}. {flow.name} {each.harm}." for each in failing),
                    reason=f"You own {flow.name}.",
                    now=house.clock.now(),
                    command=f"upbeat promote {flow.name}",
                    workflow=flow.name,
                )


def _failing(one: Readiness) -> list[Stand]:
    return [each for each in one.data if each.status is Status.FAILS and not each.despite]
