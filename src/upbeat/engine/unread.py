"""A step whose model was not heard: it goes on by rules, or it waits for a person to say so, as its file says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from upbeat.channels.enrich import Said
from upbeat.domain import Hold
from upbeat.steps import Case, Function, Result
from upbeat.workflows import Step

NOT_HEARD: Final = "model not heard"  # the kind of the question to the owner of a step
BY_RULES: Final = "by rules"
LEAVE: Final = "leave it"
_DUE: Final = timedelta(days=1)


def run(function: Function, case: Case, step: Step) -> Result:
    """Run a step's function, or ask the step's owner first where its model was not heard and its file says to."""
    if case.before.get(NOT_HEARD) is True and case.answer is not None:  # they answered us, and not the function
        if case.answer.choice == LEAVE:
            return Result(_blank(step))
        return function.run(replace(case, answer=None, before={}))
    found = case.enriched
    unheard = function.spec.task is not None and found is not None and found.status != Said.FOUND
    if step.unread != "hold" or found is None or not unheard or case.answer is not None:
        return function.run(case)
    why = f"{found.source} was not heard ({found.status}): {found.why}"
    hold = Hold(
        NOT_HEARD, "go on by rules alone?", case.owner, case.now + _DUE, (BY_RULES, LEAVE), (why, *case.reasons)
    )
    return Result({**_blank(step), NOT_HEARD: True}, hold=hold, waits=True)


def _blank(step: Step) -> Mapping[str, Any]:
    return dict.fromkeys(step.gives)
