"""`/sobjects/User/<id>/password`: a person's password, as REST has it; SOAP log-in and the log-in page ask for it."""

from upbeat.base import full_id
from upbeat.localorg import problems
from upbeat.localorg.access import Person, new_password
from upbeat.localorg.problems import OrgError, Refused
from upbeat.localorg.rest import Call, Reply, Resource


def expired(call: Call) -> Reply:
    """`GET`: whether the person has to choose a new one. Passwords of a local org do not age."""
    _person(call)
    return Reply(200, {"isExpired": False})


def choose(call: Call) -> Reply:
    """`POST` with `NewPassword`."""
    person, told = _person(call), call.json().get("NewPassword")
    if not isinstance(told, str):
        raise Refused(400, problems.bad_password("a new password is missing"))
    try:
        call.org.access.set_password(person.username, told)
    except OrgError as error:
        raise Refused(400, problems.bad_password(error.what)) from None
    return Reply(204)


def reset(call: Call) -> Reply:
    """`DELETE`: the org makes one up, and tells it this once."""
    person, made = _person(call), new_password()
    call.org.access.set_password(person.username, made)
    return Reply(200, {"NewPassword": made})


def _person(call: Call) -> Person:
    """Give whose password it is. Raises Refused for nobody's (404), or where another's is not one's to set (403)."""
    key = call.path["id"]
    person = call.org.access.people.by_id(full_id(key))
    if person is None:
        raise Refused(404, problems.NOT_FOUND)
    if person.id != call.user_id and not call.org.rights.of(call.user_id).may("ManageUsers"):
        raise Refused(403, problems.not_your_password())
    return person


ADDRESSES = {"/sobjects/User/{id}/password": Resource(get=expired, post=choose, delete=reset)}
