"""What stands in the way of going live, each with its own fix; and what people should know and may decide anyway.

`STANDS_STILL`, `REFUSALS` and `ADVICE` are all the rules, in the order in which they are told: each a function of the
`Ground`. Between the first two stand the layers below: `layers.in_the_way`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from upbeat.base import percent
from upbeat.domain import Effect, Mode
from upbeat.operations.promoting.completeness import Filled
from upbeat.operations.promoting.monitor import Monitor
from upbeat.steps import SPECS
from upbeat.workflows import Person, Policy, Workflow, duration_words, interrupts, restore

_SAYS_NOTHING = frozenset({"", "-", "?", "none", "nothing", "n/a", "na", "tbd", "todo", "to do", "later", "unknown"})
_NO_WAY_BACK = {Effect.MERGE: "a merge", Effect.CONVERT: "a conversion", Effect.MESSAGE: "a message"}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way, or worth knowing: what it is, and what to do about it."""

    rule: str
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a rule may look at.

    `since` is when the version began in monitor, None where it never did; `live` are the other workflows that are live
    and can interrupt a person, and `most` how many there may be, for the reason `why_most`. `sandbox` is None where
    the org did not say. `exception` and `production` are the words that people gave with their wish.
    """

    flow: Workflow
    policy: Policy
    mode: Mode
    writes: bool
    owner: Person | None
    since: datetime | None
    now: datetime
    monitor: Monitor
    completeness: tuple[Filled, ...]
    uncounted: str
    live: tuple[str, ...]
    most: int
    why_most: str
    sandbox: bool | None
    exception: str
    production: bool

    @property
    def name(self) -> str:
        """The workflow's name."""
        return self.flow.name

    @property
    def interrupts(self) -> bool:
        """Whether it counts towards the cap."""
        return interrupts(self.flow, self.policy)


Rule = Callable[[Ground], Obstacle | None]


def _writing(ground: Ground) -> Obstacle | None:
    if ground.writes:
        return None
    what = f"{ground.name} cannot write: this workspace has a reading connection alone"
    return Obstacle("writing", what, "Run `upbeat org connect --writing`: it says what the org must have, and logs in.")


def _mode(ground: Ground) -> Obstacle | None:
    if ground.flow.mode is Mode.PAUSED:
        fix = f"Remove 'mode: paused' from workflows/{ground.name}.yaml."
        return Obstacle("mode", f"{ground.name} is paused in its file", fix)
    if ground.mode is Mode.LIVE:
        return Obstacle("mode", f"{ground.name} is live already", f"`upbeat demote {ground.name}` takes it back.")
    return None


def _ran(ground: Ground) -> Obstacle | None:
    if ground.since is not None:
        return None
    fix = "Let `upbeat run` watch for a while; `upbeat status` shows what it would have done."
    return Obstacle("monitor", f"this version of {ground.name} never ran in monitor mode", fix)


def _ran_long_enough(ground: Ground) -> Obstacle | None:
    least = ground.policy.promotion.monitor_for
    if least is None or ground.since is None or ground.now - ground.since >= least:
        return None
    ran, asked = _span(ground.now - ground.since), duration_words(least)
    fix = f"Let it run until {ground.since + least:%d %B %Y %R} UTC."
    return Obstacle("monitor", f"{ground.name} ran in monitor for {ran}, and the policy asks for {asked}", fix)


def _owner(ground: Ground) -> Obstacle | None:
    if ground.owner is not None and ground.owner.active:
        return None
    some = "is no user of this org" if ground.owner is None else "is no longer an active user"
    fix = f"Name an active user as 'owner' in workflows/{ground.name}.yaml."
    return Obstacle("owner", f"{ground.flow.owner}, who owns {ground.name}, {some}", fix)


def _rollback(ground: Ground) -> Obstacle | None:
    said, file = ground.flow.rollback.strip(), f"workflows/{ground.name}.yaml"
    if said.casefold().strip(".") in _SAYS_NOTHING:
        what = f"{ground.name} has no rollback path: its file says {said!r}"
        return Obstacle("rollback", what, f"Write in {file} how what it did is taken back: 'automatic', or in words.")
    stuck = [words for effect, words in _NO_WAY_BACK.items() if any(effect in one.effects for one in ground.flow.steps)]
    if said.casefold() == "automatic" and stuck:
        what = f"{ground.name} says that it is rolled back automatically, and {' and '.join(stuck)} cannot be"
        return Obstacle("rollback", what, f"Write in {file} what people do instead.")
    return None


def _thresholds(ground: Ground) -> Obstacle | None:
    written = restore(ground.flow.text).workflows[0].thresholds
    empty = [name for name, one in written.items() if one.why.casefold().strip(" .") in _SAYS_NOTHING]
    if not empty:
        return None
    what = f"the threshold {empty[0]} of {ground.name} has no reason"
    return Obstacle("threshold", what, f"Write under thresholds.{empty[0]}.why why it is {written[empty[0]].value}.")


def _acts(ground: Ground) -> Obstacle | None:
    if any(SPECS[one.use].verbs or SPECS[one.use].asks_person for one in ground.flow.steps):
        return None
    what = f"{ground.name} has no action: its steps write nothing, ask nobody and tell nobody"
    return Obstacle("action", what, f"Add to workflows/{ground.name}.yaml the step that acts on what it finds.")


def _complete(ground: Ground) -> Obstacle | None:
    lacking = [one for one in ground.completeness if one.lacks]
    if not lacking:
        return None
    told = ", ".join(f"{one.path} {percent(one.percent or 0.0, one.least or 100)} of {one.least} %" for one in lacking)
    what = f"too little of what {ground.name} reads is there: {told} ({ground.flow.object}, {lacking[0].of:,} records)"
    fix = (
        "Fill the field, or write under 'completeness' in the workflow's file how much is enough and why: "
        f"{lacking[0].path}: {{least: {int(lacking[0].percent or 0)}, why: ...}}."
    )
    return Obstacle("completeness", what, fix)


def _cap(ground: Ground) -> Obstacle | None:
    if not ground.interrupts or len(ground.live) < ground.most or ground.exception.strip():
        return None
    what = (
        f"{len(ground.live)} workflows that can interrupt a person are live, and {ground.most} may be"
        f"{ground.why_most}: {', '.join(ground.live)}"
    )
    fix = "Take one back first, or say why this one is an exception: --exception WHY. The ledger keeps it."
    return Obstacle("cap", what, fix)


def _production(ground: Ground) -> Obstacle | None:
    if ground.sandbox or ground.production:
        return None
    org = "this is a production org" if ground.sandbox is False else "the org does not say that it is a sandbox"
    return Obstacle("production", f"{org}, and going live there takes the word", "Add --production.")


def _judged(ground: Ground) -> Obstacle | None:
    asked, done = ground.policy.promotion.judged, len(ground.monitor.judged.runs)
    if done >= asked:
        return None
    return Obstacle("samples", f"people judged {done} of its runs, and the policy asks for {asked}", _judge(ground))


def _nothing_seen(ground: Ground) -> Obstacle | None:
    if ground.since is None or ground.monitor.fired:
        return None
    what = f"{ground.name} has not fired in monitor yet: nothing is known of what it would do"
    return Obstacle("monitor", what, "Let it run longer, or start it on a record: `upbeat start`.")


def _unjudged(ground: Ground) -> Obstacle | None:
    if not ground.monitor.to_judge or ground.policy.promotion.judged:
        return None
    done = len(ground.monitor.judged.runs)
    return Obstacle("samples", f"{done or 'none'} of its runs were judged by a person", _judge(ground))


def _uncounted(ground: Ground) -> Obstacle | None:
    if ground.uncounted:
        what = f"how complete {ground.flow.object} is could not be counted: {ground.uncounted}"
        return Obstacle("completeness", what, "`upbeat org access` says what the reading identity lacks.")
    silent = [one.path for one in ground.completeness if one.least is not None and one.filled is None]
    if not silent:
        return None
    what = f"how complete {', '.join(silent)} is could not be counted: {_why(ground, silent[0])}"
    return Obstacle("completeness", what, "Look at a report of these records yourself.")


def _few(ground: Ground) -> Obstacle | None:
    live = len(ground.live) + 1
    if not ground.interrupts or live >= ground.policy.triggers.least:
        return None
    what = (
        f"{live} {'trigger' if live == 1 else 'triggers'} would be live: {ground.policy.triggers.least} to start with"
    )
    return Obstacle("cap", what, "A few that matter are noticed: the shipped ones are a start.")


def _judge(ground: Ground) -> str:
    run = next(iter(ground.monitor.to_judge), "RUN")
    return f"Look with `upbeat explain {run[:10]}`, and say `upbeat judge {run[:10]} right`, or wrong and --why."


def _why(ground: Ground, path: str) -> str:
    return next(one.why for one in ground.completeness if one.path == path)


def _span(length: timedelta) -> str:
    hours = int(length / timedelta(hours=1))
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours"


STANDS_STILL: tuple[Rule, ...] = (_writing, _mode)
REFUSALS: tuple[Rule, ...] = (
    _ran, _ran_long_enough, _owner, _rollback, _thresholds, _acts, _complete, _judged, _cap,
    _production,
)  # fmt: skip
ADVICE: tuple[Rule, ...] = (_nothing_seen, _unjudged, _uncounted, _few)


def obstacles(rules: tuple[Rule, ...], ground: Ground) -> tuple[Obstacle, ...]:
    """Give what the rules find, in their order."""
    return tuple(found for rule in rules if (found := rule(ground)) is not None)
