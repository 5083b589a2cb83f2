"""run, init: the engine on a workspace, and the workspace itself."""

from pathlib import Path
from typing import Annotated

import typer

from upbeat import operations
from upbeat.app import collect_rarely, copy_definitions
from upbeat.cli.frame import Dir, Json, interruption, out, show, told, working, workspace
from upbeat.cli.frame import since as moment_since

_STARTER = """\
# One workspace: the org, and where our own files stand. `upbeat org connect` writes what stands under org.
org:
  login_url: https://YOUR-DOMAIN.my.salesforce.com
  reading: {client_id: YOUR-READING-CLIENT, kept: secret}
poll_every: 10 seconds
"""


@told
def init(folder: Annotated[Path, typer.Argument(help="A folder that is new or empty.")], as_json: Json = False) -> None:
    """Make a workspace: the shipped workflows in monitor mode, agents, policy, a routing pool, upbeat.yaml."""
    if folder.exists() and any(folder.iterdir()):
        raise operations.Refused("the folder is not empty", fix="Name a new one; nothing was written.")
    copy_definitions(folder)
    (folder / "upbeat.yaml").write_text(_STARTER, encoding="utf-8")
    files = sorted(str(one.relative_to(folder)) for one in folder.rglob("*.yaml"))
    words = (
        f"Made {len(files)} files in {folder}. Next: `upbeat org connect` there, your people in policy.yaml and "
        "routing/, then `upbeat check`."
    )
    show({"folder": str(folder), "files": files}, as_json=as_json, words=lambda: out.print(words))


@told
def run(
    since: Annotated[str, typer.Option(help="Where to begin in what was never read: '2 days', or 2026-11-01.")] = "",
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when nothing is left to do now.")] = False,
    size: Annotated[int, typer.Option(help="Items a batch carries at most.", min=1, max=200)] = 200,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Run the engine on this workspace until it is interrupted. Other commands work beside it."""
    with workspace(folder) as space:
        begin = moment_since(since, space.clock.now(), "--since")
        stop = interruption()
        with space.engine(since=begin, size=size) as engine:
            collect_rarely()
            place = "sandbox" if space.organization.sandbox else "PRODUCTION"
            modes = ", ".join(f"{name} {mode}" for name, mode in space.versions.modes().items())
            with working(f"{space.organization.name} ({place}): {modes}", quiet=as_json) as say:
                engine.run(stop, until_idle=until_idle, heard=lambda turn: say(f"{turn.taken.items} new items"))
        found = operations.status(space.house)
    words = f"{found.writes} written, {found.observed} would have been, {found.waiting} waiting for a person."
    show(found, as_json=as_json, words=lambda: out.print(words))
