"""WebVTT and SRT, as Teams, Zoom and others write them, and as they come when something broke.

Own code rather than webvtt-py: decision 56. A cue is known by its line of times; everything up to the next such line
is its own, so that text behind an empty line and cues whose times cannot be read are kept and told.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from upbeat.conversation.files.decoding import visible
from upbeat.conversation.files.noticed import Noticed
from upbeat.conversation.formats import prefixes
from upbeat.conversation.formats.said import Said

_STAMP: Final = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3})\d*)?"
_TIMES: Final = re.compile(rf"\s*{_STAMP}\s*-->\s*{_STAMP}(?![\d:])")
_ARROW: Final = re.compile(r"\s*(?=[^-]*\d)[\d:.,;?x -]*-->")  # a line of times, whether they can be read or not
_VOICE: Final = re.compile(r"<v(?:\.[^\s>]*)?(?:\s+([^>]*))?>")
_MARKUP: Final = re.compile(
    r"</?(?:[bciu]|s|v|ruby|rt|lang|font|span)(?:[.\s][^<>]*)?>|<\d+:[\d:.]+>|\{\\an?\d\}", re.IGNORECASE
)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SETTINGS: Final = re.compile(r"\s(?:align|line|position|region|size|vertical|[XY]\d):\S+")  # where a cue is shown
_COMMENT: Final = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_LANGUAGE: Final = re.compile(r"(?:NOTE\s+)?language:\s*([A-Za-z]{2,3})\b", re.IGNORECASE)


class Cues(NamedTuple):
    """The cues of a file; whether they name speakers by voice tags, as Teams has it; and the language it tells."""

    said: list[Said]
    voices: bool
    language: str


class _Cue(NamedTuple):
    line: int
    start: int | None
    end: int | None
    text: str


def is_webvtt(text: str) -> bool:
    """Whether a text begins as WebVTT does."""
    return text.lstrip().startswith("WEBVTT")


def is_cues(text: str) -> bool:
    """Whether a text has a line of times as WebVTT and SRT have it."""
    return any(_TIMES.match(line) for line in text.split("\n") if "-->" in line)


def read(text: str, odd: Noticed, known: Iterable[str] = ()) -> Cues:
    """Give what the cues of a file say, in its order. `known` are names of people who took part."""
    lines = text.split("\n")
    webvtt = is_webvtt(text)
    language = next((found[1] for line in lines[:20] if (found := _LANGUAGE.match(line))), "")
    cues = list(_cues(lines, webvtt, odd))
    voices = any(_VOICE.search(cue.text) for cue in cues)
    said = list(_by_voice(cues, odd) if voices else _by_name(cues, known, odd))
    return Cues([one for one in said if _spoken(one, odd)], voices, language)


def _spoken(one: Said, odd: Noticed) -> bool:
    if not one.text:
        odd.say("a cue has no words, and counts as silence", one.line)
    return bool(one.text)


def _cues(lines: Sequence[str], webvtt: bool, odd: Noticed) -> Iterator[_Cue]:
    at = [n for n, line in enumerate(lines) if "-->" in line and _ARROW.match(line)]
    head = at[0] if at else len(lines)
    _payload(lines, 0, head, webvtt, odd, before=True)
    for n, next_one in pairwise([*at, len(lines)]):
        times = _TIMES.match(lines[n])
        if times is None:
            odd.say("the times of a cue cannot be read", n + 1)
        behind = _SETTINGS.sub("", lines[n][times.end() if times else len(lines[n]) :]).strip()
        if behind:
            odd.say("words behind the times of a cue were taken with it", n + 1)
        start = _milliseconds(times.groups()[:4]) if times else None
        end = _milliseconds(times.groups()[4:]) if times else None
        if start is not None and end is not None and end <= start:
            odd.say("a cue ends before it begins, and goes on until the next", n + 1)
            end = None
        words = _payload(lines, n + 1, next_one, webvtt, odd, last=next_one == len(lines))
        yield _Cue(n + 1, start, end, f"{behind}\n{words}".strip() if behind else words)


def _payload(
    lines: Sequence[str],
    first: int,
    until: int,
    webvtt: bool,
    odd: Noticed,
    *,
    before: bool = False,
    last: bool = False,
) -> str:
    """Give the words between two lines of times, without comments and the number or name of the cue that follows."""
    body = [line.strip() for line in lines[first:until]]
    if not last and body and body[-1] and (body[-1].isdecimal() or (before if len(body) == 1 else not body[-2])):
        body.pop()
    kept, comment, begun = list[str](), False, False
    for n, line in enumerate(body):
        new = not n or not body[n - 1]
        if webvtt and new and _COMMENT.match(line):
            comment = True
            odd.say("a comment of the file is left out", first + n + 1)
        elif not line:
            comment = False
        elif not comment:
            if begun and new and not before:
                odd.say("words behind an empty line were taken with the cue before", first + n + 1)
            begun = True
            kept.append(line)
    if before and any(not line.startswith("WEBVTT") and not _LANGUAGE.match(line) for line in kept):
        odd.say("what stands before the first cue is left out", first + 1)
    return "\n".join(kept)


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, part = parts
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return whole * 1000 + int((part or "").ljust(3, "0"))


def _by_voice(cues: Iterable[_Cue], odd: Noticed) -> Iterator[Said]:
    """Give what each voice says; where one cue has several, they share its time by their letters."""
    for cue in cues:
        pieces = _VOICE.split(cue.text)
        voiced = [(label or "", text) for label, text in zip(pieces[1::2], pieces[2::2], strict=True)]
        heard = [
            (label, words)
            for label, text in [(None, pieces[0]), *voiced]
            if (words := _plain(text.replace("\n", " "), odd, cue.line))
        ]
        if len(heard) == 1 or cue.start is None or cue.end is None:
            for label, words in heard:
                yield Said(_label(label, odd, cue.line), cue.start, cue.end, words, cue.line)
            continue
        begin, whole = cue.start, sum(len(words) for _, words in heard)
        for label, words in heard:
            end = begin + (cue.end - cue.start) * len(words) // whole
            yield Said(_label(label, odd, cue.line), begin, end, words, cue.line)
            begin = end
        if not heard:
            yield Said(None, cue.start, cue.end, "", cue.line)


def _by_name(cues: Sequence[_Cue], known: Iterable[str], odd: Noticed) -> Iterator[Said]:
    texts = [_plain(cue.text, odd, cue.line) for cue in cues]
    above = [text.split("\n", 1) for text in texts if text]
    if (
        above
        and all(len(one) > 1 and prefixes.named(one[0]) for one in above)
        and len({name for name, _ in above}) < len(above)
    ):
        texts = [text.replace("\n", ": ", 1) for text in texts]  # as the documents have it that Teams wrote before 2022
    texts = [text.replace("\n", " ") for text in texts]
    for cue, (label, words) in zip(cues, prefixes.split(texts, known), strict=True):
        yield Said(label, cue.start, cue.end, words, cue.line)


def _plain(text: str, odd: Noticed, line: int) -> str:
    """Give the words of a cue: markup of captions taken out, entities decoded; other tags are words that stay."""
    bare = _MARKUP.sub("", text) if "<" in text or "{" in text else text
    return visible(_decoded(bare), odd, line).strip()


def _label(label: str | None, odd: Noticed, line: int) -> str | None:
    """Give a voice's name as it reads; a tag without one is somebody unknown."""
    return None if label is None else visible(_decoded(label), odd, line).strip()


def _decoded(text: str) -> str:
    """Decode entities; an `&` without a semicolon behind is what somebody said: `R&D`."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text
