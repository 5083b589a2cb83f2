"""What every answer says to the browser: scripts and styles of ours alone, in no frame, and nothing told to others."""

import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_TLS: Final = {"Strict-Transport-Security": "max-age=31536000"}
_KEPT: Final = "no-cache"  # of static files: their addresses change with them, and modules import by plain names


class Headers:
    """Puts the headers on whatever answers.

    `request.state.nonce` is the answer's own; `request.state.cookie` goes along with it, where the door leaves one.
    """

    def __init__(self, app: ASGIApp, *, over_tls: bool) -> None:
        """Stand before an application; `over_tls` has browsers come back over TLS alone."""
        self._app = app
        self._always = {**_ALWAYS, **(_TLS if over_tls else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        always, static = self._always, scope["path"].startswith("/static/")

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", _POLICY.format(nonce=nonce))
                headers.setdefault("Cache-Control", _KEPT if static else "no-store")
                for name, value in always.items():
                    headers.setdefault(name, value)
                if cookie := scope["state"].get("cookie"):
                    headers.append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, sent)
