"""A connection to one org: token, retries, limits. Reads go through `get`; writes through `salesforce.write`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from time import sleep as real_sleep
from types import TracebackType
from typing import Any, Self

import httpx2
import msgspec
import structlog

from upbeat.base import Clock, canonical, decode
from upbeat.base.xmltext import NoXml
from upbeat.salesforce import soap
from upbeat.salesforce.budget import ALLOWANCE, Budget
from upbeat.salesforce.call import Call
from upbeat.salesforce.credentials import Credentials, WebServer
from upbeat.salesforce.errors import (
    Fault,
    LimitReached,
    Rejected,
    Retryable,
    SalesforceError,
    SessionDead,
    Unanswered,
    faults,
)
from upbeat.salesforce.limits import HEADER, Usage, read_usage
from upbeat.salesforce.login import (
    API_VERSION,
    Door,
    Token,
    check_version,
    log_in,
    refuse_open_http,
    revoke,
)
from upbeat.salesforce.retries import Pauses, Retries
from upbeat.salesforce.trust import trusted, untrusted
from upbeat.web import is_loopback

LONGEST_URL = 16_000
"""Bytes of path and query; Salesforce answers 414 above 16,384 and counts the host's part."""

_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
_TIMEOUT = httpx2.Timeout(120, connect=10)  # seconds; the org itself gives up a call after 120
_KEEP_ALIVE = 3.0  # seconds; below any server's own, so that no write goes into a connection that is being closed
_TROUBLE = "Try again later: status.salesforce.com tells whether the org's instance has trouble."
_UNUSABLE = "not valid for use"  # with the REST API: a session of a user or an app that may not come in this way

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a connection acts as, and where."""

    org_id: str
    user_id: str
    username: str
    instance_url: str


@dataclass(frozen=True, slots=True)
class Received:
    """An answer: its bytes, and its headers by name in any case."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


class Session:
    """A connection to one org, safe to share between threads.

    It logs in at the first call and again when the org no longer takes its token: once for all threads, and never
    from within itself. `calls` counts the requests sent to the API; `budget` is the org's own count, of all its
    clients, and says when nothing more may be sent (LimitReached). Sessions of one org share one.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        clock: Clock,
        client_name: str = "upbeat",
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = real_sleep,
        retries: Retries | None = None,
        budget: Budget | None = None,
    ) -> None:
        """Prepare a connection; nothing is sent yet.

        Raises Rejected where the login address is not safe, or the environment names an authority that is none.
        """
        refuse_open_http(credentials.login_url)
        self.pauses = Pauses(retries or Retries(), clock=clock, sleep=sleep)
        self.calls = 0
        self.budget = budget or Budget(clock, sleep=sleep)
        self._credentials = credentials
        self._client_name = client_name
        self._clock = clock
        self._token: Token | None = None
        self._accepted: Token | None = None  # the last one that the org took
        self._renewing = Lock()
        self._http = httpx2.Client(
            headers={
                "Accept-Encoding": "gzip",
                "Sforce-Call-Options": f"client={client_name}",
                "User-Agent": client_name,
            },
            timeout=_TIMEOUT,
            limits=httpx2.Limits(keepalive_expiry=_KEEP_ALIVE),
            transport=transport,
            trust_env=not is_loopback(credentials.login_url),
            verify=trusted(),
        )
        self._door = Door(self._http, self.pauses, clock)

    @property
    def instance_url(self) -> str:
        """Where the org is reached since the last login; empty before the first."""
        return self._token.instance_url if self._token else ""

    def __repr__(self) -> str:
        """Give the address and the client id, and no secret."""
        return f"Session({self._credentials.login_url!r}, client_id={self._credentials.client_id!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that stand open."""
        self._http.close()

    @property
    def login_url(self) -> str:
        """Where this connection logs in."""
        return self._credentials.login_url

    @property
    def is_persons(self) -> bool:
        """Whether it acts in the name of a person, who consented to it and works in the org by hand as well."""
        return isinstance(self._credentials, WebServer)

    @property
    def usage(self) -> Usage | None:
        """The org's calls, as far as it has said."""
        return self.budget.usage

    def log_out(self) -> bool:
        """Have the org take back what this connection logs in with; False where it did not know it any more.

        A refresh token is taken back with every token that came of it. Without one, a token that was never asked
        for is not there to be taken back. Raises SalesforceError.
        """
        if isinstance(self._credentials, WebServer):
            with self._credentials.kept.alone():
                return revoke(self._door, self._credentials.login_url, self._credentials.kept.read())
        token, self._token = self._token, None
        return token is not None and revoke(self._door, token.instance_url, token.secret)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Read a path below the pinned API version (or, with a leading slash, below the instance) as JSON.

        Fractions are Decimal. Raises SalesforceError; Rejected with code URI_TOO_LONG before anything is sent.
        """
        return self.exchange(Call("GET", path, params or {}))

    def token(self, stale: Token | None = None) -> Token:
        """Give the token that calls carry, a new one where the org no longer takes `stale`. Raises SalesforceError."""
        held = self._token
        return self._renew(stale) if held is None or held is stale else held

    def identity(self) -> Identity:
        """Give the user and the org that this connection acts in. Raises SalesforceError."""
        token = self.token()
        user = self.get(f"sobjects/User/{token.user_id}", {"fields": "Username"})
        return Identity(token.org_id, token.user_id, user["Username"], token.instance_url)

    def exchange(self, call: Call) -> Any:
        """Send a call, with a new token or once more where that is safe, and give the decoded answer.

        Raises Unanswered where a write's answer is not known; such a write is never sent twice.
        """
        return _content(call, self.fetch(call).body)

    def fetch(self, call: Call) -> Received:
        """Send a call as `exchange` does, and give the answer as it came."""
        renewed, failed = False, 0
        while True:
            token = self.token()
            self.budget.admit(str(call), reads=call.reads)
            wait = None
            try:
                answer = self._send(call, token)
            except httpx2.RequestError as lost:
                failure = _lost(call, lost)
            else:
                if answer.is_success:
                    self._accepted = token
                    return Received(answer.content, answer.headers)
                status, said = _refusal(call, answer)
                if status == 401 and not renewed and self._may_be_cured(said, token):
                    renewed = True
                    log.info("the org no longer takes the token: logging in again", call=str(call))
                    self._renew(token)
                    continue
                failure = _refused(call, status, said, self._credentials.client_id)
                wait = answer.headers.get("Retry-After")
            failed += 1
            if not isinstance(failure, Retryable) or isinstance(failure, LimitReached):
                raise failure
            if not self.pauses.pause(failed, failure.cause, str(call), failure.what, wait):
                raise failure
            renewed = False  # a session may end while the org is waited for

    def _may_be_cured(self, said: Sequence[Fault], token: Token) -> bool:
        """Whether a new token may help: not where the org says of one that it never took that it is of no use here."""
        unusable = any(_UNUSABLE in one.message for one in said)
        return not unusable or token is self._accepted

    def _send(self, call: Call, token: Token) -> httpx2.Response:
        base = "" if call.path.startswith("/") else f"/services/data/v{API_VERSION}/"
        headers, content = self._body(call, token)
        request = self._http.build_request(
            call.method,
            token.instance_url + base + call.path,
            params=call.params or None,
            headers=headers,
            content=content,
        )
        if len(request.url.raw_path) > LONGEST_URL:
            self.budget.answered(None)
            raise Rejected(
                f"the address is {len(request.url.raw_path):,} bytes long, and Salesforce takes {LONGEST_URL:,}",
                where=str(call),
                fix="Ask for fewer ids at a time; 200 fit.",
                code="URI_TOO_LONG",
            )
        request.headers["Authorization"] = f"Bearer {token.secret}"
        self.calls += 1
        said = None
        try:
            answer = self._http.send(request)
            said = read_usage(answer.headers.get(HEADER), self._clock.now())
            return answer
        finally:
            self.budget.answered(said)

    def _body(self, call: Call, token: Token) -> tuple[Mapping[str, str], bytes | None]:
        """Give what a call says, and the headers that tell in which form."""
        if call.soap:
            return soap.HEADERS, soap.envelope(call.soap, token.secret, self._client_name)
        if call.body is None:
            return {"Accept": call.accept}, None
        return {"Accept": call.accept, "Content-Type": "application/json"}, canonical(call.body)

    def _renew(self, stale: Token | None) -> Token:
        """Log in, unless another thread has done so since `stale` was taken."""
        with self._renewing:
            if self._token is None or self._token is stale:
                token = log_in(self._door, self._credentials)
                if self._token is None:
                    check_version(self._door, token.instance_url)
                self._token = token
            return self._token


def _content(call: Call, body: bytes) -> Any:
    try:
        if call.soap:
            return soap.results(body)
        return decode(body) if body else None
    except (msgspec.DecodeError, NoXml):
        kind, form = (Rejected if call.reads else Unanswered), ("SOAP" if call.soap else "JSON")
        raise kind(f"the answer is not {form}: something between here and the org wrote it", where=str(call)) from None


def _refusal(call: Call, answer: httpx2.Response) -> tuple[int, tuple[Fault, ...]]:
    """Give the status and the errors of an answer that is none, in the words of REST."""
    if call.soap:
        return soap.refusal(answer.content, answer.status_code)
    return answer.status_code, faults(answer.content)


def _lost(call: Call, lost: httpx2.RequestError) -> SalesforceError:
    kind = type(lost).__name__
    if refusal := untrusted(lost, str(call)):
        return refusal
    if isinstance(lost, _NEVER_SENT):
        return Retryable(f"the org could not be reached ({kind})", where=str(call), fix="Check the network.")
    if call.reads:
        return Retryable(f"the org's answer was lost ({kind})", where=str(call), fix="Check the network.")
    return Unanswered(f"the answer to a write was lost ({kind}): it may stand", where=str(call))


def _refused(call: Call, status: int, said: Sequence[Fault], client_id: str) -> SalesforceError:
    first = next(iter(said), Fault("", f"the org answered {status}"))
    what = f"{first.code}: {first.message}" if first.code else first.message
    kind, fix = _cause(call, status, first, client_id)
    return kind(what, where=str(call), fix=fix, code=first.code, status=status)


def _cause(call: Call, status: int, first: Fault, client_id: str) -> tuple[type[SalesforceError], str]:
    if status == 401:
        return SessionDead, (
            f"A new token did not help. Check that the run-as user of client {client_id} is active and has the "
            "permission API Enabled, and that the connected app's policies allow the REST API."
        )
    if first.code == "REQUEST_LIMIT_EXCEEDED" and "concurrent" not in first.message.casefold():
        return LimitReached, ALLOWANCE
    if status >= 500:
        return (Retryable, _TROUBLE) if call.reads else (Unanswered, "Read the records before anything is repeated.")
    return (Retryable, "") if status == 429 or first.retryable else (Rejected, "")
