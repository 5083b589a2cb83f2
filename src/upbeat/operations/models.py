"""Models as people who answer for them see them: what is allowed, what reads where, what it cost, what was sent."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final

from msgspec import Meta

from upbeat.base import schema_of
from upbeat.engine import answers_kept, calls_made, zone_of
from upbeat.ledger import Kind, Stored
from upbeat.llm import AS_DATA, Answer, Model, Question
from upbeat.operations.house import House, Refused
from upbeat.operations.runs import find_runs
from upbeat.steps import FUNCTIONS
from upbeat.workflows import AllowedModel, Models

DAYS: Final = 30
_OURS: Final = ("instruction", "form", "sample")


@dataclass(frozen=True, slots=True)
class ModelUse:
    """One allowed model. Calls are those of today and of the last 30 days, money is in `currency`.

    `spent` is of this calendar month, `days` gives calls and cost by day, `answers` how it answered what is kept.
    """

    model: str
    id: str
    to: str
    speaks: str
    owner: str
    tasks: tuple[str, ...]
    redacts: bool
    calls_today: int
    calls_per_day: int
    calls: int
    spent: Decimal
    per_month: Decimal | None
    currency: str
    days: Mapping[str, tuple[int, Decimal]]
    answers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReadingStep:
    """A step whose text a model reads; `why_not` says why it is not asked, where it is not."""

    workflow: str
    step: str
    function: str
    agent: str
    model: str
    task: str
    why_not: str


@dataclass(frozen=True, slots=True)
class AllModels:
    """What models may do here: the switch, each model, and each step that one reads for, of `steps` that run."""

    off: bool
    models: tuple[ModelUse, ...]
    reading: tuple[ReadingStep, ...]
    steps: int


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call of a model, as it left: `told` are our own words, `given` the texts to read, by name.

    `cost` is what it took at the most. Where it was erased, `erased` names the entry that says by whom and why.
    """

    at: datetime
    entry: str
    model: str
    to: str
    workflow: str
    record_id: str
    cost: Decimal
    currency: str
    told: str
    given: Mapping[str, str] = field(default_factory=dict[str, str])
    form: str = ""
    erased: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of asking a model something harmless: its answer, or why there is none; seconds and tokens it took."""

    model: str
    answered: bool
    words: str
    seconds: float
    sent: int
    said: int


def models(house: House, allowed: Models) -> AllModels:
    """Give what models may do, and did. Asks nothing of the org or of a model."""
    reading = tuple(_reading(house, allowed))
    steps = sum(len(flow.steps) for flow in house.versions.current.values())
    return AllModels(allowed.off, tuple(_use(house, name, one) for name, one in allowed.allow.items()), reading, steps)


def _reading(house: House, allowed: Models) -> Iterator[ReadingStep]:
    for flow in house.versions.current.values():
        for step in flow.steps:
            agent, task = flow.agents[step.agent], FUNCTIONS[step.use].spec.task
            if agent.has_model and task is not None:
                why = allowed.why_not(agent.model, task)
                yield ReadingStep(flow.name, step.name, step.use, agent.agent, agent.model, task, why)


def _use(house: House, name: str, one: AllowedModel) -> ModelUse:
    with house.store.reading() as conn:
        today = house.clock.now().astimezone(zone_of(conn)).date()
        first = min(today - timedelta(days=DAYS - 1), today.replace(day=1)).isoformat()
        made = dict(sorted(calls_made(conn, name, first).items()))
        answers = answers_kept(conn, house.ledger, name)
    month = today.replace(day=1).isoformat()
    return ModelUse(
        model=name,
        id=one.model,
        to=one.url,
        speaks=one.speaks,
        owner=one.owner,
        tasks=tuple(one.tasks),
        redacts=one.redacts,
        calls_today=made.get(today.isoformat(), (0, Decimal(0)))[0],
        calls_per_day=one.calls_per_day,
        calls=sum(calls for calls, _ in made.values()),
        spent=sum((cost for day, (_, cost) in made.items() if day >= month), Decimal(0)),
        per_month=None if one.per_month is None else Decimal(one.per_month),
        currency=one.currency,
        days=made,
        answers=answers,
    )


def model_calls(house: House, key: str = "", since: datetime | None = None) -> list[ModelCall]:
    """Give every call of a model for a run or a record, or since a time, with exactly what left.

    An answer that was there already was not asked for again: the call stands with whatever asked first. Raises Refused
    where the key is of nothing here, or neither it nor a time is given.
    """
    if not key and since is None:
        raise Refused("nothing says which calls", fix="Name a run or a record, or add --since '1 day'.")
    with house.store.reading() as conn:
        if key:
            runs = find_runs(house, key)
            entries = [one for run in runs for one in house.ledger.about(conn, item_id=run)]
            wanted = (one for one in entries if one.kind is Kind.LOOKED_UP and (since is None or one.at >= since))
            return list(_calls(wanted))
        until = house.clock.now() + timedelta(seconds=1)
        return list(_calls(house.ledger.between(conn, since or until, until, [Kind.LOOKED_UP])))


def _calls(entries: Iterable[Stored]) -> Iterator[ModelCall]:
    for one in entries:
        if one.payload is None:
            yield ModelCall(one.at, one.id, "", "", one.workflow, one.record_id, Decimal(0), "", "", erased=one.erased)
        elif "form" in one.payload["sent"]:  # else it is a source of facts: `upbeat sources`
            yield _sent(one, one.payload)


def _sent(one: Stored, said: Mapping[str, Any]) -> ModelCall:
    keys: Mapping[str, str] = said["sent"]
    return ModelCall(
        at=one.at,
        entry=one.id,
        model=said["source"],
        to=said["to"],
        workflow=one.workflow,
        record_id=one.record_id,
        cost=Decimal(said["cost"]),
        currency=said["currency"],
        told=keys["instruction"],
        given={name: text for name, text in keys.items() if name not in _OURS},
        form=keys["form"],
    )


@dataclass(frozen=True, slots=True)
class _Reply:
    """The form in which a model answers when it is tried."""

    asks_for_a_demo: bool
    quote: str
    confidence: Annotated[float, Meta(ge=0, le=1)]


_TRIAL: Final = Question(
    f"Say whether the text asks for a demo, the words that say so, and how sure you are from 0 to 1.\n\n{AS_DATA}",
    {"text": "Hello, could somebody show us the product next week?"},
    schema_of(_Reply),
    _Reply,
)


def try_model(name: str, allowed: Models, open_model: Callable[[str], Model]) -> Tried:
    """Ask a model something of ours, which no budget counts, and say what came of it.

    Raises Refused where it is not allowed; UpbeatError where its key is not there.
    """
    if allowed.off:
        raise Refused("models are switched off in upbeat.yaml", fix="Write 'off: false' under 'models'.")
    if name not in allowed.allow:
        raise Refused(f"upbeat.yaml allows no model {name}", fix=f"Allowed: {', '.join(allowed.allow) or 'none'}.")
    model = open_model(name)
    began = time.monotonic()
    found = model.ask(_TRIAL)
    took = round(time.monotonic() - began, 2)
    if not isinstance(found, Answer):
        return Tried(name, answered=False, words=found.why, seconds=took, sent=0, said=0)
    words = f"{'a demo' if found.value.asks_for_a_demo else 'no demo'}: \u201c{found.value.quote}\u201d"
    return Tried(name, answered=True, words=words, seconds=took, sent=found.sent, said=found.said)
