"""Which pools workflows ask, and by which step."""

from collections.abc import Iterator

from upbeat.operations.house import House, Refused
from upbeat.workflows import Pool, Step, Workflow

Asked = tuple[Workflow, Step, Pool]


def pools_of(house: House, name: str = "") -> list[Asked]:
    """Give the pools that workflows ask as they run now, or the one of a name, each with who asks it by which step.

    Raises Refused where there is none.
    """
    every = list(_pools(house))
    found = [one for one in every if name in {"", one[2].name}]
    if not found:
        names = sorted({pool.name for _, _, pool in every})
        what = f"no workflow uses a pool {name}" if name else "no workflow that runs uses a pool"
        fix = f"There are: {', '.join(names)}." if names else "Write one into routing/: `upbeat templates` lists some."
        raise Refused(what, fix=fix)
    return found


def _pools(house: House) -> Iterator[Asked]:
    for flow in house.versions.current.values():
        for pool in flow.pools.values():
            step = next((one for one in flow.steps if one.values.get("pool") == pool.name), None)
            if step is not None:
                yield flow, step, pool
