import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from imap_server import PASSWORD, USER, ImapServer
from upbeat.base import ManualClock, SystemClock
from upbeat.channels import Security
from upbeat.channels.capture import (
    Batch,
    Folder,
    Imap,
    Inbox,
    Mailbox,
    SourceAwayError,
    UnsignedError,
    signature,
    verified,
)
from upbeat.channels.capture.imap import _ranges
from upbeat.channels.capture.signed import key_of

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
KEY = bytes(range(32))
Box = Callable[..., Imap]


def put(file: Path, content: bytes = b"said", age: float = 60) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (NOW.timestamp() - age, NOW.timestamp() - age))


def names(folder: Path, position: dict[str, str] | None = None) -> list[str]:
    return [one.name for one in Folder(folder, ManualClock(NOW)).after(position or {}, 100).pieces]


def test_a_file_that_is_still_written_is_left_until_nobody_writes_to_it(tmp_path: Path) -> None:
    put(tmp_path / "whole.vtt")
    put(tmp_path / "fresh.vtt", age=2)
    for name in (".hidden.vtt", "call.vtt.part", "call.vtt.crdownload", "~$notes.docx", "notes.txt~"):
        put(tmp_path / name)
    assert names(tmp_path) == ["whole.vtt"]


def test_a_file_that_was_moved_in_with_an_old_time_is_not_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "new.vtt")
    position = Folder(tmp_path, ManualClock(NOW)).after({}, 100).position
    put(tmp_path / "moved.vtt", age=9_000_000)
    assert names(tmp_path, dict(position)) == ["moved.vtt"]


def test_who_took_part_lies_beside_a_transcript_whichever_of_the_two_came_first(tmp_path: Path) -> None:
    put(tmp_path / "2026/call/transcript.vtt")
    source = Folder(tmp_path, ManualClock(NOW))
    first = source.after({}, 100)
    assert [(one.name, dict(one.beside)) for one in first.pieces] == [("2026/call/transcript.vtt", {})]
    put(tmp_path / "2026/call/meeting.json", b"{}")
    [again] = source.after(first.position, 100).pieces
    assert dict(again.beside) == {"meeting.json": b"{}"}


def test_of_a_folder_of_one_meeting_the_transcript_alone_is_a_conversation(tmp_path: Path) -> None:
    for name in ("call/transcript.vtt", "call/meeting.json", "call/labels.json", "other.vtt"):
        put(tmp_path / name)
    assert names(tmp_path) == ["call/transcript.vtt", "other.vtt"]


def test_a_link_is_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere/secret.txt")
    put(tmp_path / "here/call.vtt")
    (tmp_path / "here/link.txt").symlink_to(tmp_path / "elsewhere/secret.txt")
    (tmp_path / "here/below").symlink_to(tmp_path / "elsewhere")
    assert names(tmp_path / "here") == ["call.vtt"]


def test_a_file_that_cannot_be_read_is_told_and_not_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upbeat.channels.capture.folder.LARGEST", 3)
    put(tmp_path / "call.vtt")
    [piece] = Folder(tmp_path, ManualClock(NOW)).after({}, 100).pieces
    assert (piece.content, piece.broken) == (b"", "it has 4 bytes, and 3 are the most that is read")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ImapServer]:
    with ImapServer(tmp_path) as one:
        yield one


@pytest.fixture
def box() -> Iterator[Callable[..., Imap]]:
    with ExitStack() as held:

        def made(server: ImapServer, **more: Any) -> Imap:
            plain = {"host": "localhost", "port": server.port, "security": Security.NONE, "username": USER}
            told = {"password": PASSWORD, "timeout": timedelta(seconds=2)}
            return held.enter_context(closing(Imap(Mailbox(**plain | told | more), SystemClock())))

        yield made


def subjects(found: Batch) -> list[str]:
    return [one.content.partition(b"\r\n")[0].decode() for one in found.pieces]


def test_a_mailbox_is_read_and_nothing_in_it_is_marked(server: ImapServer, box: Box) -> None:
    server.put(b"Subject: a\r\n\r\nsaid")
    assert subjects(box(server).after({}, 10)) == ["Subject: a"]
    assert server.flags() == [set()]


def test_drafts_and_what_was_thrown_away_are_not_read(server: ImapServer, box: Box) -> None:
    server.put(b"Subject: draft\r\n\r\n", flags=["\\Draft"])
    server.put(b"Subject: deleted\r\n\r\n", flags=["\\Deleted"])
    server.put(b"Subject: said\r\n\r\n", flags=["\\Seen"])
    assert subjects(box(server).after({}, 10)) == ["Subject: said"]


def test_several_mailboxes_are_read_each_from_where_it_stands(server: ImapServer, box: Box) -> None:
    server.put(b"Subject: in\r\n\r\n")
    server.put(b"Subject: out\r\n\r\n", folder="Gesendete Objekte")
    source = box(server, folders=("INBOX", "Gesendete Objekte"))
    first = source.after({}, 10)
    assert subjects(first) == ["Subject: in", "Subject: out"]
    server.put(b"Subject: again\r\n\r\n", folder="Gesendete Objekte")
    assert subjects(source.after(first.position, 10)) == ["Subject: again"]


def test_a_mailbox_that_was_made_anew_is_read_from_its_beginning(server: ImapServer, box: Box) -> None:
    server.put(b"Subject: a\r\n\r\n", b"Subject: b\r\n\r\n", folder="Sent")
    source = box(server, folders=("Sent",))
    position = source.after({}, 10).position
    server.remake("Sent")
    server.put(b"Subject: a\r\n\r\n", folder="Sent")
    assert subjects(source.after(position, 10)) == ["Subject: a"]


def test_only_mail_from_a_day_on_is_read_where_a_day_is_named(server: ImapServer, box: Box) -> None:
    server.put(b"Subject: old\r\n\r\n", at=datetime(2025, 12, 31, tzinfo=UTC))
    server.put(b"Subject: new\r\n\r\n", at=datetime(2026, 1, 2, tzinfo=UTC))
    assert subjects(box(server, since=date(2026, 1, 1)).after({}, 10)) == ["Subject: new"]


def test_a_connection_that_was_lost_is_made_anew(server: ImapServer, box: Box) -> None:
    source = box(server)
    position = source.after({}, 10).position
    server.put(b"Subject: a\r\n\r\n")
    server.cut()
    assert subjects(source.after(position, 10)) == ["Subject: a"]
    assert server.connections == 2


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"password": "wrong"}, "the mailbox of upbeat: it refuses the login of upbeat"),
        ({"folders": ("Nowhere",)}, "the mailbox of upbeat: it refuses"),
        ({"security": Security.STARTTLS}, "the mailbox of upbeat: "),
    ],
)
def test_a_mailbox_that_cannot_be_read_says_why(server: ImapServer, box: Box, more: dict[str, Any], why: str) -> None:
    with pytest.raises(SourceAwayError) as error:
        box(server, **more).after({}, 10)
    assert error.value.what.startswith(why)
    assert PASSWORD not in str(error.value)


def test_a_certificate_that_nobody_trusts_ends_the_connection_before_anything_is_said(tmp_path: Path, box: Box) -> None:
    with ImapServer(tmp_path, "tls") as server, pytest.raises(SourceAwayError, match="certificate is not trusted"):
        box(server, security=Security.TLS).reach()


@given(st.sets(st.integers(1, 60)))
def test_uids_written_as_ranges_are_the_same_uids(uids: set[int]) -> None:
    ends = [one.partition(":") for one in _ranges(sorted(uids)).split(",") if one]
    assert {uid for first, _, last in ends for uid in range(int(first), int(last or first) + 1)} == uids


def headers(at: datetime = NOW, key: bytes = KEY, body: bytes = b"{}", delivery: str = "msg_1") -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    signed = signature(key, delivery, stamp, body)
    return {"webhook-id": delivery, "webhook-timestamp": stamp, "webhook-signature": signed}


def test_the_signature_is_that_of_standard_webhooks() -> None:
    # the example of the specification's reference libraries (standard-webhooks, libraries/python/tests)
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    assert signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_delivery_that_is_signed_now_is_taken() -> None:
    assert verified(KEY, headers(), b"{}", NOW) == "msg_1"
    several = {**headers(), "webhook-signature": f"v1,AAAA {headers()['webhook-signature']}"}
    assert verified(KEY, several, b"{}", NOW) == "msg_1"


@pytest.mark.parametrize(
    ("told", "body"),
    [
        pytest.param(headers(), b"{ }", id="another body"),
        pytest.param(headers(key=bytes(32)), b"{}", id="another secret"),
        pytest.param(headers(NOW - timedelta(minutes=6)), b"{}", id="replayed later"),
        pytest.param(headers(NOW + timedelta(minutes=6)), b"{}", id="from a time to come"),
        pytest.param({**headers(), "webhook-id": "msg_2"}, b"{}", id="another id"),
        pytest.param({**headers(), "webhook-timestamp": "١٧٦٩"}, b"{}", id="a time in other digits"),
        pytest.param({**headers(), "webhook-signature": ""}, b"{}", id="no signature"),
        pytest.param({**headers(), "webhook-signature": "v1,ü"}, b"{}", id="no base64"),
        pytest.param({}, b"{}", id="nothing at all"),
    ],
)
def test_a_delivery_that_proves_no_secret_is_refused(told: dict[str, str], body: bytes) -> None:
    with pytest.raises(UnsignedError):
        verified(KEY, told, body, NOW)


@pytest.mark.law(3)
def test_the_same_delivery_is_kept_once_also_when_it_was_taken_meanwhile(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, AESGCM(KEY), ManualClock(NOW))
    assert inbox.put("msg_1", "call.json", b"{}")
    assert not inbox.put("msg_1", "call.json", b"{}")
    position = inbox.after({}, 10).position
    assert inbox.after(position, 10).pieces == ()
    assert not inbox.put("msg_1", "call.json", b"{}")


def test_what_waits_in_an_inbox_is_closed_and_leaves_when_it_is_taken(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, AESGCM(KEY), ManualClock(NOW))
    inbox.put("msg_1", "call.json", b"the CFO signs")
    [file] = tmp_path.iterdir()
    assert (file.stat().st_mode & 0o777, b"CFO" in file.read_bytes()) == (0o600, False)
    inbox.after(inbox.after({}, 10).position, 10)
    assert file.stat().st_size == 0


def test_a_delivery_that_was_sealed_with_another_key_is_told(tmp_path: Path) -> None:
    Inbox(tmp_path, AESGCM(KEY), ManualClock(NOW)).put("msg_1", "call.json", b"{}")
    [piece] = Inbox(tmp_path, AESGCM(bytes(32)), ManualClock(NOW)).after({}, 10).pieces
    assert piece.broken == "it was sealed with a key that is not at hand"
