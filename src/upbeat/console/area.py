"""An area of the console: its pages and actions, each written once as a function over values.

A page's function answers a value. The browser gets it as HTML by a template, a program as JSON under /api: both see the
same. An action's function takes a body, which is a form's fields or JSON.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict

from upbeat.console.permissions import Permission

Function = Callable[..., Any]
F = TypeVar("F", bound=Function)

LONGEST_TEXT: Final = 2000
"""Characters of a text that an action takes, where its field says nothing else: what is kept, others are shown."""


class Body(BaseModel):
    """What an action takes: the fields of a form, or a JSON object."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, str_max_length=LONGEST_TEXT)


class Nothing(Body):
    """What an action takes that needs no more than its address."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an action, in a sentence for whoever asked; `to` is the page that shows it, if another one."""

    said: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The answer of a page that only leads on: `to` is the page of ours that is meant."""

    to: str


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep."""

    name: str
    media_type: str
    lines: Iterable[str]


@dataclass(frozen=True, slots=True)
class Page:
    """Something to look at: `function` answers the value that `template` shows as `it`, or an Elsewhere."""

    path: str
    function: Function
    needs: Permission
    template: str
    title: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do. A form's sender is sent `back` after it, or shown `template` where it has one.

    `again` answers, with the error, what `template` shows where it is refused: the form with what stood in it.
    `by_person` is whether no program does it with somebody's token, whatever that is for.
    """

    path: str
    function: Function
    needs: Permission
    back: str
    template: str
    again: Function | None
    by_person: bool

    @property
    def body(self) -> type[Body]:
        """What it takes."""
        for one in inspect.signature(self.function, eval_str=True).parameters.values():
            if isinstance(one.annotation, type) and issubclass(one.annotation, Body):
                return one.annotation
        return Nothing


@dataclass(frozen=True, slots=True)
class File:
    """Something to take away: `function` answers a Download. It is asked for by POST: that it was taken is kept."""

    path: str
    function: Function
    needs: Permission


Route = Page | Action | File


class Area:
    """A part of the console. Its name is its tag in the description of the API."""

    def __init__(self, name: str) -> None:
        """Begin without routes."""
        self.name = name
        self.routes: list[Route] = []

    def page(self, path: str, *, needs: Permission, template: str, title: str) -> Callable[[F], F]:
        """Serve what a function answers at `path` and at `/api` beside it."""
        return self._keep(lambda function: Page(path, function, needs, template, title))

    def action(
        self,
        path: str,
        *,
        needs: Permission,
        back: str = "",
        template: str = "",
        again: Function | None = None,
        by_person: bool = False,
    ) -> Callable[[F], F]:
        """Have a function called by POST at `path` and at `/api` beside it. `back` may name parts of the path."""
        return self._keep(lambda function: Action(path, function, needs, back, template, again, by_person))

    def file(self, path: str, *, needs: Permission) -> Callable[[F], F]:
        """Serve the file that a function answers, by POST at `path`."""
        return self._keep(lambda function: File(path, function, needs))

    def _keep(self, made: Callable[[F], Route]) -> Callable[[F], F]:
        def keep(function: F) -> F:
            self.routes.append(made(function))
            return function

        return keep

    def __repr__(self) -> str:
        return f"Area({self.name!r}, {len(self.routes)} routes)"
