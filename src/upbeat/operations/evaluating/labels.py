"""What people say is right of one call: labels.json beside the transcript, in the form of the documented call set."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from upbeat.base import UpbeatError, decode

FILE: Final = "labels.json"


@dataclass(frozen=True, slots=True)
class Said:
    """Something that is right: its value, and words that prove it, said in one turn."""

    quote: str = ""
    turn_index: int = -1
    value: str = ""
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A next step: what, by whom, until when. `owner` is a participant's name, None where nobody was named."""

    text: str
    quote: str
    turn_index: int
    owner: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Someone:
    """A person and the role that the call supports, or a participant whom the org lacks."""

    name: str
    email: str | None = None
    role: str = ""
    quote: str = ""
    turn_index: int = -1


@dataclass(frozen=True, slots=True)
class Labels:
    """All that is right of one call. An element that the call does not establish is None."""

    elements: dict[str, Said | None]
    next_steps: tuple[Step, ...] = ()
    sentiment: Said | None = None
    expansion_signals: tuple[Said, ...] = ()
    risks: tuple[Said, ...] = ()
    new_roles: tuple[Someone, ...] = ()
    missing_contacts: tuple[Someone, ...] = ()
    discovery_question_turns: tuple[int, ...] = ()
    questions_by_internal: int | None = None
    talk_ratio_internal: float | None = None
    talk_seconds: dict[str, float] = field(default_factory=dict[str, float])
    speaker_map: dict[str, str] = field(default_factory=dict[str, str])
    injection: bool = False
    log_to_crm: bool = True


ELEMENTS: Final = (
    "metrics",
    "economic_buyer",
    "decision_criteria",
    "decision_process",
    "paper_process",
    "identified_pain",
    "champion",
    "competition",
)


def read_labels(file: Path) -> Labels:
    """Read the labels of a call. Raises UpbeatError where the file is none of that form."""
    try:
        raw: dict[str, Any] = decode(file.read_text(encoding="utf-8"), dict[str, Any])
        elements = {name: raw.pop(name, None) for name in ELEMENTS}
        known = {name: raw[name] for name in Labels.__dataclass_fields__ if name in raw}
        return msgspec.convert({**known, "elements": elements}, Labels, strict=False)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UpbeatError(
            f"these are no labels of a call: {error}", where=str(file), fix="See `upbeat eval --help`."
        ) from error
