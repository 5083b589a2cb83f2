"""A real mail server on this machine that keeps what it is handed: for tests, and to try mail by hand.

`python tools/mail_server.py` takes mail in the clear, prints it, and says what to write in upbeat.yaml. `MailServer`
also speaks TLS under an authority of its own, asks for a login, and fails when told to.
"""

import asyncio
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Self

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "upbeat", "the mail server's password"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as the server took it: the envelope, and what is in it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def letter(self) -> EmailMessage:
        """Give it as a mail reader sees it."""
        found = message_from_bytes(self.raw, policy=default)
        assert isinstance(found, EmailMessage)  # noqa: S101  the policy makes one
        return found

    @property
    def to(self) -> str:
        """Give its only recipient."""
        (one,) = self.recipients
        return one

    @property
    def subject(self) -> str:
        """Give the subject as a reader sees it."""
        return str(self.letter["Subject"])

    @property
    def text(self) -> str:
        """Give the text as a reader sees it."""
        return str(self.letter.get_content()).replace("\r\n", "\n")


Answer = str | Callable[[SMTP], Any]


@dataclass
class MailServer:
    """The server, for `with`. `box` is all that it took, in order.

    `answers` holds what it says next at RCPT or DATA in place of yes: a reply such as `450 later`, or a fault: `DROP`
    ends the connection before the mail is taken, `LOSE` after it, `slow(seconds)` waits first.
    """

    folder: Path
    security: str = "none"  # none, starttls, tls
    login: bool = False
    international: bool = True
    box: list[Mail] = field(default_factory=list[Mail])
    answers: dict[str, list[Answer]] = field(default_factory=dict[str, list[Answer]])
    connections: int = 0

    def __enter__(self) -> Self:
        """Listen on a free port."""
        secret = None
        if self.security != "none":
            authority = trustme.CA()
            authority.cert_pem.write_to_path(self.authority)
            secret = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            authority.issue_cert("localhost").configure_cert(secret)
        self._controller = _Controller(
            self,
            hostname="localhost",
            port=0,
            ssl_context=secret if self.security == "tls" else None,
            tls_context=secret if self.security == "starttls" else None,
            require_starttls=self.security == "starttls",
            auth_required=self.login and self.security == "starttls",
            auth_require_tls=self.security == "starttls",  # in TLS from the first byte it sees none, and takes logins
            authenticator=self._knows,
            enable_SMTPUTF8=self.international,
        )
        self._controller.start()
        self.connections = 0
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._controller.stop()

    @property
    def authority(self) -> Path:
        """The file of the authority that signed its certificate."""
        return self.folder / "authority.pem"

    @property
    def port(self) -> int:
        """Where it listens, on localhost."""
        return self._controller.port

    def next(self, step: str, *answers: Answer) -> None:
        """Answer the next commands of a step, RCPT or DATA, so."""
        self.answers.setdefault(step, []).extend(answers)

    def of(self, recipient: str) -> list[Mail]:
        """Give what came for one recipient."""
        return [one for one in self.box if one.to == recipient]

    # What aiosmtpd asks of a handler

    async def handle_EHLO(  # noqa: N802  its name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count who connects."""
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802  its name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, unless told otherwise."""
        said = await self._told("RCPT", server)
        if not said:
            envelope.rcpt_tos.append(address)
        return said or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  its name
        """Keep a mail, unless told otherwise."""
        loses = self.answers.get("DATA", [None])[:1] == [LOSE]
        said = await self._told("DATA", server)
        if loses or not said:
            content = envelope.content
            assert isinstance(content, bytes)  # noqa: S101  it decodes nothing by default
            self.box.append(Mail(str(envelope.mail_from), tuple(map(str, envelope.rcpt_tos)), content))
        return said or "250 taken"

    async def _told(self, step: str, server: SMTP) -> str:
        waiting = self.answers.get(step)
        if not waiting:
            return ""
        answer = waiting.pop(0)
        if isinstance(answer, str):
            return answer
        return str(await answer(server) or "")

    def _knows(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        known = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=given == known, handled=given == known)


async def DROP(server: SMTP) -> str:  # noqa: N802  a value, as the replies are
    """End the connection, and have taken nothing."""
    server.transport.abort()
    return "451 gone"


async def LOSE(server: SMTP) -> str:  # noqa: N802  a value, as the replies are
    """End the connection, and have taken the mail."""
    server.transport.abort()
    return "250 taken, unheard"


def slow(seconds: float) -> Callable[[SMTP], Any]:
    """Wait before the answer."""

    async def wait(_server: SMTP) -> str:
        await asyncio.sleep(seconds)
        return ""

    return wait


class _Controller(Controller):
    """aiosmtpd's, on a port that the system chooses."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def main() -> None:
    """Take mail until it is interrupted, and print it."""
    with MailServer(Path.cwd()) as server:
        print(f"mail: {{host: localhost, port: {server.port}, security: none, from: upbeat@acme.example}}", flush=True)
        shown = 0
        try:
            while True:
                asyncio.run(asyncio.sleep(0.2))
                for one in server.box[shown:]:
                    print(f"\nTo: {one.to}\nSubject: {one.subject}\n\n{one.text}", flush=True)
                shown = len(server.box)
        except KeyboardInterrupt:
            sys.exit(0)


if __name__ == "__main__":
    main()
