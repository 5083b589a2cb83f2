"""upbeat org app: a connected app of the local org, for clients that log in as apps do."""

from dataclasses import asdict
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated

import typer

from upbeat.app import keep_secret
from upbeat.cli.frame import Json, out, show, told
from upbeat.cli.org.control import served
from upbeat.cli.org.opening import File, existing
from upbeat.localorg import ConnectedApp
from upbeat.localorg.access import check_consumer_key

Certificate = Annotated[Path | None, typer.Option(help="Its certificate (PEM, an RSA key), for the JWT flow.")]
Callbacks = Annotated[list[str] | None, typer.Option("--callback", help="A callback URL, for the web flow.")]
RunAs = Annotated[str, typer.Option("--run-as", help="The username it acts as, for client credentials.")]
Approve = Annotated[
    list[str] | None, typer.Option("--approve", help="A profile or permission set whose users need not consent.")
]
Scopes = Annotated[
    list[str] | None, typer.Option("--scope", help="A scope it may ask for; api, refresh_token if none.")
]
Public = Annotated[bool, typer.Option("--public", help="It holds no secret, and proves itself by PKCE.")]
Rotate = Annotated[bool, typer.Option("--rotate", help="Each refresh gives a new refresh token and ends the old one.")]


@told
def app(
    client_id: Annotated[str, typer.Argument(help="The consumer key.")],
    file: File = Path("org.db"),
    certificate: Certificate = None,
    callback: Callbacks = None,
    run_as: RunAs = "",
    approve: Approve = None,
    scope: Scopes = None,
    public: Public = False,
    rotate: Rotate = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take the app away, with its sessions and consents.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Define a connected app, or define it anew; where it has a secret, that is made and kept in secrets/."""
    check_consumer_key(client_id)
    kept = file.parent / "secrets" / f"app-{client_id}"
    if remove:
        _remove(file, client_id)
        kept.unlink(missing_ok=True)
        found = {"client_id": client_id, "removed": True}
        show(found, as_json=as_json, words=lambda: out.print(f"{client_id} is gone.", markup=False))
        return
    defined = ConnectedApp(
        client_id,
        callbacks=tuple(callback or ()),
        scopes=tuple(scope or ("api", "refresh_token")),
        certificate=certificate.read_text(encoding="utf-8", errors="replace") if certificate else "",
        run_as=run_as,
        pre_authorized=bool(approve),
        approved=tuple(approve or ()),
        public=public,
        requires_pkce=public,
        rotate=rotate,
    )
    has_secret = bool(run_as or (callback and not public))
    secret = token_urlsafe(32) if has_secret else ""
    running = served(file)
    if running:
        running.ask("app", app=asdict(defined), secret=secret)
    else:
        with existing(file) as org:
            org.access.connect(defined, secret)
    if has_secret:
        keep_secret(kept, secret)
    words = f"{client_id} may log in from now on" + (f"; its secret is in {kept}." if has_secret else ".")
    found = {"client_id": client_id, "secret_file": str(kept) if has_secret else ""}
    show(found, as_json=as_json, words=lambda: out.print(words, markup=False))


def _remove(file: Path, client_id: str) -> None:
    running = served(file)
    if running:
        running.ask("app", remove=client_id)
    else:
        with existing(file) as org:
            org.access.disconnect(client_id)
