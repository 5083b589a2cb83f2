"""The changes that forms make to a draft: a part filled in, a step added, moved or taken out."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from upbeat.base.files import Plain, rewritten
from upbeat.formula import Type
from upbeat.matching import latin
from upbeat.operations.building.drafts import NOTHING_CHOSEN, Values, WorkflowDraft, change
from upbeat.operations.house import House, Refused
from upbeat.steps import SPECS
from upbeat.workflows import form, step_at, with_form
from upbeat.workflows.form import is_list, is_mapping

_WORDS = re.compile(r"[a-z0-9]+")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)


def fill_in(
    house: House,
    name: str,
    revision: int,
    part: str,
    posted: Mapping[str, str],
    by: str,
    choose: Mapping[str, str] = NOTHING_CHOSEN,
) -> WorkflowDraft:
    """Keep what was posted of one part's form. Raises StaleError as `change` does."""
    what = {"about": "what it is", "trigger": "when it starts", "outcomes": "how it ends"}.get(part, f"the step {part}")

    return change(house, name, revision, lambda values: _filled(values, part, posted), what, by, choose)


def filled_in(draft: WorkflowDraft, part: str, posted: Mapping[str, str]) -> WorkflowDraft:
    """Give a draft as it would be with what was posted of one part's form, and keep nothing."""
    return replace(draft, text=rewritten(draft.text, _filled(draft.values, part, posted)))


def _filled(values: Values, part: str, posted: Mapping[str, str]) -> Values:
    if not form(part, values, SPECS):
        raise Refused(f"there is no step {part} any more", fix="Load the page again.")
    return with_form(part, values, posted, SPECS)


def add_step(house: House, name: str, revision: int, use: str, agent: str, by: str) -> WorkflowDraft:
    """Add a step below the others. It is called after its function, and by the agent that may call it."""
    if use not in SPECS:
        raise Refused(f"there is no function {use}", fix="Choose one of those offered.")

    def make(values: Values) -> Values:
        steps = _steps(values)
        called, number = use, 1
        while step_at({"steps": steps}, called) is not None:
            number += 1
            called = f"{use}_{number}"
        step = {"step": Plain(called), "agent": Plain(agent), "use": Plain(use)}
        return {**values, "steps": [*steps, step]} if "steps" in values else _above_outcomes(values, [step])

    return change(house, name, revision, make, f"a step {use}", by)


def remove_step(house: House, name: str, revision: int, step: str, by: str) -> WorkflowDraft:
    """Take a step out."""

    def make(values: Values) -> Values:
        return {**values, "steps": [one for index, one in enumerate(_steps(values)) if index != _at(values, step)]}

    return change(house, name, revision, make, f"the step {step} out", by)


def move_step(house: House, name: str, revision: int, step: str, places: int, by: str) -> WorkflowDraft:
    """Move a step by some places, up where they are below zero; at the end it stays."""

    def make(values: Values) -> Values:
        steps = _steps(values)
        one = steps.pop(at := _at(values, step))
        steps.insert(max(0, min(len(steps), at + places)), one)
        return {**values, "steps": steps}

    return change(house, name, revision, make, f"the step {step} to another place", by)


def word_of(text: str) -> str:
    """Give a text as the name of a workflow: `Flag déals above 50K` becomes `flag-deals-above-50k`; empty for none."""
    found = "-".join(_WORDS.findall(latin(text).casefold()))[:64].strip("-")
    return found if not found or is_name(found) else f"workflow-{found}"[:64].strip("-")


def is_name(text: str) -> bool:
    """Whether a workflow may be called so; `new` is the address where one begins."""
    return text != "new" and _NAME.fullmatch(text) is not None


def steps_of(draft: WorkflowDraft) -> list[tuple[str, str]]:
    """Give the name and the function of each step, in order."""
    named = [one for one in _steps(draft.values) if is_mapping(one)]
    return [(str(one.get("step") or ""), str(one.get("use") or "")) for one in named]


def object_of(draft: WorkflowDraft) -> str:
    """Give the object that a draft is about, empty where it does not say."""
    trigger = draft.values.get("trigger")
    return str(trigger.get("object") or "") if is_mapping(trigger) else ""


def known_of(draft: WorkflowDraft, part: str) -> Mapping[str, Type]:
    """Give the globals that formulas of a part may name beside the record's, with their types.

    A step sees what steps above it give; an outcome what all of them do.
    """
    found: dict[str, Type] = {}
    thresholds: Any = draft.values.get("thresholds")
    for name, one in (thresholds if is_mapping(thresholds) else {}).items():
        value: Any = one.get("value") if is_mapping(one) else None
        number = isinstance(value, int | Decimal)
        found[f"$Threshold.{name}"] = Type.BOOLEAN if isinstance(value, bool) else Type.NUMBER if number else Type.TEXT
    for step, use in steps_of(draft):
        if part in {step, "trigger", "about"}:
            break
        if (spec := SPECS.get(use)) is not None:
            found |= {f"$Step.{step}.{key}": kind for key, kind in spec.gives.items()}
    return found


def _steps(values: Values) -> list[Any]:
    steps = values.get("steps")
    return [*steps] if is_list(steps) else []


def _at(values: Values, step: str) -> int:
    at = step_at(values, step)
    if at is None:
        raise Refused(f"there is no step {step} any more", fix="Load the page again.")
    return at


def _above_outcomes(values: Values, steps: list[Any]) -> Values:
    """Put the first steps where people look for them: above the outcomes."""
    found: dict[str, Any] = {}
    for name, one in values.items():
        found |= {"steps": steps} if name == "outcomes" else {}
        found[name] = one
    return found if "steps" in found else {**found, "steps": steps}
