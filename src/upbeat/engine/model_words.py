"""What a step suggests on a model's word is marked so: the gate lets no more happen on it than on a model's own value.

A step rests on a model's word where its condition or its values read what a step gives by it, or what rests on it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from upbeat.channels.enrich import Said
from upbeat.domain import Proposal, Quote
from upbeat.engine import unread
from upbeat.engine.recorded import Results
from upbeat.formula import Formula
from upbeat.steps import BY_MODEL, Case, Function, Result
from upbeat.workflows import Step, Task, Workflow, compiled_in

_STEP = "$Step."


@dataclass(frozen=True, slots=True)
class _Word:
    model: str
    quote: str
    confidence: float


def run(function: Function, case: Case, step: Step) -> Result:
    """Run a step's function, and mark what it does or says of a conversation only because its model read it.

    It is run without the model's answer as well: what comes of that rests on rules. So no step can forget to say it.
    """
    result, task, found = unread.run(function, case, step), function.spec.task, case.enriched
    if task in {None, Task.CLASSIFICATION} or found is None or found.status != Said.FOUND:
        return result
    alone = function.run(replace(case, enriched=None))
    own = {one.id for one in alone.proposals}
    proposals = tuple(one if one.id in own else replace(one, from_model=True) for one in result.proposals)
    if result.gives == alone.gives:
        return replace(result, proposals=proposals)
    said: list[Mapping[str, Any]] = found.values.get("findings") or [{}]
    sure = min(float(one.get("confidence", 0)) for one in said)
    word = {"by": BY_MODEL, "quote": said[0].get("quote", ""), "confidence": sure}
    return replace(result, proposals=proposals, gives={**result.gives, **word})


def marked(result: Result, workflow: Workflow, step: Step, results: Results, now: datetime) -> Result:
    """Give a result with its proposals marked as a model's, where they rest on its word, and with what it quoted."""
    words = list(_words(workflow, step, results)) if result.proposals else []
    if not words:
        return result
    return replace(result, proposals=tuple(_of_a_model(one, words, now) for one in result.proposals))


def _of_a_model(proposal: Proposal, words: list[_Word], now: datetime) -> Proposal:
    proved = {one.field for one in proposal.quotes}
    bare = [name for name in proposal.after if name not in proved]
    quotes = tuple(Quote(name, one.quote, f"read by the model {one.model}", now) for name in bare for one in words)
    confidence = min(proposal.confidence, *(one.confidence for one in words))
    return replace(proposal, from_model=True, confidence=confidence, quotes=(*proposal.quotes, *quotes))


def _words(workflow: Workflow, step: Step, results: Results) -> Iterator[_Word]:
    """Give every word of a model that a step rests on, through however many steps."""
    steps = {one.name: one for one in workflow.steps}
    seen, ahead = set[str](), [*_read_by(step)]
    while ahead:
        name = ahead.pop()
        if name in seen or name not in steps:
            continue
        seen.add(name)
        ahead += _read_by(steps[name])
        found: Mapping[str, Any] = results.get(name, {})
        if found.get("by") == BY_MODEL:
            model = workflow.agents[steps[name].agent].model
            yield _Word(model, str(found["quote"]), float(found["confidence"]))


def _read_by(step: Step) -> set[str]:
    """Give the steps whose findings a step reads."""
    when: list[Formula] = [] if step.when is None else [step.when]
    texts = (*when, *(found for value in step.values.values() for found in compiled_in(value)))
    names = (name for one in texts for name in one.globals if name.startswith(_STEP))
    return {name.removeprefix(_STEP).partition(".")[0] for name in names}
