"""The mail server of a workspace and its app in Slack, as upbeat.yaml and the vault tell them."""

from email.utils import parseaddr
from typing import Final

from upbeat.app.secrets import secret_of
from upbeat.app.vault import Vault
from upbeat.apply import Sender
from upbeat.base import Clock
from upbeat.channels import MailServer, SlackApp, address_of
from upbeat.ledger import Ledger
from upbeat.store import Store
from upbeat.workflows import Mail, Settings, Slack

PASSWORD: Final = "the password of the mail server"  # noqa: S105  what it is kept as
TOKEN: Final = "the token of the Slack app"  # noqa: S105  what it is kept as


def sender_of(settings: Settings, vault: Vault, store: Store, ledger: Ledger, clock: Clock) -> Sender | None:
    """Give what messages leave by, None where upbeat.yaml names no way at all.

    Raises UpbeatError where a password or a token is not there, or others can read it.
    """
    mail, slack = mail_server(settings, vault), slack_app(settings, vault)
    return None if mail is None and slack is None else Sender(mail, slack, store, ledger, clock)


def mail_server(settings: Settings, vault: Vault) -> MailServer | None:
    """Give the server to hand mail to, None where upbeat.yaml names none.

    Raises UpbeatError where its password is not there, or others can read it.
    """
    if settings.mail is None:
        return None
    return server_of(settings.mail, _password(settings, vault, settings.mail))


def slack_app(settings: Settings, vault: Vault) -> SlackApp | None:
    """Give the app to post as, None where upbeat.yaml names none. Raises UpbeatError as `mail_server` does."""
    if settings.slack is None:
        return None
    token = secret_of(settings, vault, settings.slack, TOKEN, "the bot token of Slack", "Run `upbeat slack connect`.")
    return app_of(settings.slack, token)


def app_of(slack: Slack, token: str) -> SlackApp:
    """Give the app as upbeat.yaml describes it, with the token that it does not."""
    return SlackApp(token, slack.url, slack.timeout)


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
