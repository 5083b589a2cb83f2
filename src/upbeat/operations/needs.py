"""What Upbeat needs to see and to change in the org, field by field and each with its reason, from what runs.

It is what the permission sets of the two identities grant, and what `upbeat org access` holds them against.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from upbeat import soql
from upbeat.base import UpbeatError, encode
from upbeat.domain import Verb
from upbeat.gate import DEAL_FIELDS
from upbeat.schema import Field, Schema
from upbeat.soql.needs import Scope
from upbeat.soql.tree import Path
from upbeat.steps import SPECS
from upbeat.timeline import SIGNALS, Signal
from upbeat.triggers import IS_PERSON
from upbeat.workflows import Catalogue, Definition, Definitions, Step, Workflow, compile_workflow

_JOINS = frozenset({Verb.MERGE, Verb.CONVERT})
_CUSTOM = re.compile(r"\b[A-Za-z]\w*__c\b")
_NEVER_GRANTED = frozenset(  # fields that whoever sees the record sees, and that nobody may grant
    {"Id", "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp"}
)
_PEOPLE = (
    ("User", ("Username", "Name", "Email", "IsActive", "ManagerId", "TimeZoneSidKey", "UserType")),
    ("Group", ("Name", "DeveloperName", "Type")),
    ("Organization", ("Name", "IsSandbox", "TimeZoneSidKey")),
)


class Access(StrEnum):
    """What an identity does with a field; the last two with whole records."""

    READ = "read"
    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"
    CONVERT = "convert"


@dataclass(frozen=True, slots=True)
class Need:
    """One field of one object, what is done with it, and by what: workflows and their parts, in words.

    What is done with whole records names no field.
    """

    object: str
    field: str
    access: Access
    why: tuple[str, ...]


def reading_needs(definitions: Definitions, catalogue: Catalogue) -> list[Need]:
    """Give what the reading identity must see; nothing of it is ever changed by that identity."""
    found = defaultdict[tuple[str, str], set[str]](set)
    for name, fields in _PEOPLE:
        for one in fields:
            found[name, one].add("who is who")
    for definition in definitions.workflows:
        workflow = _compiled(definition, definitions, catalogue)
        reads = _named_in(definition, catalogue.schema) if workflow is None else _reads(workflow, catalogue.schema)
        for name, field, why in reads:
            if field not in _NEVER_GRANTED:
                found[name, field].add(f"{definition.workflow}: {why}")
    return [Need(*key, Access.READ, tuple(sorted(why))) for key, why in sorted(found.items())]


def writing_needs(definitions: Definitions, catalogue: Catalogue) -> list[Need]:
    """Give what the writing identity must be able to change, and what it sees to find out what became of a write."""
    found = defaultdict[tuple[str, str, Access], set[str]](set)
    for definition in definitions.workflows:
        workflow = _compiled(definition, definitions, catalogue)
        for step in workflow.steps if workflow is not None else ():
            for key in _changes(step, definition.trigger.object, catalogue.schema):
                found[key].add(f"{definition.workflow}: step {step.name}")
    return [Need(*key, tuple(sorted(why))) for key, why in sorted(found.items())]


def _changes(step: Step, target: str, schema: Schema) -> Iterator[tuple[str, str, Access]]:
    """Give what a step has changed: a merge and a conversion set no field of `writes`, and may set any other."""
    spec = SPECS[step.use]
    if _JOINS.isdisjoint(spec.verbs):
        access = Access.CREATE if Verb.CREATE in spec.verbs else Access.EDIT
        yield from ((name, field, access) for name, field in step.writes)
        return
    for name, field in _whole(step, target, schema):
        yield name, field, Access.EDIT
        if Verb.CONVERT in spec.verbs and name != target:
            yield name, field, Access.CREATE
    yield target, "", Access.CONVERT if Verb.CONVERT in spec.verbs else Access.DELETE


def _whole(step: Step, target: str, schema: Schema) -> Iterator[tuple[str, str]]:
    """Give the fields of the records that a step reads whole, for those that people may set."""
    for name in sorted(SPECS[step.use].beside(step.values, target)):
        yield from ((name, field.name) for field in schema.object(name).fields.values() if field.updateable)


def _compiled(definition: Definition, definitions: Definitions, catalogue: Catalogue) -> Workflow | None:
    try:
        return compile_workflow(definition, definitions, catalogue)
    except UpbeatError:  # against the catalogue of every org, before this one may be read: it knows no custom field
        return None


def _reads(workflow: Workflow, schema: Schema) -> Iterator[tuple[str, str, str]]:
    """Give object, field and reason of all that a workflow reads."""
    condition = workflow.when.fields | workflow.when.prior | set(workflow.watched)
    of_steps = {path: step.name for step in workflow.steps for path in step.reads}
    for path in workflow.fields:
        why = "condition" if path in condition else f"step {of_steps[path]}" if path in of_steps else "texts"
        yield from ((name, field.name, why) for name, field in schema.along(workflow.object, path))
    here = schema.object(workflow.object)
    yield from ((here.name, field, "what people are told") for field in ("OwnerId", "Name") if here.has(field))
    if here.has(IS_PERSON):
        yield here.name, IS_PERSON, "person accounts are handed to a person"
    if here.name == "Opportunity":
        yield from ((here.name, field, "what a deal's changes mean") for field in DEAL_FIELDS)
    for name in workflow.signals:
        signal = SIGNALS[name]
        source = signal.source if isinstance(signal, Signal) else None
        while source is not None:
            yield from ((at, field.name, f"$Signal.{name}") for at, field in _of_query(source.query, schema))
            source = source.otherwise
    for step in workflow.steps:
        yield from ((name, field, f"step {step.name}") for name, field in _whole(step, here.name, schema))
        if Verb.UPDATE in SPECS[step.use].verbs:
            yield from ((name, field, f"step {step.name}, the value before") for name, field in step.writes)


def _of_query(text: str, schema: Schema) -> Iterator[tuple[str, Field]]:
    select = soql.parse(text).select
    scope = Scope.of(schema, select, select.source.name)
    for path in scope.nodes(Path):
        dotted = ".".join(scope.steps(path.name))
        yield from schema.along(select.source.name, dotted)


def _named_in(definition: Definition, schema: Schema) -> Iterator[tuple[str, str, str]]:
    """Give the fields that a file names, as far as their names say so."""
    name = definition.trigger.object
    text = " ".join([definition.trigger.when, *(_texts(definition))])
    known = set(schema.object(name).fields) if schema.has(name) else set[str]()
    words = set(re.findall(r"\b[A-Za-z]\w*\b", text))
    for field in sorted({*_CUSTOM.findall(text), *(words & known)}):
        yield name, field, "named in its file"


def _texts(definition: Definition) -> Iterable[str]:
    arguments: list[Any] = [step.arguments for step in definition.steps]
    return (encode(one) for one in arguments)
