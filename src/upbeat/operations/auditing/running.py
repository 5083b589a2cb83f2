"""An audit from its plan to its end: planned with what it costs, asked check by check, judged, kept, entered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import Connection, Row

from upbeat.foundation import (
    CHECKS,
    ITEMS,
    Audit,
    Check,
    Flows,
    Found,
    Ground,
    NotEnded,
    Unseen,
    consequences,
    judge,
    readiness,
)
from upbeat.foundation.automation import FIELDS_DRAFT
from upbeat.operations.auditing import keeping
from upbeat.operations.auditing.aftermath import tell_owners
from upbeat.operations.auditing.asking import Asker, first_questions
from upbeat.operations.auditing.attestations import attestations, judged_now
from upbeat.operations.auditing.keeping import Kept
from upbeat.operations.auditing.survey import survey
from upbeat.operations.house import House, Refused
from upbeat.salesforce import CallsSpent, Rejected, SalesforceError
from upbeat.store import StoreError

log = structlog.get_logger()

Tell = Callable[[str], None]
_OF_ITEMS = frozenset(name for one in ITEMS for name in one.checks)
_GOES_ON = timedelta(days=2)  # so long what an org said still stands beside what it says now


@dataclass(frozen=True, slots=True)
class Plan:
    """What an audit is going to ask.

    `calls` is the most API calls that it takes, `surveyed` those that looking at the org has taken already; `left` is
    how many the org has left today, None where it has not said. `goes_on` is whether it takes up one that was cut off.
    """

    checks: int
    questions: int
    calls: int
    surveyed: int
    left: int | None
    records: Mapping[str, int]
    hidden: Mapping[str, str]
    goes_on: bool


@dataclass(frozen=True)
class Planned:
    """A plan, with the ground that it stands on; `fresh` gives up what is under way."""

    plan: Plan
    ground: Ground
    fresh: bool = False


def plan_audit(house: House, *, fresh: bool = False) -> Planned:
    """Look at the org, and say what an audit asks and costs. Raises SalesforceError where it cannot be asked."""
    reader = house.get_reader()
    before = reader.session.calls
    cut_off = None if fresh else _cut_off(house)
    ground = survey(house)
    if cut_off is not None:  # it goes by the day on which it began: what was asked for that day is not asked again
        ground = replace(ground, now=cut_off.at)
    questions = first_questions(CHECKS, ground)
    usage = reader.session.usage
    plan = Plan(
        checks=len(CHECKS),
        questions=len(questions),
        calls=sum(one.calls for one in questions) + sum(one.more(ground) for one in CHECKS),
        surveyed=reader.session.calls - before,
        left=None if usage is None else usage.left,
        records=ground.records,
        hidden=ground.hidden,
        goes_on=cut_off is not None,
    )
    return Planned(plan, ground, fresh)


def audit(
    house: House, planned: Planned, *, by: str = "", calls: int | None = None, tell: Tell = lambda _: None
) -> Audit:
    """Ask, judge and keep. `tell` hears how far it is.

    `calls` is the most API calls that it may spend from now on, left out what the plan says.

    Raises Refused where `by` is no active user, SalesforceError where the org cannot be asked any more: what it has
    answered stays, and the next audit goes on from there.
    """
    asker = house.asker(by, without=SalesforceError).username if by else ""
    kept = _kept(house, planned, asker)
    most = kept.calls + (planned.plan.calls if calls is None else calls)
    asking = Asker(house.get_reader(), planned.ground, kept, most)
    found: dict[str, Found] = {}
    not_ended: list[NotEnded] = []
    for number, check in enumerate(CHECKS, 1):
        tell(f"{number} of {len(CHECKS)}, {check.title.lower()}; {kept.calls:,} calls")
        try:
            found[check.name] = _held(asking, check)
        except _NotEndedError as error:
            not_ended.append(NotEnded(check.name, str(error)))
        except SalesforceError as error:
            error.fix = f"{error.fix} What the org has answered is kept: `upbeat audit` goes on from there.".lstrip()
            raise
    done = _judged(planned.ground, asking, asker, found, not_ended)
    done = keeping.finish(house.store, house.ledger, done, house.clock.now())
    tell_owners(house, done, planned.ground.workflows)
    return done


def last_audit(house: House) -> Audit:
    """Give the last audit that ended, its items as they stand by what people have said since.

    Raises Refused where none has.
    """
    with house.store.reading() as conn:
        found = _as_it_stands(house, conn, keeping.last(conn))
    if found is None:
        raise Refused("nothing was audited here yet", fix="Run `upbeat audit`: it reads the org, and changes nothing.")
    return found


def audit_in_short(house: House) -> Audit | None:
    """Give the same without the records behind its findings, which may be many; None where none has ended."""
    with house.store.reading() as conn:
        return _as_it_stands(house, conn, keeping.last_kept(conn))


def _as_it_stands(house: House, conn: Connection, found: Audit | None) -> Audit | None:
    if found is None:
        return None
    items = judged_now(found, house.policy, attestations(conn, house.policy), house.clock.now())
    return replace(found, items=tuple(items.get(one.key, one) for one in found.items))


def drafted_fields(house: House) -> list[str]:
    """Give the lines of a fields.yaml to begin with, as the last audit drew it up by the names of the org's fields.

    Raises Refused where none was audited yet, or where fields.yaml maps a methodology already.
    """
    found = next((one for one in last_audit(house).exhibits if one.key == FIELDS_DRAFT), None)
    if found is None:
        what = "the last audit drew up no fields.yaml: there is one that maps a methodology, or no deals are seen"
        raise Refused(what, fix="Change fields.yaml, and run `upbeat audit` again.")
    return [str(line) for (line,) in found.rows]


def _cut_off(house: House) -> Row[Any] | None:
    """Give the audit that was cut off lately, None where none was."""
    row = keeping.under_way(house.store)
    return row if row is not None and house.clock.now() - row.at <= _GOES_ON else None


def _kept(house: House, planned: Planned, by: str) -> Kept:
    """Go on with an audit that is under way, in another process too, or begin one."""
    now = house.clock.now()
    since = None if planned.fresh else now - _GOES_ON
    return keeping.begin(house.store, uuid4().hex, now, by, planned.plan, planned.plan.surveyed, since=since)


class _NotEndedError(Exception):
    """A check did not come to its end; its text says why."""


def _held(asking: Asker, check: Check) -> Found:
    try:
        return asking.hold(check)
    except CallsSpent:
        raise _NotEndedError("the API calls that were agreed to are spent: allow more with --calls") from None
    except Rejected as error:  # while it read rows as they came: a denial, as one before the first row is
        return Found(unseen=(Unseen(check.name, "", error.what),))
    except (SalesforceError, StoreError, Refused):
        raise
    except Exception as error:  # one check's fault must not lose what the others found
        log.exception("a check failed", check=check.name)
        raise _NotEndedError(f"a fault of its own: {type(error).__name__}: {error}") from error


def _judged(ground: Ground, asking: Asker, by: str, found: Mapping[str, Found], not_ended: list[NotEnded]) -> Audit:
    findings = sorted(
        (one for some in found.values() for one in some.findings),
        key=lambda one: (one.weight.rank, -one.count, one.key),
    )
    items = {
        one.key: judge(one, found, ground.marks.mark(one.key), ground.said.get(one.key), ground.now) for one in ITEMS
    }
    around = Flows(ground.workflows, ground.live, ground.fields, ground.tools)
    return Audit(
        id=asking.kept.id,
        org=ground.org,
        at=ground.now,
        by=by,
        pipeline=ground.pipeline,
        planned=asking.most,
        calls=asking.kept.calls,
        items=tuple(items.values()),
        beyond=tuple(one for name, some in found.items() if name not in _OF_ITEMS for one in some.measures),
        checks=tuple(one.name for one in CHECKS),
        findings=tuple(findings),
        exhibits=tuple(one for some in found.values() for one in some.exhibits),
        unseen=tuple(dict.fromkeys(one for some in found.values() for one in some.unseen)),
        not_ended=tuple(not_ended),
        readiness=tuple(readiness(one, around, items, findings) for one in ground.workflows),
        consequences=consequences(findings, around),
    )
