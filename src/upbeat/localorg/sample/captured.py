"""What tools and reviews write: mail and who took part, summaries of meetings, company data, ICP tiers.

Mail is native: an EmailMessage beside its Task, with a relation for each who wrote or read it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from upbeat.localorg.sample.act import Act, Ref
from upbeat.localorg.sample.company import ADMIN, CONVERSATIONS, ENRICHMENT, LOOKED_UP, NOW, TIERED

_TOPICS = ("Pricing for your plants", "Notes from our call", "Pilot plan", "Security questions", "Next week's review")
_TOLD = (
    "We went through the pilot's results; they want the figures by plant.",
    "Finance asked about payback; procurement joins the next call.",
    "They compared us with the tool that they have; integration is what counts.",
    "The open points are security and the start date.",
)
_NEXT = ("Send the figures by plant", "Call with procurement", "Answer the security list", "Agree the start date")


def captured(acts: Iterable[Act], seed: int) -> Iterator[Act]:
    """Give what the tools make of the year's acts, in no order."""
    people: dict[str, Mapping[str, Any]] = {}
    later: list[Act] = []
    for act in acts:
        random = Random(f"{seed} {act.key} tools")  # noqa: S311 - as in `history`
        made, at = act.verb == "create", act.at
        if act.object == "Contact" and made:
            people[act.key] = act.values
            yield Act(
                _night(at), CONVERSATIONS, "update", "Contact", act.key, {"Callnote_Id__c": _key("cn", seed, act)}
            )
        elif act.object == "Account" and made:
            found = {
                "Firmlens_Id__c": _key("fl", seed, act),
                "AnnualRevenue": act.values["NumberOfEmployees"] * 150_000,
            }
            yield Act(_night(at), ENRICHMENT, "update", "Account", act.key, found)
            later.append(_tiered(act))
            later.append(_looked_up(random, act))
        elif act.object == "Event" and made:
            yield from _met(random, act)
        elif act.object == "Task" and act.values["TaskSubtype"] == "Email":
            yield from _mailed(random, act, people)
    yield from later


def _tiered(act: Act) -> Act:
    size = act.values["NumberOfEmployees"]
    tier = "A" if size >= 2000 else "B" if size >= 500 else "C"
    tagged = {"ICP_Tier__c": tier, "ICP_Tier_Date__c": TIERED.date().isoformat()}
    return Act(TIERED, ADMIN, "update", "Account", act.key, tagged)


def _looked_up(random: Random, act: Act) -> Act:
    """Give what the enrichment tool found when it last went through all companies: most have grown a little."""
    revenue = act.values["NumberOfEmployees"] * random.randrange(151_000, 165_000)
    return Act(LOOKED_UP, ENRICHMENT, "update", "Account", act.key, {"AnnualRevenue": revenue})


def _met(random: Random, act: Act) -> Iterator[Act]:
    """Give who took part in a meeting, and what the conversation tool wrote of it within the half hour."""
    values = {"EventId": Ref(act.key), "RelationId": act.values["WhoId"], "Status": "Accepted"}
    yield Act(act.at, act.actor, "create", "EventRelation", f"{act.key} guest", values)
    told, step = random.choice(_TOLD), random.choice(_NEXT)
    notes = {
        "Description": f"Summary: {told}\nNext step: {step}",
        "Transcript__c": f"Rep: What is open?\nBuyer: {told}",
    }
    yield Act(act.at + timedelta(minutes=30), CONVERSATIONS, "update", "Event", act.key, notes)


def _mailed(random: Random, act: Act, people: Mapping[str, Mapping[str, Any]]) -> Iterator[Act]:
    buyer, topic = act.values["WhoId"], random.choice(_TOPICS)
    ways = [(act.at, Ref(act.actor), act.actor, buyer, people[buyer.key]["Email"], topic)]
    answered = act.at + timedelta(hours=random.randrange(1, 30))
    if random.randrange(2) and answered < NOW:
        ways.append((answered, buyer, people[buyer.key]["Email"], Ref(act.actor), act.actor, f"Re: {topic}"))
    for number, (at, sender, sent_from, reader, to, subject) in enumerate(ways, 1):
        key = f"{act.key} mail {number}"
        mail = {
            "RelatedToId": act.values["WhatId"],
            "Subject": subject,
            "TextBody": random.choice(_TOLD),
            "FromAddress": sent_from,
            "ToAddress": to,
            "Incoming": number == 2,
            "Status": "1" if number == 2 else "3",
            "MessageDate": _stamp(at),
            "MessageIdentifier": f"<{key.replace(' ', '-')}@acme.example>",
        }
        if number == 1:
            mail["ActivityId"] = Ref(act.key)
        yield Act(at, CONVERSATIONS, "create", "EmailMessage", key, mail)
        for kind, one, address in (("FromAddress", sender, sent_from), ("ToAddress", reader, to)):
            related = {"EmailMessageId": Ref(key), "RelationId": one, "RelationType": kind, "RelationAddress": address}
            yield Act(at, CONVERSATIONS, "create", "EmailMessageRelation", f"{key} {kind}", related)


def _key(tool: str, seed: int, act: Act) -> str:
    return f"{tool}-{seed}-{act.key.replace(' ', '-')}"


def _night(at: datetime) -> datetime:
    """Give two o'clock of the night after a moment."""
    return (at + timedelta(days=1)).replace(hour=2, minute=0, second=0)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
