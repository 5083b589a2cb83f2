"""What the org refuses, worded as Salesforce words it.

A row of a write fails with `Problem`s in its `Saved`; a whole call fails with `Refused`. A mistake in the set-up of
the org itself (a rule that does not parse, another process on the file) is an `OrgError`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from upbeat.base import UpbeatError
from upbeat.schema import Field, Object


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of an error list: Salesforce's code, its message, and the fields it is about.

    `duplicates` is the DuplicateResult of DUPLICATES_DETECTED.
    """

    code: str
    message: str
    fields: tuple[str, ...] = ()
    duplicates: Mapping[str, Any] | None = None

    def body(self, *, of_save: bool = False) -> dict[str, Any]:
        """Give the entry as it stands in an error body: that of a save always names fields, if only none."""
        found: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self.fields or of_save:
            found["fields"] = list(self.fields)
        if self.duplicates is None:
            return found
        # Real orgs misspell the key here, and their clients read it as it comes; the guides spell it right.
        return {"duplicateResut": self.duplicates, "duplicateResult": self.duplicates} | found

    def row(self) -> dict[str, Any]:
        """Give the entry as it stands among the errors of one row of many."""
        found = {"statusCode": self.code, "message": self.message, "fields": list(self.fields)}
        return found if self.duplicates is None else found | {"duplicateResult": self.duplicates}


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one row of a write. `id` is empty where a create was refused."""

    id: str = ""
    created: bool = False
    errors: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the row was written."""
        return not self.errors


class OrgError(UpbeatError):
    """The local org cannot be opened or set up as asked."""


class Refused(UpbeatError):  # noqa: N818 (the name says what happened)
    """A call is refused as a whole: `status` is the HTTP status, `problems` the body's entries."""

    def __init__(self, status: int, *problems: Problem, headers: Mapping[str, str] | None = None) -> None:
        """Word the error after its first entry; `headers` go with the answer."""
        super().__init__(f"{problems[0].code}: {problems[0].message}")
        self.status = status
        self.problems = problems
        self.headers = headers or {}


class NotSaved(Refused):
    """The one record that a call is about is not saved."""


class Unfit(Exception):  # noqa: N818 (the same)
    """A value does not fit its field. Raised and caught inside one save."""

    def __init__(self, problem: Problem) -> None:
        """Carry the problem to the row that has the value."""
        super().__init__(problem.message)
        self.problem = problem


NOT_FOUND = Problem("NOT_FOUND", "The requested resource does not exist")
IS_DELETED = Problem("ENTITY_IS_DELETED", "entity is deleted")
NOT_IN_BIN = Problem("UNDELETE_FAILED", "Entity is not in the recycle bin")
NO_SUCH_RECORD = Problem("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
NO_ACCESS = Problem("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
NO_ACCESS_TO_PARENT = Problem(
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "insufficient access rights on cross-reference id"
)
BLIND_OWNER = Problem("TRANSFER_REQUIRES_READ", "The new owner must have read permission", ("OwnerId",))
ROLLED_BACK = Problem(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)


def no_such_object(name: str) -> Problem:
    """Word an object that the org does not have, as a query or a write names it."""
    return Problem("INVALID_TYPE", f"sObject type '{name}' is not supported.")


def no_such_field(name: str, owner: str) -> Problem:
    """Word a field that the object does not have."""
    return Problem("INVALID_FIELD", f"No such column '{name}' on sobject of type {owner}")


def field_named_twice(name: str) -> Problem:
    """Word a field that a row names in two spellings."""
    return Problem("INVALID_FIELD", f"Duplicate field specified: {name}", (name,))


def parent_named_twice(reference: Field) -> Problem:
    """Word a parent that a row names by its id and by a value."""
    text = (
        f"Cannot specify both an external ID reference {reference.relationship} and a salesforce id, {reference.name}"
    )
    return Problem("INVALID_FIELD", text)


def addressed(name: str) -> Problem:
    """Word a field in the body that belongs in the address (REST API Developer Guide, Create a Record)."""
    return Problem("INVALID_FIELD", f"The {name} field should not be specified in the sobject data.")


def not_writeable(names: tuple[str, ...]) -> Problem:
    """Word fields that only the org itself writes."""
    text = (
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings of this field and "
        "verify that it is read/write for your profile or permission set."
    )
    return Problem("INVALID_FIELD_FOR_INSERT_UPDATE", text, names)


def not_supported(name: str, verb: str) -> Problem:
    """Word a write of a kind of record that only the org itself writes."""
    return Problem("INVALID_TYPE_FOR_OPERATION", f"entity type {name} does not support {verb}")


def not_permitted(owner: Object, done: str) -> Problem:
    """Word a user's lack of the permission to have an object's records `inserted` or `updated`."""
    return Problem("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type cannot be {done}: {owner.label}")


def missing(names: tuple[str, ...]) -> Problem:
    """Word required fields that are blank."""
    return Problem("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(names)}]", names)


def unreadable(kind: str, value: Any) -> Problem:
    """Word a JSON value that is of no use to a field of that type."""
    token = "VALUE_STRING" if isinstance(value, str) else type(value).__name__.upper()
    text = (
        f"Cannot deserialize instance of {kind} from {token} value {value} or request may be missing a required field"
    )
    return Problem("JSON_PARSER_ERROR", text)


def too_long(field: Field, text: str) -> Problem:
    """Word a text above its field's length."""
    shown = f"{field.label}: data value too large: {text} (max length={field.length})"
    return Problem("STRING_TOO_LONG", shown, (field.name,))


def out_of_range(field: Field, value: Any) -> Problem:
    """Word a number with more digits than its field takes."""
    text = f"{field.label}: value outside of valid range on numeric field: {value}"
    return Problem("NUMBER_OUTSIDE_VALID_RANGE", text, (field.name,))


def not_in_picklist(field: Field, value: str) -> Problem:
    """Word a value that a restricted picklist does not list."""
    text = f"{field.label}: bad value for restricted picklist field: {value}"
    return Problem("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, (field.name,))


def not_this_record_type(field: Field, value: str) -> Problem:
    """Word a record type that is none of the object's, or that is not in use."""
    text = f"{field.label}: this ID value isn't valid for the user: {value}"
    return Problem("INVALID_CROSS_REFERENCE_KEY", text, (field.name,))


def wrong_id(field: Field, value: Any, code: str = "MALFORMED_ID") -> Problem:
    """Word a reference that is no id, or the id of another kind of record."""
    return Problem(code, f"{field.label}: id value of incorrect type: {value}", (field.name,))


def no_email(field: Field, value: str) -> Problem:
    """Word a text that is no mail address."""
    return Problem("INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {value}", (field.name,))


def duplicate(field: Field, owner_id: str) -> Problem:
    """Word a value of a unique field that another record has."""
    text = f"duplicate value found: {field.name} duplicates value on record with id: {owner_id}"
    return Problem("DUPLICATE_VALUE", text, (field.name,))


def another_currency(field: Field) -> Problem:
    """Word a currency that is not the one of the record that it belongs to."""
    text = f"{field.label}: must be the currency of the opportunity"
    return Problem("FIELD_INTEGRITY_EXCEPTION", text, (field.name,))


def inactive_owner(user_id: str, owned: Object) -> Problem:
    """Word an owner who may not work any more."""
    text = f"operation performed with inactive user [{user_id[:15]}] as owner of {owned.label.lower()}"
    return Problem("INACTIVE_OWNER_OR_USER", text, ("OwnerId",))


def not_this_queue() -> Problem:
    """Word an owner that is a group, but no queue for this kind of record."""
    return Problem("FIELD_INTEGRITY_EXCEPTION", "Queue not associated with this SObject type", ("OwnerId",))


def not_deletable(name: str) -> Problem:
    """Word a delete of a kind of record that cannot be deleted."""
    text = f"entity type {name} does not support delete"
    return Problem("INSUFFICIENT_ACCESS_OR_READONLY", text)


def holds_back(name: str, child: Object, called: Iterable[str]) -> Problem:
    """Word a delete that other records forbid."""
    shown = f"{', '.join(called)}\n"
    if child.name == "Opportunity":
        why = f"some opportunities in that account were closed won. The opportunities were: {shown}"
    else:
        why = f"it is associated with the following {child.label_plural.lower()}.: {shown}"
    return Problem("DELETE_FAILED", f"Your attempt to delete {name} could not be completed because {why}")


def parent_in_bin(field: Field, parent_id: str) -> Problem:
    """Word an undelete of a record that cannot be without a parent that is deleted."""
    return Problem("UNDELETE_FAILED", f"{field.label}: the parent record {parent_id} is deleted", (field.name,))


def no_session(user_id: str = "") -> Problem:
    """Word a session that has ended, or whose user may not work any more."""
    why = f": {user_id} is no active user" if user_id else ""
    return Problem("INVALID_SESSION_ID", f"Session expired or invalid{why}")


def converted_lead() -> Problem:
    """Word a write of a lead that is none any more."""
    return Problem("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")


def not_for_rest() -> Problem:
    """Word a session that is alive and that the APIs do not take, as one without the scope `api`."""
    return Problem("INVALID_SESSION_ID", "This session is not valid for use with the REST API")


def no_api() -> Problem:
    """Word a user's lack of the permission to call the API."""
    return Problem("API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.")


def bad_password(why: str) -> Problem:
    """Word a new password that is none."""
    return Problem("INVALID_NEW_PASSWORD", f"Your password cannot be set: {why}")


def not_your_password() -> Problem:
    """Word the password of somebody else, for whom only who manages users may choose one."""
    return Problem("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")


def no_record(key: str) -> Problem:
    """Word a record that there is not."""
    return Problem("NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {key}")


def not_replicated(name: str) -> Problem:
    """Word an object whose changes are not kept."""
    return Problem("INVALID_TYPE", f"sObject type '{name}' is not replicateable")


def several_matches(value: Any) -> Problem:
    """Word an external id that several records have."""
    return Problem("DUPLICATE_EXTERNAL_ID", f"Multiple records found for external id: {value}")


def named_twice(value: Any) -> Problem:
    """Word an external id that two rows of one call have."""
    return Problem("DUPLICATE_VALUE", f"Duplicate external id specified: {value}")


def no_calls_left() -> Problem:
    """Word the day's calls being used up."""
    return Problem("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


def concurrent_calls() -> Problem:
    """Word too many calls that take long at one time."""
    return Problem("REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.")


def unavailable() -> Problem:
    """Word a service that is away for a while."""
    return Problem("SERVER_UNAVAILABLE", "Server is unavailable. Try again later.")


def trigger_refused() -> Problem:
    """Word a row that a trigger of the org refuses."""
    text = "UpbeatFault: execution of BeforeSave caused by: a fault was asked for"
    return Problem("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", text)


def locked(ids: Iterable[str]) -> Problem:
    """Word rows that another write holds."""
    shown = ",".join(ids)
    text = f"unable to obtain exclusive access to this record or {shown.count(',') + 1} records: {shown}"
    return Problem("UNABLE_TO_LOCK_ROW", text)


def server_error() -> Problem:
    """Word a failure of the service itself."""
    text = "An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-12345 (-1)"
    return Problem("UNKNOWN_EXCEPTION", text)


def no_json(why: str) -> Problem:
    """Word a body that is not the JSON that the resource takes."""
    return Problem("JSON_PARSER_ERROR", why)


def no_method(method: str, allowed: Iterable[str]) -> Problem:
    """Word a method that the resource does not have."""
    return Problem("METHOD_NOT_ALLOWED", f"HTTP Method '{method}' not allowed. Allowed are {','.join(allowed)}")


def precondition_failed() -> Problem:
    """Word a record that is not as the client's condition asks."""
    return Problem("PRECONDITION_FAILED", "The precondition of the request does not hold: the record has changed")


def no_such_media(kind: str) -> Problem:
    """Word a body of a media type that the resource does not read."""
    return Problem("UNSUPPORTED_MEDIA_TYPE", f"Content-Type {kind} is not supported")


def not_in_this_form(wanted: str) -> Problem:
    """Word an answer that is asked for in a form in which there is none."""
    return Problem("NOT_ACCEPTABLE", f"Accept {wanted} is not supported: answers are application/json")


def undecodable(encoding: str) -> Problem:
    """Word a body that is not encoded as its header says."""
    return Problem("INVALID_CONTENT_ENCODING", f"The request body cannot be decoded as {encoding}")


def too_large(status: int) -> Problem:
    """Word a request of which a part is above its limit: 413 the body, 414 the address, 431 the headers."""
    text = {
        413: ("REQUEST_ENTITY_TOO_LARGE", "The request body exceeds the limit of its resource."),
        414: ("URI_TOO_LONG", "The length of the URI exceeds the 16,384-byte limit."),
        431: ("REQUEST_HEADER_TOO_LARGE", "The combined length of the URI and headers exceeds the 16,384-byte limit."),
    }
    return Problem(*text[status])


def too_many_rows() -> Problem:
    """Word a collection above two hundred."""
    text = "record limit reached. cannot submit more than 200 records into this call"
    return Problem("EXCEEDED_ID_LIMIT", text)


def too_many_chunks() -> Problem:
    """Word a collection whose rows change from object to object more than nine times."""
    text = "Cannot have more than 10 chunks in a single operation. Please rearrange the data to reduce chunking."
    return Problem("LIMIT_EXCEEDED", text)


def malformed_id(text: str) -> Problem:
    """Word a text that is no record id where one is asked for."""
    return Problem("MALFORMED_ID", f"malformed id {text}")


def no_cursor() -> Problem:
    """Word a query locator that is not, or no longer, known."""
    return Problem("INVALID_QUERY_LOCATOR", "invalid query locator")


def bad_span(why: str) -> Problem:
    """Word a span of time that `updated` and `deleted` do not take."""
    return Problem("INVALID_REPLICATION_DATE", why)


def no_parameter(name: str) -> Problem:
    """Word a parameter of the address that is not there."""
    return Problem("MISSING_ARGUMENT", f"A required query parameter is missing: {name}")


def one_row_only(count: int) -> Problem:
    """Word a Tooling query that shows metadata of several components."""
    text = (
        "When retrieving results with Metadata or FullName fields, the query qualifications must specify no more than "
        f"one row for retrieval. Result size: {count}"
    )
    return Problem("MALFORMED_QUERY", text)


def not_by_catalogue(why: str) -> Problem:
    """Word a query that Salesforce's catalogue of metadata does not take."""
    return Problem("EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION", why)
