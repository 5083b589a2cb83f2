"""The durable engine, DBOS, behind one small class: the only module that imports it.

A batch runs as one durable workflow whose input is the batch's id and whose steps are named phases. A phase
that finished is never run again; one that was cut off is run again from its start, so phases are idempotent on
the rows they move. Nothing but ids, names and counts is ever kept here: business truth stays in our own tables.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from sqlalchemy import Engine, create_engine, event

from upbeat.store.errors import translated

Phase = tuple[str, Callable[[], int]]  # its name, and the work: gives how many rows it moved
Phases = Callable[[str], Sequence[Phase]]  # the phases of a batch id, always the same for the same id

_phases: Phases | None = None  # what the running engine does for a batch; one engine per process


@DBOS.workflow(name="batch", max_recovery_attempts=None)
def _batch(batch_id: str) -> int:
    if _phases is None:
        raise RuntimeError("a batch runs only while its engine is open")
    moved = 0
    for name, work in _phases(batch_id):
        moved += DBOS.run_step({"name": name}, work)
    return moved


def _database(path: Path) -> Engine:
    """Give the engine's own database. A checkpoint that a power cut takes back only repeats a phase, so NORMAL does."""
    path.touch(mode=0o600)
    database = create_engine(f"sqlite:///{path}")

    @event.listens_for(database, "connect")
    def _connect(driver: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]: SQLAlchemy calls it
        driver.execute("PRAGMA journal_mode = WAL")
        driver.execute("PRAGMA synchronous = NORMAL")
        driver.execute("PRAGMA busy_timeout = 30000")
        driver.execute("PRAGMA foreign_keys = ON")
        driver.isolation_level = "IMMEDIATE"

    return database


class Durable:
    """A running durable engine on one database file.

    `code` names the version of our code: a batch begun by other code is never resumed here, `give_up` ends it.
    """

    def __init__(self, path: Path, code: str, phases: Phases) -> None:
        """Open (or make) the engine's own database at `path` and resume what this code left running."""
        global _phases  # noqa: PLW0603  DBOS keeps one instance a process, and so do we
        if _phases is not None:
            raise RuntimeError("one engine a process: close the other first")
        _phases = phases
        self._code = code
        logger = logging.getLogger("dbos")
        logger.setLevel(logging.ERROR)
        logger.handlers.clear()  # an engine before this one left its handler, on the standard error of its time
        self._database = _database(path)
        config: DBOSConfig = {
            "name": "upbeat",
            "system_database_engine": self._database,
            "application_version": code,
            "executor_id": "embedded",
            "log_level": "ERROR",
            "serializer": DBOSPortableJSONSerializer(),
            "notification_listener_polling_interval_sec": 0.05,  # only bounds how long closing takes
        }
        self._path = path
        with translated(str(path)):
            DBOS(config=config)
            logging.getLogger("dbos").setLevel(logging.CRITICAL)  # a launch that fails is told once, by us
            DBOS.launch()
            logging.getLogger("dbos").setLevel(logging.ERROR)

    def run(self, batch_id: str) -> int:
        """Run the batch to its end, or wait for its resumed run; give how many rows its phases moved.

        Raises StoreError where nothing can be written down any more; the batch is then given up, and its items are
        taken from their rows by the next engine.
        """
        with translated(str(self._path)), SetWorkflowID(batch_id):
            return _batch(batch_id)

    def resumes(self, batch_id: str, code: str) -> bool:
        """Whether a batch that an earlier engine left is under way again: begun by this code, and not failed.

        One that waits for its turn to be resumed counts: were it given up now, it might run beside its successor.
        """
        status = DBOS.get_workflow_status(batch_id)
        return status is not None and status.status in {"PENDING", "ENQUEUED"} and code == self._code

    def give_up(self, batch_id: str) -> None:
        """Make sure that no engine ever resumes this batch: its items are taken up again from their rows."""
        DBOS.cancel_workflow(batch_id)

    def close(self) -> None:
        """Stop the engine; a phase under way is finished first."""
        global _phases  # noqa: PLW0603  see __init__
        under_way = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        DBOS.destroy(workflow_completion_timeout_sec=30 if under_way else 0)  # its wait lasts a second at least
        self._database.dispose()  # the last to close the file writes its log back into it
        _phases = None
