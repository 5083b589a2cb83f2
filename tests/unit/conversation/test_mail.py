from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.conversation import Attachment, Medium, Role
from upbeat.conversation.mail import Sort, read_mail
from upbeat.conversation.mail.markup import text_of
from upbeat.conversation.mail.quoting import newly_said

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
HEAD = """\
From: =?utf-8?q?Ren=C3=A9e_M=C3=BCller?= <Renee@Kunde.example>
To: "Shah, Priya" <priya.shah@acme.example>, ops@acme.example
Cc: PRIYA.SHAH@acme.example, undisclosed-recipients:;
Subject: =?utf-8?b?UmU6IEFuZ2Vib3Q=?=
Date: Sat, 31 Jan 2026 10:30:00 +0100
Message-ID: <abc@kunde.example>
References: <first@acme.example> <prev@acme.example>
In-Reply-To: <prev@acme.example>
"""


def mail(head: str = HEAD, body: str = "We sign by Friday.", kind: str = "text/plain; charset=utf-8") -> bytes:
    return f"{head}Content-Type: {kind}\n\n{body}\n".encode()


def of_parts(*attachments: tuple[str, str, bytes], text: str = "See the offer.", html: str = "") -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"] = "renee@kunde.example", "priya.shah@acme.example"
    letter.set_content(text)
    if html:
        letter.add_alternative(html, subtype="html")
    for name, kind, content in attachments:
        main, _, sub = kind.partition("/")
        letter.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return letter.as_bytes()


def test_a_mail_is_a_conversation_of_its_sender_and_its_recipients_each_once() -> None:
    found = read_mail(mail(), NOW).conversation
    assert (found.medium, found.title, found.source_id) == (Medium.EMAIL, "Re: Angebot", "<abc@kunde.example>")
    assert found.began == datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
    assert found.thread == ("<first@acme.example>", "<prev@acme.example>")
    assert [(one.name, one.address, one.role) for one in found.parties] == [
        ("Renée Müller", "renee@kunde.example", Role.SENDER),
        ("Shah, Priya", "priya.shah@acme.example", Role.TO),
        ("", "ops@acme.example", Role.TO),
    ]
    assert [(one.label, one.party, one.text) for one in found.turns] == [("Renée Müller", 0, "We sign by Friday.")]


def test_the_same_message_is_the_same_conversation_in_whichever_mailbox_it_lies() -> None:
    sent, received = mail(), mail("Received: by mx.acme.example\nX-Folder: INBOX\n" + HEAD)
    assert read_mail(sent, NOW).conversation.key == read_mail(received, NOW + timedelta(days=3)).conversation.key


def test_a_mail_without_a_message_id_is_known_by_what_is_in_it() -> None:
    bare = HEAD.replace("Message-ID: <abc@kunde.example>\n", "")
    one, again = (read_mail(mail(bare), NOW).conversation for _ in range(2))
    other = read_mail(mail(bare, "We do not sign."), NOW).conversation
    assert one.key == again.key != other.key
    assert "it has no Message-ID: it is known by what is in it" in one.odd


@pytest.mark.parametrize(
    ("date", "odd"),
    [
        ("", "it does not say when it was written: the time that it came counts"),
        ("Date: yesterday\n", "it does not say when it was written: the time that it came counts"),
        (
            "Date: Sun, 31 Jan 2038 10:30:00 +0100\n",
            "it says that it was written after it came: the time that it came counts",
        ),
    ],
)
def test_a_mail_whose_date_cannot_be_true_has_the_time_that_it_came(date: str, odd: str) -> None:
    head = HEAD.replace("Date: Sat, 31 Jan 2026 10:30:00 +0100\n", date)
    found = read_mail(mail(head), NOW).conversation
    assert (found.began, found.odd[-1]) == (NOW, odd)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("We sign.\n\nOn Fri, Jan 30, 2026 Priya wrote:\n> Do you?\n", "We sign.", id="an answer above"),
        pytest.param(
            "We sign.\n\nOn Fri, Jan 30, 2026 at 9:00 Priya Shah\n<priya@acme.example> wrote:\n\n> Do you?",
            "We sign.",
            id="an attribution over two lines",
        ),
        pytest.param(
            "> Do you sign?\n\nYes.\n\n> And when?\n\nFriday.", "Yes.\n\nFriday.", id="answers between the lines"
        ),
        pytest.param("Am 30.01.2026 schrieb Priya:\n> Wann?\n\nFreitag.", "Freitag.", id="an answer below, in German"),
        pytest.param(
            "We sign.\n\nFrom: Priya Shah\nSent: Friday\nTo: Renee\nSubject: Offer\n\nDo you sign?",
            "We sign.",
            id="Outlook",
        ),
        pytest.param(
            "We sign.\n\nVon: Priya\nGesendet: Freitag\nAn: Renee\nBetreff: Angebot\n\nUnd?",
            "We sign.",
            id="Outlook in German",
        ),
        pytest.param("FYI\n\n---------- Forwarded message ---------\nFrom: a\n\nold", "FYI", id="a forwarded mail"),
        pytest.param("We sign.\n\n-- \nRenee\nHead of Ops", "We sign.", id="a signature below two dashes"),
        pytest.param("We sign.\n\nBest regards,\nRenee Müller\nHead of Ops\n+49 30 123", "We sign.", id="a sign-off"),
        pytest.param("We sign.\n\nSent from my iPhone", "We sign.", id="a phone"),
        pytest.param(
            "We sign.\n\nThanks,\nRenee\n\nPS: The budget is 50k.", "We sign.\n\nPS: The budget is 50k.", id="a PS"
        ),
        pytest.param(
            "Thanks!\nWe will sign the contract by Friday next week.",
            "Thanks!\nWe will sign the contract by Friday next week.",
            id="thanks that end nothing",
        ),
        pytest.param("From: what I heard we sign.", "From: what I heard we sign.", id="a From that is no header"),
        pytest.param("> only\n> quoted", "", id="nothing new"),
        pytest.param(
            "Our CFO Jonas approves everything above fifty thousand, which is\nwhat you asked.\n\n- one\n- two",
            "Our CFO Jonas approves everything above fifty thousand, which is what you asked.\n\n- one\n- two",
            id="a wrapped line",
        ),
    ],
)
def test_what_counts_as_said_is_what_the_sender_wrote_for_this_mail(body: str, said: str) -> None:
    found = read_mail(mail(body=body), NOW).conversation
    assert "\n".join(one.text for one in found.turns) == said
    assert found.text == body.rstrip()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param("<p>One</p><p>Two &amp; &lt;three&gt;</p>", "One\n\nTwo & <three>", id="paragraphs and entities"),
        pytest.param("a<br>b<br/>c<div>d</div>e", "a\nb\nc\nd\ne", id="lines"),
        pytest.param("<ul><li>one<li>two</ul>", "- one\n- two", id="a list that is left open"),
        pytest.param("<style>p{}</style><script>x='</p>'</script>said<!-- not --> more", "said more", id="scripts"),
        pytest.param("<div style='display:none'>hidden <div>in</div> it</div>seen", "seen", id="hidden"),
        pytest.param("<blockquote>old<div>older</div></blockquote>new", "> old\n> older\n\nnew", id="quoted"),
        pytest.param(
            '<div class="gmail_quote">On x wrote:<blockquote>q</blockquote></div>n',
            "> On x wrote:\n\n> > q\n\nn",
            id="Gmail",
        ),
        pytest.param("3 < 4 and <b>5</b> > 4", "3 < 4 and 5 > 4", id="signs that are no tags"),
        pytest.param('<a title="a > b" href="x">link</a>', "link", id="a sign within quotes"),
        pytest.param("said <a href", "said <a href", id="a tag that never ends"),
        pytest.param("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc", id="a table"),
    ],
)
def test_html_is_read_as_its_reader_sees_it(html: str, text: str) -> None:
    assert text_of(html) == text


def test_html_that_quotes_an_earlier_mail_says_only_what_is_new() -> None:
    html = '<p>We sign.</p><div class="gmail_quote">On Fri Priya wrote:<blockquote><p>Do you?</p></blockquote></div>'
    found = read_mail(mail(body=html, kind="text/html"), NOW).conversation
    assert [one.text for one in found.turns] == ["We sign."]
    assert "> > Do you?" in found.text


def test_plain_text_is_read_before_html_unless_it_only_says_that_there_is_html() -> None:
    both = of_parts(text="The plain words of this mail.", html="<p>The marked words of this mail.</p>")
    stub = of_parts(text="Open in a browser", html=f"<p>{'The marked words of this mail. ' * 5}</p>")
    assert read_mail(both, NOW).conversation.text == "The plain words of this mail."
    assert read_mail(stub, NOW).conversation.text.startswith("The marked words")


def test_what_is_attached_is_named_with_its_size_and_is_not_opened() -> None:
    raw = of_parts(
        ("../../offer.pdf", "application/pdf", b"%PDF-1.7 poison"), ("a.zip", "application/zip", b"PK\x03\x04")
    )
    assert read_mail(raw, NOW).conversation.attachments == (
        Attachment("offer.pdf", "application/pdf", 15),
        Attachment("a.zip", "application/zip", 4),
    )


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        pytest.param("iso-8859-1", "Grüße für 5 €".encode("cp1252"), "Grüße für 5 €", id="what calls itself Latin-1"),
        pytest.param("", "Grüße".encode(), "Grüße", id="none, and UTF-8"),
        pytest.param("", "Grüße".encode("cp1252"), "Grüße", id="none, and Windows"),
        pytest.param("x-unknown", "Grüße".encode(), "Grüße", id="one that nobody knows"),
        pytest.param("shift_jis", "契約".encode("cp932"), "契約", id="Japanese"),
        pytest.param("zlib", b"plain", "plain", id="no charset at all"),
        pytest.param("punycode", b"a-b", "a-b", id="one that no mail is written in"),
    ],
)
def test_a_text_is_read_in_the_charset_that_it_is_in(charset: str, raw: bytes, text: str) -> None:
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    letter = f"From: a@b.example\nContent-Type: {kind}\nContent-Transfer-Encoding: 8bit\n\n".encode() + raw
    assert read_mail(letter, NOW).conversation.text == text


@pytest.mark.parametrize(
    ("head", "sort"),
    [
        ("", Sort.PERSONAL),
        ("Auto-Submitted: auto-replied\n", Sort.REPLY),
        ("X-Autoreply: yes\n", Sort.REPLY),
        ("Subject: Automatic reply: Offer\n", Sort.REPLY),
        ("Subject: Abwesenheitsnotiz: Angebot\n", Sort.REPLY),
        ("Auto-Submitted: auto-generated\n", Sort.NOTICE),
        ("Precedence: bulk\n", Sort.BULK),
        ("List-Unsubscribe: <https://news.example>\n", Sort.BULK),
        ("List-Unsubscribe: <https://list.example>\nIn-Reply-To: <a@b.example>\n", Sort.PERSONAL),
        ("From: Mail Delivery System <MAILER-DAEMON@mx.example>\n", Sort.BOUNCE),
    ],
)
def test_what_a_machine_wrote_is_told_from_what_a_person_wrote(head: str, sort: Sort) -> None:
    own = "" if head.startswith("From") else "From: a@b.example\n"
    assert read_mail(mail(own + head), NOW).sort is sort


def test_a_bounce_tells_whom_it_could_not_reach() -> None:
    report = (
        "--x\nContent-Type: text/plain\n\nIt failed.\n--x\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.acme.example\n\nFinal-Recipient: rfc822; gone@kunde.example\nStatus: 5.1.1\n\n--x--"
    )
    found = read_mail(mail(body=report, kind="multipart/report; report-type=delivery-status; boundary=x"), NOW)
    assert (found.sort, found.why) == (Sort.BOUNCE, "it could not be delivered to gone@kunde.example")


def test_an_invitation_by_mail_is_given_as_a_calendar() -> None:
    raw = of_parts(("invite.ics", "text/calendar", b"BEGIN:VCALENDAR"))
    found = read_mail(raw, NOW)
    assert (found.sort, [one.strip() for one in found.calendars]) == (Sort.CALENDAR, [b"BEGIN:VCALENDAR"])


BOMBS = {
    "parts within parts": b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(5_000)
    ),
    "mails within mails": b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\n" * 5_000,
    "a hundred thousand parts": b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 100_000 + b"--x--",
    "tags that never close": b"Content-Type: text/html\n\n" + b"<a <b " * 50_000,
    "elements two hundred thousand deep": b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
    "quotes thirty thousand deep": b"Content-Type: text/html\n\n" + b"<blockquote>x" * 30_000,
    "open quotes in tags": b"Content-Type: text/html\n\n" + b'<a b="> ' * 50_000,
    "comments that never close": b"Content-Type: text/html\n\n" + b"<!-- " * 100_000,
    "comments within comments": b"From: " + b"(" * 90_000 + b"\n\nsaid",
    "a line of signs": b"Subject: x\n\n" + b">" * 1_000_000,
    "attributions without end": b"Subject: x\n\n" + b"On Monday somebody said\n" * 20_000,
    "sign-offs without end": b"Subject: x\n\n" + b"Thanks,\nthat was a long and winding road to here\n" * 20_000,
    "encoded words without end": b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\n\nsaid",
    "ids without end": b"References: " + b"<a@b> " * 100_000 + b"\n\nsaid",
}


@pytest.mark.timeout(10)
@pytest.mark.parametrize("name", BOMBS)
def test_no_mail_keeps_its_reader_busy(name: str) -> None:
    found = read_mail(BOMBS[name], NOW).conversation
    assert len(found.text) <= 500_000
    assert len(found.thread) <= 100


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_as_a_mail_without_a_fault(raw: bytes) -> None:
    found = read_mail(raw, NOW).conversation
    assert found.key == read_mail(raw, NOW).conversation.key


@given(st.text(alphabet=st.sampled_from("ab <>/&;\"'!-=\n"), max_size=200))
def test_any_markup_is_read_without_a_fault_and_leaves_no_element(markup: str) -> None:
    assert "<b>" not in text_of(markup.replace("&", "").replace("<b", "<b>"))


@given(
    st.lists(st.sampled_from(["We sign.", "> old", "", "Thanks,", "On Monday Ann wrote:", "-- ", "From: a", "To: b"]))
)
def test_whatever_is_said_newly_stands_in_the_mail(lines: list[str]) -> None:
    body = "\n".join(lines)
    assert all(line in body for line in newly_said(body).split("\n"))
