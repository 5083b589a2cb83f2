"""The calls of the Pub/Sub API: who makes them, and what each is answered."""

from collections.abc import Iterator
from threading import Event
from typing import Any, NoReturn
from uuid import uuid4

import grpc
from google.protobuf.message import DecodeError

from upbeat.base import full_id
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import Refused
from upbeat.localorg.stream import refusals
from upbeat.localorg.stream.refusals import Refusal
from upbeat.localorg.stream.subscription import Rhythm, Subscription
from upbeat.localorg.stream.topics import ALL_EVENTS, Topics
from upbeat.pubsub import (
    ERROR_CODE,
    SERVICE,
    FetchRequest,
    FetchResponse,
    SchemaInfo,
    SchemaRequest,
    TopicInfo,
    TopicRequest,
)

Context = grpc.ServicerContext


class PubSub:
    """Serves one org's stream. What it does not serve, publishing above all, gRPC answers as UNIMPLEMENTED."""

    def __init__(self, org: LocalOrg, rhythm: Rhythm) -> None:
        """Serve this org."""
        self._org = org
        self._topics = Topics(org)
        self._rhythm = rhythm
        self._stopping = Event()

    def stop(self) -> None:
        """End every subscription."""
        self._stopping.set()
        self._org.journal.wake()

    def handlers(self) -> grpc.GenericRpcHandler:
        """Give the calls by their names, for a gRPC server."""
        calls: dict[str, Any] = {
            "GetTopic": grpc.unary_unary_rpc_method_handler(
                self.get_topic, TopicRequest.FromString, TopicInfo.SerializeToString
            ),
            "GetSchema": grpc.unary_unary_rpc_method_handler(
                self.get_schema, SchemaRequest.FromString, SchemaInfo.SerializeToString
            ),
            # It reads its requests itself: after one that gRPC cannot read, gRPC never lets go of the call.
            "Subscribe": grpc.stream_stream_rpc_method_handler(self.subscribe, None, FetchResponse.SerializeToString),
        }
        return grpc.method_handlers_generic_handler(SERVICE, calls)

    def get_topic(self, request: TopicRequest, context: Context) -> TopicInfo:
        """Give a topic; the one of all objects has no schema of its own."""
        rpc_id = str(uuid4())
        try:
            objects = self._topics.objects(request.topic_name, self._admit(context))
        except Refusal as refusal:
            _abort(context, refusal, rpc_id)
        return TopicInfo(
            topic_name=request.topic_name,
            tenant_guid=f"CORE/prod/{self._org.id}",
            can_publish=False,
            can_subscribe=True,
            schema_id="" if request.topic_name == ALL_EVENTS else self._topics.schema(objects[0]).id,
            rpc_id=rpc_id,
        )

    def get_schema(self, request: SchemaRequest, context: Context) -> SchemaInfo:
        """Give the schema that an event names."""
        rpc_id = str(uuid4())
        try:
            self._admit(context)
            found = self._topics.schema_by_id(request.schema_id)
        except Refusal as refusal:
            _abort(context, refusal, rpc_id)
        return SchemaInfo(schema_json=found.text, schema_id=found.id, rpc_id=rpc_id)

    def subscribe(self, bodies: Iterator[bytes], context: Context) -> Iterator[FetchResponse]:
        """Give events as they are asked for, until the client wants no more."""
        rpc_id, requests = str(uuid4()), map(_read, bodies)
        try:
            user_id = self._admit(context)
            first = next(requests, None)
            if first is not None:
                one = Subscription(self._org, self._topics, first, user_id, self._rhythm, self._stopping, rpc_id)
                if context.add_callback(one.demand.cancel):
                    yield from one.responses(requests)
        except Refusal as refusal:
            _abort(context, refusal, rpc_id)
        except grpc.RpcError:  # the client went before it said what it wants
            return

    def _admit(self, context: Context) -> str:
        """Give the id of the user who calls. Raises Refusal where the metadata names no session of this org."""
        sent = {name: value for name, value in context.invocation_metadata() if isinstance(value, str)}
        token, tenant = sent.get("accesstoken", ""), sent.get("tenantid", "")
        if not (token.strip() and tenant.strip() and sent.get("instanceurl", "").strip()):
            raise refusals.no_headers()
        if full_id(tenant) != self._org.id:
            raise refusals.no_session()
        try:
            return self._org.access.user_of(token)
        except Refused:
            raise refusals.no_session() from None


def _read(body: bytes) -> FetchRequest:
    try:
        return FetchRequest.FromString(body)
    except DecodeError:
        raise refusals.unreadable() from None


def _abort(context: Context, refusal: Refusal, rpc_id: str) -> NoReturn:
    context.set_trailing_metadata(((ERROR_CODE, refusal.code.value), ("rpc-id", rpc_id)))
    context.abort(refusal.status, f"{refusal} rpcId: {rpc_id}")
    raise refusal
