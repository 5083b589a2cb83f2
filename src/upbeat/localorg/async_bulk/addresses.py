"""Where the resources of the first Bulk API stand."""

from typing import Final

from upbeat.localorg.async_bulk import refusals, resources
from upbeat.localorg.async_bulk.door import resource
from upbeat.localorg.async_bulk.forms import Form
from upbeat.localorg.rest import Call, Reply

_JOB: Final = "/services/async/{number}/job"
_BATCH: Final = f"{_JOB}/{{job}}/batch/{{batch}}"


def _nothing(call: Call, _: Form) -> Reply:
    raise refusals.no_address(call.address.partition("?")[0])


ADDRESSES: Final = {
    _JOB: resource(post=resources.create_job),
    f"{_JOB}/{{job}}": resource(get=resources.look_at_job, post=resources.move_job),
    f"{_JOB}/{{job}}/batch": resource(get=resources.list_batches, post=resources.add_batch),
    _BATCH: resource(get=resources.look_at_batch),
    f"{_BATCH}/request": resource(get=resources.request),
    f"{_BATCH}/result": resource(get=resources.results),
    f"{_BATCH}/result/{{result}}": resource(get=resources.result),
    "/services/async/{number}/{rest:path}": resource(
        **dict.fromkeys(("get", "post", "put", "patch", "delete"), _nothing)
    ),
}
