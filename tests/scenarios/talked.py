"""Meetings, calls and mails for the tests, with people whom the org knows; and the workflows that log them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from upbeat.conversation import Conversation, Medium, Party, Role, Turn
from upbeat.testing import House

AE = "maya.chen@acme.example"
ADMIN = "priya.shah@acme.example"
AGENT = """
agent: scribe
role: Logs what was said
model: none
may_call: [log_activity, relate_people]
reads: [Event.*, Task.*, EmailMessage.*, EventRelation.*, TaskRelation.*, EmailMessageRelation.*]
writes: [Event.*, Task.*, EmailMessage.*, EventRelation.*, TaskRelation.*, EmailMessageRelation.*]
"""


def logging(target: str, set_: str = "") -> str:
    """Give a workflow that logs conversations as `target`, and names whoever took part."""
    more = f"\n    set: {set_}" if set_ else ""
    return f"""
workflow: log-{target.lower()}
title: Log what was said
function: ae
family: hygiene
owner: priya.shah@acme.example
problem: Talk stays in heads
metric: logged
mode: monitor
rollback: automatic
limits: {{per_hour: 2000, per_day: 5000}}
trigger:
  start: captured
  object: {target}
  when: |
    TRUE
steps:
  - step: log
    agent: scribe
    use: log_activity{more}
  - step: relate
    agent: scribe
    use: relate_people
    activity: '{{!$Step.log.id}}'
outcomes:
  logged: {{when: '{{!NOT($Step.log.held)}}'}}
  waiting: {{due: 2 days, then: escalate, to: priya.shah@acme.example}}
"""


def files(*targets: str, set_: str = "") -> dict[str, str]:
    """Give the files of a workspace that logs conversations as these objects."""
    return {"agents/scribe.yaml": AGENT} | {f"workflows/log-{one.lower()}.yaml": logging(one, set_) for one in targets}


def party(house: House, name: str, record_id: str, **more: Any) -> Party:
    """Give somebody who is known to the org."""
    kind = {"005": "User", "003": "Contact", "00Q": "Lead"}[record_id[:3]]
    address = house.get(kind, record_id)["Email"] or ""
    return Party(name, address, internal=kind == "User", kind=kind, record_id=record_id, **more)


def meeting(house: House, parties: Sequence[Party], **more: Any) -> Conversation:
    """Give half an hour's meeting that was over an hour ago."""
    began: datetime = more.pop("began", house.clock.now().replace(microsecond=0, minute=0))
    told = {
        "medium": Medium.MEETING,
        "source": "Teams",
        "source_id": "m-1",
        "title": "Havelund: trailers",
        "began": began,
        "seconds": 1800.0,
        "parties": tuple(parties),
        "turns": (Turn(0, parties[-1].name, len(parties) - 1, 0, 4, 4, "We lost fifty loads last year."),),
    }
    return Conversation(**{**told, **more})


def mail(house: House, sender: Party, to: Sequence[Party], **more: Any) -> Conversation:
    """Give a mail of this moment."""
    parties = (replace(sender, role=Role.SENDER), *(replace(one, role=Role.TO) for one in to))
    told = {
        "medium": Medium.EMAIL,
        "source": "Mail",
        "source_id": "<m-1@havelund.example>",
        "title": "Trailers",
        "began": house.clock.now().replace(microsecond=0),
        "seconds": 0.0,
        "parties": parties,
        "text": "Here are the figures.",
    }
    return Conversation(**{**told, **more})
