"""An extractor over a folder of labelled calls, each read as if it were captured now; nothing is stored or sent on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from upbeat.base import UpbeatError, decode
from upbeat.conversation import RULES as BY_RULES
from upbeat.conversation import Conversation, Extractor, Terms
from upbeat.conversation.formats import Meeting, read, sidecar
from upbeat.conversation.measuring import measure
from upbeat.conversation.privacy import Exclusions, excluded, sided
from upbeat.conversation.rubric import discovery
from upbeat.llm import Model
from upbeat.operations.evaluating.by_model import ByModel
from upbeat.operations.evaluating.labels import ELEMENTS, FILE, read_labels
from upbeat.operations.evaluating.scoring import Score, score
from upbeat.operations.house import Refused
from upbeat.operations.tally import Tally
from upbeat.steps import terms_of
from upbeat.workflows import PLAYBOOKS, Models, Task, load

Progress = Callable[[int, int], None]

RULES: Final = "rules"
"""The name of the extractor that needs no model."""

NEAR: Final = 0.005
"""How far a talk ratio may be off: half a per cent."""

KINDS: Final = ("next_steps", "owners", "dues", "expansion", "risks", "roles", "discovery")
"""What is counted beside the elements, by the names of Score."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure or a yes or no, and what it should be; None where no label says."""

    found: Any
    right: Any

    @property
    def holds(self) -> bool | None:
        """Whether it is right; a share within half a per cent."""
        if self.right is None:
            return None
        if isinstance(self.right, float):
            return self.found is not None and abs(self.found - self.right) <= NEAR
        return self.found == self.right


@dataclass(frozen=True, slots=True)
class Call:
    """One call: how it was read, and what of it can be measured without judgement."""

    name: str
    score: Score
    seconds: float  # that the extractor took
    talk_ratio: Measured
    questions: Measured
    logged: Measured
    speakers: Measured  # by label, the address of whose voice it is


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A whole folder. `unread` are the calls that could not be read, with why."""

    extractor: str
    calls: tuple[Call, ...]
    unread: Mapping[str, str]
    asked: int = 0  # calls of a model
    cost: Decimal = Decimal(0)  # of these, at the most
    currency: str = ""
    unheard: tuple[str, ...] = ()  # why a model gave no answer, for each call that had none

    def element(self, name: str) -> Tally:
        """Give how one element was found, over all calls."""
        return sum((one.score.elements[name] for one in self.calls), Tally())

    @property
    def elements(self) -> Tally:
        """How all elements were found."""
        return sum((self.element(name) for name in ELEMENTS), Tally())

    def kind(self, name: str) -> Tally:
        """Give how one of KINDS was found."""
        return sum((getattr(one.score, name) for one in self.calls), Tally())

    @property
    def grounding(self) -> float | None:
        """The share of the findings whose quote stands in its turn; None without findings."""
        findings = sum(one.score.findings for one in self.calls)
        return sum(one.score.grounded for one in self.calls) / findings if findings else None

    def figures(self) -> Mapping[str, float | None]:
        """Give the figures by which two evaluations are compared, by name."""
        tallies = {"elements": self.elements} | {name: self.element(name) for name in ELEMENTS}
        tallies |= {name: self.kind(name) for name in KINDS}
        parts = ("precision", "recall", "f1")
        return {f"{name} {part}": getattr(one, part) for name, one in tallies.items() for part in parts} | {
            "grounding": self.grounding,
            "injections seen": _share(one.score.injection for one in self.calls),
            "sentiment": _share(one.score.sentiment for one in self.calls if one.score.sentiment is not None),
            "talk ratio": _share(one.talk_ratio.holds for one in self.calls if one.talk_ratio.holds is not None),
            "questions": _share(one.questions.holds for one in self.calls if one.questions.holds is not None),
            "logged": _share(one.logged.holds is True for one in self.calls),
            "speakers": _share(one.speakers.holds for one in self.calls if one.speakers.holds is not None),
        }


def evaluate(
    folder: Path,
    terms: Terms,
    model: ByModel | None = None,
    internal: Iterable[str] = (),
    told: Progress = lambda _done, _all: None,
) -> Evaluation:
    """Read every labelled call below a folder by rules, or by a model beside them, and hold it against its labels.

    A call's folder has `labels.json`, `transcript.*` and, for what the transcript does not say, `meeting.json`; people
    at `internal` domains are ours. Raises Refused where there is no such folder; a call that cannot be read stands
    among the unread.
    """
    folders = sorted({file.parent for file in folder.rglob(FILE)})
    if not folders:
        fix = "Name a folder of folders, each with transcript.*, meeting.json and labels.json."
        raise Refused(f"there is no {FILE} in it", where=str(folder), fix=fix)
    kept_out, extractor = Exclusions(internal=frozenset(internal)), BY_RULES if model is None else model
    calls, unread = list[Call](), dict[str, str]()
    for number, one in enumerate(folders):
        told(number, len(folders))
        try:
            calls.append(_call(one, extractor, terms, kept_out))
        except UpbeatError as error:
            unread[one.name] = str(error)
    if model is None:
        return Evaluation(RULES, tuple(calls), unread)
    return Evaluation(
        extractor=model.name,
        calls=tuple(calls),
        unread=unread,
        asked=model.calls,
        cost=model.cost,
        currency=model.currency,
        unheard=tuple(model.unheard),
    )


def model_reader(name: str, allowed: Models, open_model: Callable[[str], Model]) -> ByModel:
    """Give an allowed model as an extractor. Raises Refused where it may not extract; UpbeatError without its key."""
    if why := allowed.why_not(name, Task.EXTRACTION):
        raise Refused(why, fix="Allow it under 'models:', with 'tasks: [extraction]'; or read by `--extractor rules`.")
    return ByModel(name, allowed.allow[name], open_model(name))


def terms_of_methodology(workspace: Path | None, name: str) -> Terms:
    """Give what an extractor looks for: by a workspace's methodology, or a shipped one where no workspace is named.

    Raises Refused where there is none of that name.
    """
    known = load(workspace or PLAYBOOKS).methodologies
    if name not in known:
        raise Refused(f"there is no methodology {name}", fix=f"There are: {', '.join(known) or 'none'}.")
    return terms_of(known[name])


def conversation_in(folder: Path) -> Conversation:
    """Give the conversation of one labelled folder. Raises UpbeatError where it cannot be read."""
    found = sorted(one for one in folder.glob("transcript.*"))
    if not found:
        raise UpbeatError(
            "there is no transcript.* in it", where=str(folder), fix="Lay the transcript beside its labels."
        )
    beside = folder / "meeting.json"
    meeting = sidecar(str(beside), beside.read_bytes()) if beside.exists() else Meeting()
    return read(str(found[0]), found[0].read_bytes(), meeting)


def _call(folder: Path, extractor: Extractor, terms: Terms, kept_out: Exclusions) -> Call:
    labels, talk = read_labels(folder / FILE), sided(conversation_in(folder), kept_out)
    told = _told(folder, terms)
    begun = perf_counter()
    reading = extractor.read(talk, told)
    seconds = perf_counter() - begun
    measures = measure(talk)
    voices = {one.label: "" if (who := talk.speaker(one)) is None else who.address for one in talk.turns}
    return Call(
        name=folder.name,
        score=score(talk, reading, labels, [one.place.turn for one in discovery(talk)]),
        seconds=seconds,
        talk_ratio=Measured(measures.talk_ratio, labels.talk_ratio_internal),
        questions=Measured(measures.questions, labels.questions_by_internal),
        logged=Measured(excluded(talk, kept_out) is None, labels.log_to_crm),
        speakers=Measured({label: voices.get(label) for label in labels.speaker_map}, labels.speaker_map or None),
    )


def _told(folder: Path, terms: Terms) -> Terms:
    """Give the terms with the account's name, as the org would tell it: here `crm` in meeting.json does."""
    file = folder / "meeting.json"
    said: dict[str, Any] = decode(file.read_text(encoding="utf-8"), dict[str, Any]) if file.exists() else {}
    crm: dict[str, Any] = said.get("crm") or {}
    return replace(terms, account=str(crm.get("account") or ""))


def _share(held: Iterable[bool | None]) -> float | None:
    found = [bool(one) for one in held]
    return sum(found) / len(found) if found else None
