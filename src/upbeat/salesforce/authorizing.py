"""One try at the web-server flow with PKCE: where the person's browser goes, and what it must bring back.

An answer must carry the state that this very try began with. What a code is worth is asked once, of the org itself.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import compare_digest, token_urlsafe
from typing import Final
from urllib.parse import urlencode

import httpx2

from upbeat.base import Clock
from upbeat.salesforce.errors import Rejected
from upbeat.salesforce.login import Door
from upbeat.salesforce.retries import Pauses, Retries
from upbeat.salesforce.trust import trusted
from upbeat.web import is_loopback

_AUTHORIZE: Final = "/services/oauth2/authorize"


@dataclass(frozen=True, slots=True)
class Try:
    """Where the person goes, where they come back to, and what only this try knows; `again` says how to begin anew."""

    login_url: str
    client_id: str
    callback: str
    scopes: str
    again: str
    state: str = field(default_factory=lambda: token_urlsafe(24), repr=False)
    verifier: str = field(default_factory=lambda: token_urlsafe(64), repr=False)

    @property
    def address(self) -> str:
        """Where the browser goes. It carries the verifier's digest, and not the verifier."""
        challenge = urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.callback,
            "scope": self.scopes,
            "state": self.state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.login_url.rstrip('/')}{_AUTHORIZE}?{urlencode(asked)}"

    def code(self, said: Mapping[str, str]) -> str:
        """Give the code in an answer. Raises Rejected where it is not this try's, the person said no, or has none."""
        if not compare_digest(said.get("state", "").encode(), self.state.encode()):
            raise Rejected(
                "an answer came that this try did not ask for: its state is another",
                where=self.callback,
                fix=f"Somebody may have sent you a link. {self.again}",
            )
        if problem := said.get("error", ""):
            told = said.get("error_description", "")
            raise Rejected(f"the org answered {problem}: {told}".rstrip(": "), where=self.login_url, fix=self.again)
        if not said.get("code"):
            raise Rejected("the org's answer has no code", where=self.login_url, fix=self.again)
        return said["code"]

    def form(self, code: str) -> dict[str, str]:
        """Give what the org is asked for a code's worth with."""
        return {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self.client_id,
            "redirect_uri": self.callback,
            "code_verifier": self.verifier,
        }


@contextmanager
def door_of(login_url: str, retries: Retries, clock: Clock, sleep: Callable[[float], None]) -> Generator[Door]:
    """Open what asks an org at its login address."""
    with httpx2.Client(timeout=30, trust_env=not is_loopback(login_url), verify=trusted()) as http:
        yield Door(http, Pauses(retries, clock=clock, sleep=sleep), clock)
