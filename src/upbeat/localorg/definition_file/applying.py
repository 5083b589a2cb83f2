"""Definition files applied to an org: everything is looked up first, then all of it holds at once, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from upbeat.base import UpbeatError
from upbeat.base.files import DefinitionError
from upbeat.localorg.definition_file.gathering import gather
from upbeat.localorg.definition_file.model import OrgDefinition
from upbeat.localorg.definition_file.people import People
from upbeat.localorg.org import LocalOrg


@dataclass(frozen=True, slots=True)
class Applied:
    """How many of each the files define."""

    objects: int
    fields: int
    validation_rules: int
    record_types: int
    duplicate_rules: int
    stages: int
    currencies: int
    flows: int
    automations: int
    roles: int
    permission_sets: int
    users: int
    queues: int


def apply(org: LocalOrg, files: Iterable[OrgDefinition], user_id: str = "") -> Applied:
    """Make the org what the files say; what they leave out stays. The user is who does it, or else the org itself.

    Raises DefinitionError with every mistake, and OrgError, and changes nothing.
    """
    every = list(files)
    found = gather(every, org)
    people = People(org, every, found)
    people.check()
    if found.problems:
        raise DefinitionError(sorted(found.problems, key=lambda one: (one.place.file, one.place.line)))
    try:
        with org.transaction():
            org.define(
                objects=found.objects.values(),
                fields=found.fields,
                stages=found.stages,
                currencies=found.currencies,
                rules=found.rules,
                record_types=found.record_types,
                duplicate_rules=found.duplicate_rules,
                sharing=found.sharing,
                flows=found.flows,
                automations=found.automations,
                streamed=found.streamed,
                user_id=user_id,
            )
            people.write()
    except UpbeatError:
        org.reread()
        raise
    return Applied(
        objects=len({name.casefold() for one in every for name in one.objects}),
        fields=sum(map(len, found.fields.values())),
        validation_rules=len(found.rules),
        record_types=sum(map(len, found.record_types.values())),
        duplicate_rules=len(found.duplicate_rules),
        stages=len(found.stages or ()),
        currencies=len(found.currencies),
        flows=len(found.flows),
        automations=len(found.automations),
        roles=sum(len(one.roles) for one in every),
        permission_sets=sum(len(one.permission_sets) for one in every),
        users=sum(len(one.users) for one in every),
        queues=sum(len(one.queues) for one in every),
    )
