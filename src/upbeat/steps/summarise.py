"""summarise: gives what a conversation was for, what was learnt, decided and is to be done, each with its words."""

from upbeat.conversation import Kind, next_steps, owner_of, soonest, summary
from upbeat.conversation.reading_by_model import summarising
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result, to_json
from upbeat.steps.hearing import captured_of, reading_of
from upbeat.workflows import FunctionSpec, Task


def _run(case: Case) -> Result:
    talk, reading = captured_of(case).conversation, reading_of(case)
    mood, step = next(reversed(reading.of(Kind.SENTIMENT)), None), soonest(reading)
    return Result(
        {
            "text": summary(talk, reading),
            "next_steps": "\n".join(next_steps(talk, reading)) or None,
            "next_step": None if step is None else step.value,
            "next_step_owner": None if step is None else owner_of(talk, step) or None,
            "next_step_due": None if step is None else to_json(step.due),
            "sentiment": None if mood is None else mood.name,
            "points": len(reading.of(Kind.POINT)),
            "dropped": len(reading.dropped),
            "injections": len(reading.injections),
        }
    )


SUMMARISE = Function(
    FunctionSpec(
        name="summarise",
        does="Gives what the conversation was for, what was learnt, decided and is open, and the next steps with owner "
        "and day: each point with its time and the words that prove it.",
        parameters={},
        gives={
            "text": Type.TEXT,
            "next_steps": Type.TEXT,
            "next_step": Type.TEXT,
            "next_step_owner": Type.TEXT,
            "next_step_due": Type.DATE,
            "sentiment": Type.TEXT,
            "points": Type.NUMBER,
            "dropped": Type.NUMBER,
            "injections": Type.NUMBER,
        },
        task=Task.SUMMARY,
    ),
    _run,
    lambda _, talk: None if talk is None else summarising(talk.conversation),
)
