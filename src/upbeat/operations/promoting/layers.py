"""The layers below a workflow, which hold in order: the data that it rests on, then the triggers that it is built on.

An item that fails, that somebody must still attest, or that the audit could not look at keeps it in monitor: of what
nobody can see, nobody can say that it holds. Where there is nothing yet to measure, nothing is in the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from upbeat.domain import Mode
from upbeat.foundation import BY_KEY, Below, Flows, Readiness, Stand, Status, readiness
from upbeat.operations.auditing import attestations, judged_now, keeping
from upbeat.operations.house import House
from upbeat.operations.promoting.obstacles import Obstacle
from upbeat.workflows import Policy, Workflow, duration_words, load

_RUN: Final = "Run `upbeat audit`: it reads the org, and changes nothing."


@dataclass(frozen=True, slots=True)
class Layers:
    """What a workflow stands on, from the bottom. `audit` is the id of the last one, `audited` when it was.

    `below` are the items that the workflow rests on, as they stand by now, and the triggers that it is built on.
    `held_back` is whether the policy keeps it in monitor for them, `why` its reason.
    """

    audit: str
    audited: datetime | None
    below: Readiness
    held_back: bool
    why: str


def layers(house: House, conn: Connection, flow: Workflow) -> Layers:
    """Look at what a workflow stands on: by the last audit, and by what people have said since."""
    policy, now = house.policy, house.clock.now()
    audit, current = keeping.last_kept(conn), house.versions.current
    files = load(house.folder)
    live = frozenset(name for name, one in current.items() if house.versions.mode(conn, one) is Mode.LIVE)
    around = Flows(tuple(current.values()), live, files.fields, files.tools)
    items = judged_now(audit, policy, attestations(conn, policy), now)
    return Layers(
        audit="" if audit is None else audit.id,
        audited=None if audit is None else audit.at,
        below=readiness(flow, around, items, () if audit is None else audit.findings),
        held_back=policy.foundation.holds_back,
        why=policy.foundation.why,
    )


def in_the_way(found: Layers, policy: Policy, now: datetime) -> tuple[Obstacle, ...]:
    """Give what keeps a workflow in monitor, the lowest layer first."""
    if not found.held_back:
        return ()
    return (*_audit(found, policy, now), *_data(found), *_triggers(found))


def worth_knowing(found: Layers) -> tuple[Obstacle, ...]:
    """Give what goes live on a person's word alone, for whoever agrees to it."""
    return tuple(_known(found))


def _audit(found: Layers, policy: Policy, now: datetime) -> Iterator[Obstacle]:
    fresh = policy.foundation.fresh_for
    if found.audited is None:
        yield Obstacle("audit", _never(found), _RUN)
    elif now - found.audited > fresh:
        asked = f"the policy asks for one of the last {duration_words(fresh)}"
        yield Obstacle("audit", f"the last audit is of {found.audited:%d %B %Y}, and {asked}", _RUN)


def _never(found: Layers) -> str:
    return f"the foundation that {found.below.workflow} rests on was never audited"


def _data(found: Layers) -> Iterator[Obstacle]:
    if found.audited is None:
        return
    name = found.below.workflow
    for one in found.below.lacking:
        what = f"{name} rests on {_part(one)}, which {_fault(one)}: it {one.why}, and {one.harm}"
        all_the_same = f"Or say in workflows/{name}.yaml why it need not: {_despite(one.item)}"
        yield Obstacle(one.item, what, f"{_mend(one)} {all_the_same}")


def _part(one: Stand) -> str:
    return one.item if one.check in {"", one.item} else f"the {one.check} of {one.item}"


def _fault(one: Stand) -> str:
    match one.status:
        case Status.TO_ATTEST:
            return "nobody has attested"
        case Status.UNKNOWN:
            return "the audit could not look at"
        case _:
            return one.standing


def _mend(one: Stand) -> str:
    match one.status:
        case Status.TO_ATTEST:
            return f"Say {BY_KEY[one.item].says}: `upbeat attest {one.item} --says ... --as YOU`."
        case Status.UNKNOWN:
            return f"Let the reading user see it (`upbeat org access`), then `upbeat audit`: {one.says}."
        case _:
            return f"{one.fix} Then `upbeat audit`."


def _triggers(found: Layers) -> Iterator[Obstacle]:
    for one in found.below.waits_for:
        name, first = found.below.workflow, one.workflows[0]
        what = f"{name} goes by {', '.join(one.about)}, which {_names(one)} writes, and that is not live"
        fix = f"Take it live first: `upbeat promote {first}`."
        yield Obstacle("trigger", what, f"{fix} Or say in workflows/{name}.yaml why it need not: {_despite(first)}")


def _known(found: Layers) -> Iterator[Obstacle]:
    name, rested = found.below.workflow, {one.item for one in found.below.data}
    for one in found.below.data if found.audited else ():
        if not one.holds and one.despite:
            what = f"{name} goes live despite {_part(one)}, which {_fault(one)}: {one.despite}"
            yield Obstacle(one.item, what, f"Until that is mended it {one.harm}.")
    for one in found.below.triggers:
        if not one.live and one.despite:
            yield Obstacle("trigger", f"{name} goes live before {_names(one)}: {one.despite}", "")
    if found.held_back or found.below.ready:
        return
    if found.audited is None:
        yield Obstacle("audit", f"{_never(found)}, and the policy holds nothing back for it: {found.why}", _RUN)
    else:
        what = "the policy holds nothing back for what the audit finds"
        lacking = ", ".join(sorted({one.item for one in found.below.lacking} & rested)) or "its triggers"
        yield Obstacle("audit", f"{what}: {found.why}", f"Not known to hold: {lacking}.")


def _names(one: Below) -> str:
    return " or ".join(one.workflows)


def _despite(name: str) -> str:
    return f"despite: {{{name}: ...}}."
