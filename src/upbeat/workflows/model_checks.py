"""What must hold of agents that have a model: upbeat.yaml allows it, for what they do."""

from collections.abc import Iterator, Mapping
from typing import Final

from upbeat.base.files import Problem, Severity
from upbeat.workflows.catalogue import FunctionSpec
from upbeat.workflows.files import Definitions
from upbeat.workflows.model_settings import Models, Task

TALK: Final = ("Event.Description", "Task.Description", "EmailMessage.TextBody")
"""The fields that talk belongs to, whether it was logged yet or not: meetings, calls, mail."""
_OF_TALK: Final = frozenset({Task.EXTRACTION, Task.SUMMARY})


def check_models(definitions: Definitions, functions: Mapping[str, FunctionSpec], models: Models) -> Iterator[Problem]:
    """Give the agents whose model is not asked. Where none is allowed, or all are off, that is meant: advice."""
    for agent in definitions.agents.values():
        if not agent.has_model:
            continue
        place = agent.place("model")
        called = (functions[name].task for name in agent.may_call if name in functions)
        tasks = sorted({one for one in called if one is not None})
        if not tasks:
            what = f"{agent.agent} has a model, and may call nothing that a model reads for"
            yield Problem(place, what, "Write 'model: none'.", Severity.ADVICE)
        elif agent.model in definitions.providers:
            what = f"{agent.model} is a source in enrichment/ as well, and their calls would be counted together"
            yield Problem(place, what, "Give the model another name in upbeat.yaml.")
        elif why := next(filter(None, (models.why_not(agent.model, one) for one in tasks)), ""):
            meant = models.off or not models.allow
            fix = "Rules decide alone; that is all right." if meant else f"Allowed: {', '.join(models.allow)}."
            yield Problem(place, why, fix, Severity.ADVICE if meant else Severity.ERROR)
        elif {*tasks} & _OF_TALK and not any(agent.may(agent.sends, *one.split(".")) for one in TALK):
            what = f"{agent.agent} has a model that reads talk, and may let no talk leave the machine"
            yield Problem(place, what, f"Add {', '.join(TALK)} to 'sends', or write 'model: none'.")
