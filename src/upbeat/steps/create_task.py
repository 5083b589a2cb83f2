"""create_task: proposes a Task for a person, related to the record."""

from collections.abc import Mapping
from typing import Any

from upbeat.domain import Verb
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result, to_json
from upbeat.workflows import FunctionSpec, Kind, Parameter

_FIELDS = ("OwnerId", "Subject", "Description", "ActivityDate", "Status", "Priority", "WhatId", "WhoId")
_WHO = frozenset({"Lead", "Contact"})  # a Task names people in WhoId, everything else in WhatId
SUBJECT = 255  # characters: Task.Subject's length


def _writes(args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    unrelated = "WhatId" if target in _WHO else "" if "who" in args else "WhoId"
    return frozenset(("Task", name) for name in _FIELDS if name != unrelated)


def _run(case: Case) -> Result:
    event, args = case.item.event, case.args
    person = case.person(str(args["to"] or ""))
    reasons = case.reasons
    if person is None or not person.active:
        person = case.person(case.owner)
        reasons = (*reasons, f"{args['to'] or 'nobody'} is not an active user, so the workflow's owner gets the task")
    contact = args.get("who")
    missing = ["Whom it is about is not known, so it names no contact."] if "who" in args and not contact else []
    reasons = (*reasons, *missing)
    after = {
        "OwnerId": "" if person is None else person.user_id,
        "Subject": to_json(str(args["subject"])[:SUBJECT]),
        "Description": "\n\n".join([str(args["text"]), *missing, f"Why: {reasons[0]}", case.how_to_object]),
        "ActivityDate": (case.now + args["due"]).date().isoformat(),
        "Status": "Not Started",
        "Priority": "Normal",
        "WhoId" if event.object in _WHO else "WhatId": event.record_id,
    }
    after |= {"WhoId": contact} if contact and event.object not in _WHO else {}
    proposal = case.propose(Verb.CREATE, "Task", "", {}, after, reasons)
    return Result({"task": "", "owner": "" if person is None else person.username}, (proposal,))


CREATE_TASK = Function(
    FunctionSpec(
        name="create_task",
        does="Creates a Task for a person, about the record and the contact whose id `who` gives; who left is replaced "
        "by the workflow's owner.",
        parameters={
            "to": Parameter(Kind.USER),
            "subject": Parameter(Kind.TEXT),
            "text": Parameter(Kind.TEXT),
            "due": Parameter(Kind.DURATION),
            "who": Parameter(Kind.TEXT, required=False),
        },
        verbs=frozenset({Verb.CREATE}),
        writes=_writes,
        gives={"task": Type.TEXT, "owner": Type.TEXT},
        flags=True,
    ),
    _run,
)
