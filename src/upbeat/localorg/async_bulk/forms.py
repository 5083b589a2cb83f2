"""The two forms in which the first Bulk API says things, XML and JSON, and its errors in either."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from upbeat.base.xmltext import document, xml
from upbeat.localorg.bulk.records import NAMESPACE
from upbeat.localorg.problems import Refused
from upbeat.localorg.rest import Reply

MEDIA: Final = {"CSV": "text/csv", "JSON": "application/json", "XML": "application/xml"}
"""Content type of a job → media type of its batches and results; salesforce-bulk takes no character set after it."""

_CODES: Final = {
    "INVALID_SESSION_ID": "InvalidSessionId",
    "API_DISABLED_FOR_ORG": "FeatureNotEnabled",
    "REQUEST_LIMIT_EXCEEDED": "ExceededQuota",
    "METHOD_NOT_ALLOWED": "MethodNotAllowed",
    "NOT_FOUND": "InvalidUrl",
    "JSON_PARSER_ERROR": "ClientInputError",
    "REQUEST_ENTITY_TOO_LARGE": "ClientInputError",
    "UNKNOWN_EXCEPTION": "InternalServerError",
    "SERVER_UNAVAILABLE": "InternalServerError",
    "INVALIDJOB": "InvalidJob",
    "INVALIDJOBSTATE": "InvalidJobState",
    "INVALIDUSER": "InvalidUser",
    "FEATURENOTENABLED": "FeatureNotEnabled",
    "EXCEEDEDQUOTA": "ExceededQuota",
}
"""Code of REST, or of the Bulk API 2.0 → code of the first (Bulk API guide, Errors)."""
_PLAIN: Final = {401, 403}  # statuses of REST for which this API has 400; its clients look at the code


class Form(StrEnum):
    """How jobs, batches and errors are written."""

    XML = "XML"
    JSON = "JSON"


def shown(form: Form, name: str, values: Mapping[str, Any], status: int = 200) -> Reply:
    """Answer with values: the fields of a JSON object, or the children of an element of this name."""
    if form is Form.JSON:
        return listed(values, status)
    return content(document(f'<{name} xmlns="{NAMESPACE}">{xml(values)}</{name}>'), "XML", status)


def listed(values: Any, status: int = 200) -> Reply:
    """Answer with any JSON."""
    return Reply(status, values, {"Content-Type": MEDIA["JSON"]})


def content(body: bytes, content_type: str, status: int = 200) -> Reply:
    """Answer with text that is written already, of a content type that jobs have."""
    about = {"Content-Type": MEDIA[content_type], "Content-Length": str(len(body))}
    return Reply(status, body, about)


def refusal(form: Form, refused: Refused) -> Reply:
    """Word a refusal."""
    first = refused.problems[0]
    code = _CODES.get(first.code, first.code)
    said = {"exceptionCode": code, "exceptionMessage": first.message.removeprefix(f"{code} : ")}
    reply = shown(form, "error", said, 400 if refused.status in _PLAIN else refused.status)
    return Reply(reply.status, reply.content, {**reply.headers, **refused.headers})
