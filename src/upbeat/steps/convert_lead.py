"""convert_lead: proposes to convert a lead into the account and contact that it matches; a doubt is a person's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from upbeat.base import UpbeatError, full_id
from upbeat.domain import Record, Verb
from upbeat.formula import Type
from upbeat.matching import CONTACT, LEAD, NEUTRAL, Choice, Likeness, Verdict, choose, compare_people, told
from upbeat.steps.alike import MARKS, is_sure, may_be, why
from upbeat.steps.case import Case, Function, Result
from upbeat.steps.keeping import USER, called
from upbeat.workflows import FunctionSpec, Kind, Parameter

NEW: Final = "a new account"
LEAVE: Final = "leave it a lead"
_DUE: Final = timedelta(days=2)


class NoStatusError(UpbeatError):
    """The org has no status that a lead has when it is converted, or not the one that is named."""


@dataclass(frozen=True, slots=True)
class _Match:
    """What the lead is to become: records that are there, or new ones; and `doubt` where a person says."""

    account: Record | None = None
    contact: Record | None = None
    why: tuple[str, ...] = ()
    doubt: str = ""
    choices: tuple[str, ...] = ()


def _beside(_args: Mapping[str, Any], _object: str) -> frozenset[str]:
    return frozenset({"Lead", "Account", "Contact"})


def _writes(_args: Mapping[str, Any], _object: str) -> frozenset[tuple[str, str]]:
    return frozenset({("Lead", "IsConverted")})


def _run(case: Case) -> Result:
    lead = case.beside.of("Lead", case.item.event.record_id)
    if lead is None or lead.get("IsConverted"):
        return _nothing("the lead is gone" if lead is None else "the lead is converted already")
    if lead["Id"] in case.beside.asked:
        return _nothing("its conversion, or a merge of it, is suggested already", asked=True)
    match = _match(case, lead)
    if case.answer is not None:
        if case.answer.choice == LEAVE:
            return _nothing(f"{case.answer.by} leaves it a lead")
        match = _answered(case, match)
    if match.doubt:
        return _ask(case, f"Which account is the lead {called(lead)} of?", match, (*match.choices, NEW))
    return _convert(case, lead, match)


def _match(case: Case, lead: Record) -> _Match:
    """Find the contact that is this person, and the account that is this company; of several none is guessed."""
    mine = told(lead, LEAD)
    choice = choose(case.beside.accounts, MARKS)
    people = [(row, compare_people(mine, told(row, CONTACT), NEUTRAL)) for row in case.beside.records["Contact"]]
    people = sorted((one for one in people if may_be(one[1])), key=lambda one: (-one[1].score, one[0]["Id"]))
    contact = next((row for row, like in people if is_sure(like)), None)
    account = _account(case, choice.candidates[0].id) if choice.verdict is Verdict.SAME else None
    own = _account(case, contact.get("AccountId")) if contact is not None else None
    if doubt := _doubt(case, people, choice, own):
        beside = (*(f"{called(row)}: {why(like)}" for row, like in people), *(one.beside for one in choice.candidates))
        found = (*(called(row) for row, _ in people), *(called(one.record) for one in choice.candidates))
        return _Match(why=beside, doubt=doubt, choices=tuple(dict.fromkeys(found)))
    if contact is not None:
        return _Match(own or account, contact, (f"{called(contact)} is this person: {why(people[0][1])}",))
    return _Match(account, None, (choice.why if account is not None else "no account and no contact is like it",))


def _doubt(case: Case, people: Sequence[tuple[Record, Likeness]], choice: Choice, own: Record | None) -> str:
    """Say why a person has to choose, or nothing; `own` is the account of the contact that is this person."""
    sure = sum(is_sure(like) for _, like in people)
    if sure > 1:
        return f"{sure} contacts are this person: merge them first"
    if people and not sure:
        return "a contact may be this person, and it is not certain"
    likest = choice.candidates[0] if choice.candidates else None
    if own is not None and choice.verdict is Verdict.SAME and likest is not None and likest.id != own["Id"]:
        return f"the contact belongs to {called(own)}, and the lead's company is like {called(likest.record)}"
    if choice.verdict is Verdict.DOUBT and (own is None or own["Id"] not in {one.id for one in choice.candidates}):
        return choice.why
    if choice.verdict is Verdict.NONE and own is None and case.beside.lacks:
        return f"no account was found, and not all were looked through: {case.beside.lacks}"
    return ""


def _answered(case: Case, match: _Match) -> _Match:
    """Give what a person chose: a contact with its account, an account, or new records."""
    assert case.answer is not None  # noqa: S101  who calls this has looked
    said, by = case.answer.choice, f"{case.answer.by} chose {case.answer.choice}"
    if said == NEW:
        return _Match(why=(by,))
    for row in case.beside.records.get("Contact", ()):
        if row["Id"] in said:
            return _Match(_account(case, row.get("AccountId")), row, (by,))
    for row in case.beside.records.get("Account", ()):
        if row["Id"] in said:
            return _Match(row, None, (by,))
    gone = f"{said} is not there any more"
    return _Match(why=match.why, doubt=gone, choices=match.choices)


def _account(case: Case, record_id: object) -> Record | None:
    return case.beside.of("Account", full_id(record_id)) if record_id else None


def _convert(case: Case, lead: Record, match: _Match) -> Result:
    account, contact = match.account, match.contact
    owner = _owner(case, lead, account)
    if contact is not None and account is None:
        return _ask(
            case, f"{called(contact)} belongs to no account, and nobody is joined to a contact without one", match
        )
    if owner == "":
        return _ask(case, "A queue has the lead, and nothing says whose the new account is to be", match)
    opportunity = str(case.args.get("opportunity") or "").strip()
    after = {
        "ConvertedStatus": _status(case),
        "AccountId": account and account["Id"],
        "ContactId": contact and contact["Id"],
        "OpportunityName": opportunity or None,
        "OwnerId": owner,
    }
    after = {name: value for name, value in after.items() if value} | {"DoNotCreateOpportunity": not opportunity}
    records = [case.beside.snapshot("Lead", lead)]
    records += [case.beside.snapshot("Account", account)] if account is not None else []
    records += [case.beside.snapshot("Contact", contact)] if contact is not None else []
    becomes = (
        f"its account is {called(account)}, which keeps what it has and gets what it lacks"
        if account is not None
        else f"a new account is made: {lead.get('Company')}",
        f"its contact is {called(contact)}" if contact is not None else "a new contact is made",
        f"an opportunity is made: {opportunity}" if opportunity else "no opportunity is made",
    )
    reasons = (*match.why, *becomes, *case.reasons)
    proposal = case.propose(Verb.CONVERT, "Lead", lead["Id"], {}, after, reasons, tuple(records))
    gives = {"account": account and account["Id"], "contact": contact and contact["Id"]}
    return Result({**_nothing(reasons[0]).gives, **gives, "suggested": True}, (proposal,))


def _status(case: Case) -> str:
    """Give the status of the converted lead: the one that is named, else the org's first. Raises NoStatusError."""
    offered = [str(row["ApiName"]) for row in case.beside.records.get("LeadStatus", ())]
    wanted = str(case.args.get("status") or "").strip()
    found = next((one for one in offered if not wanted or one.casefold() == wanted.casefold()), None)
    if found is None:
        what = (
            f"no lead is converted with the status {wanted}" if wanted else "the org has no status of converted leads"
        )
        raise NoStatusError(what, fix=f"Name one of: {', '.join(offered) or 'add one in Setup, Lead Status'}.")
    return found


def _owner(case: Case, lead: Record, account: Record | None) -> str | None:
    """Give who owns what is made where a queue has the lead: who is named, else the account's owner; "" for nobody.

    The owner of a lead that a person has is Salesforce's own choice: None.
    """
    if str(lead.get("OwnerId") or "").startswith(USER):
        return None
    named = case.person(str(case.args["to"])) if case.args.get("to") else None
    if named is not None and named.active:
        return named.user_id
    return str(account.get("OwnerId") or "") if account is not None else ""


def _ask(case: Case, ask: str, match: _Match, choices: tuple[str, ...] = ()) -> Result:
    """Ask a person, with what was found side by side; they may always leave the lead as it is."""
    reasons = tuple(filter(None, (match.doubt, *match.why, *case.reasons)))
    due = case.args.get("due") or _DUE
    hold = case.hold("matching account", ask, case.owner, due, (*choices, LEAVE), reasons)
    return Result({**_nothing(match.doubt or ask).gives, "held": True}, hold=hold, waits=True)


def _nothing(reason: str, *, asked: bool = False) -> Result:
    gives = {"account": None, "contact": None, "suggested": False, "asked": asked, "held": False, "reason": reason}
    return Result(gives)


CONVERT_LEAD = Function(
    FunctionSpec(
        name="convert_lead",
        does="Proposes to convert the lead into the account and contact that it matches; a doubt is a person's.",
        parameters={
            "status": Parameter(Kind.TEXT, required=False),
            "opportunity": Parameter(Kind.TEXT, required=False),
            "to": Parameter(Kind.USER, required=False),
            "due": Parameter(Kind.DURATION, required=False),
        },
        verbs=frozenset({Verb.CONVERT}),
        objects=("Lead",),
        writes=_writes,
        beside=_beside,
        gives={
            "account": Type.TEXT,
            "contact": Type.TEXT,
            "suggested": Type.BOOLEAN,
            "asked": Type.BOOLEAN,
            "held": Type.BOOLEAN,
            "reason": Type.TEXT,
        },
        asks_person=True,
    ),
    _run,
)
