"""What somebody says to an item of the queue, by the use cases that the command line has."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from upbeat import operations
from upbeat.console.area import Body, Done
from upbeat.console.asked import Asked
from upbeat.console.permissions import Permission
from upbeat.console.review.area import area
from upbeat.console.review.seen import seen
from upbeat.console.runs import Wronged, say_wrong
from upbeat.console.told import person, telling
from upbeat.console.words import counted, day_and_time
from upbeat.operations import Refused, Review
from upbeat.workflows import duration

_MORNING = time(9)


@dataclass(frozen=True, slots=True)
class Decided(Done):
    """What came of an answer. `undo_for` is how many seconds it can be taken back; 0 where it cannot."""

    state: str = ""
    undo_for: int = 0


@dataclass(frozen=True, slots=True)
class Released(Done):
    """Which were released together, by their ids. `undo_for` is how many seconds each can be taken back."""

    released: tuple[str, ...] = ()
    undo_for: int = 0


class Note(Body):
    """Anything to remember about it."""

    note: str = ""


class Chosen(Body):
    """One of the moves that a question offers."""

    choice: str
    note: str = ""


class Because(Body):
    """Why not: one of the reasons, and words beside it."""

    reason: str
    words: str = ""


class Written(Body):
    """Other values by field, or by `RECORD.Field` where several are changed."""

    values: dict[str, str]
    note: str = ""


class To(Body):
    """Who has it from now on, by username."""

    to: str
    note: str = ""


class Until(Body):
    """For how long, such as `4 hours`; or until `tomorrow`, or a day."""

    until: str
    note: str = ""


class Together(Body):
    """Which of a pattern, by their ids; all that wait where none is named."""

    only: tuple[str, ...] = ()
    note: str = ""


@area.action("/review/{key}/approve", needs=Permission.OWN, back="/review/{key}", by_person=True)
def approve(asked: Asked, key: str, body: Note) -> Decided:
    """Release a suggested change; or say that its facts have changed, and have it looked at again."""
    found = seen(asked, key)
    return _approved(asked, operations.approve(asked.house, found.id, asked.by, note=body.note))


@area.action("/review/{key}/answer", needs=Permission.OWN, back="/review/{key}", by_person=True)
def answer(asked: Asked, key: str, body: Chosen) -> Decided:
    """Choose one of the moves that a question offers."""
    found = seen(asked, key)
    done = operations.approve(asked.house, found.id, asked.by, choice=body.choice, note=body.note)
    return Decided(f"{done.choice}: {done.title}", state=str(done.state))


@area.action("/review/{key}/reject", needs=Permission.OWN, back="/review/{key}", by_person=True)
def reject(asked: Asked, key: str, body: Because) -> Decided:
    """Say no, with a reason."""
    found = seen(asked, key)
    done = operations.reject(asked.house, found.id, asked.by, body.reason, body.words)
    return Decided(f"Rejected as {done.note}: {done.title}", state=str(done.state))


@area.action("/review/{key}/edit", needs=Permission.OWN, back="/review", by_person=True)
def edit(asked: Asked, key: str, body: Written) -> Decided:
    """Put other values in place of those suggested; the policy says anew who must agree."""
    found = seen(asked, key)
    done = operations.edit(asked.house, found.id, asked.by, body.values, body.note)
    return Decided(f"Your values are decided anew: {_wrote(asked, done)}", state=str(done.state))


@area.action("/review/{key}/delegate", needs=Permission.OWN, back="/review", by_person=True)
def delegate(asked: Asked, key: str, body: To) -> Decided:
    """Hand it to somebody else who may decide it; its due time stays."""
    done = operations.delegate(asked.house, seen(asked, key).id, asked.by, body.to, body.note)
    return Decided(f"{done.owner} has it now: {done.title}", state=str(done.state))


@area.action("/review/{key}/snooze", needs=Permission.OWN, back="/review", by_person=True)
def snooze(asked: Asked, key: str, body: Until) -> Decided:
    """Put it off; what needs approval is passed on all the same when it is due."""
    found = seen(asked, key)
    done = operations.snooze(asked.house, found.id, asked.by, _until(asked, body.until), body.note)
    until = day_and_time(done.snoozed_until or done.due_at, asked.zone)
    return Decided(f"Put off until {until}: {done.title}", state=str(done.state))


@area.action("/review/{key}/recall", needs=Permission.OWN, back="/review/{key}", by_person=True)
def recall(asked: Asked, key: str, body: Note) -> Decided:
    """Take a signature back, as long as the change is not on its way."""
    done = operations.recall(asked.house, seen(asked, key).id, asked.by, body.note)
    return Decided(f"Taken back, it waits again: {done.title}", state=str(done.state))


@area.action("/review/{key}/withdraw", needs=Permission.OWN, back="/review", by_person=True)
def withdraw(asked: Asked, key: str, body: Because) -> Decided:
    """Take a suggestion of one's own workflow back."""
    done = operations.withdraw(asked.house, seen(asked, key).id, asked.by, body.reason)
    return Decided(f"Withdrawn: {done.title}", state=str(done.state))


@area.action("/review/{key}/release", needs=Permission.DECIDE, back="/review/{key}/pattern", by_person=True)
def release_alike(asked: Asked, key: str, body: Together) -> Released:
    """Release the changes that are like one, once the sample is decided: each by itself, as many as policy lets."""
    found = seen(asked, key)
    if (left := len(operations.batch(asked.house, found.id, asked.by).undecided)) > 0:
        what = f"{counted(left, 'change')} of the sample wait for you to decide them one by one"
        raise Refused(what, fix="Open `decide together` and begin with the sample.")
    done = operations.release_batch(asked.house, found.id, asked.by, body.note, only=body.only)
    said = f"Approved {counted(len(done.released), 'change')}, each by itself."
    said += f" Stopped at {done.stopped}." if done.stopped else ""
    return Released(f"{said}{_stopped(asked)}", released=done.released, undo_for=_hold(asked))


def _approved(asked: Asked, done: Review) -> Decided:
    state = str(done.state)
    if state == "outdated":
        return Decided(f"Not approved: {done.note}. It is looked at again.", state=state)
    if state == "open":
        missing = ", ".join(operations.missing(done, asked.house.policy)).replace("_", " ")
        return Decided(f"Signed. Still needed: {missing}. {done.title}", state=state, undo_for=_hold(asked))
    return Decided(f"Approved: {done.title}.{_stopped(asked)}", state=state, undo_for=_hold(asked))


def _hold(asked: Asked) -> int:
    return int(asked.house.policy.queue.hold.total_seconds())


def _stopped(asked: Asked) -> str:
    """Say that nothing is written now, where somebody stopped all writes."""
    stop = operations.pulse(asked.house).stopped
    if stop is None:
        return ""
    return f" {person(asked.house, stop.by)} stopped all writes: it is written once they go on."


def _wrote(asked: Asked, done: Review) -> str:
    """Give what an edit is about, and the values that were written in place of those suggested."""
    tell = telling(asked.house, {}, asked.zone)
    wrote = (
        f"{tell.label(one.object, name)} {tell.value(one.object, name, value) or 'blank'}"
        for one, first in zip(done.body.edited, done.body.proposals, strict=True)
        for name, value in one.after.items()
        if value != first.after.get(name)
    )
    return f"{done.title.partition(': ')[0]}: {', '.join(wrote)}"


def _until(asked: Asked, text: str) -> datetime:
    """Read until when: a day begins at nine by the org's clock."""
    today = asked.now.astimezone(asked.zone).date()
    days = {"tomorrow": today + timedelta(days=1), "next week": today + timedelta(days=7 - today.weekday())}
    try:
        if text in days or text[:2] == "20":
            day = days.get(text) or datetime.fromisoformat(text).date()
            return datetime.combine(day, _MORNING, asked.zone).astimezone(UTC)
        return asked.now + duration(text)
    except (ValueError, OverflowError) as error:
        raise Refused(f"{text!r} is no time", fix="Choose one of those offered, or a day to come.") from error


@area.action("/review/{key}/wrong", needs=Permission.OWN, back="/review/{key}", by_person=True)
def wrong(asked: Asked, key: str, body: Wronged) -> Done:
    """Say that what fired is wrong: its owner answers by a time. The item stays to be decided."""
    found = seen(asked, key)
    return say_wrong(asked, found.item_id, body, to=f"/review/{found.id}")
