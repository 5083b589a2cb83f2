"""Finding a run by what a person has at hand: the run's id, its beginning, or a record's id."""

from sqlalchemy import select

from upbeat.base import is_id, to_18
from upbeat.engine import begins, captured
from upbeat.operations.house import House, Refused
from upbeat.store import tables


def find_run(house: House, key: str) -> str:
    """Give the id of the one run that `key` means. Raises Refused where none does, or several do."""
    found = find_runs(house, key)
    if len(found) > 1:
        raise Refused(
            f"{key} has {len(found)} runs", fix=f"Name one of them: {', '.join(one[:10] for one in found[:5])}."
        )
    return found[0]


def find_runs(house: House, key: str) -> list[str]:
    """Give the ids of the runs of a record or a conversation, or of the run whose id begins so, oldest first.

    Raises Refused where there is none.
    """
    items = tables.items
    if is_id(key):
        same = items.c.record_id == to_18(key)
    else:
        same = captured.runs_of(key) if captured.is_key(key) else begins(items.c.id, key.lower())
    with house.store.reading() as conn:
        found = list(conn.scalars(select(items.c.id).where(same).order_by(items.c.seq))) if key else []
    if not found:
        fix = (
            "Give a record's id: `upbeat explain` names its runs. `upbeat review show` names the run behind a question."
        )
        raise Refused(f"nothing is known of {key!r}", fix=fix)
    return found
