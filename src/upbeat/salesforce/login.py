"""Logging in: credentials become a token. Nothing here asks for a token, so a login never leads to a login."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2
import msgspec

from upbeat.base import Clock, decode
from upbeat.salesforce.credentials import ClientCredentials, Credentials, JwtBearer, WebServer
from upbeat.salesforce.errors import Fault, Rejected, Retryable, SessionDead, faults
from upbeat.salesforce.retries import Pauses
from upbeat.salesforce.trust import untrusted
from upbeat.web import is_loopback

API_VERSION: Final = "67.0"
TOKEN: Final = "/services/oauth2/token"  # noqa: S105  an address
REVOKE: Final = "/services/oauth2/revoke"
VERSIONS: Final = "/services/data"

_UNREACHED = "Check the address and the network; a local org answers while `upbeat org start` runs."
_ADDRESS = "Give the org's own address, such as https://acme.my.salesforce.com."


@dataclass(frozen=True, slots=True)
class Token:
    """What a login gives: the bearer's secret, the org's own address, and whom it acts as."""

    secret: str = field(repr=False)
    instance_url: str
    org_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Door:
    """Where one connection logs in: how it sends, how long it waits, what time it is."""

    http: httpx2.Client
    pauses: Pauses
    clock: Clock


def log_in(door: Door, credentials: Credentials) -> Token:
    """Get a new token.

    Raises SessionDead where the org refuses the credentials, Retryable where it is not there, Rejected where its
    certificate is not trusted.

    A refresh token that the org has replaced is saved before the new token is used, and nobody else, in any process,
    uses the old one up meanwhile.
    """
    app = {"client_id": credentials.client_id}
    match credentials:
        case ClientCredentials(client_secret=secret):
            form = {"grant_type": "client_credentials", "client_secret": secret, **app}
            fix = "Check the client id and secret, and that the app allows the client credentials flow."
            return token_in(_granted(door, credentials, form, fix), credentials.login_url)
        case JwtBearer():
            assertion = credentials.assertion(door.clock.now())
            form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
            fix = (
                f"Check that the app has the key's certificate, that {credentials.username} is pre-authorised by a "
                "permission set of the app, and that this machine's clock is right."
            )
            return token_in(_granted(door, credentials, form, fix), credentials.login_url)
        case WebServer(kept=kept, client_secret=secret):
            with kept.alone():
                form = {"grant_type": "refresh_token", "refresh_token": kept.read(), **app}
                form |= {"client_secret": secret} if secret else {}
                fix = (
                    "The consent was withdrawn or has expired, or the org replaced its refresh token and the answer "
                    "with the new one was lost on the way: run `upbeat org connect` again."
                )
                content = _granted(door, credentials, form, fix)
                if replaced := content.get("refresh_token"):
                    kept.save(replaced)
            return token_in(content, credentials.login_url)


def exchange(door: Door, login_url: str, form: dict[str, str]) -> dict[str, Any]:
    """Turn what a person's consent gave into tokens, as the org answers. Raises as `log_in` does."""
    client = ClientCredentials(login_url, form["client_id"], "")
    return _granted(door, client, form, "Begin again: a code is good for one try, within minutes.")


def revoke(door: Door, address: str, secret: str) -> bool:
    """Have the org take back a token; False where it did not know it (any more). Raises Retryable."""
    where = address.rstrip("/")
    return ask(door, lambda: door.http.post(where + REVOKE, data={"token": secret}), where, f"POST {REVOKE}").is_success


def check_version(door: Door, instance_url: str) -> None:
    """Raise Rejected where the org does not offer the API version that Upbeat is pinned to."""
    answer = ask(door, lambda: door.http.get(instance_url + VERSIONS), instance_url, f"GET {VERSIONS}")
    try:
        offered = [str(one["version"]) for one in decode(answer.content)]
    except (msgspec.DecodeError, LookupError, TypeError):
        raise _not_salesforce(instance_url) from None
    if API_VERSION not in offered:
        raise Rejected(
            f"the org offers API versions up to {max(offered, key=float, default='none')}, "
            f"and Upbeat speaks {API_VERSION}",
            where=instance_url,
            fix="Wait for the org's release upgrade, or use the Upbeat release made for its version.",
        )


def refuse_open_http(url: str) -> None:
    """Raise Rejected where an address would carry secrets over a network in the clear, or is none."""
    try:
        address = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise Rejected(f"{url} is no address: {error}", fix=_ADDRESS) from None
    if address.scheme != "https" and not is_loopback(url):
        raise Rejected(
            f"{url} would carry secrets in the clear",
            fix="Use an https:// address; plain http is for a local org on this machine.",
        )


def _granted(door: Door, credentials: Credentials, form: dict[str, str], fix: str) -> dict[str, Any]:
    where = credentials.login_url.rstrip("/")
    answer = ask(door, lambda: door.http.post(where + TOKEN, data=form), where, f"POST {TOKEN}")
    if not answer.is_success:
        first = next(iter(faults(answer.content)), Fault(str(answer.status_code), "no reason given"))
        raise SessionDead(
            f"the org refused the login of client {credentials.client_id}: {first.code}: {first.message}",
            where=where,
            fix=fix,
            code=first.code,
            status=answer.status_code,
        )
    try:
        return msgspec.convert(decode(answer.content), dict[str, Any])
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise _not_salesforce(where) from None


def token_in(content: dict[str, Any], where: str) -> Token:
    """Read the token in what a login at `where` answered. Raises Rejected where that is not Salesforce's."""
    try:
        secret, instance_url, identity = content["access_token"], content["instance_url"], content["id"]
        org_id, user_id = identity.rstrip("/").split("/")[-2:]
    except (LookupError, AttributeError, ValueError):
        raise _not_salesforce(where) from None
    refuse_open_http(instance_url)
    return Token(secret, instance_url.rstrip("/"), org_id, user_id)


def _not_salesforce(address: str) -> Rejected:
    return Rejected("what answers here is not Salesforce", where=address, fix=_ADDRESS)


def ask(door: Door, send: Callable[[], httpx2.Response], where: str, call: str) -> httpx2.Response:
    """Send, as often as the door's patience says. Raises Retryable, or Rejected for a certificate out of trust."""
    failed = 0
    while True:
        failed += 1
        try:
            answer = send()
        except httpx2.RequestError as lost:
            if refusal := untrusted(lost, where):
                raise refusal from None
            what = f"the org could not be reached ({type(lost).__name__})"
            failure, wait = Retryable(what, where=where, fix=_UNREACHED), None
        else:
            if answer.status_code < 500 and answer.status_code != 429:
                return answer
            status = answer.status_code
            failure = Retryable(f"the org answered {status} at login", where=where, status=status)
            wait = answer.headers.get("Retry-After")
        if not door.pauses.pause(failed, failure.cause, call, failure.what, wait):
            raise failure
