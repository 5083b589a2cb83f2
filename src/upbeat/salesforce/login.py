"""Logging in: credentials become a token. Nothing here asks for a token, so a login never leads to a login."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import httpx2
import msgspec

from upbeat.base import decode
from upbeat.salesforce.errors import Fault, Rejected, Retryable, SessionDead, faults
from upbeat.salesforce.retries import Pauses

API_VERSION = "67.0"

_UNREACHED = "Check the address and the network; a local org answers while `upbeat org start` runs."
_ADDRESS = "Give the org's own address, such as https://acme.my.salesforce.com."


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to log in: a connected app's client credentials flow, which acts as the app's one run-as user."""

    login_url: str
    client_id: str
    client_secret: str = field(repr=False)
    kind: Literal["client_credentials"] = "client_credentials"


@dataclass(frozen=True, slots=True)
class Token:
    """What a login gives: the bearer's secret, the org's own address, and whom it acts as."""

    secret: str = field(repr=False)
    instance_url: str
    org_id: str
    user_id: str


def log_in(http: httpx2.Client, credentials: Credentials, pauses: Pauses) -> Token:
    """Get a new token. Raises SessionDead where the org refuses the credentials, Retryable where it is not there."""
    form = {
        "grant_type": credentials.kind,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
    }
    address = credentials.login_url.rstrip("/")
    answer = _ask(lambda: http.post(f"{address}/services/oauth2/token", data=form), address, pauses)
    if not answer.is_success:
        first = next(iter(faults(answer.content)), Fault(str(answer.status_code), "no reason given"))
        raise SessionDead(
            f"the org refused the login of client {credentials.client_id}: {first.code}: {first.message}",
            where=address,
            fix="Check the client id and secret, and that the connected app allows the client credentials flow.",
            code=first.code,
            status=answer.status_code,
        )
    try:
        content = decode(answer.content)
        secret, instance_url, identity = content["access_token"], content["instance_url"], content["id"]
    except (msgspec.DecodeError, LookupError, TypeError):
        raise _not_salesforce(address) from None
    refuse_open_http(instance_url)
    org_id, user_id = identity.rstrip("/").split("/")[-2:]
    return Token(secret, instance_url.rstrip("/"), org_id, user_id)


def check_version(http: httpx2.Client, instance_url: str, pauses: Pauses) -> None:
    """Raise Rejected where the org does not offer the API version that Upbeat is pinned to."""
    answer = _ask(lambda: http.get(f"{instance_url}/services/data"), instance_url, pauses)
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


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    return httpx2.URL(url).host in {"127.0.0.1", "localhost", "::1"}


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


def _not_salesforce(address: str) -> Rejected:
    return Rejected("what answers here is not Salesforce", where=address, fix=_ADDRESS)


def _ask(send: Callable[[], httpx2.Response], where: str, pauses: Pauses) -> httpx2.Response:
    failed = 0
    while True:
        failed += 1
        try:
            answer = send()
        except httpx2.RequestError as lost:
            what = f"the org could not be reached ({type(lost).__name__})"
            failure, wait = Retryable(what, where=where, fix=_UNREACHED), None
        else:
            if answer.status_code < 500 and answer.status_code != 429:
                return answer
            status = answer.status_code
            failure = Retryable(f"the org answered {status} at login", where=where, status=status)
            wait = answer.headers.get("Retry-After")
        if not pauses.pause(failed, wait):
            raise failure
