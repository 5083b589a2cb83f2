"""What must hold of agents that have a model: upbeat.yaml allows it, for what they do."""

from collections.abc import Iterator, Mapping

from upbeat.base.files import Problem, Severity
from upbeat.workflows.catalogue import FunctionSpec
from upbeat.workflows.files import Definitions
from upbeat.workflows.model_settings import Models, Task


def check_models(definitions: Definitions, functions: Mapping[str, FunctionSpec], models: Models) -> Iterator[Problem]:
    """Give the agents whose model is not asked. Where none is allowed, or all are off, that is meant: advice."""
    for agent in definitions.agents.values():
        if not agent.has_model:
            continue
        place = agent.place("model")
        if not any(functions[name].to_model for name in agent.may_call if name in functions):
            what = f"{agent.agent} has a model, and may call nothing that a model reads for"
            yield Problem(place, what, "Write 'model: none'.", Severity.ADVICE)
        elif agent.model in definitions.providers:
            what = f"{agent.model} is a source in enrichment/ as well, and their calls would be counted together"
            yield Problem(place, what, "Give the model another name in upbeat.yaml.")
        elif why := models.why_not(agent.model, Task.CLASSIFICATION):
            meant = models.off or not models.allow
            fix = "Rules decide alone; that is all right." if meant else f"Allowed: {', '.join(models.allow)}."
            yield Problem(place, why, fix, Severity.ADVICE if meant else Severity.ERROR)
