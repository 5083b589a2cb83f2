"""All workflows in one list: those that run, those whose files wait to be published, those that are only drafts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from upbeat.domain import Mode
from upbeat.engine import published
from upbeat.operations.building.drafts import drafts
from upbeat.operations.building.flow import DAYS
from upbeat.operations.drafting import unpublished
from upbeat.operations.house import House
from upbeat.review import State
from upbeat.store import tables
from upbeat.workflows import Definition, FileKind, Named, load
from upbeat.workflows.form import is_mapping


@dataclass(frozen=True, slots=True)
class WorkflowLine:
    """One workflow. Number 0 was never published; `mode` is None then. `runs` are those of the last days."""

    name: str
    title: str
    object: str
    starts: str
    owner: str
    mode: Mode | None
    number: int
    runs: int
    waiting: int
    differs: bool
    unread: bool
    draft_by: str
    draft_at: datetime | None


def workflow_lines(house: House) -> tuple[WorkflowLine, ...]:
    """Give every workflow of the workspace, by name. Asks nothing of the org."""
    files = load(house.folder)
    written = {one.workflow: one for one in files.workflows}
    unread = {found.name for path in files.unread if (found := Named.of_path(path)) and found.kind is FileKind.WORKFLOW}
    rows = {key.name: one for key, one in house.versions.newest.items() if key.kind is FileKind.WORKFLOW and one.text}
    open_drafts, differs = drafts(house), {one.name for one in unpublished(house) if one.kind is FileKind.WORKFLOW}
    since = house.clock.now() - timedelta(days=DAYS)
    items, reviews = tables.items.c, tables.reviews.c
    count = func.count().label("number")
    with house.store.reading() as conn:
        modes = published.modes(conn)
        started = select(items.workflow, count).where(items.created_at >= since).group_by(items.workflow)
        runs: dict[str, int] = {row.workflow: row.number for row in conn.execute(started)}
        asked = select(reviews.workflow, count).where(reviews.state == State.OPEN).group_by(reviews.workflow)
        waiting: dict[str, int] = {row.workflow: row.number for row in conn.execute(asked)}
    lines: list[WorkflowLine] = []
    for name in sorted({*written, *unread, *rows, *open_drafts}):
        draft, row = open_drafts.get(name), rows.get(name)
        told = _told(written.get(name), draft.values if draft is not None else {})
        lines.append(
            WorkflowLine(
                name=name,
                **told,
                mode=modes.get(name),
                number=row.number if row else 0,
                runs=runs.get(name, 0),
                waiting=waiting.get(name, 0),
                differs=name in differs or (row is None and name in written),
                unread=name in unread,
                draft_by=draft.by if draft else "",
                draft_at=draft.at if draft else None,
            )
        )
    return tuple(lines)


def _told(flow: Definition | None, values: Any) -> dict[str, str]:
    """Say what a workflow is: by its file, else by its draft."""
    if flow is not None:
        starts = flow.trigger.every or flow.trigger.start
        return {"title": flow.title, "object": flow.trigger.object, "starts": starts, "owner": flow.owner}
    trigger: Any = values.get("trigger")
    inner: dict[str, Any] = trigger if is_mapping(trigger) else {}
    starts = str(inner.get("every") or inner.get("start") or "")
    said = {name: str(values.get(name) or "") for name in ("title", "owner")}
    return {**said, "object": str(inner.get("object") or ""), "starts": starts}
