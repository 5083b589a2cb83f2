"""The next steps of a talk while it is read: what is said again is one step, and what is revised supersedes."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from upbeat.conversation.dates import WEEKDAYS, Day
from upbeat.conversation.found import Finding, Kind, Place
from upbeat.conversation.saying.grammar import Force
from upbeat.conversation.saying.lines import Line
from upbeat.conversation.saying.promising import Promise
from upbeat.conversation.saying.wording import reports

_NEAR: Final = 4  # turns within which `it` and `make that Friday` speak of the step before them
_HANDED_OVER: Final = """
send email get have share forward drop mail turn put give provide deliver bring write do finish pop shoot make upload
post submit
"""
HANDED_OVER: Final = frozenset(_HANDED_OVER.split())
"""Deeds that end what was begun before: `I'll send it by Friday`, of a plan that is to be written."""

_CONFIDENCE: Final = {
    Force.FIRM: 0.85,
    Force.ASKED: 0.8,
    Force.OFFER: 0.75,
    Force.MOOTED: 0.6,
}  # by how it came to stand


@dataclass(slots=True)
class Step:
    """A next step as it stands so far."""

    text: str
    subject: frozenset[str]
    deed: str
    owner: int | None
    due: date | None
    line: Line
    until: Line  # where its quote ends, in the same turn
    why: list[str]
    force: Force
    turn: int
    superseded: list[Place] = field(default_factory=list[Place])

    @property
    def place(self) -> Place:
        """Its words in its turn."""
        turn = self.line.sentence.turn
        return Place(turn.number, turn.start, turn.text[self.line.sentence.start : self.until.sentence.end].strip())


class Notebook:
    """The steps of a talk, in the order in which they were first said."""

    def __init__(self) -> None:
        """Begin with none."""
        self.steps = list[Step]()

    def note(self, step: Step, promise: Promise) -> None:
        """Take a step: as a new one, or as what is said again of one that stands."""
        same = self._same(step, promise)
        if same is None:
            self.steps.append(step)
            return
        if step.due and same.due and step.due != same.due:
            self._supersede(same, f"{step.due} takes the place of {same.due}, which was said before")
        richer = len(step.subject) > len(same.subject) and not promise.refers
        if richer:
            same.text, same.subject = step.text, step.subject | same.subject
        if same.owner is None and step.owner is not None:
            same.owner = step.owner
            same.why += step.why
        same.force = min(same.force, step.force, key=[*_CONFIDENCE].index)
        if step.due or (same.due is None and (richer or same.force is not Force.FIRM)):
            same.due = step.due or same.due
            same.line, same.until = step.line, step.until
        same.turn = step.turn

    def revise(
        self, line: Line, day: Day, spoken_of: frozenset[str], *, of: int | None = None, not_of: int | None = None
    ) -> bool:
        """Give the step that a line speaks of a new day, and tell whether there was one.

        `of` is whose it is, `not_of` whose it cannot be, None where nobody knows.
        """
        step = self._spoken_of(spoken_of) or self.latest(line, of=of, not_of=not_of)
        if step is None:
            return False
        due = in_its_week(day, line, step.due)
        if step.due == due:
            return True
        if step.due is not None:
            self._supersede(step, f"{due} takes the place of {step.due}, which was said before")
            step.line = step.until = line
        elif line.sentence.turn.number == step.line.sentence.turn.number:
            step.until = line
        else:
            step.why.append(f"the day was said in \u201c{line.sentence.text.strip()}\u201d")
        step.due, step.turn = due, line.sentence.turn.number
        return True

    def withdraw(self, spoken_of: frozenset[str], line: Line) -> None:
        """Take away the step that a line calls off."""
        step = self._spoken_of(spoken_of) if spoken_of else self.latest(line)
        if step is not None and step.line.sentence.number < line.sentence.number:
            self.steps.remove(step)

    def latest(self, line: Line, *, of: int | None = None, not_of: int | None = None) -> Step | None:
        """Give the step that was last spoken of, where that is near."""
        near = [
            one for one in self.steps
            if 0 <= line.sentence.turn.number - one.turn <= _NEAR
            and (not_of is None or one.owner != not_of)
            and (of is None or one.owner == of)
        ]  # fmt: skip
        return max(near, key=lambda one: (one.turn, one.line.sentence.number), default=None)

    def findings(self) -> tuple[Finding, ...]:
        """Give the steps as findings."""
        return tuple(
            Finding(
                Kind.NEXT_STEP, one.deed, one.text, one.place, _confidence(one), "; ".join(dict.fromkeys(one.why)),
                person=one.owner, due=one.due, supersedes=tuple(one.superseded),
            )
            for one in self.steps
        )  # fmt: skip

    def _supersede(self, step: Step, why: str) -> None:
        step.superseded.append(step.place)
        step.why.append(why)

    def _same(self, step: Step, promise: Promise) -> Step | None:
        """Find the step that is spoken of again: the same owner and the same thing, or `it` soon after."""
        for one in reversed(self.steps):
            owners = (
                one.owner == step.owner or one.owner is None or (step.owner is None and step.force is not Force.FIRM)
            )
            if owners and _alike(one.subject, step.subject):
                return one
        near = [one for one in reversed(self.steps) if step.turn - one.turn <= _NEAR]
        told = reports(step.text) and step.due is None
        if told or (promise.refers and not step.subject and step.deed in HANDED_OVER):
            own = [one for one in near if one.owner == step.owner]
            left = [one for one in near if one.owner is None and one.force is Force.MOOTED]
            return next(iter(own or left), None)
        return None

    def _spoken_of(self, words: frozenset[str]) -> Step | None:
        """Find the step whose subject the words name most of."""
        scored = [(len(one.subject & words), at) for at, one in enumerate(self.steps)]
        best = max(scored, default=(0, 0))
        return self.steps[best[1]] if best[0] else None


def in_its_week(day: Day, line: Line, due: date | None) -> date | None:
    """`Make that Friday`, of what was due on a Wednesday in three weeks, is the Friday of that week."""
    said = line.sentence.text[day.start : day.end].lower()
    if due is None or said not in WEEKDAYS:
        return day.date
    there = due + timedelta(days=WEEKDAYS.index(said) - due.weekday())
    return there if there > line.today else day.date


def _alike(one: frozenset[str], two: frozenset[str]) -> bool:
    """Whether two subjects are one: half the words of the shorter, or the only one of it."""
    shared = len(one & two)
    return bool(shared) and shared * 2 >= min(len(one), len(two))


def _confidence(step: Step) -> float:
    return round(_CONFIDENCE[step.force] + (0.1 if step.due else 0.0) - (0.0 if step.owner is not None else 0.05), 2)
