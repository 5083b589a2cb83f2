"""What the browser keeps for us: random, for this site alone, out of reach of scripts and of other hosts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import Request
from starlette.responses import Response

SESSION: Final = "upbeat"
"""What opens a session."""
TRY: Final = "upbeat_try"
"""What a try to sign in knows, closed."""

SAID: Final = "upbeat_said"
"""What was just done, in words for the next page; they are escaped as all text is."""

_LAST: Final = 15 * 60  # seconds that a try is kept


@dataclass(frozen=True, slots=True)
class Cookies:
    """Cookies of one console. Over TLS their names begin with `__Host-`, which no other host of the domain can set."""

    secure: bool

    def name(self, what: str) -> str:
        """Give a cookie's whole name."""
        return f"__Host-{what}" if self.secure else what

    def read(self, request: Request, what: str) -> str:
        """Give what a request shows; empty where it shows none."""
        return request.cookies.get(self.name(what), "")

    def keep(self, request: Request, what: str, value: str, *, ends: datetime, now: datetime) -> None:
        """Have the answer to this request, whatever it is, tell the browser what to keep instead."""
        told = Response()
        self.give(told, what, value, seconds=int((ends - now).total_seconds()))
        request.state.cookie = told.headers["set-cookie"]

    def give(self, answer: Response, what: str, value: str, *, seconds: int = _LAST) -> None:
        """Have the browser keep something."""
        answer.set_cookie(
            self.name(what), value, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def drop(self, answer: Response, what: str) -> None:
        """Have the browser forget something."""
        answer.delete_cookie(self.name(what), path="/", secure=self.secure, httponly=True, samesite="lax")
