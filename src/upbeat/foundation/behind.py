"""The records behind a finding, asked for once it is known how many there are."""

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass

from upbeat.foundation.findings import Unseen
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, filled


@dataclass(frozen=True, slots=True)
class Behind:
    """The records that the org told, and what it did not tell of them."""

    rows: tuple[Row, ...] = ()
    unseen: tuple[Unseen, ...] = ()


def behind(name: str, field: str, *questions: Question) -> Generator[Sequence[Question], Sequence[Answer], Behind]:
    """Ask for the records of an object that a finding is about, by what of it.

    They were counted before: the finding stands where the org does not tell them, and why it does not is said.
    """
    answers = yield questions
    rows = tuple(row for one in answers for row in one.rows)
    why = next((one.denied for one in answers if one.denied), "")
    says = f"the records of a finding were counted, and are not told: {why}"
    return Behind(rows, (Unseen(name, field, says),) if why else ())


def with_values(ground: Ground, name: str, field: str, values: Collection[str]) -> str:
    """Write the query of an object's records that have one of these values in a field."""
    named = ", Name" if ground.has(name, "Name") else ""
    return filled(f"SELECT Id{named}, {field} FROM {name} WHERE {field} IN :values", values=list(values))  # noqa: S608  names from the schema
