"""No request brings more than we would keep: reading stops there, before anybody is asked who they are."""

from typing import Final

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST: Final = 1_000_000
"""Bytes of a request's body: several times the longest file of a workflow."""


class Bodies:
    """Refuses whoever sends more, by what they announce or else by what came. The application says so in its words."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, which meets a 413 where it would read on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced, came = Headers(scope=scope).get("content-length", ""), 0

        async def received() -> Message:
            nonlocal came
            if announced.isdecimal() and int(announced) > MOST:
                raise HTTPException(413)
            message = await receive()
            came += len(message.get("body", b""))
            if came > MOST:
                raise HTTPException(413)
            return message

        await self._app(scope, received, send)
