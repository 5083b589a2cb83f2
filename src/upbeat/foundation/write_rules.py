"""What tools.yaml says that each tool writes, held against what the org shows: and which field has two owners."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from upbeat.foundation.checks import Check, Look
from upbeat.foundation.findings import Exhibit, Finding, Found, Measure, RecordAt, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.spans import QUARTER, since
from upbeat.foundation.tool_evidence import UPBEAT, Actor, Evidence, How, Written, gather, history_of, total
from upbeat.workflows import MADE_BY_EACH, Tool

_STEERING: Final = frozenset({"Amount", "CloseDate", "ForecastCategoryName", "OwnerId", "StageName"})
"""Fields that money, forecast and routing go by."""
_DID: Final = {How.CREATED: "created", How.LAST: "was the last to change", How.FIELD: "changed"}
_OFTEN: Final = 5  # records on which a user changes a field before it counts as the field's writer
_MINUTES: Final = 20  # to ask a tool's owner, and write it down


@dataclass(frozen=True, slots=True)
class Standing:
    """How an entry of tools.yaml stands beside the evidence.

    `beyond` is what its users wrote and it does not list. `seen` is whether they wrote anything at all, None where
    that cannot be told.
    """

    key: str
    tool: Tool
    written: tuple[Written, ...]
    beyond: tuple[Written, ...]
    seen: bool | None

    @property
    def silent(self) -> bool:
        """Whether it is said to write, and does not."""
        return bool(self.tool.writes) and self.seen is False

    @property
    def holds(self) -> bool:
        """Whether what is written down is what is seen, as far as that can be told."""
        return not self.beyond and not self.silent


def standings(ground: Ground, evidence: Evidence) -> list[Standing]:
    """Hold each entry against what its users wrote."""
    return [_standing(key, tool, ground, evidence) for key, tool in ground.tools.tools.items()]


def _standing(key: str, tool: Tool, ground: Ground, evidence: Evidence) -> Standing:
    written = evidence.tools.get(key, ())
    listed = {(one.object, field) for one in tool.writes for field in one.fields}
    objects = {one.object for one in tool.writes}
    fields = [one for one in written if one.how is How.FIELD and (one.object, one.field) not in listed]
    told = {(one.user, one.object) for one in fields}
    others = [one for one in written if one.how is not How.FIELD and one.object not in objects]
    made = {(one.user, one.object) for one in others if one.how is How.CREATED}
    beyond = (
        *fields,
        *(one for one in others if one.how is How.CREATED),
        *(one for one in others if one.how is How.LAST and (one.user, one.object) not in told | made),
    )
    known = {one.username.casefold() for one in ground.people.values()}
    named = [one for one in tool.users if one.casefold() in known]
    untold = {one.object for one in evidence.unseen}
    tellable = bool(named) and all((one, How.CREATED) in evidence.asked and one not in untold for one in objects)
    return Standing(key, tool, written, beyond, bool(written) or (False if tellable else None))


def unnamed(evidence: Evidence) -> list[tuple[Actor, tuple[Written, ...]]]:
    """Give the users who are tools, wrote, and stand in no entry."""
    found = [(actor, evidence.tools.get(actor.key, ())) for actor in evidence.actors.values() if actor.why]
    return [(actor, written) for actor, written in found if not actor.tool and written]


def _rules(ground: Ground) -> Look:
    evidence = yield from gather(ground)
    held, strangers = standings(ground, evidence), unnamed(evidence)
    tellable = [one for one in held if one.seen is not None or one.tool.reads_only]
    good, of = sum(one.holds for one in tellable), len(tellable) + len(strangers)
    says = f"{good} of {of} tools have written down what they were seen to write in {QUARTER} days"
    if not of:
        says = "tools.yaml names no tool whose writes can be told, and no user wrote whom the org shows to be a tool"
    return Found(
        findings=(
            *(_stranger(actor, written, ground) for actor, written in strangers),
            *(finding for one in held for finding in _beyond(one, ground, evidence)),
            *(_silent(one) for one in held if one.silent),
        ),
        measures=(Measure(RULES.name, good, of, says),),
        unseen=evidence.unseen,
        exhibits=(_register(held, ground),) if held else (),
    )


def _stranger(actor: Actor, written: tuple[Written, ...], ground: Ground) -> Finding:
    objects = list(dict.fromkeys(one.object for one in written))
    return Finding(
        check=RULES.name,
        key=f"{RULES.name}:User:{actor.username}",
        weight=Weight.MEDIUM,
        says=f"The integration user {actor.name} ({actor.username}) wrote at least {total(written):,} records of "
        f"{', '.join(objects)} in {QUARTER} days, and tools.yaml names no tool that acts as it.",
        object="User",
        fields=(),
        count=1,
        of=1,
        fix=f"Find out whose user {actor.username} is, and give it an entry in tools.yaml, with what it writes.",
        minutes=_MINUTES,
        queries=tuple(_query(one, ground) for one in _heaviest(written)),
        records=(RecordAt(actor.id, "User", actor.name, "; ".join(actor.why)),),
        values=(actor.username,),
    )


def _beyond(one: Standing, ground: Ground, evidence: Evidence) -> Iterator[Finding]:
    said = "says that it only reads" if one.tool.reads_only else "does not list that"
    for each in one.beyond:
        actor, number = evidence.actors[each.user], f"{each.count:,} record{'s' if each.count > 1 else ''}"
        place = f"{each.object}.{each.field}" if each.field else each.object
        what = f"{place} of {number}" if each.field else f"{number} of {each.object}"
        steering = Weight.HIGH if each.field in _STEERING else Weight.MEDIUM
        yield Finding(
            check=RULES.name,
            key=f"{RULES.name}:{place}:{one.key}:{each.how}:{actor.username}",
            weight=steering if each.field else Weight.LOW,
            says=f"{one.tool.title} {_DID[each.how]} {what} in {QUARTER} days, and tools.yaml {said}: "
            "the query shows which they are.",
            object=each.object,
            fields=(each.field,) if each.field else (),
            count=each.count,
            of=max(ground.count(each.object) or 0, each.count),
            fix=f"Ask {one.tool.owner} whether {one.tool.title}, or a flow that its writes start, is meant to write "
            f"{place}: add it to 'writes' in tools.yaml, or take the permission from its user.",
            minutes=_MINUTES,
            queries=(_query(each, ground),),
            values=(one.key, actor.username),
        )


def _silent(one: Standing) -> Finding:
    objects = ", ".join(dict.fromkeys(each.object for each in one.tool.writes))
    return Finding(
        check=RULES.name,
        key=f"{RULES.name}:silent:{one.key}",
        weight=Weight.MEDIUM,
        says=f"tools.yaml says that {one.tool.title} writes {objects}, and its users "
        f"({', '.join(one.tool.users)}) are seen nowhere: in {QUARTER} days they created nothing, and changed "
        "nothing last.",
        object=one.tool.writes[0].object,
        fields=one.tool.writes[0].fields,
        count=1,
        of=1,
        fix=f"Ask {one.tool.owner} whether {one.tool.title} is still connected: mend it, or write 'reads_only: true'.",
        minutes=_MINUTES,
        values=(one.key, *one.tool.users),
    )


def _heaviest(written: Iterable[Written]) -> list[Written]:
    by_object: dict[str, Written] = {}
    for one in sorted(written, key=lambda each: -each.count):
        by_object.setdefault(one.object, one)
    return list(by_object.values())


def _query(one: Written, ground: Ground) -> str:
    """Give the SOQL that shows the records again."""
    at = since(ground, QUARTER)
    if one.how is How.FIELD:
        history, parent = history_of(one.object)
        told = one.field.removesuffix("Id") if one.field.endswith("Id") else one.field
        return (
            f"SELECT {parent}, Field, OldValue, NewValue, CreatedDate FROM {history} "  # noqa: S608  names from the schema
            f"WHERE CreatedById = '{one.user}' AND Field = '{told}' AND CreatedDate >= {at}"
        )
    when = "LastModifiedDate" if one.how is How.LAST else "CreatedDate"
    return f"SELECT Id FROM {one.object} WHERE {one.how.who} = '{one.user}' AND {when} >= {at}"  # noqa: S608  the same


def _register(held: Iterable[Standing], ground: Ground) -> Exhibit:
    def rows() -> Iterator[tuple[Any, ...]]:
        for one in held:
            if one.tool.reads_only:
                yield one.tool.title, "(reads only)", "reads", "", "", _seen(one.written), one.tool.owner
            for each in one.tool.writes:
                for kind, fields in _by_kind(ground, each.object, each.fields).items():
                    mine = [some for some in one.written if some.object == each.object and some.field in {"", *fields}]
                    where = f"{each.object}: {', '.join(fields)}"
                    yield one.tool.title, where, "writes", each.every, kind, _seen(mine), one.tool.owner

    return Exhibit(
        "tool-register",
        "What each tool writes",
        f"What tools.yaml says, and what was seen of it in {QUARTER} days.",
        ("Tool", "Fields", "Direction", "How often", "Kind", "Seen", "Owner"),
        tuple(rows()),
    )


def _by_kind(ground: Ground, name: str, fields: Iterable[str]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for one in fields:
        known = ground.field(name, one)
        found.setdefault("not there" if known is None else "custom" if known.custom else "standard", []).append(one)
    return found


def _seen(written: Iterable[Written]) -> str:
    some = list(written)
    named = [one for one in some if one.field]
    if named:
        return f"{sum(one.count for one in named):,} records, by field history"
    return f"{total(some):,} records, which field is not told" if some else "nothing"


def _owners(ground: Ground) -> Look:
    evidence = yield from gather(ground)
    hands = _hands(ground, evidence)
    shared = {pair: keys for pair, keys in hands.items() if len(keys) > 1}
    says = f"{len(hands) - len(shared)} of {len(hands)} fields that tools write have one owning system"
    return Found(
        findings=tuple(_conflict(pair, keys, ground, evidence) for pair, keys in sorted(shared.items())),
        measures=(Measure(OWNERS.name, len(hands) - len(shared), len(hands), says),),
        unseen=tuple(one for one in evidence.unseen if one.object.endswith("History")),
        exhibits=(_ownership(hands),) if hands else (),
    )


Hands = Mapping[tuple[str, str], Mapping[str, Sequence[str]]]
"""(object, field) → system → what shows that it writes there."""


def _hands(ground: Ground, evidence: Evidence) -> Hands:
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for name, field, system, why in (*_listed(ground), *_changed(ground, evidence), *_workflows(ground)):
        if name not in MADE_BY_EACH:
            found.setdefault((name, field), {}).setdefault(system, []).append(why)
    return found


Hand = tuple[str, str, str, str]  # object, field, system, what shows it


def _listed(ground: Ground) -> Iterator[Hand]:
    for tool in ground.tools.tools.values():
        for one in tool.writes:
            yield from ((one.object, field, tool.title, "tools.yaml") for field in one.fields)


def _changed(ground: Ground, evidence: Evidence) -> Iterator[Hand]:
    titles = {key: tool.title for key, tool in ground.tools.tools.items()}
    ours = [one for one in evidence.written if evidence.actors[one.user].tool == UPBEAT]
    for key, written in (*evidence.tools.items(), (UPBEAT, ours)):
        for one in written:
            if one.field and one.count >= _OFTEN:
                yield one.object, one.field, titles.get(key, key), f"changed it on {one.count:,} records"


def _workflows(ground: Ground) -> Iterator[Hand]:
    for flow in ground.workflows:
        for step in flow.steps if flow.name in ground.live else ():
            yield from ((name, field, UPBEAT, f"the workflow {flow.name}") for name, field in sorted(step.writes))


def _conflict(
    pair: tuple[str, str], systems: Mapping[str, Sequence[str]], ground: Ground, evidence: Evidence
) -> Finding:
    name, field = pair
    who = "; ".join(f"{key}: {', '.join(why)}" for key, why in systems.items())
    changes = [one for some in evidence.tools.values() for one in some if (one.object, one.field) == pair]
    count = max((one.count for one in changes), default=0)
    return Finding(
        check=OWNERS.name,
        key=f"{OWNERS.name}:{name}.{field}",
        weight=Weight.HIGH if field in _STEERING else Weight.MEDIUM,
        says=f"{len(systems)} systems write {name}.{field} ({who}): each undoes the other's work."
        f"{' The queries show the records.' if changes else ''}",
        object=name,
        fields=(field,),
        count=count,
        of=max(ground.count(name) or 0, count),
        fix=f"Agree which one owns {name}.{field}, list it in that entry of tools.yaml alone, and take the edit "
        "permission on the field from the others' users.",
        minutes=2 * _MINUTES,
        queries=tuple(_query(one, ground) for one in changes),
        values=tuple(systems),
    )


def _ownership(hands: Hands) -> Exhibit:
    rows = [
        (f"{name}.{field}", " and ".join(keys), "; ".join(why for each in keys.values() for why in each))
        for (name, field), keys in sorted(hands.items())
    ]
    says = "Every field that a tool or a live workflow writes, by tools.yaml and by field history."
    return Exhibit(
        "field-owners", "Which system owns which field", says, ("Field", "Written by", "Shown by"), tuple(rows)
    )


RULES = Check("write-back-rules", "What tools write, and what they are said to write", _rules)
OWNERS = Check("field-owners", "Fields that two systems write", _owners)
CHECKS = (RULES, OWNERS)
