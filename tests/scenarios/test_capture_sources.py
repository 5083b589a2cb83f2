"""What lies in folders, mailboxes and inboxes is taken by the engine itself: each once, whatever happens meanwhile."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import func, select
from tests.scenarios import talked

from imap_server import PASSWORD, USER, ImapServer
from upbeat.app import Serving
from upbeat.base import UpbeatError, encode
from upbeat.channels.capture import Receiver, key_of, signature
from upbeat.operations import capture
from upbeat.store import tables
from upbeat.testing import House
from upbeat.workflows import load_capture

AE = talked.AE
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="
MEETING = b"""{"title": "Pumps", "start": "2026-01-30T10:00:00+01:00", "duration_s": 60, "participants":
[{"name": "Joost Kramer", "email": "joost@dyke.example"}, {"name": "Maya Chen", "email": "maya.chen@acme.example"}]}"""
_IDS = count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with ImapServer(tmp_path_factory.mktemp("imap")) as one:
        yield one


@pytest.fixture(scope="module")
def house(server: ImapServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    recordings, signups = tmp_path_factory.mktemp("recordings"), tmp_path_factory.mktemp("signups")
    box = f"{{host: localhost, port: {server.port}, security: none, username: {USER}, secret_env: UPBEAT_TEST_BOX}}"
    written = f"""\
owner: priya.shah@acme.example
internal: [acme.example]
exclude: {{domains: [lawyers.example]}}
sources:
  - {{source: recordings, folder: {{path: '{recordings}'}}}}
  - {{source: mailbox, imap: {box}}}
  - {{source: recorder, webhook: {{secret_env: UPBEAT_TEST_HOOK}}}}
  - source: demo-form
    webhook: {{secret_env: UPBEAT_TEST_HOOK}}
    signals: {{kind: form, id: id, topic: form, address: email, text: message}}
  - source: signups
    folder: {{path: '{signups}'}}
    signals: {{kind: signup, id: user, topic: plan, address: email, company: company}}
  - source: intent
    webhook: {{secret_env: UPBEAT_TEST_HOOK}}
    signals: {{kind: intent, each: surges, topic: topic, company: company, score: score}}
"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPBEAT_TEST_BOX", PASSWORD)
        patch.setenv("UPBEAT_TEST_HOOK", SECRET)
        server.put(folder="Sent")
        with House(
            only=["missing-next-step"], files={**talked.files("EmailMessage", "Task"), "capture.yaml": written}
        ) as one:
            account = one.create("Account", Name="Dyke Works")
            one.create("Contact", FirstName="Joost", LastName="Kramer", Email="joost@dyke.example", AccountId=account)
            one.promote("log-emailmessage", "log-task")
            yield one


def mail(at: datetime, sender: str = "joost@dyke.example", to: str = AE, **more: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Date"] = sender, to, format_datetime(at)
    letter["Subject"] = more.get("subject", "The pumps")
    letter["Message-ID"] = more.get("id", f"<{next(_IDS)}@dyke.example>")
    letter.set_content(more.get("text", "We sign by Friday."))
    return letter.as_bytes()


def settled(house: House, name: str, content: bytes, source: str = "recordings") -> Path:
    [source] = [one for one in load_capture(house.folder).sources if one.source == source]
    file = Path(source.folder.path) / name
    file.write_bytes(content)
    at = house.clock.now().timestamp() - 60
    os.utime(file, (at, at))
    return file


def logged(house: House, subject: str) -> int:
    return len(house.query(f"SELECT Id FROM EmailMessage WHERE Subject = '{subject}'"))


def test_a_mail_is_logged_once_wherever_it_lies(house: House, server: ImapServer) -> None:
    one = mail(house.clock.now(), subject="Everywhere")
    server.put(one)
    server.put(one, folder="Sent")
    settled(house, "copy.eml", one)
    house.play()
    house.play("1 minute")
    assert logged(house, "Everywhere") == 1


def test_newsletters_and_automatic_replies_are_set_aside_and_are_no_failures(house: House, server: ImapServer) -> None:
    before = kept(house)
    server.put(mail(house.clock.now(), subject="Automatic reply: The pumps"))
    house.play()
    assert (kept(house), capture.watch(house.space.house).unread) == (before, ())


def kept(house: House) -> int:
    with house.space.store.reading() as conn:
        return conn.scalar(select(func.count()).select_from(tables.conversations)) or 0


def standing(house: House, source: str) -> capture.Standing:
    return next(one for one in capture.standings(house.space.house) if one.source == source)


@pytest.mark.law(13)
def test_what_capture_yaml_keeps_out_is_not_stored(house: House, server: ImapServer) -> None:
    at = house.clock.now()
    server.put(mail(at, "counsel@lawyers.example", text="privileged words"))
    server.put(mail(at, "priya.shah@acme.example", text="internal words"))
    before = len(capture.listed(house.space.house, state="kept"))
    house.play()
    assert len(capture.listed(house.space.house, state="kept")) == before
    assert {one.why for one in capture.listed(house.space.house, state="excluded")} == {
        "somebody of lawyers.example takes part, which is kept out",
        "all 2 who took part are our own people",
    }


def test_a_signed_delivery_is_on_the_disk_before_its_answer_and_logged_by_the_next_run(house: House) -> None:
    body = mail(house.clock.now(), subject="Delivered")
    with Serving(Receiver(house.space.capturing.posts(), house.clock), host="127.0.0.1", port=0) as hooks:
        sent = [deliver(house, hooks.url, body) for _ in range(2)]
        forged = deliver(house, hooks.url, body, signed=body + b"x")
        unknown = deliver(house, hooks.url, body, source="nobody")
        strange = deliver(house, hooks.url, body, kind="video/mp4", delivery="msg_2")
        huge = deliver(house, hooks.url, b"x" * 5_000_001, delivery="msg_3")
    assert [one.status_code for one in sent] == [202, 202]
    assert [one.json()["status"] for one in sent] == ["kept", "known already"]
    assert [one.status_code for one in (forged, unknown, strange, huge)] == [401, 404, 415, 413]
    house.play()
    assert logged(house, "Delivered") == 1


def deliver(
    house: House, url: str, body: bytes, *, signed: bytes = b"", source: str = "recorder",
    kind: str = "message/rfc822", delivery: str = "msg_1",
) -> httpx2.Response:  # fmt: skip
    stamp = str(int(house.clock.now().timestamp()))
    headers = {
        "Content-Type": kind,
        "webhook-id": delivery,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(key_of(SECRET), delivery, stamp, signed or body),
    }
    return httpx2.post(f"{url}/capture/{source}", content=body, headers=headers, trust_env=False)


def test_a_file_that_cannot_be_read_is_told_and_read_again_when_it_is_mended(house: House) -> None:
    settled(house, "call.vtt", b"WEBVTT\n\nnothing")
    house.play()
    assert standing(house, "recordings").unread == 1
    assert [(one.name, one.source) for one in capture.watch(house.space.house).unread] == [("call.vtt", "recordings")]
    said = b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Joost Kramer>We sign.</v>\n"
    settled(house, "call.vtt", said).with_name("meeting.json").write_bytes(MEETING)
    house.play()
    assert (standing(house, "recordings").unread, capture.watch(house.space.house).unread) == (0, ())


@pytest.mark.law(13)
def test_a_files_name_that_says_what_may_not_be_kept_stands_nowhere_in_the_store(house: House) -> None:
    about = {"id": "quux", "title": "Dismissal of Bob Quux", "started": "2026-01-30T10:00:00+01:00", "duration": 60}
    excluded = settled(house, "Dismissal of Bob Quux.json", encode({"metaData": about}).encode())
    unread = settled(house, "Termination Bob Quux.vtt", b"WEBVTT\n\nnothing")
    house.play()
    assert capture.look_for_misses(house.space.house, house.clock.now()) is not None
    assert unread.name in {one.name for one in capture.watch(house.space.house).unread}
    with house.space.store.reading() as conn:
        kept = [str(row) for table in tables.metadata.sorted_tables for row in conn.execute(select(table))]
    assert len(kept) > 10
    assert not [row for row in kept if "Quux" in row]
    excluded.unlink()
    unread.unlink()


def test_a_source_that_is_away_is_told_holds_up_no_other_and_goes_on_where_it_stood(house: House) -> None:
    folder = settled(house, "gone.eml", mail(house.clock.now(), subject="Gone")).parent
    folder.rename(folder.with_name("moved"))
    house.play()
    assert standing(house, "recordings").away.startswith(f"{folder}: the folder cannot be read")
    assert not standing(house, "mailbox").away
    folder.with_name("moved").rename(folder)
    house.play("1 minute")
    assert (standing(house, "recordings").away, logged(house, "Gone")) == ("", 1)


def test_a_capture_yaml_that_is_wrong_captures_nothing(house: House, server: ImapServer) -> None:
    file = house.folder / "capture.yaml"
    written = file.read_text()
    file.write_text(written.replace("exclude:", "excluded:"))
    before = kept(house)
    server.put(mail(house.clock.now(), "counsel@lawyers.example"))
    house.play()
    assert kept(house) == before
    file.write_text(written)
    house.play()
    assert kept(house) == before + 1


@pytest.mark.law(2)
@pytest.mark.law(3)
def test_what_was_taken_and_how_far_it_was_read_are_kept_together_or_not_at_all(
    house: House, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put(mail(house.clock.now(), subject="Crashed"))
    before = kept(house)
    with monkeypatch.context() as patch:
        patch.setattr("upbeat.operations.capture.from_sources._note_batch", crash)
        with pytest.raises(RuntimeError):
            house.space.capturing(house.clock.now())
    assert kept(house) == before
    house.play()
    assert (kept(house), logged(house, "Crashed")) == (before + 1, 1)


def crash(*_: object) -> None:
    raise RuntimeError("killed")


def test_words_are_erased_when_capture_yaml_says_and_what_was_logged_stays(house: House, server: ImapServer) -> None:
    server.put(mail(house.clock.now(), subject="Old words"))
    house.play()
    file = house.folder / "capture.yaml"
    written = file.read_text()
    file.write_text(f"{written}keep: {{days: 30}}\n")
    assert capture.erase_outdated(house.space.house, house.clock.now()) is None
    later = house.clock.now() + timedelta(days=31)
    assert capture.erase_outdated(house.space.house, later) is not None
    file.write_text(written)
    assert logged(house, "Old words") == 1
    assert {one.state for one in capture.listed(house.space.house)} <= {"erased", "excluded", "unread"}


def test_words_that_are_not_kept_go_once_every_workflow_has_read_them(house: House, server: ImapServer) -> None:
    file = house.folder / "capture.yaml"
    written = file.read_text()
    file.write_text(f"{written}keep: {{transcripts: false}}\n")
    server.put(mail(house.clock.now(), subject="Brief words"))
    house.space.capturing(house.clock.now())
    assert capture.erase_outdated(house.space.house, house.clock.now()) is None
    house.play()
    assert capture.erase_outdated(house.space.house, house.clock.now()) == {"erased": 1}
    file.write_text(written)


def invitation(at: datetime, *, method: str = "REQUEST", version: int = 0, who: str = "joost@dyke.example") -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Message-ID"] = who, AE, f"<{next(_IDS)}@dyke.example>"
    letter.set_content("You are invited.")
    told = (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:pump-review\r\n"
        f"SEQUENCE:{version}\r\nSUMMARY:Pump review\r\nDTSTART:{at:%Y%m%dT%H%M%SZ}\r\nDURATION:PT30M\r\n"
        f"ORGANIZER:mailto:{who}\r\nATTENDEE:mailto:{AE}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    letter.add_attachment(told.encode(), maintype="text", subtype="calendar", params={"method": method})
    return letter.as_bytes()


def meetings(house: House) -> list[str]:
    found = [one for one in capture.listed(house.space.house, state="kept") if one.medium == "meeting"]
    return [f"{one.began:%d %H:%M}" for one in found if one.source == "Calendar"]


def test_a_meeting_is_taken_when_it_begins_as_it_was_told_last(house: House, server: ImapServer) -> None:
    at = house.clock.now() + timedelta(hours=1)
    before = meetings(house)
    server.put(invitation(at))
    house.play()
    moved = at + timedelta(hours=3)
    server.put(invitation(moved, version=1))
    house.play("2 hours")
    assert meetings(house) == before
    house.play("3 hours")
    assert meetings(house) == [f"{moved:%d %H:%M}", *before]


def test_a_meeting_that_is_cancelled_before_it_begins_is_not_taken(house: House, server: ImapServer) -> None:
    at = house.clock.now() + timedelta(hours=1)
    before = meetings(house)
    for method in ("REQUEST", "CANCEL"):
        server.put(invitation(at, method=method, version=7).replace(b"pump-review", b"other-review"))
    house.play("2 hours")
    house.play("1 minute")
    assert meetings(house) == before


def test_a_password_is_kept_once_the_mailbox_lets_us_in(house: House, server: ImapServer) -> None:
    file = house.folder / "capture.yaml"
    written = file.read_text()
    box = f"{{host: localhost, port: {server.port}, security: none, username: {USER}, kept: secret, folders: [Other]}}"
    file.write_text(f"{written}  - {{source: other-box, imap: {box}}}\n")
    server.put(mail(house.clock.now(), subject="Kept"), folder="Other")
    other = house.space.capturing.named("other-box")
    with pytest.raises(UpbeatError, match="refuses the login"):
        house.space.capturing.connect(other, "wrong", in_file=True)
    house.play()
    assert "Run `upbeat capture connect other-box`." in standing(house, "other-box").away
    house.space.capturing.connect(other, PASSWORD, in_file=True)
    house.play("1 minute")
    assert (standing(house, "other-box").away, logged(house, "Kept")) == ("", 1)
    file.write_text(written)


def test_a_form_a_signup_and_intent_data_become_tasks_on_whom_they_are_of(house: House) -> None:
    form = {"id": "f-1", "form": "Request a demo", "email": "joost@dyke.example", "message": "We lose pumps."}
    intent = {"surges": [{"company": "Dyke Works", "topic": "pump care", "score": 87}]}
    with Serving(Receiver(house.space.capturing.posts(), house.clock), host="127.0.0.1", port=0) as hooks:
        for source, content in (("demo-form", form), ("intent", intent)):
            more = {"source": source, "kind": "application/json", "delivery": source}
            assert deliver(house, hooks.url, encode(content).encode(), **more).status_code == 202
    settled(house, "users.csv", b"user,plan,email,company\n7,Trial,joost@dyke.example,Dyke Works\n", source="signups")
    house.play()
    found = house.query("SELECT Subject, Status, Description, WhoId FROM Task ORDER BY Subject")
    assert [(one["Subject"], one["Status"], bool(one["WhoId"])) for one in found] == [
        ("Form: Request a demo", "Not Started", True),
        ("Intent: pump care (87)", "Not Started", False),
        ("Signup: Trial", "Not Started", True),
    ]
    assert "message: We lose pumps." in found[0]["Description"]


def test_a_mailbox_that_is_read_twice_gives_one_set_of_records(house: House, server: ImapServer) -> None:
    began = house.clock.now() - timedelta(days=365)
    mails = [mail(began + timedelta(hours=17 * number), subject=f"Day {number}") for number in range(500)]
    before = kept(house)
    server.put(*mails)
    while house.space.capturing(house.clock.now()):
        pass
    first = kept(house)
    server.remake("Sent")
    server.put(*mails, folder="Sent")
    while house.space.capturing(house.clock.now()):
        pass
    assert (first, kept(house)) == (before + 500, before + 500)
    with house.space.store.reading() as conn:
        items = conn.scalar(select(func.count()).select_from(tables.items).where(tables.items.c.state == "ready"))
    assert items == 500
