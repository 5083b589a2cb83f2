"""JWTs that an app signs to come in as one of its users (RFC 7523, in Salesforce's reading)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from upbeat.base import decode
from upbeat.localorg.access import ConnectedApp
from upbeat.localorg.access.apps import Apps
from upbeat.localorg.oauth.endpoint import Denied

AUDIENCES: Final = ("https://login.salesforce.com", "https://test.salesforce.com")
"""Whom a JWT may address, beside the org's own address."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a JWT that holds says."""

    app: ConnectedApp
    username: str


def read(text: str, apps: Apps, host: str, now: datetime) -> Assertion:
    """Read a JWT. Raises Denied, worded as Salesforce words it, where it does not hold.

    `exp` has to be ahead and may be as far as it likes: sf itself gives one in milliseconds.
    """
    claims = _claims(text)
    app = apps.find(str(claims.get("iss", "")))
    if app is None:
        raise Denied("invalid_client_id", "client identifier invalid")
    key = app.public_key()
    if key is None:
        raise Denied("invalid_client", "invalid client credentials")
    try:
        jwt.decode(text, RSAKey.import_key(key), algorithms=["RS256"])
    except (JoseError, ValueError, TypeError):
        raise Denied("invalid_grant", "invalid assertion") from None
    told = claims.get("aud")
    audiences = [str(one).rstrip("/") for one in (told if isinstance(told, list) else [told])]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if not {*AUDIENCES, host, f"{host}/services/oauth2/token"}.intersection(audiences):
        raise Denied("invalid_grant", "audience is invalid")
    if not _seconds(claims.get("exp")) > now.timestamp():  # so that NaN is refused too
        raise Denied("invalid_grant", "expired authorization code")
    return Assertion(app, str(claims.get("sub") or claims.get("prn") or ""))


def _claims(text: str) -> dict[str, Any]:
    """Give the claims of a JWT that nobody has verified yet: who says to have made it names the key."""
    try:
        claims = decode(jws.extract_compact(text.encode()).payload)
    except (JoseError, ValueError, TypeError, RecursionError):
        raise Denied("invalid_grant", "invalid assertion") from None
    if not isinstance(claims, dict):
        raise Denied("invalid_grant", "invalid assertion")
    return claims  # pyright: ignore[reportUnknownVariableType]


def _seconds(told: Any) -> float:
    """Read `exp`: a number, or its digits as a text, which Salesforce's own examples have."""
    try:
        return float(told)
    except (ValueError, TypeError, OverflowError):
        raise Denied("invalid_grant", "invalid assertion") from None
