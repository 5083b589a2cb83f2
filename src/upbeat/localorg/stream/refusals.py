"""What the Pub/Sub API refuses: a gRPC status, Salesforce's own code beside it, and its words."""

import grpc

from upbeat.pubsub import ErrorCode


class Refusal(Exception):  # noqa: N818 (the name says what happened)
    """A call or a stream ends here."""

    def __init__(self, status: grpc.StatusCode, code: ErrorCode, text: str) -> None:
        """Keep status and code beside the words."""
        super().__init__(text)
        self.status = status
        self.code = code


def no_headers() -> Refusal:
    """Word metadata that is missing or blank."""
    text = "The authentication headers are invalid: accesstoken, instanceurl and tenantid must have values."
    return Refusal(grpc.StatusCode.UNAUTHENTICATED, ErrorCode.AUTH_HEADERS, text)


def no_session() -> Refusal:
    """Word a token that is of no session of this org."""
    text = "An authentication exception occurred. Provide valid authentication via metadata headers."
    return Refusal(grpc.StatusCode.UNAUTHENTICATED, ErrorCode.AUTH, text)


def no_topic(org_id: str, name: str) -> Refusal:
    """Word a topic that the org does not have, or whose object is not selected."""
    if not name:
        text = "Topic validation failed. The topic name can't be blank."
        return Refusal(grpc.StatusCode.INVALID_ARGUMENT, ErrorCode.TOPIC_BLANK, text)
    text = (
        f"The topic information for org CORE/prod/{org_id} and topic {name} not found. "
        "Ensure the topic name is correct and that the topic exists."
    )
    return Refusal(grpc.StatusCode.NOT_FOUND, ErrorCode.NO_TOPIC, text)


def no_schema(schema_id: str) -> Refusal:
    """Word a schema that the org does not know."""
    if not schema_id:
        text = "Schema validation failed. The schema ID can't be blank."
        return Refusal(grpc.StatusCode.INVALID_ARGUMENT, ErrorCode.SCHEMA_BLANK, text)
    text = f"The schema {schema_id} not found. Ensure the schema ID is correct."
    return Refusal(grpc.StatusCode.NOT_FOUND, ErrorCode.SCHEMA_REFUSED, text)


def no_replay() -> Refusal:
    """Word a replay id that is of no event within the retention."""
    text = (
        "The Replay ID validation failed. Ensure that the replay_id field value in FetchRequest is valid and refers "
        "to an event that is within the retention window."
    )
    return Refusal(grpc.StatusCode.INVALID_ARGUMENT, ErrorCode.REPLAY_CORRUPTED, text)


def replay_missing() -> Refusal:
    """Word a subscription that begins after an event and names none."""
    text = "The Replay ID validation failed. With the replay preset CUSTOM, replay_id must have a value."
    return Refusal(grpc.StatusCode.INVALID_ARGUMENT, ErrorCode.REPLAY_MISSING, text)


def nothing_requested() -> Refusal:
    """Word a request for no event at all."""
    text = "The number of requested events must be greater than zero."
    return Refusal(grpc.StatusCode.INVALID_ARGUMENT, ErrorCode.FETCH_INVALID, text)


def other_topic() -> Refusal:
    """Word a later request that names another topic than the first."""
    text = "The topic name must be the same in all requests of a stream."
    return Refusal(grpc.StatusCode.INVALID_ARGUMENT, ErrorCode.TOPIC_MISMATCH, text)


def unreadable() -> Refusal:
    """Word bytes that are no request."""
    return Refusal(grpc.StatusCode.INTERNAL, ErrorCode.INTERNAL, "The request is no message of the Pub/Sub API.")


def unavailable() -> Refusal:
    """Word a service that has trouble, or ends."""
    return Refusal(grpc.StatusCode.UNAVAILABLE, ErrorCode.UNAVAILABLE, "The Pub/Sub API service is unavailable.")
