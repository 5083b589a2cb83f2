"""How ready each workflow is: the layers below it, data then other triggers, and what each failure does to it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.base import percent
from upbeat.foundation.findings import Finding
from upbeat.foundation.items import BY_KEY
from upbeat.foundation.judging import Judged, Status
from upbeat.foundation.resting import Reading, Rest, rests
from upbeat.workflows import FieldMap, ToolRegister, Workflow

_NOUNS: Final = {"Opportunity": "deal", "EmailMessage": "email"} | {
    name: name.lower() for name in ("Account", "Contact", "Lead", "Task", "Event", "User")
}

_HARMS: Final[Mapping[str, tuple[str, str]]] = {  # by check, else by item: what it would do, and of which object
    "activity-capture": ("would call deals quiet for emails and meetings that stand where it cannot look", ""),
    "linked-participants": ("would pass over {} without a link to a deal", "Event"),
    "contact-roles": ("would flag {} only because contact roles are missing", "Opportunity"),
    "push-count": ("would count pushes of {} otherwise than the history does", "Opportunity"),
    "amounts-missing": ("would pass over {} without an amount", "Opportunity"),
    "next-steps": ("would compare a next step that is missing on {}", "Opportunity"),
    "required-fields": ("would compare fields that nothing asks for on {}", "Opportunity"),
    "stage-exits": ("would act on {} by a stage whose criteria nothing holds", "Opportunity"),
    "forecast-categories": ("would take {} for another forecast category than people mean", "Opportunity"),
    "forecast-conditions": ("would move {} by a category that means something else to each rep", "Opportunity"),
    "methodology": ("would ask about deals for what has no field", ""),
    "conversation-write-back": ("would ask for what was said about {} and never written", "Opportunity"),
    "icp-tiers": ("would treat {} as having no tier, or an old one", "Account"),
    "inactive-owners": ("would reach nobody on {} of owners who left", "Opportunity"),
    "territories": ("would go by a territory that is missing on {}", "Account"),
    "territories-and-owners": ("would assign {} by a map that is not current", "Account"),
    "write-back-rules": ("would go by values of {} that another tool overwrites", "Opportunity"),
    "shared-ids": ("would find the wrong one of {}, or none", "Account"),
    "human-queue": ("would suggest changes that nobody can release", ""),
    "api-footprint": ("could take the calls that other tools need, or find none left", ""),
}


@dataclass(frozen=True, slots=True)
class Stand:
    """One item that a workflow rests on, as it stands.

    `why` says how the workflow rests on it, `harm` what it does where the item fails; both go on after its name.
    `despite` is why people let it go live all the same.
    """

    item: str
    check: str
    title: str
    why: str
    status: Status
    score: float | None
    least: int
    says: str
    harm: str
    fix: str
    despite: str

    @property
    def holds(self) -> bool:
        """Whether it may carry the workflow: what nobody could look at is not known to."""
        return self.status in {Status.PASSES, Status.NOTHING}

    @property
    def standing(self) -> str:
        """How it stands, in few words: `fails (62 % of 90 %)`."""
        if self.score is None:
            return str(self.status)
        return f"{self.status} ({percent(self.score, self.least)} of {self.least} %)"


@dataclass(frozen=True, slots=True)
class Below:
    """Other workflows that write what a workflow's condition reads: `about` are the fields, `live` whether one is."""

    workflows: tuple[str, ...]
    about: tuple[str, ...]
    live: bool
    despite: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """The layers below one workflow: the data that it rests on, then the triggers."""

    workflow: str
    title: str
    live: bool
    data: tuple[Stand, ...]
    triggers: tuple[Below, ...]

    @property
    def lacking(self) -> tuple[Stand, ...]:
        """The items that keep it from going live."""
        return tuple(one for one in self.data if not one.holds and not one.despite)

    @property
    def waits_for(self) -> tuple[Below, ...]:
        """The triggers that must be live first."""
        return tuple(one for one in self.triggers if not one.live and not one.despite)

    @property
    def ready(self) -> bool:
        """Whether nothing below it is in the way."""
        return not self.lacking and not self.waits_for


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a finding does to a workflow; `says` goes on after its name."""

    finding: str
    workflow: str
    says: str


@dataclass(frozen=True)
class Flows:
    """The workflows that run or would run, the names of those that are live, and what the files say beside them."""

    workflows: tuple[Workflow, ...]
    live: frozenset[str]
    fields: FieldMap
    tools: ToolRegister


def readiness(flow: Workflow, around: Flows, judged: Mapping[str, Judged], findings: Sequence[Finding]) -> Readiness:
    """Give how ready a workflow is, by how the items stand and what was found."""
    stands = (_stand(one, flow, judged.get(one.item), findings) for one in rests(flow, around.fields, around.tools))
    return Readiness(
        workflow=flow.name,
        title=flow.title,
        live=flow.name in around.live,
        data=tuple(stands),
        triggers=tuple(built_on(flow, around)),
    )


def built_on(flow: Workflow, around: Flows) -> list[Below]:
    """Give the triggers that a workflow is built on: those that write the custom fields which its condition reads.

    A standard field, and one that it writes itself, people fill as well; two that read each other wait for neither.
    """
    reads, found = _custom(flow), dict[tuple[str, ...], list[str]]()
    for pair in sorted(reads):
        writers = tuple(sorted(one.name for one in around.workflows if one.name != flow.name and pair in _written(one)))
        mutual = any(_custom(one) & _written(flow) for one in around.workflows if one.name in writers)
        if writers and not mutual:
            found.setdefault(writers, []).append(".".join(pair))
    return [
        Below(
            workflows=names,
            about=tuple(about),
            live=any(one in around.live for one in names),
            despite=next((flow.despite[one] for one in names if one in flow.despite), ""),
        )
        for names, about in found.items()
    ]


def consequences(findings: Iterable[Finding], around: Flows) -> tuple[Consequence, ...]:
    """Give what each finding does to each workflow that it touches."""
    readings = [
        (Reading(one, around.fields, around.tools), rests(one, around.fields, around.tools)) for one in around.workflows
    ]
    return tuple(
        Consequence(finding.key, reading.flow.name, says)
        for finding in findings
        for reading, its in readings
        if (says := _consequence(finding, reading, its))
    )


def _stand(rest: Rest, flow: Workflow, judged: Judged | None, findings: Sequence[Finding]) -> Stand:
    item = BY_KEY[rest.item]
    status, score, says = _of(rest, judged)
    mine = [one for one in findings if one.check in _checks(rest)]
    heaviest = max(mine, key=lambda one: (one.object == flow.object, one.count), default=None)
    return Stand(
        item=rest.item,
        check=rest.check,
        title=item.title,
        why=rest.why,
        status=status,
        score=score,
        least=judged.least if judged else 0,
        says=says,
        harm=_harm(rest, heaviest),
        fix=item.fix,
        despite=flow.despite.get(rest.item, ""),
    )


def _of(rest: Rest, judged: Judged | None) -> tuple[Status, float | None, str]:
    """Give how an item stands, or the one check of it that matters: its status, score and words."""
    if judged is None:
        return Status.UNKNOWN, None, "the last audit did not look at it"
    if not rest.check:
        return judged.status, judged.score, judged.says
    mine = [one for one in judged.measures if one.name.partition("/")[0] == rest.check and one.scores]
    weakest = min((one for one in mine if one.percent is not None), key=lambda one: one.percent or 0.0, default=None)
    if weakest is not None:
        fails = (weakest.percent or 0.0) < judged.least
        return Status.FAILS if fails else Status.PASSES, weakest.percent, weakest.says
    unknown = judged.unseen or (judged.status is Status.UNKNOWN and not mine)
    return Status.UNKNOWN if unknown else Status.NOTHING, None, judged.says


def _checks(rest: Rest) -> tuple[str, ...]:
    return (rest.check,) if rest.check else BY_KEY[rest.item].checks


def _harm(rest: Rest, finding: Finding | None) -> str:
    words, target = _HARMS[rest.check or rest.item]
    return words.format(_some(finding, target))


def _some(finding: Finding | None, target: str) -> str:
    """Give `up to 12 deals`, `one deal`; where the finding counts no such records, but stages or rules, `deals`."""
    told = {target, *_NOUNS}
    if finding is None or finding.object not in told or not _counts_records(finding):
        return f"{_noun(target)}s"
    noun = _noun(finding.object)
    return f"one {noun}" if finding.count == 1 else f"up to {finding.count:,} {noun}s"


def _noun(name: str) -> str:
    return _NOUNS.get(name, f"{name} record")


def _counts_records(finding: Finding) -> bool:
    """Whether its count is of records of its object: then a query of its own shows them again."""
    return any(re.search(rf"\bFROM {re.escape(finding.object)}\b", one) for one in finding.queries)


def _consequence(finding: Finding, reading: Reading, its: Sequence[Rest]) -> str:
    for rest in its:
        if finding.check in _checks(rest):
            return _harm(rest, finding)
    some = _some(finding, finding.object)
    if [(finding.object, name) for name in finding.fields] in [[pair] for pair in reading.guards]:
        return f"goes by {finding.object}.{finding.fields[0]}, and takes {some} for what stands there"
    if finding.object == "Account" and finding.check.startswith("duplicate") and _finds_accounts(reading.flow):
        return f"could give a lead to the owner of the wrong account, as {some} stand there twice"
    return ""


def _finds_accounts(flow: Workflow) -> bool:
    return any(pool.match is not None for pool in flow.pools.values())


def _custom(flow: Workflow) -> set[tuple[str, str]]:
    """Give the custom fields that a workflow's condition reads and that it does not write itself."""
    schema, paths = flow.when.scope.schema, flow.when.fields | flow.when.prior | set(flow.watched)
    ends = (schema.along(flow.object, one)[-1] for one in paths)
    return {(holder, field.name) for holder, field in ends if field.custom} - _written(flow)


def _written(flow: Workflow) -> set[tuple[str, str]]:
    return {pair for step in flow.steps for pair in step.writes}
