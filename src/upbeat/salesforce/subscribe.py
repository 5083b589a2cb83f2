"""The org's change events, read over the Pub/Sub API from a position that the caller keeps with the data."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from queue import SimpleQueue
from threading import Timer
from types import TracebackType
from typing import Any, Final, Self, cast

import grpc

from upbeat.base import Clock
from upbeat.pubsub import (
    CUSTOM,
    EARLIEST,
    ERROR_CODE,
    LARGEST_FETCH,
    SERVICE,
    ErrorCode,
    FetchRequest,
    FetchResponse,
    SchemaInfo,
    SchemaRequest,
    TopicInfo,
    TopicRequest,
    event_name,
)
from upbeat.salesforce.changes import Change, EventReader, Gap
from upbeat.salesforce.errors import Rejected, Retryable, SalesforceError, SessionDead
from upbeat.salesforce.login import Token
from upbeat.salesforce.session import Session
from upbeat.salesforce.trust import channel, refusal

PUBSUB: Final = "api.pubsub.salesforce.com:7443"
ALL_EVENTS: Final = "/data/ChangeEvents"

_SILENCE: Final = 300.0  # seconds without a word: Salesforce says something every 270
_ASK: Final = 20.0  # seconds for a schema
_EXPIRED: Final = {ErrorCode.REPLAY_CORRUPTED, ErrorCode.REPLAY_MISSING}
_LASTING: Final = {
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.UNIMPLEMENTED,
}
_UNTRUSTED: Final = "CERTIFICATE_VERIFY_FAILED"  # as gRPC words it, which has no code for it
_OPTIONS: Final = (
    ("grpc.keepalive_time_ms", 60_000),  # a connection that died without a word is noticed within a minute
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.http2.max_pings_without_data", 0),
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What came at once, oldest first; none where the org only says that it is there.

    `position` is behind the last of them: keep it in the transaction that keeps what was made of the changes.
    `lag` is how old the last one was when it came, zero where there is none.
    """

    changes: tuple[Change | Gap, ...]
    position: bytes
    lag: timedelta


@dataclass(frozen=True, slots=True)
class Expired:
    """The org no longer has what follows the position. All that it still has follows; read the rest by query."""

    position: bytes


class Subscriber:
    """Reads one topic; a context manager. Nothing it does changes the org."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        topic: str = ALL_EVENTS,
        *,
        address: str = PUBSUB,
        writes_as: str = "upbeat",
        size: int = LARGEST_FETCH,
        silence: float = _SILENCE,
    ) -> None:
        """Prepare a subscription, with at most `size` events on their way; nothing is sent yet.

        Changes are ours where their call said `writes_as` in Sforce-Call-Options.

        An address on this machine is spoken to in the clear where the session logs in so, every other one over TLS.
        Raises Rejected where the environment names an authority that is none.
        """
        self._session = session
        self._clock = clock
        self._topic = topic
        self._size = size
        self._writes_as = writes_as
        self._silence = silence
        self._address = address
        self._channel = channel(address, session.login_url, _OPTIONS)
        self._readers: dict[str, EventReader] = {}
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the subscription; `batches` ends where it stands."""
        self._closed = True
        self._channel.close()

    def streams(self, name: str) -> bool:
        """Whether the org tells the changes of an object. Raises SalesforceError."""
        token, ask = (
            self._session.token(),
            self._channel.unary_unary(f"/{SERVICE}/GetTopic", TopicRequest.SerializeToString, TopicInfo.FromString),
        )
        try:
            request = TopicRequest(topic_name=f"/data/{event_name(name)}")
            return ask(request, metadata=_metadata(token), timeout=_ASK).can_subscribe
        except grpc.RpcError as error:
            call = cast("grpc.Call", error)
            if _code(call) == ErrorCode.NO_TOPIC:
                return False
            raise self._failure(call) from None

    def batches(self, position: bytes | None) -> Iterator[Batch | Expired]:
        """Give what follows a position; without one, all that the org still has. Goes on until `close`.

        A stream that breaks is taken up again where it was. Raises SessionDead where no token helps, Rejected for a
        topic that the org does not stream, and Retryable where the org stays away for as long as the session waits.
        """
        token, renewed, failed = self._session.token(), False, 0
        while not self._closed:
            try:
                for response in self._responses(position, token):
                    batch = self._batch(response, token)
                    position, renewed, failed = batch.position, False, 0
                    yield batch
                failure: SalesforceError = Retryable("the org ended the stream", where=self._where)
            except (grpc.RpcError, ValueError) as error:  # a channel that was closed meanwhile raises ValueError
                if self._closed:
                    return
                if isinstance(error, ValueError):
                    raise
                call = cast("grpc.Call", error)
                if position is not None and _code(call) in _EXPIRED:
                    yield Expired(position)
                    position = None
                    continue
                if call.code() is grpc.StatusCode.UNAUTHENTICATED and not renewed:
                    token, renewed = self._session.token(token), True
                    continue
                failure = self._failure(call)
            failed += 1
            if not isinstance(failure, Retryable):
                raise failure
            if not self._session.pauses.pause(failed, failure.cause, f"Subscribe {self._where}", failure.what):
                raise failure

    @property
    def _where(self) -> str:
        return f"{self._address} {self._topic}"

    def _responses(self, position: bytes | None, token: Token) -> Iterator[FetchResponse]:
        """Open a stream, and ask for as many events as came, as they come."""
        wishes: SimpleQueue[FetchRequest | None] = SimpleQueue()
        wishes.put(
            FetchRequest(
                topic_name=self._topic,
                replay_preset=EARLIEST if position is None else CUSTOM,
                replay_id=position or b"",
                num_requested=self._size,
            )
        )
        open_stream = self._channel.stream_stream(
            f"/{SERVICE}/Subscribe", FetchRequest.SerializeToString, FetchResponse.FromString
        )
        call: Any = open_stream(iter(wishes.get, None), metadata=_metadata(token))
        try:
            while (response := self._next(call)) is not None:
                if response.events:
                    wishes.put(FetchRequest(num_requested=len(response.events)))
                yield response
        finally:
            wishes.put(None)
            call.cancel()

    def _next(self, call: Any) -> FetchResponse | None:
        """Give the next response, None at the end; a stream that says nothing for too long is broken off."""
        watch = Timer(self._silence, call.cancel)
        watch.daemon = True
        watch.start()
        try:
            return next(call, None)
        finally:
            watch.cancel()

    def _batch(self, response: FetchResponse, token: Token) -> Batch:
        changes = tuple(
            self._reader(event.event.schema_id, token).read(event.event.payload) for event in response.events
        )
        last = changes[-1].at if changes else None
        lag = timedelta() if last is None else max(self._clock.now() - last, timedelta())
        return Batch(changes, response.latest_replay_id, lag)

    def _reader(self, schema_id: str, token: Token) -> EventReader:
        reader = self._readers.get(schema_id)
        if reader is None:
            ask: Callable[..., SchemaInfo] = self._channel.unary_unary(
                f"/{SERVICE}/GetSchema", SchemaRequest.SerializeToString, SchemaInfo.FromString
            )
            found = ask(SchemaRequest(schema_id=schema_id), metadata=_metadata(token), timeout=_ASK)
            reader = EventReader(json.loads(found.schema_json), self._writes_as)
            self._readers[schema_id] = reader
        return reader

    def _failure(self, call: grpc.Call) -> SalesforceError:
        status, code = call.code(), _code(call)
        what = call.details() or f"the stream broke ({status.name})"
        if _UNTRUSTED in what:
            return refusal(what, self._where)
        if status is grpc.StatusCode.UNAUTHENTICATED:
            fix = "A new token did not help. Check that the run-as user is active and has the permission API Enabled."
            return SessionDead(what, where=self._where, fix=fix, code=code)
        if code == ErrorCode.NO_TOPIC:
            fix = "Select the object in Setup > Change Data Capture, or poll it."
            return Rejected(what, where=self._where, fix=fix, code=code)
        kind = Rejected if status in _LASTING else Retryable
        return kind(what, where=self._where, code=code)


def _metadata(token: Token) -> tuple[tuple[str, str], ...]:
    return (("accesstoken", token.secret), ("instanceurl", token.instance_url), ("tenantid", token.org_id))


def _code(call: grpc.Call) -> str:
    """Give Salesforce's own error code, empty where there is none."""
    found = [value for name, value in call.trailing_metadata() or () if name == ERROR_CODE]
    return str(found[0]) if found else ""
