"""`POST /services/oauth2/token`: what somebody has becomes a session."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from upbeat.localorg.access import CODE_LIVES, ConnectedApp, Person
from upbeat.localorg.access.secrets import fresh, same
from upbeat.localorg.oauth import assertion
from upbeat.localorg.oauth.endpoint import Ask, Denied
from upbeat.localorg.oauth.signing import Signer, signature
from upbeat.localorg.rest import Reply

JWT_BEARER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Tokens:
    """The token endpoint: one method a grant type."""

    def __init__(self, signer: Signer) -> None:
        """Sign ID tokens with this."""
        self._signer = signer
        self._grants: dict[str, Callable[[Ask], dict[str, Any]]] = {
            "client_credentials": self._client_credentials,
            JWT_BEARER: self._jwt_bearer,
            "authorization_code": self._authorization_code,
            "refresh_token": self._refresh_token,
            "password": self._password,
        }

    def answer(self, ask: Ask) -> Reply:
        """Give a token for what the form holds. Raises Denied."""
        grant = self._grants.get(ask.given.get("grant_type", ""))
        if grant is None:
            raise Denied("unsupported_grant_type", "grant type not supported")
        return Reply(200, grant(ask))

    def _client_credentials(self, ask: Ask) -> dict[str, Any]:
        """An app comes in as its run-as user; there is no refresh token."""
        app, secret = client(ask)
        if not secret:
            raise Denied("invalid_client", "invalid client credentials")
        person = ask.org.access.people.find(app.run_as) if app.run_as else None
        if person is None:
            raise Denied("invalid_grant", "no client credentials user enabled")
        scopes = _granted(app, ask.given.get("scope"))
        return self._begin(ask, app, _active(person), _without_refresh(scopes), secret=secret)

    def _jwt_bearer(self, ask: Ask) -> dict[str, Any]:
        """An app comes in as a user who approved it, or for whom an admin did; there is no refresh token."""
        access = ask.org.access
        told = assertion.read(ask.needed("assertion"), access.apps, ask.host, ask.org.clock.now())
        person = access.people.find(told.username) if told.username else None
        if person is None:
            raise Denied("invalid_grant", "user hasn't approved this consumer")
        if told.app.pre_authorized:
            if not access.people.is_approved(person, told.app):
                raise Denied("invalid_app_access", "user is not admin approved to access this app")
            scopes = told.app.scopes
        else:
            scopes = access.grants.approved(told.app.client_id, person.id)
            if "refresh_token" not in scopes:
                raise Denied("invalid_grant", "user hasn't approved this consumer")
        return self._begin(ask, told.app, _active(person), _without_refresh(scopes))

    def _authorization_code(self, ask: Ask) -> dict[str, Any]:
        """What a person allowed on the log-in page becomes a session, and a refresh token where that was granted."""
        app, secret = client(ask)
        code = ask.org.access.grants.take_code(ask.needed("code"))
        if code is None or code.client_id != app.client_id:
            raise Denied("invalid_grant", "invalid authorization code")
        if ask.org.clock.now() >= code.issued + CODE_LIVES:
            raise Denied("invalid_grant", "expired authorization code")
        if ask.given.get("redirect_uri", "") != code.redirect_uri:
            raise Denied("redirect_uri_mismatch", "redirect_uri must match configuration")
        verifier = ask.given.get("code_verifier", "")
        if not same(challenge(verifier) if verifier else "", code.challenge):
            raise Denied("invalid_grant", "invalid code verifier")
        person = _active(ask.org.access.people.by_id(code.user_id))
        refresh, authorization = "", fresh(24)
        if "refresh_token" in code.scopes:
            refresh = ask.org.access.grants.issue_refresh(app, person.id, code.scopes, authorization)
        return self._begin(
            ask, app, person, code.scopes, secret=secret, authorization=authorization, refresh=refresh, nonce=code.nonce
        )

    def _refresh_token(self, ask: Ask) -> dict[str, Any]:
        """A refresh token gives a new session. Where the app rotates, a spent one ends all that came of its consent."""
        app, secret = client(ask)
        grants = ask.org.access.grants
        token = ask.needed("refresh_token")
        held = grants.find_refresh(token)
        if held is None or held.client_id != app.client_id:
            raise Denied("invalid_grant", "expired access/refresh token")
        old = app.refresh_days and ask.org.clock.now().timestamp() >= held.issued + _seconds(app.refresh_days)
        if held.spent or old:
            grants.revoke(held.authorization)
            ask.org.access.sessions.end(authorization=held.authorization)
            raise Denied("invalid_grant", "expired access/refresh token")
        person = _active(ask.org.access.people.by_id(held.user_id))
        refresh = grants.issue_refresh(app, person.id, held.scopes, held.authorization) if app.rotate else ""
        return self._begin(
            ask, app, person, held.scopes, secret=secret, authorization=held.authorization, refresh=refresh
        )

    def _password(self, ask: Ask) -> dict[str, Any]:
        """The username-password flow. New orgs block it, and say no more than for a wrong password."""
        app, secret = client(ask)
        username, password = ask.needed("username"), ask.needed("password")
        person = ask.org.access.people.enter(username, password) if app.takes_passwords else None
        if person is None:
            raise Denied("invalid_grant", "authentication failure")
        return self._begin(ask, app, person, _without_refresh(app.scopes), secret=secret)

    def _begin(
        self,
        ask: Ask,
        app: ConnectedApp,
        person: Person,
        scopes: tuple[str, ...],
        *,
        secret: str = "",
        authorization: str = "",
        refresh: str = "",
        nonce: str = "",
    ) -> dict[str, Any]:
        """Begin the session, and word the answer."""
        token, session = ask.org.access.sessions.begin(
            person.id,
            client_id=app.client_id,
            scopes=scopes,
            authorization=authorization,
            minutes=app.session_minutes,
        )
        identity = f"{ask.host}/id/{ask.org.id}/{person.id}"
        issued_at = str(int(session.issued.timestamp() * 1000))
        content = {
            "access_token": token,
            "signature": signature(secret, identity, issued_at),
            "scope": " ".join(scopes),
            "instance_url": ask.host,
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued_at,
        }
        if refresh:
            content["refresh_token"] = refresh
        if "openid" in scopes:
            claims = {"iss": ask.host, "sub": identity, "aud": app.client_id, **({"nonce": nonce} if nonce else {})}
            content["id_token"] = self._signer.id_token(claims, token, int(session.issued.timestamp()))
        return content


def client(ask: Ask) -> tuple[ConnectedApp, str]:
    """Give the app that asks, with the secret that it proved itself by; a public one may have none. Raises Denied."""
    client_id, secret = ask.basic() or (ask.given.get("client_id", ""), ask.given.get("client_secret", ""))
    app = ask.org.access.apps.find(client_id)
    if app is None:
        raise Denied("invalid_client_id", "client identifier invalid")
    if secret:
        if not ask.org.access.apps.holds(client_id, secret):
            raise Denied("invalid_client", "invalid client credentials")
    elif not app.public:
        raise Denied("invalid_client", "invalid client credentials")
    return app, secret


def challenge(verifier: str) -> str:
    """Give the S256 challenge of a PKCE verifier."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def _granted(app: ConnectedApp, asked: str | None) -> tuple[str, ...]:
    scopes = app.granted(asked)
    if scopes is None:
        raise Denied("invalid_scope", "the requested scope is not allowed")
    return scopes


def _without_refresh(scopes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in scopes if one != "refresh_token")


def _active(person: Person | None) -> Person:
    if person is None or not person.active:
        raise Denied("inactive_user", "user is inactive")
    return person


def _seconds(days: int) -> float:
    return timedelta(days=days).total_seconds()
