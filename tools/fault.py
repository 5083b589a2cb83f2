"""Give a module that is loaded already a fault: its functions get other code, and its tables other values."""

import ast
import sys
from functools import cached_property
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

SOURCE = Path(__file__).parents[1] / "src/upbeat"


def commit(module: str, tree: ast.Module) -> None:
    """Make `gate/asks.py` what the tree says, for everybody who has taken something of it already."""
    name = f"upbeat.{module.removesuffix('.py').replace('/', '.')}".removesuffix(".__init__")
    loaded = sys.modules[name]
    faulty: dict[str, Any] = {"__name__": name, "__package__": loaded.__package__, "__file__": loaded.__file__}
    exec(compile(tree, str(SOURCE / module), "exec"), faulty)  # noqa: S102  the module itself, with one thing changed
    for key, new in faulty.items():
        old = getattr(loaded, key, None)
        if key.startswith("__") or getattr(new, "__module__", name) != name:
            continue  # what it has from elsewhere
        if isinstance(old, FunctionType | type) and type(old) is type(new):
            _become(old, new)
        else:
            _put(loaded, key, old, new)


def _become(old: Any, new: Any) -> None:
    """Give a function the other's code, and a class the code of the other's methods and its plain values."""
    if isinstance(old, FunctionType):
        old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
        return
    for key, value in vars(new).items():
        here, there = _function(vars(old).get(key)), _function(value)
        if here is not None and there is not None and here.__code__.co_filename == there.__code__.co_filename:
            _become(here, there)


def _function(value: Any) -> FunctionType | None:
    """Give the function behind a method, a property or a class method."""
    match value:
        case FunctionType():
            return value
        case property(fget=FunctionType() as found) | cached_property(func=FunctionType() as found):
            return found
        case staticmethod(__func__=FunctionType() as found) | classmethod(__func__=FunctionType() as found):
            return found
        case _:
            return None


def _put(loaded: ModuleType, key: str, old: Any, new: Any) -> None:
    """Put a module's value in its place, and where other modules have taken it from there."""
    for one in list(sys.modules.values()):
        known = getattr(one, "__name__", "").startswith(("upbeat.", "test")) or one is loaded
        if known and vars(one).get(key, new) is old:
            setattr(one, key, new)
