"""The mail server of a workspace, as upbeat.yaml and the vault tell it."""

from email.utils import parseaddr
from typing import Final

from upbeat.app.secrets import secret_of
from upbeat.app.vault import Vault
from upbeat.channels import MailServer, address_of
from upbeat.workflows import Mail, Settings

PASSWORD: Final = "the password of the mail server"  # noqa: S105  what it is kept as


def mail_server(settings: Settings, vault: Vault) -> MailServer | None:
    """Give the server to hand mail to, None where upbeat.yaml names none.

    Raises UpbeatError where its password is not there, or others can read it.
    """
    if settings.mail is None:
        return None
    return server_of(settings.mail, _password(settings, vault, settings.mail))


def server_of(mail: Mail, password: str) -> MailServer:
    """Give a server as upbeat.yaml describes it, with the password that it does not."""
    name, _ = parseaddr(mail.sender)
    _, reply_to = parseaddr(mail.reply_to or "")
    return MailServer(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        sender=address_of(parseaddr(mail.sender)[1]),
        name=name,
        reply_to=reply_to and address_of(reply_to),
        username=mail.username or "",
        password=password,
        timeout=mail.timeout,
    )


def _password(settings: Settings, vault: Vault, mail: Mail) -> str:
    if mail.username is None:
        return ""
    what = f"the password of {mail.username} at {mail.host}"
    return secret_of(settings, vault, mail, PASSWORD, what, "Run `upbeat mail connect` again.")
