"""A workspace's folder while it is made: the shipped files, secrets for their owner alone, upbeat.yaml."""

import re
import shutil
from pathlib import Path

from upbeat.base import UpbeatError, write_private
from upbeat.workflows import PLAYBOOKS, TEMPLATES, Template

_LOCAL = """\
# On a local org: an invented one, on this machine.
org:
  login_url: {url}
  reading: {{client_id: {reading}, secret_file: secrets/reader}}
  writing: {{client_id: {writing}, secret_file: secrets/writer}}
{stream}poll_every: {poll_every}
"""

_BUILDS = "priya.shah@acme.example"  # who these are in the shipped files
_AGREE = ("rowan.ellis@acme.example", "dana.whitfield@acme.example", "iris.nolan@acme.example")
_SEATS, _SEAT = "roles: [revops, revenue_manager]", "roles: [revops]"
_OF_THE_ORG = {"fields.yaml": "next_step: NextStep", "tools.yaml": "tools: {}"}  # what each says in every org

_OWNED = ("workflows", "routing", "enrichment", "methodologies")  # folders of files that name their owner

Client = tuple[str, str]  # its id and its secret


def copy_definitions(folder: Path, source: Path = PLAYBOOKS) -> None:
    """Copy workflows, agents, policy and pools into a workspace, and what says what the org's fields and tools are.

    They are the shipped ones, which speak of the sample company, where no other `source` is named.
    """
    for part in ("workflows", "agents", "routing", "enrichment", "methodologies"):
        (folder / part).mkdir(parents=True, exist_ok=True)
        for file in sorted([*(source / part).glob("*.yaml"), *(source / part).glob("*.csv")]):
            shutil.copy(file, folder / part)
    for file in (source / "policy.yaml", *(source / name for name in _OF_THE_ORG)):
        if file.name == "policy.yaml" or file.exists():
            shutil.copy(file, folder)


def add_template(folder: Path, template: Template, owner: str = "") -> list[str]:
    """Copy a template's files into a workspace, owned by `owner` where one is given; give those that are new.

    Raises UpbeatError, and copies nothing, where one of them is there and says something else.
    """
    texts = {path: (TEMPLATES / path).read_text(encoding="utf-8") for path in template.files}
    made = {path: text.replace(_BUILDS, owner) if owner else text for path, text in texts.items()}
    there = {path: (folder / path).read_text(encoding="utf-8") for path in made if (folder / path).exists()}
    if wrong := [path for path, text in there.items() if text not in (made[path], texts[path])]:
        fix = f"Rename or remove it, or copy from {TEMPLATES} by hand."
        raise UpbeatError("the file is there already, and says something else", where=wrong[0], fix=fix)
    new = [path for path in made if path not in there]
    for path in new:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(made[path], encoding="utf-8")
    return new


def set_examples_aside(folder: Path) -> None:
    """Let the copied fields.yaml and tools.yaml say nothing, and stand there as examples to be written over.

    What one company's fields mean is no guess at another's: without a word of theirs, an audit goes by the org alone.
    """
    for name, nothing in _OF_THE_ORG.items():
        file = folder / name
        lines = file.read_text(encoding="utf-8").splitlines()
        example = "\n".join(f"# {line}".rstrip() for line in lines)
        head = "# An example, of an invented company: write your own in its place."
        file.write_text(f"{head}\n{nothing}\n\n{example}\n", encoding="utf-8")


def name_people(folder: Path, first: str, second: str) -> None:
    """Put two people in place of the sample company's: the first owns and builds, the second agrees.

    The files keep their comments. A pool's members and queues stay as they are: they are others.
    """
    new = {_BUILDS: first, **dict.fromkeys(_AGREE, second)}
    known = re.compile("|".join(map(re.escape, new)))
    for file in [folder / "policy.yaml", *(file for part in _OWNED for file in (folder / part).glob("*.yaml"))]:
        text = known.sub(lambda found: new[found[0]], file.read_text(encoding="utf-8"))
        text = re.sub(rf"{re.escape(second)}(, {re.escape(second)})+", lambda _: second, text)
        text = text.replace(_SEATS, f"{_SEAT}\n  second: {second}")
        file.write_text(text, encoding="utf-8")


def connect_local(
    folder: Path, url: str, reading: Client, writing: Client, poll_every: str = "1 second", stream: str = ""
) -> None:
    """Write upbeat.yaml for a local org at `url`, and the secrets of the two clients that it names.

    `stream` is where the org streams its changes; they are polled where it is left out.
    """
    keep_secret(folder / "secrets" / "reader", reading[1])
    keep_secret(folder / "secrets" / "writer", writing[1])
    told = f"  stream: {stream}\n" if stream else ""
    text = _LOCAL.format(url=url, reading=reading[0], writing=writing[0], stream=told, poll_every=poll_every)
    (folder / "upbeat.yaml").write_text(text, encoding="utf-8")


def keep_secret(file: Path, secret: str) -> None:
    """Write a secret where only its owner reads it."""
    write_private(file, secret.encode())


def written(folder: Path) -> frozenset[tuple[str, int, int]]:
    """Tell the files that people write apart from what they were: by name, time and size."""
    found = (one for kind in ("*.yaml", "*.csv") for one in folder.rglob(kind))
    return frozenset((str(one), stat.st_mtime_ns, stat.st_size) for one in found for stat in (one.stat(),))
