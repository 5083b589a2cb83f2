"""What reviewers' decisions on values that were read of talk come to, by name and reader."""

from dataclasses import dataclass

from upbeat.conversation.calibrating import Errors, Record, errors_of
from upbeat.engine import calibrating
from upbeat.operations.house import House


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one reader's values of one name, and how far off its confidence was."""

    record: Record
    errors: Errors


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Every reader's values of every name that reviewers decided.

    Values leave review once `decisions` of them are decided that are as sure as the `floor`, and their precision's
    lower end reaches it: both by the policy.
    """

    floor: float
    decisions: int
    known: tuple[Known, ...]


def calibrated(house: House) -> Calibrated:
    """Give what is known of how sure values are, at this moment. Asks nothing of the org."""
    with house.store.reading() as conn:
        values = calibrating.values(conn)
    records = calibrating.records(values, house.policy)
    known = tuple(Known(one, errors_of(values[one.name, one.by])) for one in records)
    return Calibrated(calibrating.floor(house.policy), house.policy.confidence.decisions, known)
