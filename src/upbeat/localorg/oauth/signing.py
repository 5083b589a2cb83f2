"""What the org signs: the identity of a token's user, and OpenID Connect's ID tokens."""

import hmac
from base64 import b64encode, urlsafe_b64encode
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import RSAKey

from upbeat.localorg.rest import Reply

_ID_TOKEN_LIVES: Final = timedelta(minutes=2)


def signature(secret: str, identity: str, issued_at: str) -> str:
    """Give the HMAC-SHA256 over identity and time by which an app that knows its secret checks both."""
    return b64encode(hmac.digest(secret.encode(), f"{identity}{issued_at}".encode(), "sha256")).decode()


class Signer:
    """Signs ID tokens, with a key that lives as long as the server: they are read once, at log-in."""

    @cached_property
    def _key(self) -> RSAKey:
        return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)

    def keys(self) -> Reply:
        """`GET /id/keys`: the public key, as a JSON web key set."""
        return Reply(200, {"keys": [self._key.as_dict(private=False)]})

    def id_token(self, claims: dict[str, Any], token: str, now: int) -> str:
        """Give an ID token that comes with an access token; `now` is in seconds."""
        half = urlsafe_b64encode(sha256(token.encode()).digest()[:16]).decode().rstrip("=")
        times = {"iat": now, "exp": now + int(_ID_TOKEN_LIVES.total_seconds())}
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, {**claims, **times, "at_hash": half}, self._key)
