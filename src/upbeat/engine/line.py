"""The line as a batch walks it. The order of the phases is the order below, and nothing else calls them.

look ─▶ step 1: prepare, send ─▶ step 2: prepare, send ─▶ … ─▶ finish
"""

from collections.abc import Callable, Iterator, Sequence

import structlog
from sqlalchemy import select

from upbeat.base import UpbeatError
from upbeat.engine.durable import Phase
from upbeat.engine.ending import finish
from upbeat.engine.items import State, close, load
from upbeat.engine.looking import look
from upbeat.engine.parts import Parts, Sheet
from upbeat.engine.preparing import prepare
from upbeat.engine.sending import send
from upbeat.engine.stuck import stick, try_again
from upbeat.salesforce import Rejected, SalesforceError, as_work, on_account
from upbeat.store import StoreError, tables
from upbeat.workflows import Workflow

log = structlog.get_logger()


class Line:
    """Gives the phases of a batch. A phase takes the batch's id and is idempotent on the rows it moves."""

    def __init__(self, parts: Parts) -> None:
        """Walk with these parts."""
        self._parts = parts

    def phases(self, batch_id: str) -> Sequence[Phase]:
        """Give the phases of a batch in order; always the same for the same batch."""
        with self._parts.store.reading() as conn:
            batches = tables.batches
            row = conn.execute(select(batches.c.workflow, batches.c.version).where(batches.c.id == batch_id)).one()
        try:
            workflow = self._parts.versions.get(row.workflow, row.version)
        except UpbeatError as error:
            why = f"the version that it began with compiles no more: {error.what}"
            return [("stick", lambda: self._stick(batch_id, why))]
        return [(name, self._guarded(batch_id, workflow, phase)) for name, phase in self._order(workflow)]

    def _stick(self, batch_id: str, why: str) -> int:
        parts, sheet = self._parts, Sheet()
        with parts.store.writing() as conn:
            for work in load(conn, batch_id=batch_id, state=State.RUNNING):
                stick(parts, conn, sheet, work, work.owner or "", why)
            moved = sheet.flush(conn, parts.ledger)
            close(conn, batch_id)
        return moved

    def _order(self, workflow: Workflow) -> Iterator[tuple[str, Callable[[Parts, str, Workflow], int]]]:
        yield "look", look
        for index, step in enumerate(workflow.steps):
            yield f"prepare {step.name}", lambda parts, batch, flow, at=index: prepare(parts, batch, flow, at)
            yield f"send {step.name}", lambda parts, batch, flow, at=index: send(parts, batch, flow, at)
        yield "finish", finish

    def _guarded(
        self, batch_id: str, workflow: Workflow, phase: Callable[[Parts, str, Workflow], int]
    ) -> Callable[[], int]:
        """Turn what stops a whole phase into a later try for each of its items: a failure is a row's state."""

        def run() -> int:
            try:
                with as_work(), on_account(workflow.name):  # a batch that is resumed runs on a thread of its own
                    return phase(self._parts, batch_id, workflow)
            except StoreError:
                raise  # nothing can be recorded: the batch stops here and is resumed
            except SalesforceError as error:
                log.warning("the org did not answer as it should", workflow=workflow.name, why=str(error))
                return self._later(batch_id, str(error), is_try=isinstance(error, Rejected))
            except Exception as error:
                log.exception("phase failed", batch=batch_id, workflow=workflow.name)
                return self._later(batch_id, f"{type(error).__name__}: {error}")

        return run

    def _later(self, batch_id: str, why: str, *, is_try: bool = True) -> int:
        """Try each item of a batch again later; an org that is away uses up none of its tries."""
        parts, sheet = self._parts, Sheet()
        with parts.store.writing() as conn:
            for work in load(conn, batch_id=batch_id, state=State.RUNNING):
                if is_try:
                    try_again(parts, conn, sheet, work, work.owner or "", why)
                else:
                    sheet.retry(work, why, parts.clock.now())
            return sheet.flush(conn, parts.ledger)
