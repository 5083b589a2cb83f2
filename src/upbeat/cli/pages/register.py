"""The register as a document, and as one table with a row for each action."""

from datetime import datetime

from upbeat.base import short
from upbeat.cli.frame import counted
from upbeat.cli.pages.document import Cell, Chip, Code, Document, Facts, Grid, Section, Tone
from upbeat.domain import Mode
from upbeat.operations import Register, Registered
from upbeat.workflows import ActionLine, Conflict, RuleLine

_MODES = {Mode.LIVE: Tone.AUTO, Mode.MONITOR: Tone.MONITOR, Mode.PAUSED: Tone.PAUSED}
COLUMNS = (
    "workflow", "title", "problem", "metric", "function", "family", "owner", "mode", "version", "number", "published",
    "live since", "last review", "review due", "trigger", "object", "condition", "while it stays true", "thresholds",
    "reads", "outcomes", "meets", "limits", "rollback", "despite", "step", "step owner", "agent", "action", "model",
    "only when", "writes", "tier", "rules", "released by", "way back",
)  # fmt: skip


def document(found: Register) -> Document:
    """Give the register as it is read."""
    live = sum(one.row.mode is Mode.LIVE for one in found.triggers)
    lead = f"{counted(len(found.triggers), 'workflow')} run, {live} of them live: made from what runs, and not by hand."
    sections = [*(_workflow(one) for one in found.triggers), _rules(found)]
    return Document("Register of what runs", lead, found.made_at, sections, found.unpublished)


def rows(found: Register) -> list[list[Cell]]:
    """Give a row of `COLUMNS` for each action of each workflow."""
    return [_row(one, action) for one in found.triggers for action in one.row.actions]


def _workflow(one: Registered) -> Section:
    row = one.row
    facts: list[tuple[str, Cell]] = [
        ("Workflow", Code(row.workflow)),
        ("Problem", row.problem),
        ("Metric", row.metric),
        ("For", f"{row.function}, {row.family}"),
        ("Owner", row.owner),
        ("Version", f"{one.number}, {short(row.version)}, published {_when(one.published_at)} by {one.published_by}"),
        *([("Live", f"since {_when(one.live_since)}, by {one.live_by}")] if one.live_since else []),
        ("Last review", _review(one)),
        ("Starts on", row.trigger),
        ("Condition", Code(row.condition)),
        ("While it stays true", row.still_true),
        ("Reads", ", ".join(row.reads)),
        ("Ends", tuple(row.outcomes)),
        *([("Meets", tuple(map(_meets, one.meets)))] if one.meets else []),
        ("Limits", "; ".join(row.limits) or "none"),
        ("Rollback", row.rollback),
        *([("Live despite", tuple(row.despite))] if row.despite else []),
    ]
    thresholds = [(each.name, each.value, each.why) for each in row.thresholds]
    actions = [
        (
            (each.step, f"agent {each.agent}", *([f"owner {each.owner}"] if each.owner != row.owner else [])),
            (
                each.function,
                each.does,
                *([f"a model reads for it: {each.model}"] if each.model else []),
                *([Code(f"only when {each.only_when}")] if each.only_when else []),
            ),
            "; ".join(each.writes) or "nothing",
            Chip(each.tier, Tone(each.tier)),
            tuple(_words(rule) for rule in each.rules) or "it writes nothing",
            each.way_back,
        )
        for each in row.actions
    ]
    return Section(
        row.title,
        (
            Facts(facts),
            *([Grid(("threshold", "value", "why"), thresholds)] if thresholds else []),
            Grid(("step", "does", "writes", "tier", "why, and who releases it", "way back"), actions),
        ),
        (Chip(row.mode, _MODES[row.mode]),),
    )


def _rules(found: Register) -> Section:
    rules = [
        (each.effect, Chip(each.tier, Tone(each.tier)), " and ".join(each.roles), each.why, each.owner, each.applies)
        for each in found.rules
    ]
    roles = [(name, ", ".join(people)) for name, people in found.roles.items()]
    columns = ("effect", "tier", "released by", "why", "owner", "applies")
    return Section("Policy", (Grid(columns, rules), Grid(("role", "held by"), roles)))


def _row(one: Registered, action: ActionLine) -> list[Cell]:
    row = one.row
    roles = dict.fromkeys(role for rule in action.rules for role in rule.roles)
    return [
        row.workflow, row.title, row.problem, row.metric, row.function, row.family, row.owner, row.mode, row.version,
        str(one.number), _when(one.published_at), _when(one.live_since), _review(one), _when(one.review_due),
        row.trigger, row.object, row.condition, row.still_true,
        "; ".join(f"{each.name} = {each.value}: {each.why}" for each in row.thresholds),
        ", ".join(row.reads), "; ".join(row.outcomes), "; ".join(map(_meets, one.meets)), "; ".join(row.limits),
        row.rollback, "; ".join(row.despite),
        action.step, action.owner, action.agent, action.function, action.model, action.only_when,
        ", ".join(action.writes), action.tier, "; ".join(_words(rule) for rule in action.rules), ", ".join(roles),
        action.way_back,
    ]  # fmt: skip


def _meets(one: Conflict) -> str:
    return f"{one.clash}: {' → '.join(one.others)} ({', '.join(one.about)})"


def _words(rule: RuleLine) -> str:
    who = f" by {' and '.join(rule.roles)}" if rule.roles else ""
    return f"{rule.effect}: {rule.tier}{who}. {rule.why.rstrip('.')}."


def _review(one: Registered) -> str:
    due = f"due {_when(one.review_due)}" if one.review_due else ""
    said = f"{_when(one.reviewed.at)} by {one.reviewed.by}: {one.reviewed.note}" if one.reviewed else "never"
    return f"{said}; {due}" if due else said


def _when(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d}"
