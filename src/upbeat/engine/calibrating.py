"""What reviewers decided on values that were read of talk, as the store has it, for those to come."""

from collections import defaultdict
from typing import Final

from sqlalchemy import Connection, select

from upbeat.conversation.calibrating import Calibration, Decided, Outcome, Record, calibration, record_of
from upbeat.domain import Effect
from upbeat.store import tables
from upbeat.workflows import Policy, Step

USE: Final = "extract_fields"  # the function whose values are decided, by which a policy may ask for more confidence

Values = dict[tuple[str, str], list[Decided]]  # by name and reader, the oldest first


def values(conn: Connection) -> Values:
    """Give every value that a reviewer decided."""
    table, found = tables.reviewed_values.c, defaultdict[tuple[str, str], list[Decided]](list)
    wanted = select(table.name, table.by, table.confidence, table.outcome)
    for row in conn.execute(wanted.order_by(table.name, table.by, table.seq)):
        found[row.name, row.by].append(Decided(row.confidence, Outcome(row.outcome)))
    return found


def records(decided: Values, policy: Policy) -> list[Record]:
    """Give what is known of each reader's values of each name, by the policy's floor."""
    least, enough = floor(policy), policy.confidence.decisions
    return [record_of(name, by, some, least, enough) for (name, by), some in decided.items()]


def calibration_for(conn: Connection, step: Step, policy: Policy) -> Calibration:
    """Give what holds of the values that a step reads of talk; nothing for a step that reads none."""
    if step.use != USE:
        return Calibration()
    return calibration(records(values(conn), policy), policy.confidence.decisions)


def floor(policy: Policy) -> float:
    """Give how sure a value of a business field must be to be written by itself, by the policy."""
    rule = policy.rule(Effect.FIELD)
    of_effect = 1.0 if rule is None else float(rule.confidence)
    return max(of_effect, float(policy.confidence.by.get(USE, 0)))
