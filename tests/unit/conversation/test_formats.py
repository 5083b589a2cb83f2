"""Every format gives the same conversation: who said what, when, and for how long."""

import html
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.base import UpbeatError
from upbeat.conversation import Conversation, Medium, Party
from upbeat.conversation.formats import Meeting, read, sidecar

BEGAN = datetime(2026, 3, 3, 9, tzinfo=UTC)
NAMES = ("Ines Amaral", "Kramer, Joost (Tidewater)", "Björn Ek", "Gil's iPad", "Speaker 4")


class Spoken(NamedTuple):
    """A turn before it is written down: milliseconds, and the texts of its cues, which share its time."""

    label: str
    start: int
    end: int
    cues: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.cues)


def minutes(*seconds: int) -> Meeting:
    return Meeting(title="Pump sensors", began=BEGAN, seconds=seconds[0] if seconds else None)


def heard(talk: Conversation) -> list[tuple[str, float, str]]:
    return [(turn.label, turn.start, turn.text) for turn in talk.turns]


def stamp(ms: int, point: str = ".") -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def cut(turn: Spoken) -> list[tuple[int, int, str]]:
    """Give a turn's cues with their times."""
    step = (turn.end - turn.start) // len(turn.cues)
    begins = [turn.start + n * step for n in range(len(turn.cues))]
    return list(zip(begins, [*begins[1:], turn.end], turn.cues, strict=True))


def teams(turns: Sequence[Spoken]) -> bytes:
    cues = [
        f"c0ffee-{n}/{m}-0\n{stamp(begin)} --> {stamp(end)}\n<v {turn.label}>{html.escape(text, quote=False)}</v>\n\n"
        for n, turn in enumerate(turns)
        for m, (begin, end, text) in enumerate(cut(turn))
    ]
    return ("WEBVTT\n\n" + "".join(cues)).encode()


def zoom(turns: Sequence[Spoken]) -> bytes:
    each = [(turn.label, *cue) for turn in turns for cue in cut(turn)]
    cues = [
        f"{n}\n{stamp(begin)} --> {stamp(end)}\n{label}: {text}\n\n"
        for n, (label, begin, end, text) in enumerate(each, 1)
    ]
    return ("WEBVTT\r\n\r\n" + "".join(cues).replace("\n", "\r\n")).encode()


def srt(turns: Sequence[Spoken]) -> bytes:
    each = [(f"{turn.label}: " if not m else "", *cue) for turn in turns for m, cue in enumerate(cut(turn))]
    cues = [
        f"{n}\n{stamp(begin, ',')} --> {stamp(end, ',')}\n{head}{text.replace(' ', chr(10), 1)}\n\n"
        for n, (head, begin, end, text) in enumerate(each, 1)
    ]
    return ("\ufeff" + "".join(cues)).encode("utf-16-le")


def gong(turns: Sequence[Spoken]) -> bytes:
    ids = {name: str(900 + n) for n, name in enumerate(NAMES)}
    call: dict[str, Any] = {
        "metaData": {"id": "77", "title": "Pump sensors", "started": BEGAN.isoformat(), "direction": "Conference"},
        "parties": [{"name": name, "speakerId": one, "affiliation": "Unknown"} for name, one in ids.items()],
        "transcript": [
            {
                "speakerId": ids[turn.label],
                "sentences": [{"start": begin, "end": end, "text": text} for begin, end, text in cut(turn)],
            }
            for turn in turns
        ],
    }
    return json.dumps(call).encode()


def bracketed(turns: Sequence[Spoken]) -> bytes:
    return "".join(f"[{stamp(turn.start)}] {turn.label}: {turn.text}\n" for turn in turns).encode("utf-16")


def pasted(turns: Sequence[Spoken]) -> bytes:
    return "".join(f"{turn.label}   {stamp(turn.start)}\n{turn.text}\n\n" for turn in turns).encode()


def document(lines: Sequence[str], inside: str = "") -> bytes:
    """Give a .docx of these paragraphs."""
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{html.escape(line, quote=False)}</w:t></w:r></w:p>' for line in lines
    )
    main = (
        f'<?xml version="1.0"?>{inside}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{paragraphs}</w:body></w:document>"
    )
    return zipped({"word/document.xml": main.encode()})


def zipped(parts: dict[str, bytes]) -> bytes:
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return whole.getvalue()


def word(turns: Sequence[Spoken]) -> bytes:
    return document([line for turn in turns for line in (f"{turn.label}  {stamp(turn.start)}", turn.text)])


WITH_ENDS = {"teams.vtt": teams, "zoom.vtt": zoom, "call.srt": srt, "call.json": gong}
WITHOUT_ENDS = {"call.txt": bracketed, "pasted.txt": pasted, "call.docx": word}

TEXTS = st.lists(st.text("axé ßЖب&<>'?,-0", min_size=1).map(str.split), min_size=1, max_size=4).map(
    lambda each: " ".join(word for words in each for word in words)
)


@st.composite
def talks(draw: st.DrawFn) -> list[Spoken]:
    """Draw turns of several speakers, none of whom follows on themselves, with pauses and in order."""
    turns, at = list[Spoken](), 0
    for label, after in pairwise([*draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=9)), ""]):
        cues = draw(st.lists(TEXTS.filter(lambda text: any(map(str.isalpha, text))), min_size=1, max_size=3))
        begin = at + draw(st.integers(1, 4000))
        at = begin + draw(st.integers(30, 90_000))
        if label != after:
            turns.append(Spoken(label, begin, at, tuple(cues)))
    return [one for before, one in pairwise([None, *turns]) if one and (before is None or before.label != one.label)]


@pytest.mark.parametrize("name", [*WITH_ENDS, *WITHOUT_ENDS])
@settings(max_examples=30)
@given(turns=talks())
def test_what_is_written_in_a_format_is_read_from_it(name: str, turns: list[Spoken]) -> None:
    write: Callable[[Sequence[Spoken]], bytes] = {**WITH_ENDS, **WITHOUT_ENDS}[name]
    talk = read(name, write(turns), Meeting(began=BEGAN, seconds=86_400, parties=tuple(map(Party, NAMES))))
    assert heard(talk) == [(turn.label, turn.start / 1000, turn.text) for turn in turns]
    ends = [turn.end for turn in turns] if name in WITH_ENDS else [*(turn.start for turn in turns[1:]), 86_400_000]
    spoken = [round((end - turn.start) / 1000, 3) for turn, end in zip(turns, ends, strict=True)]
    assert [turn.spoken for turn in talk.turns] == pytest.approx(spoken)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[00:00:03] Ines Amaral: Hello.\n[00:01:05] Joost Kramer: Hello\nto you.", id="time, name: words"),
        pytest.param("00:03 - Ines Amaral: Hello.\n01:05 - Joost Kramer: Hello to you.", id="minutes and seconds"),
        pytest.param("(0:03) [Ines Amaral] Hello.\n(1:05) [Joost Kramer] Hello to you.", id="name in brackets"),
        pytest.param("Ines Amaral (0:03): Hello.\nJoost Kramer (1:05): Hello to you.", id="name (time): words"),
        pytest.param("00:00:03 Ines Amaral\nHello.\n\n00:01:05 Joost Kramer\nHello\nto you.", id="time name, below"),
        pytest.param("0:03 | Ines Amaral\nHello.\n1:05 | Joost Kramer\nHello to you.", id="time | name, below"),
        pytest.param("Ines Amaral   0:03\nHello.\n\nJoost Kramer   1:05\nHello to you.", id="name time, below"),
        pytest.param("Ines Amaral (00:03):\nHello.\n\nJoost Kramer (01:05):\nHello to you.", id="name (time):, below"),
        pytest.param(
            "Ines Amaral 3 seconds\nHello.\nJoost Kramer 1 minute 5 seconds\nHello to you.",
            id="as a screen reader has it",
        ),
        pytest.param("Ines Amaral, 00:00:03\nHello.\n\nJoost Kramer, 00:01:05\nHello to you.", id="name, time, below"),
        pytest.param("| 0:03 | Ines Amaral | Hello. |\n| 1:05 | Joost Kramer | Hello to you. |", id="cells of a table"),
        pytest.param("Ines Amaral\t0:03\tHello.\nJoost Kramer\t1:05\tHello to you.", id="cells with tabs"),
        pytest.param("00:00:03\nInes Amaral: Hello.\n00:01:05\nJoost Kramer: Hello to you.", id="time above"),
        pytest.param(
            "0:0:3.0 --> 0:0:4.0\nInes Amaral\nHello.\n\n0:1:5.0 --> 0:1:7.20\nJoost Kramer\nHello to you.\n\n"
            "0:1:7.30 --> 0:1:8.0\nInes Amaral\nYes.",
            id="name below the cue's times",
        ),
    ],
)
def test_every_common_shape_of_a_plain_transcript_is_read(text: str) -> None:
    talk = read("notes.txt", text.encode(), minutes())
    assert heard(talk)[:2] == [("Ines Amaral", 3.0, "Hello."), ("Joost Kramer", 65.0, "Hello to you.")]


def test_times_of_day_count_from_the_first_across_midnight() -> None:
    talk = read("late.txt", b"11:59:30 PM Ines Amaral: Still here?\n12:00:10 AM Joost Kramer: Just.", minutes())
    assert [turn.start for turn in talk.turns] == [0, 40]
    assert "times of day are told from the first of them" in talk.odd


def test_a_heading_is_kept_as_notes_and_tells_title_and_people() -> None:
    talk = read(
        "notes.txt",
        b"Tidewater - pumps\n2026-03-03\nAttendees: Ines Amaral, Joost Kramer\n\n"
        b"[00:03] Ines: Hello.\n[00:05] Joost: Hi.",
        Meeting(began=BEGAN),
    )
    assert (talk.title, talk.text.splitlines()[1]) == ("Tidewater - pumps", "2026-03-03")
    assert [turn.party for turn in talk.turns] == [0, 1]


def test_a_line_of_plain_text_goes_on_until_the_next_and_the_last_until_the_meeting_ends() -> None:
    talk = read("notes.txt", b"[00:02] Ines: Hello there.\n[00:12] Joost: Hi.", minutes(20))
    assert [(turn.end, turn.spoken) for turn in talk.turns] == [(12, 10), (20, 8)]


@pytest.mark.parametrize("to", [" --> ", " - ", " to "])
def test_a_line_of_plain_text_that_tells_its_end_ends_there(to: str) -> None:
    talk = read(
        "notes.txt", f"[00:02{to}00:05.500] Ines: Hello there.\n[00:12{to}00:13] Joost: Hi.".encode(), minutes(20)
    )
    assert [(turn.label, turn.end, turn.spoken) for turn in talk.turns] == [("Ines", 5.5, 3.5), ("Joost", 13, 1)]


def test_words_that_share_a_minute_share_its_time() -> None:
    text = b"10:01 AM Ines Amaral: Twelve letters\n10:01 AM Joost Kramer: Six....\n10:02 AM Ines Amaral: Done."
    spoken = [turn.spoken for turn in read("chat.txt", text, minutes(90)).turns]
    assert spoken == pytest.approx([40, 20, 30], abs=0.01)


def test_a_continuing_cue_with_a_colon_in_it_names_nobody() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nInes Amaral: Two ways.\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\nOption one: we wait.\n\n"
        "3\n00:00:03,000 --> 00:00:04,000\nso my question is: why?\n\n"
        "4\n00:00:04,000 --> 00:00:05,000\nJoost Kramer: Because.\n"
    )
    talk = read("call.srt", text.encode(), minutes())
    assert [turn.label for turn in talk.turns] == ["Ines Amaral", "Joost Kramer"]
    assert talk.turns[0].text == "Two ways. Option one: we wait. so my question is: why?"


def test_names_without_any_times_are_a_talk_of_unknown_length() -> None:
    talk = read("notes.txt", b"Ines: Who signs?\nJoost: Our CFO.\nInes: Good.", minutes())
    assert [(turn.label, turn.end) for turn in talk.turns] == [("Ines", 0), ("Joost", 0), ("Ines", 0)]
    assert "no times are told, so nothing is measured by time" in talk.odd


def test_several_voices_of_one_cue_share_its_time() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ines>Twelve signs</v> <v.loud Joost>Sixsix</v>\n"
    talk = read("call.vtt", text.encode(), minutes())
    assert [(turn.label, turn.spoken) for turn in talk.turns] == [("Ines", 2.0), ("Joost", 1.0)]


def test_rolling_captions_of_one_speaker_count_once() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:05.000\n<v Ines>We would\n\n00:03.000 --> 00:07.000\n<v Ines>start in May.\n"
    assert read("call.vtt", text.encode(), minutes()).turns[0].spoken == 6


def test_gongs_lists_of_its_api_are_one_call() -> None:
    call = {
        "calls": [{"metaData": {"id": "9", "started": BEGAN.isoformat(), "direction": "Outbound", "language": "eng"}}],
        "callTranscripts": [
            {"callId": "9", "transcript": [{"speakerId": "1", "sentences": [{"start": 0, "end": 10, "text": "Hi."}]}]}
        ],
    }
    talk = read("export.json", json.dumps(call).encode())
    assert (talk.source, talk.source_id, talk.medium, talk.language) == ("Gong", "9", Medium.CALL, "en")
    assert talk.turns[0].text == "Hi."


def test_the_file_beside_a_transcript_is_believed_before_it() -> None:
    beside = sidecar(
        "meeting.json",
        json.dumps(
            {
                "title": "Tidewater: pumps",
                "start": "2026-03-03T10:00:00+01:00",
                "duration_s": 60,
                "participants": [
                    {"name": "Ines Amaral", "email": "Ines@Ours.example", "internal": True},
                    {"name": "Joost Kramer", "email": "joost@tidewater.example", "title": "CFO", "internal": False},
                ],
            }
        ).encode(),
    )
    turns = [Spoken("Ines Amaral", 0, 2000, ("Hello.",)), Spoken("Gil's iPad", 3000, 4000, ("Hi.",))]
    talk = read("call.json", gong(turns), beside)
    assert (talk.title, talk.began, talk.seconds) == ("Tidewater: pumps", BEGAN, 60)
    assert [(one.name, one.address, one.internal) for one in talk.parties[:2]] == [
        ("Ines Amaral", "ines@ours.example", True),
        ("Joost Kramer", "joost@tidewater.example", False),
    ]
    assert talk.turns[0].party == 0


def test_the_same_meeting_has_the_same_key_when_its_transcript_is_exported_again() -> None:
    turns = [Spoken("Ines Amaral", 0, 2000, ("Hello.",))]
    one, again = (
        read(name, data, minutes()) for name, data in [("a.vtt", teams(turns)), ("b.vtt", teams(turns) + b"\n")]
    )
    assert one.key == again.key


@pytest.mark.law(2)
def test_two_meetings_of_one_title_and_time_are_told_apart_by_names_alone_or_by_what_was_said() -> None:
    at = {"title": "Sync", "start": "2026-03-03T10:00:00+01:00"}
    besides = [{**at, "participants": [{"name": name}, {"name": "Ines"}]} for name in ("Joost", "Bjorn")]
    texts = [b"[00:01] Ines: Hello.", b"[00:01] Ines: Good morning."]
    named = [read("a.txt", texts[0], sidecar("meeting.json", json.dumps(one).encode())).key for one in besides]
    unnamed = [read("a.txt", text, sidecar("meeting.json", json.dumps(at).encode())).key for text in texts]
    assert len({*named, *unnamed}) == 4


@pytest.mark.law(2)
def test_a_meeting_has_the_same_key_whichever_zone_its_beginning_is_written_in() -> None:
    besides = [
        Meeting(title="Sync", began=datetime.fromisoformat(at), parties=(Party("Joost"), Party("Ines")))
        for at in ("2026-03-03T10:00:00+01:00", "2026-03-03T09:00:00+00:00")
    ]
    one, other = (read("a.txt", b"[00:01] Ines: Hello.", beside) for beside in besides)
    assert one.key == other.key


def test_what_tells_no_time_of_its_meeting_is_asked_for_it() -> None:
    with pytest.raises(UpbeatError, match=r"call\.vtt: nothing tells when this was\n  Lay a meeting\.json beside it"):
        read("call.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ines>Hello\n")
