"""Asking a source of facts, or an agent's model, for a batch before its transaction: what is known of each item."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from upbeat.base import UpbeatError, is_id
from upbeat.channels.enrich import Reply, Said, Source
from upbeat.conversation import Captured
from upbeat.domain import Record
from upbeat.engine.counterpart import of_provider
from upbeat.engine.items import Work
from upbeat.engine.judging import arguments, fired_by
from upbeat.engine.model_reading import read_by_model
from upbeat.engine.parts import Parts
from upbeat.engine.provenance import filled_before
from upbeat.engine.questioning import Asking, Known
from upbeat.steps import NOT_ASKED, Enriched
from upbeat.workflows import Provider, Step, Workflow, unsent

_Asked = Mapping[str, tuple[Work, Mapping[str, Any]]]  # by item: with the arguments of its step


def look_up(
    parts: Parts, workflow: Workflow, step: Step, works: Sequence[Work], heard: Mapping[str, Captured]
) -> Known:
    """Give what the step's source, or its agent's model, says of each item; nothing where none is asked.

    `heard` are the conversations that started items, by key.
    """
    provider, now = step.values.get("provider"), parts.clock.now()
    if not isinstance(provider, Provider):
        # One that gave something already is run again for what a person answered: a model is not asked beside them.
        fresh = [one for one in works if step.name not in one.progress.results]
        return read_by_model(parts, workflow, step, list(_asked(workflow, step, fresh, now).values()), heard)
    asked = _asked(workflow, step, works, now)
    if hidden := unsent(workflow.agents[step.agent], step.sends, workflow.object, parts.schema):
        why = f"{step.agent} may not let {', '.join(hidden)} leave the machine"
        return {key: Enriched(source=provider.provider, status=NOT_ASKED, why=why) for key in asked}
    known = Asking(parts, of_provider(provider), step, now, lambda: _source(parts, provider)).of(
        [(work, args["ask"]) for work, args in asked.values()]
    )
    return _with_records(parts, step, known, asked)


def _asked(workflow: Workflow, step: Step, works: Sequence[Work], now: datetime) -> _Asked:
    return {one.item.id: (one, args) for one in works if (args := _arguments(workflow, step, one, now)) is not None}


def _source(parts: Parts, provider: Provider) -> Source | Reply:
    """Give the source, or why it cannot be asked at all: its secret is not there."""
    try:
        return parts.sources(provider)
    except UpbeatError as error:
        return Reply(Said.REFUSED, why=error.what)


def _arguments(workflow: Workflow, step: Step, work: Work, now: datetime) -> Mapping[str, Any] | None:
    progress = work.progress
    if progress.is_apart:
        return None
    try:
        return arguments(work.item, workflow, step, fired_by(progress), progress.results, now)
    except UpbeatError:
        return None  # the run says what is wrong


def _with_records(parts: Parts, step: Step, known: Known, asked: _Asked) -> Known:
    """Give answers with what they may fill: the matched account as it stands, and what we wrote there before."""
    named = {key: str(args.get("account") or "") for key, (_, args) in asked.items()}
    answered = [key for key, one in known.items() if isinstance(one, Enriched) and one.values]
    accounts = _accounts(parts, step, sorted({named[key] for key in answered if is_id(named[key])}))
    own = [asked[key][0].item.event.record_id for key in answered]
    with parts.store.reading() as conn:
        filled = filled_before(conn, [*own, *accounts])
    found = dict(known)
    for key in answered:
        one, account = known[key], accounts.get(named[key])
        ids = [asked[key][0].item.event.record_id, *([] if account is None else [account["Id"]])]
        if isinstance(one, Enriched):
            before = {record_id: filled[record_id] for record_id in ids if record_id in filled}
            found[key] = replace(one, account=account, filled=before)
    return found


def _accounts(parts: Parts, step: Step, ids: Sequence[str]) -> Mapping[str, Record]:
    names = sorted({name for one in ("fill_account", "stamp_account") for name in step.values.get(one, ())})
    if not ids or not names:
        return {}
    query = f"SELECT {', '.join(['Id', *names])} FROM Account WHERE Id IN :ids"  # noqa: S608  names from the schema
    return {row["Id"]: row for row in parts.query(query, {"ids": list(ids)})}
