"""The kinds of text and value that only the definitions of a workspace have: times, merge texts, arguments."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema
from typing_extensions import TypeAliasType

from upbeat.base.files import refuse
from upbeat.workflows import times


def _duration(value: Any) -> timedelta:
    try:
        return times.duration(str(value))
    except ValueError as error:
        raise refuse(str(error), times.DURATION_FIX) from error


def _schedule(value: Any) -> str:
    try:
        return times.schedule(str(value)).text
    except ValueError as error:
        raise refuse(str(error), times.SCHEDULE_FIX) from error


def _scalar(value: Any) -> Any:
    if not isinstance(value, bool | int | Decimal | str):
        raise refuse("this must be a number, a text, true or false")
    return value


MergeText = Annotated[  # text with merge fields `{!...}`
    str, StringConstraints(min_length=1), Field(json_schema_extra={"format": "merge text"})
]
Duration = Annotated[  # `30 minutes`, `2 days`
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(times.duration_words),
    WithJsonSchema({"type": "string", "pattern": r"^\d+ (week|day|hour|minute|second)s?$"}),
]
When = Annotated[  # `weekdays at 07:00`, or cron
    str, BeforeValidator(_schedule), Field(json_schema_extra={"format": "schedule"})
]
Scalar = Annotated[bool | int | Decimal | str, BeforeValidator(_scalar)]
Percent = Annotated[int, Field(ge=0, le=100)]
Argument = TypeAliasType(  # what a step hands to its function
    "Argument", "bool | int | Decimal | str | list[Argument] | dict[str, Argument] | None"
)
