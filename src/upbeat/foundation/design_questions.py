"""The design questions of an org: what is done by hand, where nobody looks, where a person stays, what must hold.

The last two are read off the workflows that run or would run: no question is asked for them.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from upbeat.domain import Tier
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import WORKED
from upbeat.foundation.findings import Chart, Exhibit, Found, Unseen
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Way, filled
from upbeat.foundation.resting import Reading, rests
from upbeat.foundation.spans import QUARTER
from upbeat.foundation.tool_evidence import CHANGING, How, gather
from upbeat.workflows import Workflow

_ASKS: Final = "request_decision"  # the function that puts a question to a person
_QUIET: Final = 90  # days without a task or an event


def _blind(ground: Ground) -> Look:
    if not ground.has("Account", "LastActivityDate") or not ground.has("Opportunity", "AccountId", "IsClosed"):
        why = "this user does not see when an account had its last activity, or which deals it has"
        return Found(unseen=(Unseen("Account", "LastActivityDate", why),))
    since = ground.today - timedelta(days=_QUIET)
    quiet = f"{WORKED} AND (LastActivityDate = NULL OR LastActivityDate < :since)"
    [worked, silent] = yield (
        Question(Way.COUNT, f"SELECT COUNT() FROM Account WHERE {WORKED}"),  # noqa: S608  our own names
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


def _manual(ground: Ground) -> Look:
    evidence = yield from gather(ground)
    if not any(how is How.FIELD for _, how in evidence.asked):
        return Found(
            unseen=(Unseen("LeadHistory", "Field", "no field history is shown: who changed what is not told"),)
        )
    rules = {pair for flow in ground.workflows for step in flow.steps for pair in step.writes}
    rules |= {(name, "OwnerId") for name in CHANGING}
    people, tools = Counter[str](), Counter[str]()
    for one in evidence.written:
        if one.how is How.FIELD and (one.object, one.field) in rules:
            actor = evidence.actors[one.user]
            (tools if actor.why or one.user in ground.ours else people)[f"{one.object}.{one.field}"] += one.count
    rows = [(name, people[name], tools[name]) for name in sorted(people.keys() | tools.keys())]
    rows.sort(key=lambda row: -row[1])
    says = (
        f"People changed by hand, on about {7 * people.total() / QUARTER:,.0f} records a week, what a rule could set: "
        f"owners, and what the workflows here write. By {QUARTER} days of field history, which tells of tracked fields "
        "alone, and of what a flow did as done by whoever set it off."
    )
    columns = ("Field", "Records, by people", "By tools")
    return Found(exhibits=(Exhibit("design/manual-work", "Work done by hand", says, columns, rows, Chart.STACKED),))


def _people(ground: Ground) -> Look:
    rows = [row for flow in ground.workflows for row in _steps(flow, ground)]
    stays = sum(row[3] != Tier.AUTO for row in rows)
    yield ()
    says = f"Of {len(rows)} steps that write, send or ask, {stays} wait for a person, by what each of them does."
    columns = ("Workflow", "Step", "What it does", "Tier", "Released by")
    return Found(exhibits=(Exhibit("design/people", "Where a person must stay", says, columns, rows),) if rows else ())


def _steps(flow: Workflow, ground: Ground) -> Iterator[tuple[str, str, str, str, str]]:
    policy = ground.policy
    for step in flow.steps:
        if step.use == _ASKS:
            yield flow.name, step.name, "asks for a decision", "a question", "whom it asks"
        elif step.effects:
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


MANUAL = Check("manual-work", "What people do that a rule could", _manual)
BLIND = Check("blind-spots", "Where nobody looks", _blind)
PEOPLE = Check("people", "Where a person must stay", _people)
RELIABLE = Check("reliable-data", "Which data must be reliable", _reliable)
CHECKS = (MANUAL, BLIND, PEOPLE, RELIABLE)
