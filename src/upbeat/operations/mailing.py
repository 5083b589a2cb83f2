"""Whether people are reached: one message to a colleague, through the gate and apply like every other."""

from dataclasses import dataclass
from typing import Final

from upbeat.apply import State
from upbeat.base import digest
from upbeat.channels import Way
from upbeat.domain import Mode, Verdict
from upbeat.engine import HouseMail, decide_mail
from upbeat.gate import Facts, clear
from upbeat.operations.house import House, Refused

_SET_UP: Final = {Way.MAIL: ("mail", "mail"), Way.SLACK: ("Slack", "slack")}  # in words, and in commands
_TEXT: Final = """\
{way} from Upbeat reaches you. It comes through the gate, as every notice does, and the ledger holds it.

What waits for you: upbeat review list --owner {username}
What you are told, and how much of it: upbeat alerts
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was taken: to which address, by which way, what was answered, and what the ledger holds it as."""

    to: str
    by: Way
    said: str
    proposal: str


def send_test(house: House, to: str, by: Way = Way.MAIL) -> Sent:
    """Send one message to an active user of the org by one way, at whatever hour; it counts against nobody's budget.

    Raises Refused where this way is not set up, where `to` is nobody of the org or has no address, where the policy or
    a stop forbids it, and where it is not taken.
    """
    sender, person, now = house.get_sender(), house.person(to), house.clock.now()
    words, command = _SET_UP[by]
    if sender is None or by not in sender.ways:
        fix = f"Run `upbeat {command} connect`, or write '{command}:' into upbeat.yaml."
        raise Refused(f"no {words} is set up", fix=fix)
    if not person.email:
        raise Refused(f"{person.username} has no mail address", fix="Fill Email of that user in the org.")
    key, title = digest([f"{by} test", person.username, now]), words.capitalize()
    mail = HouseMail(
        key=key,
        to=person.email,
        subject=f"{title} from Upbeat reaches you",
        text=_TEXT.format(way=title, username=person.username),
        reason=f"Somebody ran `upbeat {command} test` with your name.",
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
    [outcome] = sender.send([(proposal, clear(decision, entry_id))], by=by)
    if outcome.state is not State.WRITTEN:
        raise Refused(f"the message did not leave: {outcome.why}", where=person.email)
    return Sent(person.email, by, outcome.why, proposal.id)
