"""A run's story in its reader's words: its reasons once, each suggested change once, fields by their labels."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from upbeat.console.asked import Asked
from upbeat.console.told import LONG, VERBS, Telling, person, telling
from upbeat.domain import Verb
from upbeat.operations import Told, is_how_to_object
from upbeat.operations.tracing import FieldChange, Question, RecordStory, RunStory, SuggestedChange

_BETWEEN: Final = "; "  # the reasons of a condition, as explain puts them together
_BECAUSE: Final = "because "  # as a turn begins a reason
_NO_RECORDS: Final = ("005", "00G")  # people and queues have no page of their own


@dataclass(frozen=True, slots=True)
class Side:
    """A value before or after, in words; `to` is the page of the record that it names, or empty."""

    says: str
    to: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a change: `name` as the org's API has it, `label` as people call it."""

    name: str
    label: str
    before: Side
    after: Side
    long: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggested change with its decision. `record_id` is empty for a new record, `is_new` where nothing was before.

    `reasons` are those that it has beside the run's own.
    """

    verb: str
    object: str
    record_id: str
    name: str
    state: str
    tier: str
    is_new: bool
    fields: tuple[Field, ...]
    reasons: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class RunTold:
    """A run to be read: why it came to be as a list, what it suggests, whom it asked, and every turn of its story."""

    reasons: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    questions: tuple[Question, ...]
    turns: tuple[Told, ...]


def run_told(asked: Asked, story: RunStory) -> RunTold:
    """Tell a run in the org's own labels and names."""
    tell, target = telling(asked.house, story.names, asked.zone), story.line.object
    return RunTold(
        reasons=tuple(tell.words(target, one) for one in story.why.split(_BETWEEN)),
        suggestions=tuple(_suggestion(tell, story, one) for one in story.changes),
        questions=tuple(_question(asked, tell, target, one) for one in story.questions),
        turns=tuple(_turns(tell, story)),
    )


def elsewhere_told(asked: Asked, story: RecordStory) -> tuple[Told, ...]:
    """Tell what runs of other records did to a record, one by one as the story has them."""
    tell = telling(asked.house, story.names, asked.zone)
    return tuple(_turn(tell, story.object, one.told) for one in story.elsewhere)


def open_told(asked: Asked, story: RecordStory) -> tuple[Question, ...]:
    """Tell what waits for a person about a record."""
    tell = telling(asked.house, story.names, asked.zone)
    return tuple(_question(asked, tell, story.object, one) for one in story.open_questions)


def _question(asked: Asked, tell: Telling, target: str, one: Question) -> Question:
    owner, by = (person(asked.house, each) if each else "" for each in (one.owner, one.by))
    return replace(one, title=tell.words(target, one.title), owner=owner, by=by)


def _turns(tell: Telling, story: RunStory) -> Iterator[Told]:
    """Give every turn; the reasons of a suggested change only where no turn before it has said them."""
    said = {story.why}
    for one in story.journey.told:
        details = tuple(
            each for each in one.details if not each.startswith(_BECAUSE) or each.removeprefix(_BECAUSE) not in said
        )
        said |= {each.removeprefix(_BECAUSE) for each in one.details}
        yield _turn(tell, story.line.object, replace(one, details=details))


def _turn(tell: Telling, target: str, one: Told) -> Told:
    shown = (each for each in one.details if not is_how_to_object(each.removeprefix(_BECAUSE)))
    details = tuple(tell.words(target, each) for each in shown)
    return replace(one, what=tell.words(target, one.what), details=details)


def _suggestion(tell: Telling, story: RunStory, one: SuggestedChange) -> Suggestion:
    return Suggestion(
        verb=VERBS[one.verb],
        object="" if one.verb is Verb.SEND else tell.object(one.object),
        record_id=one.record_id,
        name=story.names.get(one.record_id, ""),
        state=one.state,
        tier=one.tier,
        is_new=one.verb in {Verb.CREATE, Verb.SEND, Verb.CONVERT},
        fields=tuple(_field(tell, story, one, each) for each in one.fields),
        reasons=tuple(tell.words(one.object, each) for each in one.reasons),
        why=one.why,
    )


def _field(tell: Telling, story: RunStory, one: SuggestedChange, change: FieldChange) -> Field:
    def side(value: Any) -> Side:
        known = isinstance(value, str) and value in story.names and not value.startswith(_NO_RECORDS)
        return Side(tell.value(one.object, change.field, value), f"/records/{value}" if known else "")

    before, after = side(change.before), side(change.after)
    long = max(len(before.says), len(after.says)) > LONG
    return Field(change.field, tell.label(one.object, change.field), before, after, long)
