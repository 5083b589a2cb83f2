"""run, init: the engine on a workspace, and the workspace itself."""

import re
from pathlib import Path
from typing import Annotated

import typer

from upbeat import operations
from upbeat.app import collect_rarely, copy_definitions, name_people, set_examples_aside
from upbeat.cli.frame import Dir, Json, err, interruption, out, show, told, unpublished_words, working, workspace
from upbeat.cli.frame import since as moment_since

_USERNAME = re.compile(r"[\w.+-]+@[\w.-]+")
_STARTER = """\
# One workspace: the org, and where our own files stand. `upbeat org connect` writes what stands under org.
org:
  login_url: https://YOUR-DOMAIN.my.salesforce.com
  reading: {client_id: YOUR-READING-CLIENT, kept: secret}
poll_every: 10 seconds
"""


@told
def init(
    folder: Annotated[Path, typer.Argument(help="A folder that is new or empty.")],
    user: Annotated[str, typer.Option("--as", help="Your Salesforce username: you own and build.")] = "",
    second: Annotated[str, typer.Option(help="The username of the person who agrees before anything goes live.")] = "",
    as_json: Json = False,
) -> None:
    """Make a workspace: the shipped workflows in monitor mode, agents, policy, a routing pool, upbeat.yaml."""
    if folder.exists() and any(folder.iterdir()):
        raise operations.Refused("the folder is not empty", fix="Name a new one; nothing was written.")
    _must_be_two(user, second)
    copy_definitions(folder)
    set_examples_aside(folder)
    if user:
        name_people(folder, user, second)
    (folder / "upbeat.yaml").write_text(_STARTER, encoding="utf-8")
    files = sorted(str(one.relative_to(folder)) for one in folder.rglob("*.yaml"))
    people = "the members of the pools in routing/" if user else "your people in policy.yaml and routing/"
    words = (
        f"Made {len(files)} files in {folder}. Next: `upbeat org connect` there, `upbeat audit`, which only reads, "
        f"{people}, then `upbeat check`."
    )
    show({"folder": str(folder), "files": files}, as_json=as_json, words=lambda: out.print(words))


def _must_be_two(user: str, second: str) -> None:
    """Hold that both people are named or none, that they are two, and that the names may be usernames."""
    if bool(user) != bool(second):
        raise operations.Refused("a workspace takes two people", fix="Give both: --as YOU --second SOMEBODY.")
    if user and user.casefold() == second.casefold():
        raise operations.Refused("the second person is somebody else", fix="Name a colleague, such as your manager.")
    for one in filter(None, (user, second)):
        if not _USERNAME.fullmatch(one):
            raise operations.Refused(f"{one!r} is no username", fix="A username looks like priya.shah@acme.example.")


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
        left = operations.unpublished(space.house)
        if left:
            err.print(unpublished_words(left))
        with space.engine(since=begin, size=size) as engine:
            collect_rarely()
            place = "sandbox" if space.organization.sandbox else "PRODUCTION"
            modes = ", ".join(f"{name} {mode}" for name, mode in space.versions.modes().items())
            with working(f"{space.organization.name} ({place}): {modes}", quiet=as_json) as say:
                engine.run(stop, until_idle=until_idle, heard=lambda turn: say(f"{turn.taken.items} new items"))
        found = operations.status(space.house)
    words = f"{found.writes} written, {found.observed} would have been, {found.waiting} waiting for a person."
    show(found, as_json=as_json, words=lambda: out.print(words))
