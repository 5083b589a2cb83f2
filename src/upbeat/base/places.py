"""Where a value stands in JSON: `company.industry`, `results[0].name`."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, cast

_PART: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def value_in(answer: Any, place: str) -> Any:
    """Give what stands at a place, None where there is nothing."""
    found = answer
    for part in _parts(place):
        if isinstance(part, int):
            several = cast("list[Any]", found) if isinstance(found, list) else []
            found = several[part] if part < len(several) else None
        else:
            found = cast("Mapping[str, Any]", found).get(part) if isinstance(found, Mapping) else None
    return found


@lru_cache(maxsize=256)
def _parts(place: str) -> tuple[str | int, ...]:
    return tuple(int(index) if index else name for name, index in _PART.findall(place))
