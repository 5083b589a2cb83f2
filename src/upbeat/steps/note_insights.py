"""note_insights: proposes a row for each thing that was found in a conversation, with its words, once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from upbeat.base import digest
from upbeat.conversation import Captured, Conversation, Finding, Reading, owner_of, where
from upbeat.conversation import Kind as Found
from upbeat.domain import Proposal, Quote, Verb
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result, rounded, to_json
from upbeat.steps.hearing import captured_of, reading_of
from upbeat.steps.keep_conversation import OF
from upbeat.workflows import FunctionSpec, Kind, Parameter, Questions

INSIGHT: Final = "Conversation_Insight__c"
_NAME: Final = 80  # characters: the length of a custom object's Name, and of Topic__c and Read_By__c
_SHORT: Final = 120  # of Speaker__c and Owner_Name__c, as the shipped definition has them
_VALUE: Final = 255  # of Value__c
_LONG: Final = 4_000  # of Quote__c and Why__c
_FIELDS: Final = (
    *("Name", "Conversation_Key__c", "Finding_Key__c", "Conversation__c", "Account__c", "Opportunity__c", "Type__c"),
    *("Topic__c", "Value__c", "Quote__c", "Speaker__c", "Said_At__c", "Second__c", "Owner_Name__c", "Due__c"),
    *("Confidence__c", "Read_By__c", "Why__c"),
)


def _run(case: Case) -> Result:
    one, questions = captured_of(case), case.args.get("methodology")
    reading = reading_of(case, questions.methodology if isinstance(questions, Questions) else None)
    stand = {str(row.get("Finding_Key__c")) for row in case.beside.records.get(INSIGHT, ())}
    found = _told_once(reading)
    fresh = {key: each for each in found if (key := _key(one.conversation, each)) not in stand}
    kept_in = str(case.args.get("conversation") or "")
    proposals = tuple(_proposal(case, one, each, key, kept_in) for key, each in fresh.items())
    return Result({"noted": len(fresh), "known": len(found) - len(fresh)}, proposals)


def _told_once(reading: Reading) -> list[Finding]:
    """Give the findings without the summary's points that only say again what another one says by the same words."""
    said = {one.place for one in reading.findings if one.kind is not Found.POINT}
    return [one for one in reading.findings if one.kind is not Found.POINT or one.place not in said]


def _key(talk: Conversation, one: Finding) -> str:
    """Give by what a finding is known when the conversation is read again: what it says of which words."""
    return f"{talk.key}:{digest([one.kind, one.name, one.value, one.place.turn, one.place.quote])[:16]}"


def _proposal(case: Case, one: Captured, found: Finding, key: str, kept_in: str) -> Proposal:
    talk = one.conversation
    said_at = talk.began + timedelta(seconds=found.place.at)
    name = found.name.replace("_", " ")
    row = {
        "Name": f"{found.kind}: {name or found.value}"[:_NAME],
        "Conversation_Key__c": talk.key,
        "Finding_Key__c": key,
        "Conversation__c": kept_in or None,
        "Account__c": one.link.account or None,
        "Opportunity__c": one.link.opportunity or None,
        "Type__c": str(found.kind),
        "Topic__c": name[:_NAME] or None,
        "Value__c": found.value[:_VALUE],
        "Quote__c": found.place.quote[:_LONG],
        "Speaker__c": _speaker(talk, found)[:_SHORT],
        "Said_At__c": to_json(said_at),
        "Second__c": rounded(found.place.at, 1),
        "Owner_Name__c": owner_of(talk, found)[:_SHORT] or None,
        "Due__c": to_json(found.due),
        "Confidence__c": rounded(found.confidence * 100, 2),
        "Read_By__c": found.by[:_NAME],
        "Why__c": found.why[:_LONG] or None,
    }
    after = {name: value for name, value in row.items() if value is not None}
    made = case.propose(Verb.CREATE, INSIGHT, "", {}, after, (found.why, *case.reasons))
    source = f"{talk.title}, {where(talk, found.place)}"
    quotes = (Quote("Value__c", found.place.quote, source, said_at),)
    return replace(made, quotes=quotes, from_model=found.by != "rules")  # how sure it is, is a value of the row


def _speaker(talk: Conversation, found: Finding) -> str:
    turn = talk.turns[found.place.turn]
    speaker = talk.speaker(turn)
    return turn.label if speaker is None else speaker.name


def _writes(_args: Mapping[str, Any], _target: str) -> frozenset[tuple[str, str]]:
    return frozenset((INSIGHT, name) for name in _FIELDS)


def _beside(_args: Mapping[str, Any], _target: str) -> frozenset[str]:
    return frozenset({INSIGHT})


NOTE_INSIGHTS = Function(
    FunctionSpec(
        name="note_insights",
        does="Notes each thing that was found in the conversation as a row of Conversation_Insight__c, once: what it "
        "is, the words that prove it, who said them and when.",
        parameters={
            "methodology": Parameter(Kind.METHODOLOGY, required=False),
            "conversation": Parameter(Kind.TEXT, required=False),
        },
        verbs=frozenset({Verb.CREATE}),
        objects=OF,
        writes=_writes,
        beside=_beside,
        gives={"noted": Type.NUMBER, "known": Type.NUMBER},
    ),
    _run,
)
