"""How a record's value and a length of time stand in a sentence."""

from collections.abc import Mapping

_NAMELESS: Mapping[str, str] = {}


def shown(value: object, names: Mapping[str, str] = _NAMELESS) -> str:
    """Give a value as people read it: `blank` where there is none, an id by its name where `names` has one."""
    return "blank" if value is None else names.get(str(value), str(value))


def span_words(seconds: float | None) -> str:
    """Give a length of time to two units: `2 d 4 h`, `3 min 20 s`; empty where there is none."""
    if seconds is None:
        return ""
    left, said = round(seconds), list[str]()
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count or (unit == "s" and not said):
            said.append(f"{count} {unit}")
    return " ".join(said[:2])
