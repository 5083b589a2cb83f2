"""add_people: proposes the contacts that a conversation's people lack, and their roles in its deal; doubts are asked.

    a contact     of everybody of the other side who took part, whether they spoke or not, and whose address no contact
                  has; of whoever is only spoken of none is made, nor of rooms, lists and offices
    a role        once for each contact and deal: what the talk says, else blank; one that stands is never lowered, and
                  a person who raises it sees the words
    a question    where a name is that of a contact with another address, or where nothing says whose account it is

A contact has no id until it is written: run once more behind itself, the step adds the role of whom it made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from upbeat.conversation import Captured, Party, Role
from upbeat.conversation.attendance import Attendance, name_parts
from upbeat.conversation.people import CONTACT, LEAD, Known, People, Who, plain
from upbeat.domain import Proposal, Verb
from upbeat.formula import Type
from upbeat.steps.accounts import answered
from upbeat.steps.case import Case, Function, Result, to_json
from upbeat.steps.contact_roles import FIELDS as ROW
from upbeat.steps.contact_roles import ROLES, roles_of, took_part
from upbeat.workflows import FunctionSpec, Kind, Parameter

LEAVE: Final = "leave them out"
NEW: Final = "a new contact"

_DEAL: Final = "Opportunity"
_FIELDS: Final = ("AccountId", "FirstName", "LastName", "Title", "Email")
_DUE: Final = timedelta(days=2)
_TITLE: Final = 128  # characters: Contact.Title's length


def _writes(args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    contact = {(CONTACT, name) for name in (*_FIELDS, *args.get("set", {}))}
    return frozenset(contact | ({(ROLES, name) for name in ROW} if target == _DEAL else set()))


def _changes(_args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    return frozenset({(ROLES, "Role")}) if target == _DEAL else frozenset()


def _beside(_args: Mapping[str, Any], _target: str) -> frozenset[str]:
    return frozenset({CONTACT, ROLES})


@dataclass(frozen=True, slots=True)
class _Doubt:
    """What a person says of one who took part: whether they are somebody known, somebody new, or nobody's business."""

    party: Party
    ask: str
    choices: tuple[str, ...]
    why: str


@dataclass(slots=True)
class _Plan:
    """What is to be done of those who took part, as it is found out."""

    new: list[tuple[Party, str, str]] = field(default_factory=list[tuple[Party, str, str]])  # account, and why
    known: dict[int, tuple[Known, Party]] = field(default_factory=dict[int, tuple[Known, Party]])  # by place
    doubts: list[_Doubt] = field(default_factory=list[_Doubt])
    told: list[str] = field(default_factory=list[str])


def _run(case: Case) -> Result:
    one, there = case.captured, case.beside.attendance
    if one is None or there is None:
        return _nothing("no conversation started it")
    said = _said(case)
    plan = _plan(case, one, there, said)
    if plan.doubts:
        return _ask(case, one, plan, said)
    contacts = [_contact(case, one, *each) for each in plan.new]
    roles = list(roles_of(case, one, there, plan.known)) if case.item.event.object == _DEAL else []
    gives = {
        "contacts": len(contacts),
        "roles": len(roles),
        "asking": None,
        "said": _written(said),
        "held": False,
        "reason": "; ".join(plan.told) or None,
    }
    return Result(gives, (*contacts, *roles))


def _plan(case: Case, one: Captured, there: Attendance, said: Mapping[str, str]) -> _Plan:
    event = case.item.event
    account = event.record_id if event.object == "Account" else one.link.account
    people, plan = People(there.people, ()), _Plan()
    for at, party in enumerate(one.conversation.parties):
        if party.internal or party.role is Role.BCC:
            continue
        who = people.find(party, [account])
        if _key(party) in said:
            _as_said(at, who, said[_key(party)], there, account, plan)
        elif who.known is not None:
            _as_known(at, who.known, party, plan)
        elif who.candidates:
            plan.doubts.append(_which(who))
        elif who.is_missing and plain(party.address) not in there.suggested:
            _as_missing(party, there, account, plan)
    return plan


def _as_known(at: int, known: Known, party: Party, plan: _Plan) -> None:
    if known.kind == CONTACT:
        plan.known[at] = (known, party)
    elif known.kind == LEAD:
        plan.told.append(f"{party.name or party.address} is the lead {known.beside}: to convert it makes the contact")


def _as_missing(party: Party, there: Attendance, account: str, plan: _Plan) -> None:
    """Plan a contact where it is certain whose it is and what they are called; else ask."""
    of, why = there.account_of(party, account)
    _, last = name_parts(party)
    called = party.name or party.address
    mine = next((each.name for each in there.places if each.account == account), "")
    if of and last:
        plan.new.append((party, of, why))
    elif not mine:
        plan.told.append(f"{called} is not made a contact: {why}, and the conversation is of no account")
    elif not last:
        plan.told.append(f"{called} is not made a contact: their last name is not known")
    else:
        choices = (f"{NEW} of {mine}", LEAVE)
        plan.doubts.append(_Doubt(party, f"Is {called} <{party.address}> a contact of {mine}?", choices, why))


def _which(who: Who) -> _Doubt:
    """Ask who somebody is: one of those who have their name or their address, somebody new, or nobody's business."""
    party = who.party
    known = tuple(f"{one.name} ({one.record_id})" for one in who.candidates if one.kind == CONTACT)
    called = f"{party.name} <{party.address}>" if party.address else party.name
    new = (NEW,) if party.address and who.is_missing and name_parts(party)[1] else ()
    return _Doubt(party, f"Who is {called}?", (*known, *new, LEAVE), who.why)


def _as_said(at: int, who: Who, choice: str, there: Attendance, account: str, plan: _Plan) -> None:
    """Plan what a person answered."""
    known = there.contact(answered(choice))
    if known is not None:
        plan.known[at] = (known, who.party)
    elif choice.startswith(NEW) and who.is_missing and plain(who.party.address) not in there.suggested:
        of, why = there.account_of(who.party, account)
        plan.new.append((who.party, of or account, f"a person says that they are {choice}" if not of else why))


def _contact(case: Case, one: Captured, party: Party, account: str, why: str) -> Proposal:
    first, last = name_parts(party)
    fields = {
        "AccountId": account,
        "FirstName": first,
        "LastName": last,
        "Title": party.title[:_TITLE],
        "Email": party.address,
    }
    after = {name: value for name, value in fields.items() if value}
    after |= {name: to_json(value) for name, value in case.args.get("set", {}).items()}
    reasons = (f"{_called(party)} {took_part(one)}", f"no contact has {party.address}", why)
    return case.propose(Verb.CREATE, CONTACT, "", {}, after, (*reasons, *case.reasons))


def _key(party: Party) -> str:
    """Give what an answer about somebody is kept by."""
    return party.address or party.name


def _called(party: Party) -> str:
    return f"{party.name} <{party.address}>" if party.name else party.address


def _ask(case: Case, one: Captured, plan: _Plan, said: Mapping[str, str]) -> Result:
    """Ask about one after another: each answer is kept for the next question."""
    doubt = plan.doubts[0]
    owner = str(case.args.get("of") or one.owner or case.owner)
    reasons = (doubt.why, f"{_called(doubt.party)} {took_part(one)}", *case.reasons)
    hold = case.hold("person", doubt.ask, owner, case.args.get("due") or _DUE, doubt.choices, reasons)
    gives = {**_nothing(doubt.why).gives, "asking": _key(doubt.party), "said": _written(said), "held": True}
    return Result(gives, hold=hold, waits=True)


def _said(case: Case) -> dict[str, str]:
    """Give what people said so far of each address about which they were asked."""
    kept = dict(line.split("\t", 1) for line in str(case.before.get("said") or "").splitlines())
    asking = str(case.before.get("asking") or "")
    return kept | ({asking: case.answer.choice} if case.answer is not None and asking else {})


def _written(said: Mapping[str, str]) -> str | None:
    return "\n".join(f"{address}\t{choice}" for address, choice in said.items()) or None


def _nothing(reason: str) -> Result:
    gives = {"contacts": 0, "roles": 0, "asking": None, "said": None, "held": False, "reason": reason}
    return Result(gives)


ADD_PEOPLE = Function(
    FunctionSpec(
        name="add_people",
        does="Proposes contacts of those who took part and are none yet, and roles in the deal of those who are; a "
        "doubt about a person is asked.",
        parameters={
            "set": Parameter(Kind.FIELDS, required=False, of=CONTACT),
            "of": Parameter(Kind.USER, required=False),
            "due": Parameter(Kind.DURATION, required=False),
        },
        verbs=frozenset({Verb.CREATE, Verb.UPDATE}),
        objects=(_DEAL, "Account"),
        writes=_writes,
        changes=_changes,
        beside=_beside,
        gives={
            "contacts": Type.NUMBER,
            "roles": Type.NUMBER,
            "asking": Type.TEXT,
            "said": Type.TEXT,
            "held": Type.BOOLEAN,
            "reason": Type.TEXT,
        },
        asks_person=True,
    ),
    _run,
)
