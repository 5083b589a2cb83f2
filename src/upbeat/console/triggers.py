"""The register: every trigger that runs, where triggers meet, and what else the org itself does on a save."""

from dataclasses import dataclass
from datetime import datetime

from upbeat.console.area import Area
from upbeat.console.asked import Asked
from upbeat.console.paging import PageNumber, Part, part_of
from upbeat.console.permissions import Permission
from upbeat.domain import Mode, Tier
from upbeat.foundation import Exhibit
from upbeat.foundation.drawn import in_words
from upbeat.operations import Register, Registered, audit_in_short, the_register
from upbeat.workflows import ActionLine, Clash, RuleLine, ThresholdLine

area = Area("triggers")

_MAP = ("automation-map", "fires-when", "automation-owners", "automations-elsewhere")
_ROWS = 50


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two or more workflows that meet: one writes what the others write, start on, or look at."""

    workflow: str
    clash: Clash
    others: tuple[str, ...]
    about: tuple[str, ...]

    @property
    def weighs(self) -> bool:
        """Whether it can go wrong: one undoes the other's work, or a circle never ends."""
        return self.clash in {Clash.SAME_FIELD, Clash.CIRCLE}


@dataclass(frozen=True, slots=True)
class Trigger:
    """One line of the register. `tier` is the highest that one of its steps needs; `review_late` if it is overdue."""

    workflow: str
    title: str
    object: str
    starts: str
    condition: str
    thresholds: tuple[ThresholdLine, ...]
    tier: Tier
    writes: tuple[str, ...]
    owner: str
    mode: Mode
    metric: str
    family: str
    number: int
    live_since: datetime | None
    review_due: datetime | None
    review_late: bool
    meets: int
    despite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Triggers:
    """The register as far as it is asked for. `whole` counts all that runs; `objects` are those to choose from."""

    whole: int
    live: int
    most_live: int
    triggers: Part[Trigger]
    meetings: tuple[Meeting, ...]
    rules: tuple[RuleLine, ...]
    roles: tuple[tuple[str, tuple[str, ...]], ...]
    unpublished: tuple[str, ...]
    objects: tuple[str, ...]
    q: str
    object: str
    mode: str


@area.page("/triggers", needs=Permission.WATCH, template="triggers/register.html", title="Register")
def triggers(asked: Asked, q: str = "", object: str = "", mode: str = "", page: PageNumber = 1) -> Triggers:  # noqa: A002  as in the address
    """Give what runs: each trigger with its condition, thresholds, tier and owner, and where triggers meet."""
    found = the_register(asked.house)
    every = [_trigger(one, found, asked.now) for one in found.triggers]
    shown = [one for one in every if _fits(one, q, object, mode)]
    return Triggers(
        whole=len(every),
        live=sum(one.mode is Mode.LIVE for one in every),
        most_live=asked.house.policy.triggers.most,
        triggers=part_of(shown, page, _ROWS),
        meetings=meetings(found),
        rules=found.rules,
        roles=tuple(found.roles.items()),
        unpublished=found.unpublished,
        objects=tuple(sorted({one.object for one in every})),
        q=q,
        object=object,
        mode=mode,
    )


def _trigger(one: Registered, found: Register, now: datetime) -> Trigger:
    row = one.row
    met = sum(row.workflow in each.others for other in found.triggers if other is not one for each in other.meets)
    return Trigger(
        workflow=row.workflow,
        title=row.title,
        object=row.object,
        starts=row.trigger,
        condition=row.condition,
        thresholds=row.thresholds,
        tier=max((each.tier for each in row.actions), key=lambda tier: tier.rank, default=Tier.AUTO),
        writes=_writes(row.actions),
        owner=row.owner,
        mode=row.mode,
        metric=row.metric,
        family=row.family,
        number=one.number,
        live_since=one.live_since,
        review_due=one.review_due,
        review_late=one.review_due is not None and one.review_due < now,
        meets=max(len(one.meets), met),
        despite=row.despite,
    )


def _writes(actions: tuple[ActionLine, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field for one in actions for field in one.writes))


def _fits(one: Trigger, q: str, target: str, mode: str) -> bool:
    words = f"{one.workflow} {one.title} {one.condition} {one.owner} {' '.join(one.writes)} {one.metric}".casefold()
    return all(word in words for word in q.casefold().split()) and target in {"", one.object} and mode in {"", one.mode}


def meetings(found: Register) -> tuple[Meeting, ...]:
    """Give where workflows meet, each meeting once: that two write one field is said by either."""
    said: dict[tuple[Clash, frozenset[str], tuple[str, ...]], Meeting] = {}
    for one in found.triggers:
        for each in one.meets:
            both = each.clash in {Clash.SAME_FIELD, Clash.CIRCLE}
            names = frozenset({one.row.workflow, *each.others})
            key = (each.clash, names if both else frozenset({f"{one.row.workflow} to {each.others}"}), each.about)
            said.setdefault(key, Meeting(one.row.workflow, each.clash, each.others, each.about))
    return tuple(sorted(said.values(), key=lambda one: (not one.weighs, one.workflow)))


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures as the audit drew it up."""

    key: str
    title: str
    says: str
    columns: tuple[str, ...]
    rows: Part[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Automations:
    """What the org's own automations do, as the last audit read them; `read_at` is None before the first."""

    read_at: datetime | None
    choices: tuple[tuple[str, str], ...]
    table: Table | None
    object: str
    objects: tuple[str, ...]


@area.page("/triggers/org", needs=Permission.WATCH, template="triggers/org.html", title="What the org does on a save")
def automations(asked: Asked, show: str = "", object: str = "", page: PageNumber = 1) -> Automations:  # noqa: A002  as in the address
    """Give the map of the org's own flows, rules and triggers."""
    audit = audit_in_short(asked.house)
    if audit is None:
        return Automations(None, (), None, "", ())
    found = {one.key: one for one in audit.exhibits if one.key in _MAP}
    choices = tuple((key, found[key].title) for key in _MAP if key in found)
    chosen = found.get(show) or next((found[key] for key, _ in choices), None)
    if chosen is None:
        return Automations(audit.at, (), None, "", ())
    return Automations(audit.at, choices, _table(chosen, object, page), object, _objects(chosen))


def _objects(one: Exhibit) -> tuple[str, ...]:
    """Give the objects that the first column names, by themselves or before a field."""
    return tuple(dict.fromkeys(str(row[0]).partition(".")[0] for row in one.rows)) if one.key != _MAP[2] else ()


def _table(one: Exhibit, target: str, page: int) -> Table:
    rows = [tuple(in_words(cell) for cell in row) for row in one.rows if target in {"", str(row[0]).partition(".")[0]}]
    return Table(one.key, one.title, one.says, one.columns, part_of(rows, page, _ROWS))
