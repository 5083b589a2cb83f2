"""The composite resources: several records, or several requests, in one call.

`collections` writes and reads up to 200 rows; `tree` creates parents with their children; `chain` runs requests that
may refer to each other's answers; `batch` runs requests that know nothing of each other.
"""

from upbeat.localorg.composite.batch import batch
from upbeat.localorg.composite.chain import chain, tooling_chain
from upbeat.localorg.composite.collections import create, delete, retrieve, retrieve_many, update, upsert
from upbeat.localorg.composite.tree import tree
from upbeat.localorg.rest import Call, Reply, Resource

__all__ = ["ADDRESSES"]

_RESOURCES = ("tree", "batch", "sobjects")


def _directory(call: Call) -> Reply:
    """`GET composite`."""
    return Reply(200, {name: f"{call.base_url}/composite/{name}" for name in _RESOURCES})


ADDRESSES = {
    "/composite": Resource(get=_directory, post=chain),
    "/tooling/composite": Resource(post=tooling_chain),
    "/composite/batch": Resource(counts=False, post=batch),
    "/composite/tree/{name}": Resource(post=tree),
    "/composite/sobjects": Resource(post=create, patch=update, delete=delete),
    "/composite/sobjects/{name}": Resource(get=retrieve, post=retrieve_many),
    "/composite/sobjects/{name}/{field}": Resource(patch=upsert),
}
"""Where they stand below a version's address."""
