"""What every way of sending mail promises beside: nobody breaks out of a header, and mail readers know what is one."""

from typing import Any

import pytest

from upbeat.channels import ChannelAwayError, NotNowError, RefusedMessageError


def test_many_messages_go_over_one_connection(line: Any) -> None:
    line.send(*(line.message(number) for number in range(5)))
    assert [mail.subject for mail in line.box] == [f"Lowell {number} moves to Commit" for number in range(5)]
    assert line.host.connections <= 2  # with STARTTLS one says hello twice


def test_nobody_hears_of_the_other_recipients(line: Any) -> None:
    others = ["dana.whitfield@acme.example", "rowan.ellis@acme.example"]
    line.send(*(line.message(number, to=one) for number, one in enumerate(others)))
    assert [(mail.recipients, str(mail.letter["To"])) for mail in line.box] == [((one,), one) for one in others]


def test_the_same_message_sent_again_is_recognisable(line: Any) -> None:
    line.send(line.message(7), line.message(7), line.message(8))
    keys = [mail.letter["Message-ID"] for mail in line.box]
    assert keys[0] == keys[1] == f"<{7:064x}@acme.example>" != keys[2]


def test_messages_of_one_thread_refer_to_it(line: Any) -> None:
    line.send(line.message(1, thread="review-3f2a"), line.message(2, thread="review-3f2a"))
    assert {str(mail.letter["References"]) for mail in line.box} == {"<review-3f2a@acme.example>"}


def test_no_machine_is_asked_to_answer(line: Any) -> None:
    line.send(line.message())
    assert line.box[0].letter["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_what_the_server_refuses_for_good_is_refused_and_the_next_one_goes(line: Any, step: str) -> None:
    line.host.next(step, "550 5.1.1 no such person")
    with line.channel as channel:
        with pytest.raises(RefusedMessageError, match="no such person"):
            channel.send(line.message(1))
        channel.send(line.message(2))
    assert [mail.subject for mail in line.box] == ["Lowell 2 moves to Commit"]


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_what_the_server_wants_later_has_not_left(line: Any, step: str) -> None:
    line.host.next(step, "450 4.7.1 greylisted")
    with line.channel as channel:
        with pytest.raises(NotNowError, match="later: 450") as caught:
            channel.send(line.message(1))
        assert not isinstance(caught.value, ChannelAwayError)
        channel.send(line.message(1))
    assert len(line.box) == 1


class TestWhatSomebodyWrote:
    """Names of records and people come from anywhere, and stay where they belong."""

    @pytest.mark.parametrize(
        "subject",
        ["Lowell\r\nBcc: thief@elsewhere.example", "Lowell\nBcc: thief@elsewhere.example", "Lowell\u2028Bcc: x"],
        ids=["line end", "line feed", "line separator"],
    )
    def test_a_subject_stays_one_line(self, line: Any, subject: str) -> None:
        line.send(line.message(subject=subject))
        [mail] = line.box
        assert (mail.recipients, mail.letter["Bcc"]) == (("dana.whitfield@acme.example",), None)
        assert mail.subject.startswith("Lowell Bcc: ")

    @pytest.mark.parametrize(
        "to",
        [
            "dana@acme.example\r\nRCPT TO:<thief@elsewhere.example>",
            "dana@acme.example, thief@elsewhere.example",
            "dana@acme.example>\r\nDATA",
            "Dana",
            "",
            "dana@",
            "dana@-.example",
            "d" * 65 + "@acme.example",
        ],
    )
    def test_what_is_no_single_address_is_refused_and_nothing_is_said_to_the_server(self, line: Any, to: str) -> None:
        with pytest.raises(RefusedMessageError, match="mail address"):
            line.send(line.message(to=to))
        assert (line.box, line.host.connections) == ([], 0)

    def test_a_text_cannot_end_the_mail(self, line: Any) -> None:
        line.send(line.message(text="one\r\n.\r\nMAIL FROM:<thief@elsewhere.example>\r\n\rtwo\x00"))
        [mail] = line.box
        assert mail.text.startswith("one\n.\nMAIL FROM:<thief@elsewhere.example>\n\ntwo\n")

    @pytest.mark.parametrize(
        ("to", "arrives"),
        [
            ("maya+leads@acme.example", "maya+leads@acme.example"),
            ("o'brien@acme.example", "o'brien@acme.example"),
            ('"maya chen"@acme.example', '"maya chen"@acme.example'),
            ("maya@Bücher.example", "maya@xn--bcher-kva.example"),
            ("łukasz@acme.example", "łukasz@acme.example"),
        ],
    )
    def test_addresses_with_unusual_letters_are_written_to(self, line: Any, to: str, arrives: str) -> None:
        line.send(line.message(to=to))
        assert line.box[0].to == arrives

    def test_a_subject_keeps_its_letters(self, line: Any) -> None:
        line.send(line.message(subject="Łódź - Größe - 東京"))
        assert line.box[0].subject == "Łódź - Größe - 東京"
