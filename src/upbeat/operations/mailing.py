"""Whether mail works: one mail to a colleague, through the gate and apply like every other."""

from dataclasses import dataclass

from upbeat.apply import State
from upbeat.base import digest
from upbeat.domain import Mode, Verdict
from upbeat.engine import HouseMail, decide_mail
from upbeat.gate import Facts, clear
from upbeat.operations.house import House, Refused

_TEXT = """\
Mail from Upbeat reaches you. It comes through the gate, as every notice does, and the ledger holds it.

What waits for you: upbeat review list --owner {username}
What you are told, and how much of it: upbeat alerts
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that the server took: to which address, what the server said, and the proposal that the ledger holds."""

    to: str
    said: str
    proposal: str


def send_test(house: House, to: str) -> Sent:
    """Send one mail to an active user of the org, at whatever hour; it counts against nobody's budget.

    Raises Refused where no mail is set up, where `to` is nobody of the org or has no address, where the policy or a
    stop forbids it, and where the mail server does not take it.
    """
    sender, person, now = house.get_sender(), house.person(to), house.clock.now()
    if sender is None:
        raise Refused("no mail is set up", fix="Run `upbeat mail connect`, or write 'mail:' into upbeat.yaml.")
    if not person.email:
        raise Refused(f"{person.username} has no mail address", fix="Fill Email of that user in the org.")
    key = digest(["mail test", person.username, now])
    mail = HouseMail(
        key=key,
        to=person.email,
        subject="Mail from Upbeat reaches you",
        text=_TEXT.format(username=person.username),
        reason="Somebody ran `upbeat mail test` with your name.",
        thread=f"mail:{key}",
        step="test",
    )
    colleagues = house.get_people().colleagues()
    facts = Facts(schema=house.get_schema(), mode=Mode.LIVE, author="", now=now, colleagues=colleagues)
    with house.store.writing() as conn:
        proposal, decision, entry_id = decide_mail(conn, house.ledger, house.policy, facts, mail)
    if decision.verdict is not Verdict.APPLY:
        raise Refused(
            f"the gate does not let it through: {decision.why}", fix="See the rules for notice in policy.yaml."
        )
    [outcome] = sender.send([(proposal, clear(decision, entry_id))])
    if outcome.state is not State.WRITTEN:
        raise Refused(f"the mail did not leave: {outcome.why}", where=person.email)
    return Sent(person.email, outcome.why, proposal.id)
