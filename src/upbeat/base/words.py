"""How a record's value stands in a sentence."""

from collections.abc import Mapping

_NAMELESS: Mapping[str, str] = {}


def shown(value: object, names: Mapping[str, str] = _NAMELESS) -> str:
    """Give a value as people read it: `blank` where there is none, an id by its name where `names` has one."""
    return "blank" if value is None else names.get(str(value), str(value))
