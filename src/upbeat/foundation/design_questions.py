"""The design questions of an org: where nobody looks, where a person stays, and which data must be reliable.

The last two are read off the workflows that run or would run: no question is asked for them.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from upbeat.domain import Tier
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.findings import Exhibit, Found, Unseen
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Way, filled
from upbeat.foundation.resting import Reading, rests
from upbeat.workflows import Workflow

_QUIET: Final = 90  # days without a task or an event
_WORKED: Final = "Id IN (SELECT AccountId FROM Opportunity WHERE IsClosed = FALSE)"


def _blind(ground: Ground) -> Look:
    if not ground.has("Account", "LastActivityDate") or not ground.has("Opportunity", "AccountId", "IsClosed"):
        why = "this user does not see when an account had its last activity, or which deals it has"
        return Found(unseen=(Unseen("Account", "LastActivityDate", why),))
    since = ground.today - timedelta(days=_QUIET)
    quiet = f"{_WORKED} AND (LastActivityDate = NULL OR LastActivityDate < :since)"
    [worked, silent] = yield (
        Question(Way.COUNT, f"SELECT COUNT() FROM Account WHERE {_WORKED}"),  # noqa: S608  our own names
        Question(Way.COUNT, filled(f"SELECT COUNT() FROM Account WHERE {quiet}", since=since)),  # noqa: S608  our own names
    )
    if denied := worked.denied or silent.denied:
        return Found(unseen=(Unseen("Account", "LastActivityDate", denied),))
    if not worked.total:
        return Found()
    silos = [one.title for one in ground.tools.tools.values() if one.reads_only]
    says = f"{silent.total:,} of {worked.total:,} accounts with open deals had no task and no event in {_QUIET} days."
    rows = [
        (f"Accounts with open deals and no activity in {_QUIET} days", silent.total, worked.total),
        ("Objects that the reading user does not see, of those looked at", len(ground.hidden), None),
        ("Tools that only read", len(silos), len(ground.tools.tools)),
    ]
    return Found(exhibits=(Exhibit("design/blind-spots", "Blind spots", says, ("Where", "How many", "Of"), rows),))


def _people(ground: Ground) -> Look:
    rows = [row for flow in ground.workflows for row in _steps(flow, ground)]
    stays = sum(row[3] != Tier.AUTO for row in rows)
    yield ()
    says = f"Of {len(rows)} steps that write or send, {stays} wait for a person, by what each of them does."
    columns = ("Workflow", "Step", "What it does", "Tier", "Released by")
    return Found(exhibits=(Exhibit("design/people", "Where a person must stay", says, columns, rows),) if rows else ())


def _steps(flow: Workflow, ground: Ground) -> Iterator[tuple[str, str, str, str, str]]:
    policy = ground.policy
    for step in flow.steps:
        if step.effects:
            tier = policy.tier(step.effects, step.tier, step.written, flow.name)
            rules = [one for one in policy.rules if one.effect in step.effects]
            roles = dict.fromkeys(
                role
                for one in rules
                if one.speaks_of(step.written, flow.name) and one.tier is tier
                for role in one.roles
            )
            released = "nobody needs to" if tier is Tier.AUTO else " and ".join(roles) or "its owner"
            yield flow.name, step.name, ", ".join(sorted(step.effects)), tier, released


def _reliable(ground: Ground) -> Look:
    needs: dict[str, list[str]] = {}
    for flow in ground.workflows:
        for holder, field in Reading(flow, ground.fields, ground.tools).guards:
            needs.setdefault(f"{holder}.{field}", []).append(flow.name)
    declared = {
        f"{flow.object}.{path}": least for flow in ground.workflows for path, least in flow.completeness.items()
    }
    items = {
        flow.name: ", ".join(dict.fromkeys(one.item for one in rests(flow, ground.fields, ground.tools)))
        for flow in ground.workflows
    }
    yield ()
    if not ground.workflows:
        return Found()
    fields = [(name, len(flows), ", ".join(flows), declared.get(name)) for name, flows in needs.items()]
    fields.sort(key=lambda row: (-row[1], row[0]))
    says = f"The conditions of {len(ground.workflows)} workflows go by {len(fields)} fields."
    return Found(
        exhibits=(
            Exhibit(
                "design/reliable-fields", "Fields that must be reliable", says,
                ("Field", "Workflows", "Which", "Must be filled, percent"), fields,
            ),
            Exhibit(
                "design/dependencies", "Items that each workflow rests on",
                "It follows from what each workflow reads and writes.", ("Workflow", "Items"), list(items.items()),
            ),
        )
    )  # fmt: skip


BLIND = Check("blind-spots", "Where nobody looks", _blind)
PEOPLE = Check("people", "Where a person must stay", _people)
RELIABLE = Check("reliable-data", "Which data must be reliable", _reliable)
CHECKS = (BLIND, PEOPLE, RELIABLE)
