"""Governance, looked at in our own house: owners, answers in time, what the gate says when it is asked, the packets."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from upbeat.foundation.checks import Check, Look
from upbeat.foundation.findings import Finding, Found, Measure, Weight
from upbeat.foundation.ground import Ground, Stake
from upbeat.workflows import Workflow, duration_words

_LATELY = timedelta(days=14)  # within so long a packet was signed, where the reviews go by it
_MINUTES = 10  # to name another owner, or to write a line of policy.yaml


def _owners(ground: Ground) -> Look:
    """Each workflow and each action of it has an owner who is an active user."""
    yield ()
    owned = [pair for flow in ground.workflows for pair in _owned(flow)]
    active = {one.username.casefold() for one in ground.people.values() if one.active}
    gone = [(file, what, owner) for file, what, owner in owned if owner.casefold() not in active]
    name = OWNERS.name
    says = f"{len(owned) - len(gone)} of {len(owned)} workflows and actions of Upbeat have an active owner"
    says = says if owned else "no workflow of Upbeat runs here yet"
    measure = Measure(name, len(owned) - len(gone), len(owned), says)
    found = tuple(
        Finding(
            check=name,
            key=f"{name}:{file}:{owner}",
            weight=Weight.HIGH if file in {f"workflows/{one}.yaml" for one in ground.live} else Weight.MEDIUM,
            says=f"{owner} owns {' and '.join(parts)} in {file}, and is no active user of this org.",
            object=file,
            fields=(),
            count=len(parts),
            of=len(owned),
            fix=f"Name an active user as the owner in {file}, and publish it.",
            minutes=_MINUTES,
        )
        for (file, owner), parts in _by_owner(gone).items()
    )
    return Found(found, (measure,))


def _owned(flow: Workflow) -> Iterator[tuple[str, str, str]]:
    file = f"workflows/{flow.name}.yaml"
    yield file, "the workflow", flow.owner
    yield from ((file, f"its step {one.name}", one.owner) for one in flow.steps if one.owner != flow.owner)


def _by_owner(gone: Sequence[tuple[str, str, str]]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for file, what, owner in gone:
        found.setdefault((file, owner), []).append(what)
    return found


def _misfires(ground: Ground) -> Look:
    """The time in which misfires are answered is stated, with why and an owner, and it is kept."""
    yield ()
    name, rule, house = MISFIRES.name, ground.policy.misfires, ground.house
    span = duration_words(rule.answer_within)
    stated = rule.owner is not None and rule.why != type(rule)().why
    says = f"misfires are to be answered within {span}, as {rule.owner} says: {rule.why}"
    if not stated:
        says = f"nobody has stated in policy.yaml why misfires are answered within {span}, and who answers for it"
    written = Measure(f"{name}/stated", int(stated), 1, says)
    over = duration_words(rule.over)
    kept = Measure(
        f"{name}/answered",
        house.answered,
        house.misfires,
        f"{house.answered} of {house.misfires} misfires of the last {over} were answered within {span}"
        if house.misfires
        else f"no misfire was due in the last {over}",
    )
    return Found(measures=(written, kept))


def _high_stakes(ground: Ground) -> Look:
    """The gate itself is asked about each change that people must release: none goes without, and somebody may."""
    yield ()
    floor, name = ground.house.floor, HIGH_STAKES.name
    asked = Measure(
        f"{name}/asked",
        sum(floor.values()),
        len(floor),
        f"asked about a change of each of the {len(floor)} kinds that people must release, the gate held "
        f"{sum(floor.values())} of them for a person"
        if floor
        else "no workflow runs here yet: there is no change that the gate could be asked about",
    )
    stakes = [one for one in ground.house.stakes if not one.refused]
    free = sum(one.releasable for one in stakes)
    says = f"{free} of {len(stakes)} such changes that workflows suggest have active people enough who may sign"
    released = Measure(f"{name}/released", free, len(stakes), says if stakes else "no workflow suggests such a change")
    return Found(tuple(_unreleasable(stakes)), (asked, released) if floor else (asked,))


def _unreleasable(stakes: Sequence[Stake]) -> Iterator[Finding]:
    stuck: dict[tuple[str, tuple[str, ...], tuple[str, ...], str], list[str]] = {}
    for one in stakes:
        if not one.releasable:
            stuck.setdefault((one.effect, one.roles, one.vacant, one.owner), []).append(one.workflow)
    for (effect, roles, vacant, owner), flows in stuck.items():
        if vacant:
            why = f"beside {owner}, who owns it and never releases their own, nobody active is {' or '.join(vacant)}"
            fix = f"Name an active person beside {owner} under 'roles' in policy.yaml, as {' and as '.join(vacant)}."
        else:
            why = f"each of {' and '.join(roles)} must sign, no person for two, and too few are there beside {owner}"
            fix = f"Name one more active person as {' or '.join(roles)} under 'roles' in policy.yaml."
        yield Finding(
            check=HIGH_STAKES.name,
            key=f"{HIGH_STAKES.name}:policy.yaml:{effect}:{owner}",
            weight=Weight.MEDIUM,
            says=f"Nobody can release what {' and '.join(flows)} suggests ({effect}): {why}.",
            object="policy.yaml",
            fields=(),
            count=len(flows),
            of=len(stakes),
            fix=fix,
            minutes=_MINUTES,
            values=(effect,),
        )


def _deltas(ground: Ground) -> Look:
    """The weekly packet, with what changed and slipped, was signed lately; of the pipeline's own a person speaks."""
    yield ()
    packets = ground.house.packets
    signed = [one for one in packets if one.at is not None and ground.now - one.at <= _LATELY]
    if signed:
        newest = signed[-1]
        says = f"{newest.by} signed the packet of {newest.week}, with what changed and slipped in our own work"
    elif packets:
        says = f"nobody has signed a weekly packet in the last {duration_words(_LATELY)}"
    else:
        says = "no week is over yet since work began here, so there is no packet to go through"
    return Found(measures=(Measure(DELTAS.name, int(bool(signed)), int(bool(packets)), says),))


OWNERS = Check("workflow-owners", "Owners of Upbeat's own workflows and actions", _owners)
MISFIRES = Check("misfire-sla", "How soon misfires are answered", _misfires)
HIGH_STAKES = Check("human-queue", "What the gate says to high-stakes changes", _high_stakes)
DELTAS = Check("pipeline-deltas", "Reviews of what changed", _deltas)
CHECKS = (OWNERS, MISFIRES, HIGH_STAKES, DELTAS)
