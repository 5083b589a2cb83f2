"""What was uploaded, read as rows under a header: CSV as it is, records with a column for each field that any names."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from upbeat.localorg.bulk import records
from upbeat.localorg.bulk.csvtext import Dialect
from upbeat.localorg.jobs import Job, JobFailed


@dataclass(frozen=True, slots=True)
class Upload:
    """The rows of an upload: `rows` gives them from the first on, as often as it is asked; `count` is their number."""

    header: list[str]
    count: int
    rows: Callable[[], Iterator[list[str]]]


def read(job: Job, dialect: Dialect, content: bytes) -> Upload:
    """Read what was uploaded to a job. Raises JobFailed where it cannot be read whole."""
    reader = records.READERS.get(job.content_type)
    if reader is not None:
        return _table(reader(content))
    header, count = dialect.check(content)
    return Upload(header, count, lambda: islice(dialect.rows(content), 1, None))


def _table(found: Sequence[Mapping[str, str]]) -> Upload:
    """Lay records out as a table; a field that a record does not name is an empty cell, which says nothing."""
    if not found:
        raise JobFailed("InvalidBatch : Records not found")
    header: dict[str, str] = {}
    folded: list[dict[str, str]] = []
    for record in found:
        folded.append({name.casefold(): cell for name, cell in record.items()})
        for name in record:
            header.setdefault(name.casefold(), name)
    rows = [[record.get(key, "") for key in header] for record in folded]
    return Upload(list(header.values()), len(rows), lambda: iter(rows))
