"""What each reader of a format gives: one cue, line or sentence after the other, as the file has them."""

from dataclasses import dataclass


@dataclass(slots=True)
class Said:
    """Words that a file gives a time.

    `label` is who speaks as the file tells it, None where it goes on with the one before. `start` and `end` are
    milliseconds from the beginning, None where the file does not tell them. `line` is where it stands, from 1.
    """

    label: str | None
    start: int | None
    end: int | None
    text: str
    line: int = 0
