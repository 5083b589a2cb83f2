"""summarise: gives what a conversation was for, what was learnt, decided and is to be done, each with its words."""

from collections.abc import Mapping
from typing import Any

from upbeat.conversation import Kind, next_steps, owner_of, soonest, summary, told
from upbeat.conversation.reading_by_model import summarising
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result, to_json
from upbeat.steps.hearing import captured_of, reading_of
from upbeat.workflows import FunctionSpec, Parameter, Questions, Task
from upbeat.workflows import Kind as Takes


def _run(case: Case) -> Result:
    questions = case.args.get("methodology")
    methodology = questions.methodology if isinstance(questions, Questions) else None
    talk, reading = captured_of(case).conversation, reading_of(case, methodology)
    elements = {} if methodology is None else {name: reading.element(name) for name in methodology.elements}
    mood, step = next(reversed(reading.of(Kind.SENTIMENT)), None), soonest(reading)
    return Result(
        {
            **{name: None if one is None else one.value for name, one in elements.items()},
            "text": summary(talk, reading),
            "next_steps": "\n".join(next_steps(talk, reading)) or None,
            "next_step": None if step is None else step.value,
            "next_step_owner": None if step is None else owner_of(talk, step) or None,
            "next_step_due": None if step is None else to_json(step.due),
            "sentiment": None if mood is None else mood.name,
            "expansion": "\n".join(told(talk, reading, Kind.EXPANSION)) or None,
            "risks": "\n".join(told(talk, reading, Kind.RISK)) or None,
            "points": len(reading.of(Kind.POINT)),
            "dropped": len(reading.dropped),
            "injections": len(reading.injections),
        }
    )


def _gives(args: Mapping[str, Any]) -> Mapping[str, Type]:
    questions = args.get("methodology")
    return dict.fromkeys(questions.methodology.elements, Type.TEXT) if isinstance(questions, Questions) else {}


SUMMARISE = Function(
    FunctionSpec(
        name="summarise",
        does="Gives what the conversation was for, what was learnt, decided and is open, and the next steps with owner "
        "and day: each point with its time and the words that prove it; and a methodology's elements by their names.",
        parameters={"methodology": Parameter(Takes.METHODOLOGY, required=False)},
        gives={
            "text": Type.TEXT,
            "next_steps": Type.TEXT,
            "next_step": Type.TEXT,
            "next_step_owner": Type.TEXT,
            "next_step_due": Type.DATE,
            "sentiment": Type.TEXT,
            "expansion": Type.TEXT,
            "risks": Type.TEXT,
            "points": Type.NUMBER,
            "dropped": Type.NUMBER,
            "injections": Type.NUMBER,
        },
        gives_of=_gives,
        task=Task.SUMMARY,
    ),
    _run,
    lambda _, talk: None if talk is None else summarising(talk.conversation),
)
