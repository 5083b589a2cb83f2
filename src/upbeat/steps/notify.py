"""notify: proposes a message, to colleagues by itself, and to anybody else once a person releases it."""

from upbeat.channels import address_of, addresses_in, subject_line
from upbeat.domain import Proposal, Verb
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result
from upbeat.workflows import FunctionSpec, Kind, Parameter


def _run(case: Case) -> Result:
    args = case.args
    text = str(args["text"] or "").strip()
    subject = subject_line(str(args.get("subject") or "") or text.partition("\n")[0])
    found = [_recipient(case, one) for one in addresses_in(str(args["to"] or ""))] or [_owner(case, "nobody is named")]
    unique = dict(reversed(found))  # by address: the first reason counts
    proposals = tuple(_message(case, to, subject, text, why) for to, why in unique.items())
    return Result({"to": ", ".join(unique)}, proposals)


def _recipient(case: Case, named: str) -> tuple[str, str]:
    """Give the address of whoever is named, and why it is not theirs where it is not. Raises AddressError."""
    person = case.person(named)
    if person is None:
        return address_of(named), ""
    if person.active and person.email:
        return person.email, ""
    return _owner(case, f"{named} is no active user with a mail address")


def _owner(case: Case, why: str) -> tuple[str, str]:
    """Give the workflow's owner, in place of somebody who cannot be written to."""
    person = case.person(case.owner)
    return (person.email if person is not None else case.owner), f"{why}, so the workflow's owner is told"


def _message(case: Case, to: str, subject: str, text: str, instead: str) -> Proposal:
    if case.person(to) is not None:  # a colleague, who may say that it is wrong; nobody else has to know how we work
        text = f"{text}\n\n{case.how_to_object}"
    after = {"To": to, "Subject": subject, "Text": text}
    reasons = tuple(filter(None, (*case.reasons, instead)))
    return case.propose(Verb.SEND, "Email", case.item.event.record_id, {}, after, reasons)


NOTIFY = Function(
    FunctionSpec(
        name="notify",
        does="Sends a message about the record: to users of the org by itself, to anybody else once it is released.",
        parameters={
            "to": Parameter(Kind.RECIPIENT),
            "text": Parameter(Kind.TEXT),
            "subject": Parameter(Kind.TEXT, required=False),
        },
        verbs=frozenset({Verb.SEND}),
        sends=("subject", "text"),
        gives={"to": Type.TEXT},
        flags=True,
    ),
    _run,
)
