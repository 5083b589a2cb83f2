"""Whether the next to speak takes what was offered or asked, or declines it."""

import re
from enum import Enum
from typing import Final

from upbeat.conversation.patterns import either
from upbeat.conversation.saying.lines import Line


class Answer(Enum):
    """What an answer says."""

    YES = "yes"
    NO = "no"
    NEITHER = "neither"


def _read(section: str) -> re.Pattern[str]:
    return re.compile(either(__package__ or "", "answers", section))


_NO: Final = _read("no")
_YES: Final = _read("yes")
_DECLINES: Final = _read("declines")
TAKES: Final = _read("takes")
"""Somebody makes what was suggested, asked or left open their own."""
WITHDRAWS: Final = _read("withdraws")
"""Somebody calls off what was to be done."""


def answer(line: Line) -> Answer:
    """Give what a line says to what was offered or asked before it."""
    if _NO.search(line.text) and not re.match(r"no (?:, )?(?:not at all|of course|i do not mind|that)", line.text):
        return Answer.NO
    return Answer.YES if _YES.search(line.text) or line.is_day else Answer.NEITHER


def declines(line: Line) -> bool:
    """Whether a line declines what was firmly said: more than a no, which may speak to something else."""
    return bool(_DECLINES.search(line.text))
