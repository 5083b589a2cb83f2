"""A model as one more source that is asked before the transaction: the same rows, the same budget, the same ledger.

What a call says in full stands among its keys, so that it is told in the ledger and known by its digest. Names and
numbers in it are covered before it leaves, and uncovered in what comes back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from upbeat.base import UpbeatError, decode, encode
from upbeat.channels.enrich import Reply, Said
from upbeat.conversation import TEXTS, Captured
from upbeat.conversation.redaction import COMPANY, PERSON, Covers
from upbeat.engine.captured import key_of
from upbeat.engine.counterpart import of_model
from upbeat.engine.items import Work
from upbeat.engine.parts import Parts
from upbeat.engine.questioning import Asking, Known, Wait
from upbeat.llm import AS_DATA, Answer, Model, Question
from upbeat.steps import FUNCTIONS, NOT_ASKED, Enriched
from upbeat.workflows import Agent, Step, Task, Workflow, unsent

_OURS: Final = frozenset({"instruction", "form", "sample"})  # keys that are no texts to read
_NAMED: Final = ("Name", "FirstName", "LastName", "Company")  # fields of a record that name somebody


def read_by_model(
    parts: Parts,
    workflow: Workflow,
    step: Step,
    asked: Sequence[tuple[Work, Mapping[str, Any]]],
    heard: Mapping[str, Captured],
) -> Known:
    """Give what the model of a step's agent reads for each item; nothing where it has none.

    `asked` are the items with the arguments of their step, `heard` the conversations that started them, by key.
    """
    agent, function = workflow.agents[step.agent], FUNCTIONS[step.use]
    task, inquires = function.spec.task, function.inquires
    if not agent.has_model or task is None or inquires is None:
        return {}
    name = agent.model
    why = parts.models.why_not(name, task)
    if not why and (hidden := unsent(agent, step.sends, workflow.object, parts.schema)):
        why = _may_not(agent, hidden)
    if why:
        return {work.item.id: Enriched(source=name, status=NOT_ASKED, why=why) for work, _ in asked}
    known, texts = dict[str, Enriched | Wait](), list[_Text]()
    for work, args in asked:
        talk = heard.get(key_of(work.item.event))
        if talk is not None and not _may_leave(agent, talk):
            why = _may_not(agent, [TEXTS[talk.conversation.medium]])
            known[work.item.id] = Enriched(source=name, status=NOT_ASKED, why=why)
        else:
            texts.append(_Text(work, inquires(args, talk), talk))
    return {**known, **_read(parts, step, name, task, texts)}


@dataclass(frozen=True, slots=True)
class _Text:
    """What one item asks, with the conversation that it is of."""

    work: Work
    question: Question[Any] | None
    talk: Captured | None


def _read(parts: Parts, step: Step, name: str, task: Task, texts: Sequence[_Text]) -> Known:
    model = parts.models.allow[name]
    names = _names(parts, texts) if model.redacts and any(one.question for one in texts) else None
    covers = {one.work.item.id: Covers({}) if names is None else _covers(one, names) for one in texts}
    keys = {one.work.item.id: _keys(one.question, covers[one.work.item.id] if model.redacts else None) for one in texts}
    form = next((one.question.form for one in texts if one.question is not None), dict[str, Any])
    other, now = of_model(name, model), parts.clock.now()
    rounds = list[Known]()
    for sample in range(1, 1 + (1 if task is Task.CLASSIFICATION else model.samples)):
        again = {} if sample == 1 else {"sample": str(sample)}
        asking = Asking(parts, other, step, now, lambda: _open(parts, name, form))
        rounds.append(
            asking.of([(one.work, found | again if (found := keys[one.work.item.id]) else {}) for one in texts])
        )
    ids = [one.work.item.id for one in texts]
    return {key: _together([one[key] for one in rounds if key in one], covers[key]) for key in ids}


def _together(samples: Sequence[Enriched | Wait], covers: Covers) -> Enriched | Wait:
    """Give one item's answers as one: it waits for all, and goes on with those that came. What was sent stands told."""
    waits = [one for one in samples if isinstance(one, Wait)]
    if waits:
        return min(waits, key=lambda one: one.until)
    came = [one for one in samples if isinstance(one, Enriched)]
    first, *more = [one for one in came if one.status == Said.FOUND] or came[:1]
    values = [covers.uncover_all(one.values) for one in (first, *more)]
    return replace(first, sent={}, values=values[0], more=tuple(values[1:]))


def _may_leave(agent: Agent, talk: Captured) -> bool:
    return agent.may(agent.sends, *TEXTS[talk.conversation.medium].split("."))


def _may_not(agent: Agent, fields: Sequence[str]) -> str:
    return f"{agent.agent} may not let {', '.join(fields)} leave the machine"


def _keys(question: Question[Any] | None, covers: Covers | None) -> dict[str, str]:
    """Give all that leaves this machine with a question; nothing where there is nothing to read."""
    if question is None:
        return {}
    given = {name: text if covers is None else covers.cover(text) for name, text in question.given.items()}
    return {**given, "instruction": f"{question.instruction}\n\n{AS_DATA}", "form": encode(question.schema)}


def _names(parts: Parts, texts: Sequence[_Text]) -> Mapping[str, str]:
    """Give the names that the org knows of those who may be spoken of: users, the accounts, their contacts."""
    names = dict.fromkeys(parts.people.names().values(), PERSON)
    accounts = sorted({one.talk.link.account for one in texts if one.talk is not None} - {""})
    if accounts:
        contacts = parts.query("SELECT Name FROM Contact WHERE AccountId IN :ids", {"ids": accounts})
        known = parts.query("SELECT Name FROM Account WHERE Id IN :ids", {"ids": accounts})
        names |= {row["Name"]: PERSON for row in contacts if row["Name"]}
        names |= {row["Name"]: COMPANY for row in known if row["Name"]}
    return names


def _covers(one: _Text, names: Mapping[str, str]) -> Covers:
    """Give the covers for one item's texts: who took part may be called by a part of their name."""
    if one.talk is not None:
        parties = one.talk.conversation.parties
        named = dict.fromkeys((party.company for party in parties if party.company), COMPANY)
        return Covers({**names, **named}, one.talk.conversation.called)
    record = one.work.progress.record or {}
    own = {str(record[name]): COMPANY if name == "Company" else PERSON for name in _NAMED if record.get(name)}
    return Covers({**names, **own})


class Reading:
    """A model, asked as a source is."""

    def __init__(self, model: Model, form: type[Any]) -> None:
        """Ask this one, and read what it says as `form`."""
        self._model = model
        self._form = form

    def ask(self, keys: Mapping[str, str]) -> Reply:
        """Put the question that the keys hold; what cannot be answered later is for somebody to mend."""
        given = {name: text for name, text in keys.items() if name not in _OURS}
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
