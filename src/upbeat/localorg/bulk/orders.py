"""What a client orders: the body that makes a job, read and checked before there is one."""

from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from enum import StrEnum
from typing import Any, Final, TypeVar, cast

import msgspec

from upbeat.base import decode
from upbeat.localorg import problems
from upbeat.localorg.bulk import refusals
from upbeat.localorg.bulk.csvtext import DELIMITERS, LINE_ENDINGS
from upbeat.localorg.jobs import Job, JobState, JobType
from upbeat.localorg.problems import Refused
from upbeat.localorg.rest import Call
from upbeat.schema import Field, Object
from upbeat.soql.bound import Branches, Children, Compound, Output, Plan

LARGEST_CONTENT: Final = 100_000
"""Characters of data that may come with the order (Bulk API 2.0 guide, Create a Job)."""


Word = TypeVar("Word", bound=StrEnum)


class Operation(StrEnum):
    """What an ingest job does with its rows."""

    INSERT = "insert"
    UPDATE = "update"
    UPSERT = "upsert"
    DELETE = "delete"
    HARD_DELETE = "hardDelete"


class QueryOperation(StrEnum):
    """What a query job reads."""

    QUERY = "query"
    QUERY_ALL = "queryAll"


def ingest(call: Call) -> tuple[Job, bytes | None]:
    """Read the order of an ingest job, and the data that came with it. Raises Refused."""
    body, content = _with_content(call) if _kind(call).startswith("multipart/") else (call.json(), None)
    operation = one_of(body, "operation", Operation)
    one = object_of(call, body)
    key = key_of(call, body, operation, one)
    state = JobState.OPEN if content is None else JobState.UPLOADED
    return _job(call, body, JobType.INGEST, operation, one.name, external_id=key, state=state), content


def object_of(call: Call, body: Mapping[str, Any]) -> Object:
    """Give the object that an order names, as the caller sees it. Raises Refused."""
    name = text(body, "object")
    schema = call.org.rights.reach(call.user_id).schema
    if not schema.has(name):
        raise refusals.unfit(f"Unable to find object: {name}" if name else "Object type must be specified")
    return schema.object(name)


def key_of(call: Call, body: Mapping[str, Any], operation: Operation, one: Object) -> str:
    """Give the field that an upsert finds records by, empty for other operations.

    Raises Refused where there is none, or for an operation that the caller may not order.
    """
    if operation is Operation.HARD_DELETE and not call.org.rights.of(call.user_id).may("BulkApiHardDelete"):
        raise refusals.no_hard_delete()
    return _external_id(text(body, "externalIdFieldName"), one) if operation is Operation.UPSERT else ""


def query(call: Call) -> Job:
    """Read the order of a query job. Raises Refused, and soql.SoqlError for a text that is no query."""
    body = call.json()
    operation = one_of(body, "operation", QueryOperation)
    asked = text(body, "query")
    if not asked:
        raise refusals.unfit("Query must be specified")
    bound = call.org.bind(asked, call.user_id)
    check_bulk(bound.plan)
    return _job(call, body, JobType.QUERY, operation, bound.object.name, query=asked, state=JobState.UPLOADED)


def _job(call: Call, body: Mapping[str, Any], kind: JobType, operation: str, name: str, **more: Any) -> Job:
    if text(body, "contentType", "CSV") != "CSV":
        raise refusals.unfit("The only content type supported is CSV")
    return Job(
        id="",
        type=kind,
        operation=operation,
        object=name,
        user_id=call.user_id,
        created="",
        modified="",
        version=call.version,
        origin=call.origin.replace("/rest/", "/bulkapi/", 1),
        delimiter=_named(body, "columnDelimiter", DELIMITERS, "COMMA"),
        line_ending=_named(body, "lineEnding", LINE_ENDINGS, "LF"),
        **more,
    )


def _kind(call: Call) -> str:
    return call.headers.get("content-type", "").casefold()


def _with_content(call: Call) -> tuple[dict[str, Any], bytes]:
    """Read a multipart order: the part `job` is JSON, the part `content` is CSV."""
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + call.body)
    parts = {
        str(part.get_param("name", header="content-disposition")): cast("bytes", part.get_payload(decode=True) or b"")
        for part in message.iter_parts()
    }
    if not {"job", "content"} <= parts.keys():
        raise Refused(400, problems.no_json("a multipart request has the parts job and content"))
    if len(parts["content"].decode("utf-8", "replace")) > LARGEST_CONTENT:
        raise refusals.too_large(f"{LARGEST_CONTENT:,} characters of data in the request that creates it")
    try:
        body = decode(parts["job"])
    except msgspec.DecodeError as error:
        raise Refused(400, problems.no_json(str(error))) from None
    if not isinstance(body, dict):
        raise Refused(400, problems.no_json("the part job is not a JSON object"))
    return cast("dict[str, Any]", body), parts["content"]


def text(body: Mapping[str, Any], name: str, default: str = "") -> str:
    """Give a text of an order. Raises Refused for a value that is none."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise Refused(400, problems.no_json(f"{name} is not a text"))
    return value


def one_of(body: Mapping[str, Any], name: str, words: type[Word]) -> Word:
    """Give one of several words in an order. Raises Refused for any other."""
    word = text(body, name)
    try:
        return words(word)
    except ValueError:
        known = ", ".join(words)
        raise refusals.unfit(f"{name} must be one of {known}" + (f", not {word}" if word else "")) from None


def _named(body: Mapping[str, Any], name: str, known: Mapping[str, str], default: str) -> str:
    word = text(body, name, default)
    if word not in known:
        raise refusals.unfit(f"{name} must be one of {', '.join(known)}, not {word}")
    return word


def _external_id(name: str, one: Object) -> str:
    if not name:
        raise refusals.unfit(f"External ID was blank for {one.name}. An External ID must be specified for upsert.")
    field: Field | None = one.field(name) if one.has(name) else None
    if field is None or not (field.external_id or field.name == "Id"):
        what = f"Field name provided, {name} does not match an External ID, Salesforce Id, or indexed field for"
        raise refusals.unfit(f"{what} {one.name}")
    return field.name


def check_bulk(plan: Plan) -> None:
    """Refuse what the Bulk API does not read (Bulk API 2.0 guide, SOQL Considerations)."""
    if plan.grouped or plan.is_count:
        raise refusals.not_in_bulk("Aggregate queries")
    if plan.offset:
        raise refusals.not_in_bulk("OFFSET clause")
    for output in plan.outputs:
        match output:
            case Children():
                raise refusals.not_in_bulk("Aggregate Relationships")
            case Branches():
                raise refusals.not_in_bulk("TYPEOF clause")
            case Compound():
                raise refusals.not_in_bulk("Selecting compound data")
            case Output():
                pass
