"""keep_conversation: proposes the row that keeps a conversation for reports: transcript, summary and numbers."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from upbeat.conversation import Captured, Conversation, Kind, Medium, Reading, measure, next_steps, summary, where
from upbeat.conversation.found import Place
from upbeat.conversation.rubric import clarity, depth, discovery
from upbeat.domain import Verb
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result, rounded, to_json
from upbeat.steps.hearing import captured_of, reading_of
from upbeat.workflows import FunctionSpec

CONVERSATION: Final = "Conversation__c"
OF: Final = ("Opportunity", "Account", "Lead", "Contact")
"""The objects on whose records a conversation is kept: an activity that is about to be logged has no id yet."""

_NAME: Final = 80  # characters: the length of a custom object's Name
_TEXT: Final = 32_768  # of Summary__c and Next_Steps__c, as the shipped definition has them
_TRANSCRIPT: Final = 131_072  # of Transcript__c: the most that Salesforce gives a long text
_FIRST: Final = (
    *("Source__c", "Medium__c", "Began__c", "Minutes__c", "Account__c", "Opportunity__c", "Activity_Id__c"),
    *("Summary__c", "Next_Steps__c", "Sentiment__c", "Talk_Ratio__c", "Word_Ratio__c", "Longest_Monologue__c"),
    *("Interactivity__c", "Questions__c", "Open_Questions__c", "Discovery_Depth__c", "Next_Step_Clarity__c"),
)
_EVERY: Final = ("Name", "Conversation_Key__c", "Part__c", "Transcript__c")


def _run(case: Case) -> Result:
    one = captured_of(case)
    if there := case.beside.records.get(CONVERSATION, ()):
        first = min(there, key=lambda row: row.get("Part__c") or 0)
        return Result({"id": first.get("Id") or "", "parts": 0, "reason": "it is kept already"})
    reading = reading_of(case)
    rows = list(_rows(one, reading))
    why = f"{one.conversation.source} has this {one.conversation.medium}: {one.conversation.title}"
    proposals = tuple(case.propose(Verb.CREATE, CONVERSATION, "", {}, row, (why, *case.reasons)) for row in rows)
    return Result({"id": "", "parts": len(rows), "reason": why}, proposals)


def _rows(one: Captured, reading: Reading) -> Iterator[dict[str, Any]]:
    """Give the row of a conversation, and as many more as its transcript needs."""
    talk = one.conversation
    texts = _cut(transcript(talk))
    for part, text in enumerate(texts, 1):
        suffix = "" if len(texts) == 1 else f" ({part} of {len(texts)})"
        row = {
            "Name": talk.title[: _NAME - len(suffix)] + suffix or talk.source,
            "Conversation_Key__c": talk.key,
            "Part__c": part,
            "Transcript__c": text or None,
        }
        row |= _about(one, reading) if part == 1 else {}
        yield {name: value for name, value in row.items() if value is not None}


def _about(one: Captured, reading: Reading) -> dict[str, Any]:
    talk, found = one.conversation, measure(one.conversation)
    mood = next(reversed(reading.of(Kind.SENTIMENT)), None)
    return {
        "Source__c": talk.source,
        "Medium__c": str(talk.medium),
        "Began__c": to_json(talk.began),
        "Minutes__c": rounded(talk.seconds / 60, 1),
        "Account__c": one.link.account or None,
        "Opportunity__c": one.link.opportunity or None,
        "Activity_Id__c": one.link.activity or None,
        "Summary__c": summary(talk, reading)[:_TEXT],
        "Next_Steps__c": "\n".join(next_steps(talk, reading))[:_TEXT] or None,
        "Sentiment__c": mood and mood.name,
        "Talk_Ratio__c": _percent(found.talk_ratio),
        "Word_Ratio__c": _percent(found.word_ratio),
        "Longest_Monologue__c": found.monologue and rounded(found.monologue.seconds, 1),
        "Interactivity__c": None if found.interactivity is None else rounded(found.interactivity, 2),
        "Questions__c": found.questions,
        "Open_Questions__c": found.open_questions,
        "Discovery_Depth__c": depth(discovery(talk), reading).level if talk.medium is not Medium.EMAIL else None,
        "Next_Step_Clarity__c": clarity(talk, reading).level,
    }


def _percent(part: float | None) -> Any:
    return None if part is None else rounded(part * 100, 2)


def transcript(talk: Conversation) -> str:
    """Give what was said, a line for each turn with its time and its speaker; of a mail what was written."""
    if talk.medium is Medium.EMAIL:
        return talk.text
    return "\n".join(f"{where(talk, Place(one.number, one.start, one.text))}: {one.text}" for one in talk.turns)


def _cut(text: str) -> list[str]:
    """Cut a text into parts that a field holds, between lines where it can be."""
    parts = list[str]()
    while len(text) > _TRANSCRIPT:
        end = text.rfind("\n", 0, _TRANSCRIPT) + 1 or _TRANSCRIPT
        parts.append(text[:end].rstrip("\n"))
        text = text[end:]
    return [*parts, text]


def _writes(_args: Mapping[str, Any], _target: str) -> frozenset[tuple[str, str]]:
    return frozenset((CONVERSATION, name) for name in (*_EVERY, *_FIRST))


def _beside(_args: Mapping[str, Any], _target: str) -> frozenset[str]:
    return frozenset({CONVERSATION})


KEEP_CONVERSATION = Function(
    FunctionSpec(
        name="keep_conversation",
        does="Keeps the conversation as a row of Conversation__c, once: its transcript, summary, next steps and "
        "numbers; a transcript longer than its field goes on in further rows.",
        parameters={},
        verbs=frozenset({Verb.CREATE}),
        objects=OF,
        writes=_writes,
        beside=_beside,
        gives={"id": Type.TEXT, "parts": Type.NUMBER, "reason": Type.TEXT},
    ),
    _run,
)
