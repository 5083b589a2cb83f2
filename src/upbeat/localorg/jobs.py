"""Jobs of both Bulk APIs, kept in the org's file: what they ask for, what was uploaded, how far they are, results.

A restarted org knows them, and goes on where they stood. Whoever waits for work is woken when there is some.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event, Lock
from typing import Any, Final

from upbeat.base import decode, encode, full_id
from upbeat.localorg.storage import Storage
from upbeat.localorg.values import stamp

RETENTION: Final = timedelta(days=7)
"""How long Salesforce keeps a job and its results (Bulk API 2.0 guide, Limits)."""
CHUNK: Final = 10_000
"""Records of an upload that Salesforce processes as one batch (the same)."""

_DAY: Final = timedelta(hours=24)
_PREFIX: Final = "750"  # of every job's id, but batches'
_BATCH_PREFIX: Final = "751"
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS "_jobs" (
        id TEXT PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, gone INTEGER NOT NULL,
        chunks INTEGER NOT NULL, job TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS "_job_parts" (
        job_id TEXT NOT NULL, part TEXT NOT NULL, first INTEGER NOT NULL, rows INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (job_id, part, first))""",
    """CREATE INDEX IF NOT EXISTS "_job_batches" ON "_jobs" (json_extract(job, '$.parent'))""",
)


class JobType(StrEnum):
    """What a job does.

    In the first Bulk API a job does nothing by itself: its batches do, and each is kept as a job of its own.
    """

    INGEST = "V2Ingest"
    QUERY = "V2Query"
    CLASSIC = "Classic"
    BATCH = "Batch"


SHOWN: Final = (JobType.INGEST, JobType.QUERY, JobType.CLASSIC)
"""The types that lists of jobs show."""


class JobState(StrEnum):
    """Where a job stands."""

    OPEN = "Open"
    CLOSED = "Closed"  # of a job with batches: no more come
    UPLOADED = "UploadComplete"
    RUNNING = "InProgress"
    COMPLETE = "JobComplete"
    FAILED = "Failed"
    ABORTED = "Aborted"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it."""
        return self in {JobState.COMPLETE, JobState.FAILED, JobState.ABORTED}


class Part(StrEnum):
    """What is kept of a job beside itself: CSV, but for batches that are otherwise, and the results of their rows."""

    UPLOAD = "upload"
    HEADER = "header"
    SUCCESSFUL = "successful"
    FAILED = "failed"
    RESULT = "result"


class JobFailed(Exception):  # noqa: N818 (the name says what happened)
    """A job cannot be done; the message becomes the job's own."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `created` and `modified` are as the API writes moments, `origin` as the journal writes the door.

    `rows` is how many records were uploaded, once they are counted. `milliseconds` is the time spent on them. `parent`
    is the job that a batch belongs to.
    """

    id: str
    type: JobType
    operation: str
    object: str
    user_id: str
    created: str
    modified: str
    version: int
    origin: str
    delimiter: str = "COMMA"
    line_ending: str = "LF"
    external_id: str = ""
    query: str = ""
    state: JobState = JobState.OPEN
    rows: int = 0
    processed: int = 0
    failed: int = 0
    error: str = ""
    milliseconds: int = 0
    content_type: str = "CSV"
    concurrency: str = "Parallel"
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the rows of a part: `first` is the place of the first of them among the part's."""

    first: int
    rows: int
    body: bytes


class Jobs:
    """The jobs of one org. Every method may be called from any thread; `news` is set when a job was made or moved."""

    def __init__(self, storage: Storage) -> None:
        """Keep them in this storage."""
        self._storage = storage
        self.allowed_queries = 10_000  # jobs in 24 hours
        self.allowed_batches = 15_000  # of 10,000 records, in 24 hours
        self.news = Event()
        self._taken: set[str] = set()
        self._taking = Lock()
        for table in _TABLES:
            storage.execute(table)

    def create(self, job: Job, now: datetime) -> Job:
        """Keep a new job, and give it with the id that it gets."""
        with self._storage.transaction():
            self.prune(now)
            (key,) = self._storage.new_ids(_BATCH_PREFIX if job.type is JobType.BATCH else _PREFIX, 1)
            made = replace(job, id=key, created=stamp(now), modified=stamp(now))
            row = (key, int(now.timestamp()), job.type, job.state, 0, chunks(made), encode(made))
            self._storage.execute('INSERT INTO "_jobs" VALUES (?, ?, ?, ?, ?, ?, ?)', row)
        self.news.set()
        return made

    def find(self, key: str, now: datetime) -> Job | None:
        """Give the job of an id, as clients write ids, or None where there is none, or none any more."""
        sql = 'SELECT job FROM "_jobs" WHERE id=? AND gone=0 AND at >= ?'
        found = self._storage.execute(sql, (full_id(key), int((now - RETENTION).timestamp())))
        return decode(found[0][0], Job) if found else None

    def running(self, job: Job, now: datetime) -> Job | None:
        """Give a job as it is now, or None where it is no longer InProgress."""
        found = self.find(job.id, now)
        return found if found is not None and found.state is JobState.RUNNING else None

    def listed(self, types: Sequence[JobType], now: datetime) -> list[Job]:
        """Give the jobs of these types, oldest first."""
        marks = ", ".join("?" * len(types))
        sql = f'SELECT job FROM "_jobs" WHERE gone=0 AND at >= ? AND kind IN ({marks}) ORDER BY id'  # noqa: S608 (marks)
        rows = self._storage.execute(sql, (int((now - RETENTION).timestamp()), *types))
        return [decode(text, Job) for (text,) in rows]

    def batches(self, job: Job) -> list[Job]:
        """Give the batches of a job, oldest first."""
        sql = "SELECT job FROM \"_jobs\" WHERE json_extract(job, '$.parent')=? ORDER BY id"
        return [decode(text, Job) for (text,) in self._storage.execute(sql, (job.id,))]

    def save(self, job: Job, now: datetime) -> Job:
        """Keep a job as it is now, and give it with this moment."""
        moved = replace(job, modified=stamp(now))
        row = (moved.state, chunks(moved), encode(moved), moved.id)
        with self._storage.transaction():
            self._storage.execute('UPDATE "_jobs" SET state=?, chunks=?, job=? WHERE id=?', row)
        self.news.set()
        return moved

    def delete(self, job: Job) -> None:
        """Forget a job with all that is kept of it; it still counts among those of its day."""
        with self._storage.transaction():
            self._storage.execute('UPDATE "_jobs" SET gone=1 WHERE id=?', (job.id,))
            self._storage.execute('DELETE FROM "_job_parts" WHERE job_id=?', (job.id,))

    def prune(self, now: datetime) -> None:
        """Drop what is older than the retention."""
        before = (int((now - RETENTION).timestamp()),)
        old = 'SELECT id FROM "_jobs" WHERE at < ?'
        self._storage.execute(f'DELETE FROM "_job_parts" WHERE job_id IN ({old})', before)  # noqa: S608 (its own)
        self._storage.execute('DELETE FROM "_jobs" WHERE at < ?', before)

    def used(self, kind: JobType, now: datetime) -> int:
        """Give what the last 24 hours' jobs of a type count as: query jobs, or batches of uploaded records."""
        counted = "count(*)" if kind is JobType.QUERY else "coalesce(sum(chunks), 0)"
        others = JobType.BATCH if kind is JobType.INGEST else kind  # both Bulk APIs share the day's batches
        sql = f'SELECT {counted} FROM "_jobs" WHERE kind IN (?, ?) AND at > ?'  # noqa: S608 (its own columns)
        ((number,),) = self._storage.execute(sql, (kind, others, int((now - _DAY).timestamp())))
        return number

    # What is kept beside them

    def keep(self, job: Job, part: Part, first: int, rows: int, body: bytes) -> None:
        """Keep some CSV without its header: `first` is the place of its first row among the part's."""
        self._storage.execute(
            'INSERT OR REPLACE INTO "_job_parts" VALUES (?, ?, ?, ?, ?)', (job.id, part, first, rows, body)
        )

    def kept(self, job: Job, part: Part, start: int = -1) -> Iterator[Piece]:
        """Give the CSV of a part, from the piece on that has the row at `start`."""
        sql = 'SELECT first, rows FROM "_job_parts" WHERE job_id=? AND part=? AND first + rows > ? ORDER BY first'
        for first, rows in self._storage.execute(sql, (job.id, part, start)):
            sql = 'SELECT body FROM "_job_parts" WHERE job_id=? AND part=? AND first=?'
            for (body,) in self._storage.execute(sql, (job.id, part, first)):
                yield Piece(first, rows, body)

    def text(self, job: Job, part: Part) -> bytes:
        """Give the CSV of a part as one text, empty where nothing is kept of it."""
        return b"".join(piece.body for piece in self.kept(job, part))

    # Who works on them

    def take(self, now: datetime) -> Job | None:
        """Give the oldest job that is to be worked on and nobody works on, or None."""
        sql = 'SELECT job FROM "_jobs" WHERE state IN (?, ?) AND gone=0 AND at >= ? ORDER BY id'
        since = int((now - RETENTION).timestamp())
        for (text,) in self._storage.execute(sql, (JobState.UPLOADED, JobState.RUNNING, since)):
            job = decode(text, Job)
            with self._taking:
                if job.id not in self._taken:
                    self._taken.add(job.id)
                    return job
        return None

    def release(self, job: Job) -> None:
        """Say that nobody works on a job any more."""
        with self._taking:
            self._taken.discard(job.id)


def chunks(job: Job) -> int:
    """Give how many of the day's batches a job is."""
    return 1 if job.type is JobType.BATCH else -(-job.rows // CHUNK)


def limits(jobs: Jobs, now: datetime) -> dict[str, Any]:
    """Give what the resource `limits` says of them."""
    batches, queries = (jobs.used(one, now) for one in (JobType.INGEST, JobType.QUERY))
    return {
        "DailyBulkApiBatches": {"Max": jobs.allowed_batches, "Remaining": jobs.allowed_batches - batches},
        "DailyBulkV2QueryJobs": {"Max": jobs.allowed_queries, "Remaining": jobs.allowed_queries - queries},
    }
