"""What every drawing is put together from: the frame that tells it, words, links."""

from collections.abc import Sequence
from html import escape

_TOLD = 24  # figures that a description tells at most


def framed(title: str, told: Sequence[str], size: str, inside: str, *, leads: bool) -> str:
    """Give a drawing with its description; where it `leads` down, it is a group whose links can be reached."""
    more = f"; and {len(told) - _TOLD} more in the table" if len(told) > _TOLD else ""
    words = f"{title}. {'; '.join(told[:_TOLD])}{more}."
    role = "group" if leads else "img"  # what is inside an image cannot be reached by keys
    return f'<svg class="drawing" role="{role}" aria-label="{escape(words)}" {size}>{inside}</svg>'


def linked(drawn: str, to: str, says: str = "") -> str:
    """Give a part of a drawing, as a link where it leads somewhere: named by its own words, or `says` around them."""
    named = f' aria-label="{escape(says)}"' if says else ""
    return f'<a href="{escape(to)}"{named}>{drawn}</a>' if to else drawn


def cut(text: str, longest: int) -> str:
    """Give text of at most so many letters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
