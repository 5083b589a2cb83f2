"""An org as values: a ground to stand on, and answers by a part of the question's text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from upbeat.foundation import COUNTED, Answer, Check, Found, Ground, Org, Question
from upbeat.schema import standard
from upbeat.workflows import PLAYBOOKS, FieldMap, ToolRegister, load

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)

Said = int | str | Sequence[Mapping[str, Any]]
Told = Mapping[str, Said | Callable[[str], Said]]
"""A number for a count, rows, or a text that says why there is no answer, or what gives one for the question's text.

The first part that a question has counts.
"""


def an_org(**parts: Any) -> Ground:
    """Give an org with the standard objects, the shipped policy and no fields.yaml; `parts` are those of the ground.

    It says of each object how many records there are: a hundred, but for those in `records`.
    """
    schema = standard()
    whole = Ground(
        now=NOW,
        zone=ZoneInfo("Europe/London"),
        org=Org(
            "00D000000000001EAA", "Acme", sandbox=True, edition="Enterprise Edition", currency="", currencies=False
        ),
        schema=schema,
        objects=frozenset(schema.objects),
        records={},
        hidden={},
        fields=FieldMap(),
        tools=ToolRegister(),
        policy=load(PLAYBOOKS).policy,
    )
    return replace(whole, **parts | {"records": dict.fromkeys(COUNTED, 100) | parts.get("records", {})})


def without(ground: Ground, name: str, *fields: str) -> Ground:
    """Give a ground on which the reading user does not see some fields of an object, or the object at all."""
    one = ground.schema.object(name)
    objects = dict(ground.schema.objects)
    if fields:
        objects[name] = replace(one, fields={key: each for key, each in one.fields.items() if key not in fields})
    else:
        del objects[name]
    hidden = {**ground.hidden, **({} if fields else {name: "not shown"})}
    return replace(ground, schema=replace(ground.schema, objects=objects), hidden=hidden)


def held(check: Check, ground: Ground, told: Told) -> Found:
    """Let a check speak with these answers until it has come to its end."""
    speaking = check.look(ground)
    try:
        questions = next(speaking)
        while True:
            questions = speaking.send([_answer(one, told) for one in questions])
    except StopIteration as end:
        return end.value


def _answer(question: Question, told: Told) -> Answer:
    said = next((value for part, value in told.items() if part in question.text), None)
    assert said is not None, f"nobody told: {question.text}"
    said = said(question.text) if callable(said) else said
    if isinstance(said, str):
        return Answer(denied=said)
    return Answer(total=said) if isinstance(said, int) else Answer(tuple(said), len(said))
