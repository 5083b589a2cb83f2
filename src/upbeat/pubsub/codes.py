"""Names that both ends of the Pub/Sub API must share.

The error codes are those of the guide's page Handle Errors; they stand in the trailing metadata under `error-code`,
beside the gRPC status.
"""

from enum import StrEnum
from typing import Final

SERVICE: Final = "eventbus.v1.PubSub"
ERROR_CODE: Final = "error-code"
LARGEST_FETCH: Final = 100
"""Events that a subscription may have asked for and not got yet; what is asked for above it counts as this."""

_PREFIX = "sfdc.platform.eventbus.grpc"


def event_name(name: str) -> str:
    """Name the change events of an object: LeadChangeEvent of Lead, Visit__ChangeEvent of Visit__c."""
    return f"{name.removesuffix('c') if name.endswith('__c') else name}ChangeEvent"


def object_name(event: str) -> str:
    """Name the object of its change events: what `event_name` undoes."""
    stem = event.removesuffix("ChangeEvent")
    return f"{stem}c" if stem.endswith("__") else stem


class ErrorCode(StrEnum):
    """Why a call was refused or a stream was ended."""

    UNAVAILABLE = f"{_PREFIX}.service.unavailable"
    AUTH = f"{_PREFIX}.service.auth.error"
    AUTH_HEADERS = f"{_PREFIX}.service.auth.headers.invalid"
    CLIENT_LIMIT = f"{_PREFIX}.concurrent.client.limit.exceeded"
    NO_TOPIC = f"{_PREFIX}.topic.not.found"
    TOPIC_BLANK = f"{_PREFIX}.topic.validation.empty"
    SCHEMA_REFUSED = f"{_PREFIX}.schema.meta.permission"
    SCHEMA_BLANK = f"{_PREFIX}.schema.validation.failed"
    REPLAY_CORRUPTED = f"{_PREFIX}.subscription.fetch.replayid.corrupted"
    REPLAY_MISSING = f"{_PREFIX}.subscription.fetch.replayid.validation.failed"
    FETCH_INVALID = f"{_PREFIX}.subscription.fetch.requested.events.invalid"
    INTERNAL = f"{_PREFIX}.subscription.internal.error"
    TOPIC_MISMATCH = f"{_PREFIX}.subscription.fetch.topic.mismatch"
