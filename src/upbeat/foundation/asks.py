"""What each stage asks of a deal: the fields that fields.yaml says must be known before an earlier stage is left."""

from collections.abc import Mapping

from upbeat.foundation.deals import DEAL, condition, either, open_stages, records_where, stage_of, unseen
from upbeat.foundation.findings import MOST_RECORDS, Unseen
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Row, Way
from upbeat.schema import FieldType


def asked_of(ground: Ground) -> Mapping[str, tuple[str, ...]]:
    """Give the fields that an open deal must have by its stage, as the org spells them, in the order of the stages.

    Fields that the reading user does not see are left out: `hidden` names them. A checkbox is never blank.
    """
    exits = {name.casefold(): one.exit for name, one in ground.fields.stages.items()}
    found, so_far = dict[str, tuple[str, ...]](), list[str]()
    for stage in open_stages(ground):
        if so_far:
            found[stage.name] = tuple(so_far)
        for name in exits.get(stage.name.casefold(), ()):
            field = ground.field(DEAL, name)
            if field is not None and field.type is not FieldType.BOOLEAN and field.name not in so_far:
                so_far.append(field.name)
    return found


def stages_asking(ground: Ground) -> Mapping[str, tuple[str, ...]]:
    """Give the stages that ask for each field."""
    found = dict[str, tuple[str, ...]]()
    for stage, fields in asked_of(ground).items():
        for one in fields:
            found[one] = (*found.get(one, ()), stage)
    return found


def hidden(ground: Ground) -> tuple[Unseen, ...]:
    """Say which of the fields that the stages ask for the reading user does not see."""
    return unseen(ground, DEAL, *dict.fromkeys(name for one in ground.fields.stages.values() for name in one.exit))


def lacks(ground: Ground, row: Row) -> tuple[str, ...]:
    """Give the fields that a deal lacks of those that its stage asks for."""
    return tuple(one for one in asked_of(ground).get(stage_of(ground, row), ()) if blank(row.get(one)))


def blank(value: object) -> bool:
    """Whether a field has no value; 0 is one."""
    return value is None or value == ""


def lacking(ground: Ground, *fields: str) -> str:
    """Write the condition that a deal lacks one of these fields, where its stage asks for it.

    A field on which no query can filter (a long text) takes every deal of those stages: `lacks` tells them apart.
    """
    parts = list[str]()
    for name, stages in stages_asking(ground).items():
        field = ground.field(DEAL, name)
        if name in (fields or (name,)) and field is not None:
            empty = f" AND {name} = NULL" if field.filterable else ""
            parts.append(condition(f"(StageName IN :stages{empty})", stages=list(stages)))
    return either(parts)


def incomplete(ground: Ground) -> str:
    """Give the query of the deals that lack something that their stage asks for, with all that it asks for."""
    return records_where(ground, lacking(ground), *stages_asking(ground))


def incomplete_some(ground: Ground) -> Question:
    """Ask for them, as many as stand behind a finding; several checks go by the one answer."""
    return Question(Way.QUERY, f"{incomplete(ground)} LIMIT {MOST_RECORDS}", rows=MOST_RECORDS)
