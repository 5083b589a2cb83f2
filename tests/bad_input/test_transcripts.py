"""Transcripts with which something went wrong: what can be read is, what was odd is told, and the rest is refused."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.base import UpbeatError
from upbeat.conversation import Conversation, Medium
from upbeat.conversation.files.decoding import LONGEST
from upbeat.conversation.formats import Meeting, read, sidecar

WHEN = Meeting(title="Pumps", began=datetime(2026, 3, 3, 9, tzinfo=UTC))
CALL = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n<v Ines>Hello.</v>\n\n"
LATER = "00:00:05.000 --> 00:00:06.000\n<v Joost>Hi.</v>\n"


def vtt(*cues: str) -> Conversation:
    return read("call.vtt", ("WEBVTT\n\n" + "\n\n".join(cues) + "\n").encode(), WHEN)


def cue(begin: str, end: str, text: str, name: str = "Ines") -> str:
    return f"{begin} --> {end}\n<v {name}>{text}"


def words(talk: Conversation) -> list[tuple[str, str]]:
    return [(turn.label, turn.text) for turn in talk.turns]


def archive(parts: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    whole = BytesIO()
    with ZipFile(whole, "w", method) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return whole.getvalue()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(CALL.removeprefix("WEBVTT\n\n") + LATER, (), id="no header"),
        pytest.param(
            CALL + "00:00:xx.000 --> 00:00:04.000\n<v Ines>And more.</v>\n\n" + LATER,
            ("the times of a cue cannot be read: line 7",),
            id="times that are none",
        ),
        pytest.param(
            CALL + "00:00:04.000 --> 00:00:03.000\n<v Ines>And more.</v>\n\n" + LATER,
            ("a cue ends before it begins, and goes on until the next: line 7",),
            id="an end before its beginning",
        ),
        pytest.param(
            CALL + "And more.\n\n" + LATER,
            ("words behind an empty line were taken with the cue before: line 7",),
            id="an empty line within a cue",
        ),
        pytest.param(
            CALL + "NOTE nobody sees this\nnor this\n\n" + LATER,
            ("a comment of the file is left out: line 7",),
            id="a comment",
        ),
        pytest.param(
            CALL + "00:00:02.500 --> 00:00:03.000 align:start And more.\n\n" + LATER,
            ("words behind the times of a cue were taken with it: line 7",),
            id="words behind the times",
        ),
        pytest.param(
            CALL + "00:00:02.500 --> 00:00:03.000\n<v Ines></v>\n\n" + LATER,
            ("a cue has no words, and counts as silence: line 7",),
            id="a cue without words",
        ),
    ],
)
def test_a_broken_webvtt_loses_no_word_and_tells_what_was_mended(text: str, told: tuple[str, ...]) -> None:
    talk = read("call.vtt", text.encode(), WHEN)
    more = " And more." if "And more." in text else ""
    assert words(talk) == [("Ines", f"Hello.{more}"), ("Joost", "Hi.")]
    assert talk.odd[: len(told)] == told


def test_people_who_speak_at_once_both_count() -> None:
    talk = vtt(cue("00:01.000", "00:05.000", "Long."), cue("00:02.000", "00:03.000", "Short.", "Joost"))
    assert [turn.spoken for turn in talk.turns] == [4, 1]


def test_cues_that_stand_a_little_out_of_order_are_put_in_it() -> None:
    talk = vtt(cue("00:04.000", "00:05.000", "Second."), cue("00:01.000", "00:03.000", "First.", "Joost"))
    assert words(talk) == [("Joost", "First."), ("Ines", "Second.")]
    assert "a time lies before the one above it: line 6" in talk.odd


def test_a_recording_that_was_started_again_goes_on_where_it_stopped() -> None:
    talk = vtt(
        cue("30:00.000", "30:10.000", "Before."),
        cue("00:01.000", "00:03.000", "After.", "Joost"),
        cue("00:04.000", "00:05.000", "Last."),
    )
    assert [(turn.text, turn.start, turn.spoken) for turn in talk.turns] == [
        ("Before.", 1800, 10),
        ("After.", 1801, 2),
        ("Last.", 1804, 1),
    ]


def test_one_time_that_is_wrong_moves_nothing_else() -> None:
    talk = vtt(
        cue("30:00.000", "30:10.000", "Before."),
        cue("00:01.000", "00:03.000", "Wrong.", "Joost"),
        cue("30:20.000", "30:25.000", "After."),
    )
    assert [(turn.text, turn.start, turn.spoken) for turn in talk.turns] == [
        ("Before.", 1800, 10),
        ("Wrong.", 1800, 2),
        ("After.", 1820, 5),
    ]
    assert "a time lies far before the one above it, and was taken as an error: line 6" in talk.odd


def test_a_talk_of_eight_hours_is_read_whole() -> None:
    cues = [
        f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}.000 --> {n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}.900\n"
        f"<v {('Ines', 'Joost')[n // 8 % 2]}>Number {n}."
        for n in range(0, 8 * 3600, 8)
    ]
    talk = vtt(*cues)
    assert (len(talk.turns), talk.turns[-1].end) == (3600, 28_792.9)


def test_an_empty_talk_is_one_in_which_nobody_speaks() -> None:
    talk = read("call.vtt", b"WEBVTT\n", WHEN)
    assert (talk.turns, talk.seconds, talk.odd) == ((), 0, ("nobody speaks in it",))


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("אנחנו נתחיל במאי, אם הכול בסדר.", "he"),
        ("سنبدأ في شهر مايو إن شاء الله.", "ar"),
        ("Wir fangen im Mai an, wenn das für Sie in Ordnung ist, und nicht früher.", "de"),
        ("五月に始めたいと思います。", "ja"),
    ],
)
def test_other_languages_are_told_and_kept_as_they_are(said: str, language: str) -> None:
    talk = read("call.txt", f"[00:01] Ines Amaral: {said}".encode(), WHEN)
    assert (talk.turns[0].text, talk.language) == (said, language)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_a_transcript_is_read_in_every_encoding_that_people_save(encoding: str) -> None:
    talk = read("call.txt", "[00:01] Zoë Müller: Grüße.\n[00:02] Ines: Ja.".encode(encoding), WHEN)
    assert words(talk)[0] == ("Zoë Müller", "Grüße.")


def test_characters_that_hide_something_are_taken_out_and_told() -> None:
    talk = read("call.txt", "[00:01] Ines: We\x00 pay\u202e 10\x1b[2J%&#x202e;.".encode(), WHEN)
    assert talk.turns[0].text == "We pay 10[2J%&#x202e;."
    assert talk.odd[0] == "characters that no screen shows were taken out"
    coded = vtt(cue("00:01.000", "00:02.000", "We &amp; you &#x202e;&lt;b&gt; <script>x</script> <i>now</i>"))
    assert coded.turns[0].text == "We & you <b> <script>x</script> now"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        pytest.param("call.vtt", b"", r"call\.vtt: the file is empty\n  Export the transcript again\.", id="nothing"),
        pytest.param("a.vtt", b"WEBVTT\n\nInes: Hello.", r"a\.vtt: no cue of it has a time\n  Export", id="no cue"),
        pytest.param(
            "a.txt", b"Dear Joost,\nsee you.", r"a\.txt: no line of it tells who said what\n  Give ", id="a letter"
        ),
        pytest.param(
            "a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), r"a\.png: no line of it tells who", id="a picture"
        ),
        pytest.param("a.json", b'{"a": 1,\n "b": }', r"a\.json:2: it is no JSON: ", id="broken JSON"),
        pytest.param(
            "a.json", b'{"a": 1}', r"a\.json: it is JSON, but no call\n  Give it the objects", id="other JSON"
        ),
        pytest.param("a.json", b'{"a":' * 9999, r"a\.json: (?:the JSON is nested|it is no JSON)", id="deep JSON"),
        pytest.param(
            "a.json", b'{"transcript": [1]}', r"a\.json transcript: it is no list of objects", id="a wrong list"
        ),
        pytest.param(
            "a.docx", b"PK\x03\x04rest", r"a\.docx: it is no \.docx that can be unpacked: ", id="half an archive"
        ),
        pytest.param(
            "a.docx", archive({"x": b""}), r"a\.docx: it is no \.docx that can be unpacked: ", id="another archive"
        ),
        pytest.param(
            "a.docx",
            archive({"word/document.xml": b" " * (17 << 20)}),
            r"a\.docx: word/document\.xml would unpack to 17,825,792 bytes, and 16,777,216 are the most\n  Split",
            id="a zip bomb",
        ),
        pytest.param(
            "a.docx",
            archive({"word/document.xml": b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d>&a;</d>'}),
            r"a\.docx: its XML cannot be read: a document type declaration is not allowed",
            id="an entity",
        ),
        pytest.param(
            "a.docx", archive({"word/document.xml": b"<d/>"}, ZIP_LZMA), r"a\.docx: word/document\.xml would", id="LZMA"
        ),
        pytest.param("a.pdf", b"%PDF-1.7\nrubbish", r"a\.pdf: the PDF is broken: ", id="a broken PDF"),
        pytest.param("a.txt", bytes(LONGEST + 1), r"a\.txt: the file has 33,554,433 bytes, and no", id="too large"),
    ],
)
def test_what_is_no_transcript_is_refused_with_the_place_and_the_fix(name: str, data: bytes, says: str) -> None:
    with pytest.raises(UpbeatError, match=rf"\A{says}"):
        read(name, data, WHEN)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({"start": "2026-03-03T10:00:00"}, "meeting.json start: '2026-03-03T10:00:00' is no time with an offset"),
        ({"start": 5}, "meeting.json start: '5' is no time with an offset"),
        ({"participants": ["Ines"]}, "meeting.json participants: it is no list of objects"),
        ({"medium": "fax"}, "meeting.json medium: 'fax' is none of " + ", ".join(Medium)),
    ],
)
def test_a_wrong_file_beside_a_transcript_names_the_field(found: dict[str, object], says: str) -> None:
    with pytest.raises(UpbeatError) as error:
        sidecar("meeting.json", json.dumps(found).encode())
    assert str(error.value).splitlines()[0] == says


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "line", ["0:01 | a | {0}x", "a {0} 0:01", "a{0}: b", "{0}", "[0:01] {0}", "1:1{0}", "<v {0}", "a:{0}"]
)
@pytest.mark.parametrize("filler", [" ", "\t", "|", "-", ":", "<", "a", "1", "\t|"])
def test_no_line_is_long_enough_to_keep_a_reader_busy(line: str, filler: str) -> None:
    long = line.format(filler * 40_000)
    for text in (f"0:01 Ines: Yes.\n{long}", f"WEBVTT\n\n00:01.000 --> 00:02.000\n{long}\n"):
        with suppress(UpbeatError):
            read("call", text.encode(), WHEN)


PIECES = st.sampled_from(
    [
        *(
            b"WEBVTT\n\n",
            b"00:00:01.000 --> 00:00:02.000\n",
            b"\n\n",
            b"<v Ines>",
            b"</v>",
            b"Ines: ",
            b"1\n",
            b"NOTE ",
        ),
        *(
            b"[00:01] ",
            b"10:59 PM ",
            b"0:07\n",
            b"99:99:99.9 --> ",
            b" 5 seconds\n",
            b"\xff\xfe",
            b"\x00",
            b"\xed\xa0\x80",
        ),
        *(
            b'{"transcript":[',
            b'{"speakerId":1,"sentences":[{"start":1e999,"end":-1,"text":"x"}]}',
            b"]}",
            b"&#xffffff;",
        ),
        *(
            b"PK\x03\x04",
            archive({"word/document.xml": b"<a/>"}),
            b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj",
            b"trailer",
        ),
    ]
)


@settings(max_examples=150)
@given(data=st.lists(PIECES | st.binary(max_size=20), max_size=14).map(b"".join))
def test_no_bytes_whatever_raise_anything_but_an_error_for_people(data: bytes) -> None:
    with suppress(UpbeatError):
        talk = read("call", data, WHEN)
        assert all(turn.text.strip() and turn.spoken >= 0 for turn in talk.turns)
        assert all(one.start <= after.start for one, after in pairwise(talk.turns))
