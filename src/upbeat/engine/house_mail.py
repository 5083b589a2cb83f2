"""A mail of the house itself: a proposal like any other, decided by the gate and kept where `apply` finds it."""

from dataclasses import dataclass

from sqlalchemy import Connection

from upbeat.domain import HOUSE, Decision, Proposal, Verb
from upbeat.engine.decided import keep
from upbeat.engine.recorded import told
from upbeat.gate import Facts, decide
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.workflows import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseMail:
    """One mail to one address. `key` is what it is known by for good; mails of one `thread` are shown together."""

    key: str
    to: str
    subject: str
    text: str
    reason: str
    thread: str
    step: str = "notify"
    record_id: str = ""


def decide_mail(
    conn: Connection, ledger: Ledger, policy: Policy, facts: Facts, mail: HouseMail, opened: str = ""
) -> tuple[Proposal, Decision, str]:
    """Have the gate decide a mail; gives the proposal, the decision, and the ledger entry that holds it.

    `opened` is the ledger's entry of the engine that asks, where one does.
    """
    proposal = Proposal(
        id=mail.key,
        item_id="",
        workflow=HOUSE,
        version="",
        step=mail.step,
        agent=HOUSE,
        verb=Verb.SEND,
        object="Email",
        record_id=mail.record_id,
        before={},
        after={"To": mail.to, "Subject": mail.subject, "Text": mail.text},
        reasons=(mail.reason,),
        group=mail.thread,
        use="notify",
    )
    decision = decide(proposal, policy, facts)
    stood_on = told(facts, [proposal], None, opened)
    entry = Entry(
        kind=Kind.DECIDED,
        actor="gate",
        payload={"proposal": proposal, "decision": decision, "names": {}, "told": stood_on},
        proposal_id=proposal.id,
        workflow=HOUSE,
        record_id=proposal.record_id,
    )
    [entry_id] = ledger.append(conn, [entry])
    keep(conn, [(proposal, decision)], [entry_id])
    return proposal, decision, entry_id
