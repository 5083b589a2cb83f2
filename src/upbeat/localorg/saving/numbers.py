"""Numbers that the org counts up, in the display format that an admin gives them."""

import re
from datetime import datetime
from typing import Final

from upbeat.schema import Field

DEFAULT_FORMAT: Final = "{00000000}"
_PART: Final = re.compile(r"\{(YYYY|YY|MM|DD|0+)\}")


def is_format(text: str) -> bool:
    """Whether a display format counts: it has one `{0}` of any length, beside dates and words."""
    return sum(part.startswith("0") for part in _PART.findall(text)) == 1


def numbered(field: Field, number: int, now: datetime) -> str:
    """Give the text of a number, from 1, that a record of this moment has; `{00000}` has five digits at least."""
    counted = field.starting_number + number - 1

    def shown(part: re.Match[str]) -> str:
        match part[1]:
            case "YYYY":
                return f"{now:%Y}"
            case "YY":
                return f"{now:%y}"
            case "MM":
                return f"{now:%m}"
            case "DD":
                return f"{now:%d}"
            case zeros:
                return str(counted).zfill(len(zeros))

    return _PART.sub(shown, field.display_format or DEFAULT_FORMAT)
