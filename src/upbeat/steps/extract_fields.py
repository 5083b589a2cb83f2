"""extract_fields: proposes what a conversation says of the record for the fields that keep it, each with its quote.

A field that says the same already is left. What a person must look at stays with a person: what was said goes into a
business field by review, whatever the step's own tier, until the reviewers' decisions have shown how often it is right.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from upbeat.conversation import (
    Captured,
    Conversation,
    Finding,
    Kind,
    Reading,
    owner_of,
    soonest,
    step_in_words,
)
from upbeat.conversation.calibrating import Curve, sure
from upbeat.conversation.reading_by_model import extraction
from upbeat.domain import Proposal, Tier, Verb
from upbeat.formula import Type
from upbeat.llm import Question
from upbeat.schema import Field
from upbeat.steps.case import Case, Function, Result, to_json
from upbeat.steps.fielded import fielded
from upbeat.steps.hearing import captured_of, quoted, reading_of, terms_of
from upbeat.workflows import FOUND, FunctionSpec, Parameter, Questions, Task, doubtful
from upbeat.workflows import Kind as Takes

_OF_KIND: Final[Mapping[str, Kind]] = {
    "next_step": Kind.NEXT_STEP,
    "sentiment": Kind.SENTIMENT,
    "risk": Kind.RISK,
    "objection": Kind.OBJECTION,
    "competitor": Kind.COMPETITOR,
    "expansion": Kind.EXPANSION,
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """A finding on its way into a field."""

    name: str
    field: Field
    value: Any
    finding: Finding


def _run(case: Case) -> Result:
    questions: Questions = case.args["methodology"]
    talk, reading = captured_of(case).conversation, reading_of(case, questions.methodology)
    found = _found(talk, reading)
    day = talk.began.date()
    answers = [*_elements(questions, reading, day), *_others(case.args.get("fill", {}), found, day)]
    fitting = [one for one in answers if one.value is not None and not doubtful(one.value, one.field)]
    news = [one for one in fitting if not _says_it(case.record.get(one.field.name), one.value)]
    missing = [
        element.title
        for name, element in questions.methodology.elements.items()
        if reading.element(name) is None and not case.record.get(questions.fields[name].name)
    ]
    gives = {
        **{name: None if (one := reading.element(name)) is None else one.value for name in questions.fields},
        **{name: to_json(value) for name, (value, _) in found.items()},
        "found": len(reading.findings),
        "missing": ", ".join(missing) or None,
        "dropped": len(reading.dropped) + len(answers) - len(fitting),
        "injections": len(reading.injections),
    }
    return Result(gives, (_proposal(case, talk, reading, news),) if news else ())


def _elements(questions: Questions, reading: Reading, day: date) -> Iterator[_Answer]:
    for name, field in questions.fields.items():
        if (one := reading.element(name)) is not None:
            yield _Answer(name, field, fielded(one.value, field, day), one)


def _others(
    fields: Mapping[str, Field], found: Mapping[str, tuple[Any, Finding | None]], day: date
) -> Iterator[_Answer]:
    for name, field in fields.items():
        value, finding = found[name]
        if value is not None and finding is not None:
            told = fielded(value, field, day) if isinstance(value, str) else to_json(value)
            yield _Answer(name, field, told, finding)


def _found(talk: Conversation, reading: Reading) -> Mapping[str, tuple[Any, Finding | None]]:
    """Give what else was found by the names of FOUND, each as it was said last: None where nothing was."""
    last = {name: next(reversed(reading.of(kind)), None) for name, kind in _OF_KIND.items()}
    step = soonest(reading)
    owner = None if step is None else owner_of(talk, step) or None
    return {
        **{name: (None if one is None else one.value, one) for name, one in last.items()},
        "next_step": (None if step is None else step_in_words(talk, step), step),
        "next_step_owner": (owner, step),
        "next_step_due": (None if step is None else step.due, step),
        "sentiment": (None if (one := last["sentiment"]) is None else one.name, one),
        "competitor": (None if (one := last["competitor"]) is None else one.name, one),
    }


def _proposal(case: Case, talk: Conversation, reading: Reading, news: Sequence[_Answer]) -> Proposal:
    event, after = case.item.event, {one.field.name: one.value for one in news}
    before = {name: case.record.get(name) for name in after}
    said = tuple(f"{one.field.label or one.field.name}: {one.finding.why}" for one in news)
    weighed = [_weighed(case, one) for one in news]
    curves = [curve for _, curve in weighed if curve is not None]
    learnt = (
        f"{one.name.replace('_', ' ')}: reviewers took {one.right:,} of {one.decided:,} such values as they stood"
        for one in curves
    )
    warned = (
        f"somebody told the note-taker what to write: \u201c{one.place.quote}\u201d" for one in reading.injections
    )
    reasons = (*said, *learnt, *warned, *case.reasons)
    made = case.propose(Verb.UPDATE, event.object, event.record_id, before, after, reasons)
    quotes = tuple(quoted(talk, one.finding, one.field.name, one.name) for one in news)
    return replace(
        made,
        quotes=quotes,
        confidence=min(confidence for confidence, _ in weighed),
        from_model=any(one.finding.by != "rules" for one in news),
        raise_to=case.tier if len(curves) == len(news) else max(case.tier, Tier.REVIEW, key=lambda tier: tier.rank),
    )


def _weighed(case: Case, one: _Answer) -> tuple[float, Curve | None]:
    """Give how sure a value is, and what that was learnt from: None while reviewers decided too few like it."""
    curve = case.calibration.curve(one.name, one.finding.by)
    said = one.finding.confidence
    return said if curve is None else sure(curve.steps, said), curve


def _says_it(now: Any, value: Any) -> bool:
    """Whether a field says a value already, among other things perhaps: case and the ends do not matter."""
    if isinstance(now, str) and isinstance(value, str):
        return value.strip().casefold() in now.casefold()
    return now == value


def _writes(args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    return frozenset((target, one.name) for one in _fields(args))


def _reads(args: Mapping[str, Any], _object: str) -> frozenset[str]:
    return frozenset(one.name for one in _fields(args))


def _fields(args: Mapping[str, Any]) -> tuple[Field, ...]:
    questions = args.get("methodology")
    of_elements = questions.fields.values() if isinstance(questions, Questions) else ()
    return (*of_elements, *args.get("fill", {}).values())


def _gives(args: Mapping[str, Any]) -> Mapping[str, Type]:
    questions = args.get("methodology")
    return dict.fromkeys(questions.fields, Type.TEXT) if isinstance(questions, Questions) else {}


def _asks(args: Mapping[str, Any], talk: Captured | None) -> Question[Any] | None:
    return None if talk is None else extraction(talk.conversation, terms_of(args["methodology"].methodology))


EXTRACT_FIELDS = Function(
    FunctionSpec(
        name="extract_fields",
        does="Suggests what a conversation says for the fields of a methodology, and others, each with the words that "
        "prove it; business fields wait for a person until reviewers have shown how often such values are "
        "right.",
        parameters={
            "methodology": Parameter(Takes.METHODOLOGY),
            "fill": Parameter(Takes.FINDINGS, required=False),
        },
        verbs=frozenset({Verb.UPDATE}),
        writes=_writes,
        reads=_reads,
        gives={
            **FOUND,
            "found": Type.NUMBER,
            "missing": Type.TEXT,
            "dropped": Type.NUMBER,
            "injections": Type.NUMBER,
        },
        gives_of=_gives,
        task=Task.EXTRACTION,
    ),
    _run,
    _asks,
)
