"""`/services/oauth2/authorize`: a person logs in and allows an app what it asks for; the app gets a code."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from upbeat.localorg.access import Code, ConnectedApp
from upbeat.localorg.oauth import page
from upbeat.localorg.oauth.endpoint import Ask, Denied
from upbeat.localorg.rest import Reply

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_WRONG: Final = "Please check your username and password. If you still can't log in, contact your administrator."


@dataclass(frozen=True, slots=True)
class Request:
    """What an app asks for, once it is known that the answer may go to its callback."""

    app: ConnectedApp
    redirect_uri: str
    state: str
    scopes: tuple[str, ...]
    challenge: str
    nonce: str


class Turned(Exception):  # noqa: N818 (the name says what happened)
    """The app is told of an error, by a redirect to its callback."""

    def __init__(self, error: str, description: str) -> None:
        """Keep what the app is told."""
        super().__init__(error)
        self.told = {"error": error, "error_description": description}


def answer(ask: Ask) -> Reply:
    """Show the page, or take what was done on it. Raises Denied, to be shown here, while no callback is trusted."""
    app, redirect_uri = _callback(ask)
    state = ask.given.get("state", "")
    try:
        request = _request(ask, app, redirect_uri, state)
        if ask.method == "GET":
            return _page(ask, request)
        if ask.given.get("decision") != "allow":
            raise Turned("access_denied", "end-user denied authorization")
        return _allow(ask, request)
    except Turned as turned:
        return _redirect(redirect_uri, turned.told, state)


def _callback(ask: Ask) -> tuple[ConnectedApp, str]:
    """Give the app and the callback that it named, which must be one of its own, letter by letter."""
    app = ask.org.access.apps.find(ask.given.get("client_id", ""))
    if app is None:
        raise Denied("invalid_client_id", "client identifier invalid")
    redirect_uri = ask.given.get("redirect_uri", "")
    if not redirect_uri:
        raise Denied("redirect_uri_missing", "redirect_uri not provided")
    if redirect_uri not in app.callbacks:
        raise Denied("redirect_uri_mismatch", "redirect_uri must match configuration")
    return app, redirect_uri


def _request(ask: Ask, app: ConnectedApp, redirect_uri: str, state: str) -> Request:
    if ask.given.get("response_type") != "code":
        raise Turned("unsupported_response_type", "response type not supported")
    scopes = app.granted(ask.given.get("scope"))
    if scopes is None:
        raise Turned("invalid_scope", "the requested scope is not allowed")
    challenge = ask.given.get("code_challenge", "")
    if not challenge and (app.requires_pkce or "code_challenge_method" in ask.given):
        raise Turned("invalid_request", "missing required code challenge")
    method = ask.given.get("code_challenge_method", "S256")
    if challenge and not (method == "S256" and _CHALLENGE.fullmatch(challenge)):
        raise Turned("invalid_request", "invalid code challenge")
    if ask.given.get("immediate") == "true" or ask.given.get("prompt") == "none":
        raise Turned("immediate_unsuccessful", "immediate unsuccessful")
    return Request(app, redirect_uri, state, scopes, challenge, ask.given.get("nonce", ""))


def _page(ask: Ask, request: Request, error: str = "") -> Reply:
    """Show the page. What the app sent goes along in the form, and is read anew when it comes back."""
    carried = {name: value for name, value in ask.given.items() if name not in {"username", "password", "decision"}}
    username = ask.given.get("username") or ask.given.get("login_hint", "")
    shown = page.consent(request.app.title, request.scopes, carried, username=username, error=error)
    return page.reply(shown, 200, target=request.redirect_uri)


def _allow(ask: Ask, request: Request) -> Reply:
    access = ask.org.access
    person = access.people.enter(ask.given.get("username", ""), ask.given.get("password", ""))
    if person is None:
        return _page(ask, request, _WRONG)
    if request.app.pre_authorized and not access.people.is_approved(person, request.app):
        raise Turned("OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app")
    access.grants.approve(request.app.client_id, person.id, request.scopes)
    code = access.grants.issue_code(
        Code(
            request.app.client_id,
            person.id,
            request.scopes,
            request.redirect_uri,
            request.challenge,
            request.nonce,
            ask.org.clock.now(),
        )
    )
    return _redirect(request.redirect_uri, {"code": code}, request.state)


def _redirect(redirect_uri: str, told: dict[str, str], state: str) -> Reply:
    """Send the browser back to the app, with its state as it came."""
    query = urlencode({**told, **({"state": state} if state else {})})
    return Reply(302, headers={"Location": f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}"})
