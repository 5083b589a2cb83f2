"""upbeat org token, upbeat org password: what a person needs to log in, from whoever holds the org's file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from upbeat.base import UpbeatError
from upbeat.cli.frame import Json, out, show, told
from upbeat.cli.org.control import served
from upbeat.cli.org.opening import File, existing
from upbeat.localorg.access import new_password

User = Annotated[str, typer.Option("--user", help="The person's username.")]


@told
def token(user: User, file: File = Path("org.db"), as_json: Json = False) -> None:
    """Print an access token of a person, as for `SF_ACCESS_TOKEN` of sf; it lives as any session does."""
    running = served(file)
    if running:
        found = str(running.ask("token", user=user))
    else:
        with existing(file) as org:
            found = org.access.token_for(user)
    show({"access_token": found, "user": user}, as_json=as_json, words=lambda: out.print(found, markup=False))


@told
def password(
    user: User,
    file: File = Path("org.db"),
    generate: Annotated[bool, typer.Option("--generate", help="Let the org make one up, and print it.")] = False,
    as_json: Json = False,
) -> None:
    """Set the password with which a person logs in on the org's page; asked for, or read from standard input."""
    chosen = new_password() if generate else _chosen()
    running = served(file)
    if running:
        running.ask("password", user=user, password=chosen)
    else:
        with existing(file) as org:
            org.access.set_password(user, chosen)
    told_once = {"password": chosen} if generate else {}
    words = f"{user} logs in with {chosen if generate else 'the new password'} from now on."
    show({"user": user, **told_once}, as_json=as_json, words=lambda: out.print(words, markup=False))


def _chosen() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise UpbeatError("standard input holds no password", fix="Write one into it, or add --generate.")
    return text
