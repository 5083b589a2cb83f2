"""A model as one more source that is asked before the transaction: the same rows, the same budget, the same ledger.

What a call says in full stands among its keys, so that it is told in the ledger and known by its digest.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from upbeat.base import UpbeatError, decode, encode
from upbeat.channels.enrich import Reply, Said
from upbeat.engine.counterpart import of_model
from upbeat.engine.items import Work
from upbeat.engine.parts import Parts
from upbeat.engine.questioning import Asking, Known
from upbeat.llm import AS_DATA, Answer, Model, Question
from upbeat.steps import FUNCTIONS, NOT_ASKED, Classified, Enriched, Inquiry
from upbeat.workflows import Step, Task, Workflow, unsent

FORMS: Final[Mapping[Task, type[Any]]] = {Task.CLASSIFICATION: Classified}
"""What an answer is read as, by what a model was asked to do."""


def read_by_model(
    parts: Parts, workflow: Workflow, step: Step, asked: Sequence[tuple[Work, Mapping[str, Any]]]
) -> Known:
    """Give what the model of a step's agent reads for each item; nothing where it has none. `asked` has arguments."""
    agent, function = workflow.agents[step.agent], FUNCTIONS[step.use]
    task, inquires = function.spec.task, function.inquires
    if not agent.has_model or task is None or inquires is None:
        return {}
    name = agent.model
    why = parts.models.why_not(name, task)
    if not why and (hidden := unsent(agent, step.sends, workflow.object, parts.schema)):
        why = f"{step.agent} may not let {', '.join(hidden)} leave the machine"
    if why:
        return {work.item.id: Enriched(source=name, status=NOT_ASKED, why=why) for work, _ in asked}
    other = of_model(name, parts.models.allow[name])
    asking = Asking(parts, other, step, parts.clock.now(), lambda: _open(parts, name, FORMS[task]))
    return asking.of([(work, keys_of(inquires(args))) for work, args in asked])


def keys_of(inquiry: Inquiry | None) -> Mapping[str, str]:
    """Give all that leaves this machine with a question; nothing where there is nothing to read."""
    if inquiry is None:
        return {}
    told = f"{inquiry.instruction}\n\n{AS_DATA}"
    return {**inquiry.given, "instruction": told, "form": encode(inquiry.schema)}


class Reading:
    """A model, asked as a source is."""

    def __init__(self, model: Model, form: type[Any]) -> None:
        """Ask this one, and read what it says as `form`."""
        self._model = model
        self._form = form

    def ask(self, keys: Mapping[str, str]) -> Reply:
        """Put the question that the keys hold; what cannot be answered later is for somebody to mend."""
        given = {name: text for name, text in keys.items() if name not in {"instruction", "form"}}
        found = self._model.ask(Question(keys["instruction"], given, decode(keys["form"]), self._form))
        if isinstance(found, Answer):
            return Reply(Said.FOUND, decode(encode(found.value)))
        return Reply(Said.LATER if found.passes else Said.REFUSED, why=found.why, after=found.after)

    def close(self) -> None:
        """Leave the model open: it is the workspace's."""


def _open(parts: Parts, name: str, form: type[Any]) -> Reading | Reply:
    """Give a model to ask, or why it cannot be asked at all: its key is not there."""
    try:
        return Reading(parts.open_model(name), form)
    except UpbeatError as error:
        return Reply(Said.REFUSED, why=error.what)
