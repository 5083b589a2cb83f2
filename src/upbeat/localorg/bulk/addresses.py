"""Where the resources of the Bulk API stand."""

from typing import Final

from upbeat.localorg.bulk import resources
from upbeat.localorg.jobs import JobType, Part
from upbeat.localorg.rest import Resource

_INGEST: Final = JobType.INGEST
_QUERY: Final = JobType.QUERY

ADDRESSES: Final = {
    "/jobs/ingest": Resource(
        takes=("application/json", "multipart/form-data"),
        get=resources.listed(_INGEST),
        post=resources.create_ingest,
    ),
    "/jobs/ingest/{id}": Resource(
        get=resources.look(_INGEST), patch=resources.move(_INGEST), delete=resources.remove(_INGEST)
    ),
    "/jobs/ingest/{id}/batches": Resource(takes=(), most=2 * resources.LARGEST_UPLOAD, put=resources.upload),
    "/jobs/ingest/{id}/successfulResults": Resource(get=resources.rows_of(Part.SUCCESSFUL, "sf__Id", "sf__Created")),
    "/jobs/ingest/{id}/failedResults": Resource(get=resources.rows_of(Part.FAILED, "sf__Id", "sf__Error")),
    "/jobs/ingest/{id}/unprocessedrecords": Resource(get=resources.unprocessed),
    "/jobs/query": Resource(get=resources.listed(_QUERY), post=resources.create_query),
    "/jobs/query/{id}": Resource(
        get=resources.look(_QUERY), patch=resources.move(_QUERY), delete=resources.remove(_QUERY)
    ),
    "/jobs/query/{id}/results": Resource(get=resources.results),
    "/jobs/query/{id}/resultPages": Resource(get=resources.result_pages),
}
"""Address below the version → resource."""
