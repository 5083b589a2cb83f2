"""What Alembic runs: the steps, over the connection that `store.migrate` hands in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from upbeat.store import tables
from upbeat.store.moments import Moment


def _moment(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column type into a drafted migration."""
    if kind == "type" and isinstance(item, Moment):
        autogen.imports.add("from upbeat.store.moments import Moment")
        return "Moment()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    render_item=_moment,
)
context.run_migrations()
