"""A mail's words: one notice, several that ask, or a digest, each with its reason, its due time and what answers it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from upbeat.notices.notice import Notice

Words = tuple[str, str, str]  # subject, text, and why the person gets it
Linked = Callable[[Notice], str]  # where a notice is answered in a browser, empty where it is not


def asking(notices: Sequence[Notice], zone: ZoneInfo, linked: Linked) -> Words:
    """Give the mail that asks one person for one thing or for several."""
    if len(notices) == 1:
        [one] = notices
        return one.subject, "\n".join([one.text, *_ends(one, zone, linked)]), one.reason
    text = "\n\n".join("\n".join([one.subject, *_indented(one, zone, linked)]) for one in notices)
    reasons = "; ".join(dict.fromkeys(one.reason for one in notices))
    return f"{len(notices)} things wait for you", text, reasons


def digest_of(notices: Sequence[Notice], per_day: int, zone: ZoneInfo, linked: Linked) -> Words:
    """Give the mail with all that went beyond a day's budget."""
    text = "\n\n".join("\n".join([one.subject, *_indented(one, zone, linked)]) for one in notices)
    count = "1 notice" if len(notices) == 1 else f"{len(notices)} notices"
    return f"Your digest: {count}", text, f"beyond {per_day} a day, what you are told comes in one digest"


def local(moment: datetime, zone: ZoneInfo) -> str:
    """Give a moment as the person's clock shows it: `Tue 24 Nov 17:00 (Europe/London)`."""
    return f"{moment.astimezone(zone):%a %d %b %H:%M} ({zone.key})"


def _ends(one: Notice, zone: ZoneInfo, linked: Linked) -> Iterator[str]:
    link = linked(one)
    if one.due_at is not None or one.command or link:
        yield ""
    if one.due_at is not None:
        yield f"By: {local(one.due_at, zone)}"
    if link:
        yield f"Open: {link}"
    elif one.command:
        yield f"Answer: {one.command}"


def _indented(one: Notice, zone: ZoneInfo, linked: Linked) -> Iterator[str]:
    """Give what stands below a notice's subject among others; a text that only repeats it is left out."""
    lines = [] if one.text == one.subject else one.text.splitlines()
    lines += [line for line in _ends(one, zone, linked) if line]
    lines.append(f"Why: {one.reason}")
    yield from (f"  {line}" for line in lines)
