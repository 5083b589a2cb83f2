"""The wire of Salesforce's Pub/Sub API: messages, error codes and bitmaps, for whoever serves it or reads it."""

from upbeat.pubsub._generated.pubsub_api_pb2 import (
    CUSTOM,
    EARLIEST,
    LATEST,
    ConsumerEvent,
    FetchRequest,
    FetchResponse,
    ProducerEvent,
    ReplayPreset,
    SchemaInfo,
    SchemaRequest,
    TopicInfo,
    TopicRequest,
)
from upbeat.pubsub.bitmaps import Layout, layout, read_bitmaps, write_bitmaps
from upbeat.pubsub.codes import ERROR_CODE, LARGEST_FETCH, SERVICE, ErrorCode, event_name, object_name

__all__ = [
    "CUSTOM",
    "EARLIEST",
    "ERROR_CODE",
    "LARGEST_FETCH",
    "LATEST",
    "SERVICE",
    "ConsumerEvent",
    "ErrorCode",
    "FetchRequest",
    "FetchResponse",
    "Layout",
    "ProducerEvent",
    "ReplayPreset",
    "SchemaInfo",
    "SchemaRequest",
    "TopicInfo",
    "TopicRequest",
    "event_name",
    "layout",
    "object_name",
    "read_bitmaps",
    "write_bitmaps",
]
