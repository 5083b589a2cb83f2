"""What must hold of steps that send messages: whoever they name can be written to, and there is a way to them."""

from collections.abc import Collection, Iterator, Mapping

from upbeat.base import Place
from upbeat.base.files import Problem, Severity
from upbeat.channels import AddressError, Way, address_of, addresses_in
from upbeat.domain import Verb
from upbeat.workflows.catalogue import FunctionSpec, Kind, Person
from upbeat.workflows.definition import Definition
from upbeat.workflows.files import Definitions
from upbeat.workflows.workflow import Step


def check_recipients(
    definition: Definition, index: int, step: Step, spec: FunctionSpec, people: Mapping[str, Person]
) -> Iterator[Problem]:
    """Give what is wrong with whom a step names in so many words; `people` are found by any name, in small letters."""
    for name, parameter in spec.parameters.items():
        written = step.values.get(name)
        if parameter.kind is not Kind.RECIPIENT or not isinstance(written, str):
            continue
        place = definition.place("steps", index, name)
        for one in addresses_in(written):
            person = people.get(one.casefold())
            if person is not None and not person.active:
                yield Problem(place, f"{one} is no longer an active user", "Name an active user.")
            elif person is None:
                yield _outside(one, place)


def _outside(one: str, place: Place) -> Problem:
    try:
        address_of(one)
    except AddressError:
        fix = "Write a username, a user id, an email address, or a merge field that gives one."
        return Problem(place, f"{one} is neither a user of the org nor a mail address", fix)
    what = f"{one} is no user of the org: a person releases each message, which cannot be taken back"
    return Problem(place, what, "Name a user where a colleague is meant.", Severity.ADVICE)


def check_messages(
    definitions: Definitions, functions: Mapping[str, FunctionSpec], told_by: Collection[Way]
) -> Iterator[Problem]:
    """Give the steps whose messages do not leave, as there is neither mail nor Slack."""
    if told_by:
        return
    for definition in definitions.workflows:
        for index, step in enumerate(definition.steps):
            spec = functions.get(step.use)
            if spec is not None and Verb.SEND in spec.verbs:
                what = f"{definition.workflow} sends messages, and neither mail nor Slack is set up: they stay here"
                place = definition.place("steps", index, "use")
                yield Problem(place, what, "Run `upbeat mail connect`, or `upbeat slack connect`.", Severity.ADVICE)
