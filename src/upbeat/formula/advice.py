"""What to do about an argument of the wrong type: errors that teach."""

from collections.abc import Sequence

from upbeat.formula.fit import Unfit, a, remedy
from upbeat.formula.functions import Function
from upbeat.formula.tree import INFIX, Literal, Typed, write
from upbeat.formula.types import ASKED, Type


def advice(row: Function, args: Sequence[Typed], place: int) -> Unfit:
    """Say why the argument at `place` does not fit, and what to write in its stead."""
    infix = row.name in INFIX and len(args) == 2
    picked = next((arg for arg in args if arg.type in (Type.PICKLIST, Type.MULTIPICKLIST)), None)
    if infix and picked is not None:
        return _of_picklist(row.name, picked, args[1 - args.index(picked)])
    wrong = args[place]
    if wrong.type in ASKED:
        return unasked(row.name, "takes", wrong)
    if infix and place == 1 and args[0].type is not wrong.type:
        return _of_pair(row.name, args[0], wrong)
    wanted = row.shape.place(place)
    shared = [arg.type for index, arg in enumerate(args[:place]) if row.shape.place(index).shared]
    kinds = tuple(shared[:1]) if wanted.shared and shared and not wanted.kinds else wanted.kinds
    needs = " or ".join(_said(kind) for kind in kinds) if len(kinds) < 6 else "a value that can be blank"
    what = f"{row.name} needs {needs} here, and {write(wrong)} is {a(wrong.type)}"
    fix = remedy(wrong, kinds)
    if row.name == "TEXT" and wrong.type is Type.TEXT:
        fix = "It is one already."
    elif kinds == (Type.LOCATION,):
        fix = "Name a location field, or write GEOLOCATION(37.775, -122.418)."
    return Unfit(what, wrong.at, fix)


def unasked(who: str, does: str, wrong: Typed) -> Unfit:
    """Say that a location, or a table of values, stands where none can, and which functions take it."""
    if wrong.type is Type.LOCATION:
        what = f"{who} {does} no location, and {write(wrong)} is one"
        return Unfit(what, wrong.at, f'Measure it: DISTANCE({write(wrong)}, GEOLOCATION(37.775, -122.418), "km").')
    what = f"{who} {does} no field of other records, and {write(wrong)} is one"
    return Unfit(what, wrong.at, "Only VLOOKUP looks in them.")


def _of_picklist(name: str, picked: Typed, other: Typed) -> Unfit:
    path = write(picked)
    if picked.type is Type.MULTIPICKLIST:
        return Unfit(f"{path} is a multi-select picklist: write INCLUDES({path}, {_value(other)})", picked.at)
    if other.type is Type.PICKLIST:
        return Unfit(f"{path} is a picklist: write TEXT({path}) {name} TEXT({write(other)})", picked.at)
    if other.type is Type.NULL:
        asked = f'ISPICKVAL({path}, "")'
        return Unfit(f"{path} is a picklist: write {f'NOT({asked})' if name == '<>' else asked}", picked.at)
    if other.type is not Type.TEXT or name not in ("=", "<>"):
        return Unfit(f"{path} is a picklist: write TEXT({path})", picked.at)
    asked = (
        f"ISPICKVAL({path}, {_value(other)})" if isinstance(other, Literal) else f"TEXT({path}) {name} {write(other)}"
    )
    negated = isinstance(other, Literal) and name == "<>"
    return Unfit(f"{path} is a picklist: write {f'NOT({asked})' if negated else asked}", picked.at)


def _value(other: Typed) -> str:
    return write(other) if other.type is Type.TEXT else '"..."'


def _of_pair(name: str, left: Typed, right: Typed) -> Unfit:
    """Two operands whose types do not meet."""
    ticked = next((one for one in (left, right) if one.type is Type.BOOLEAN and not isinstance(one, Literal)), None)
    moment = next((one for one in (left, right) if one.type is Type.DATETIME), None)
    if ticked is not None:
        fix = f"Write {write(ticked)} alone, or NOT({write(ticked)})."
    elif moment is not None and {left.type, right.type} == {Type.DATE, Type.DATETIME}:
        fix = f"Write DATEVALUE({write(moment)})."
    else:
        fix = remedy(right, (left.type,)) or remedy(left, (right.type,))
    verb = "compare" if name in ("=", "<>", "<", "<=", ">", ">=") else "join" if name == "&" else "calculate with"
    both = f"{write(left)}, {a(left.type)}, and {write(right)}, {a(right.type)}"
    return Unfit(f"{name} cannot {verb} {both}", right.at, fix)


def _said(kind: Type) -> str:
    return "a condition" if kind is Type.BOOLEAN else a(kind)
