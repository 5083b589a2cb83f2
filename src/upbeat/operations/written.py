"""The steps of every published version as they were written: what they are called, and who does them."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from upbeat.base import decode
from upbeat.store import tables
from upbeat.workflows import FileKind


class WrittenStep(NamedTuple):
    """One step: its name and the agent that does it."""

    name: str
    agent: str


Written = Mapping[tuple[str, str], Sequence[WrittenStep]]
"""The steps of versions, by workflow and version."""

_READ: dict[str, Sequence[WrittenStep]] = {}  # by version: a digest names one text for good, in whichever store

NOWHERE: Final = WrittenStep("", "")


def step_at(written: Written, workflow: str, version: str, number: int) -> WrittenStep:
    """Give the step of a version by its number from 0, NOWHERE where it has none such."""
    steps = written.get((workflow, version))
    return steps[number] if steps is not None and number < len(steps) else NOWHERE


def workflow_names(conn: Connection) -> tuple[str, ...]:
    """Give every workflow that was ever published, by name."""
    table = tables.versions.c
    return tuple(
        conn.scalars(select(table.name).distinct().where(table.kind == FileKind.WORKFLOW).order_by(table.name))
    )


def written_steps(conn: Connection) -> Written:
    """Give the steps of every published version by workflow and version, oldest first."""
    table = tables.versions
    flows = table.c.kind == FileKind.WORKFLOW, table.c.version != ""
    rows = conn.execute(select(table.c.name, table.c.version).where(*flows).order_by(table.c.number)).all()
    if new := {row.version for row in rows} - _READ.keys():
        texts = conn.execute(select(table.c.version, table.c.text).where(*flows, table.c.version.in_(new)))
        _READ.update({row.version: _steps(row.text) for row in texts})
    return {(str(row.name), str(row.version)): _READ[row.version] for row in rows}


def _steps(text: str) -> tuple[WrittenStep, ...]:
    said: list[Mapping[str, str]] = decode(text)["workflow"]["steps"]
    return tuple(WrittenStep(one["step"], one["agent"]) for one in said)
