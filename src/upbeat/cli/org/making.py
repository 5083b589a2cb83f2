"""upbeat org define, seed, reset: what an org is made of, what it is filled with, and how it is emptied."""

from collections import Counter
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from upbeat.base import ManualClock, UpbeatError
from upbeat.cli.frame import Json, counted, out, show, table, told, working
from upbeat.cli.given import read_bytes
from upbeat.cli.org.control import served
from upbeat.cli.org.opening import AnyFile, File, NewFile, Zone, existing, opened, taken_back
from upbeat.localorg import sample
from upbeat.localorg.definition_file import apply, files_of, load, read_texts, sources
from upbeat.localorg.shipped import CONVERSATIONS

_SHOWN = ("Account", "Contact", "Lead", "Opportunity", "Task")

Definitions = Annotated[list[Path], typer.Argument(help="Definition files, or folders of them.")]


@told
def define(files: Definitions, file: AnyFile = Path("org.db"), zone: Zone = "UTC", as_json: Json = False) -> None:
    """Make the org what definition files say: objects, fields, rules, people. All of it holds at once, or none."""
    texts = [(str(one), read_bytes(one)) for one in files_of(files)]
    running = served(file)
    if running:
        read_texts(texts)  # so that what is wrong with a file itself is told before it is sent
        told_of = [{"name": name, "text": raw.decode("utf-8-sig")} for name, raw in texts]
        made: dict[str, int] = running.ask("define", files=told_of)
    else:
        definitions = read_texts(texts)
        with taken_back(file), opened(file, zone) as org:
            made = asdict(apply(org, definitions))
    show(made, as_json=as_json, words=lambda: _tell_made(made))


@told
def objects(
    to: Annotated[Path, typer.Option("--to", file_okay=False, help="A folder to write into; files there are kept.")],
    as_json: Json = False,
) -> None:
    """Write what conversations are kept in: as a definition for a local org, and as metadata source for Salesforce."""
    texts = {CONVERSATIONS.name: CONVERSATIONS.read_text(encoding="utf-8"), **sources(load([CONVERSATIONS]))}
    there = [one for one in texts if (to / one).exists() and (to / one).read_text(encoding="utf-8") != texts[one]]
    if there:
        what = f"{there[0]} is there already and says something else"
        raise UpbeatError(what, where=str(to), fix="Name another folder with --to; nothing was written.")
    for name, text in texts.items():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_text(text, encoding="utf-8")

    def words() -> None:
        out.print(f"{counted(len(texts), 'file')} in {to}.", markup=False)
        out.print(f"A local org takes it with: upbeat org define {to / CONVERSATIONS.name}", markup=False)
        out.print("Salesforce takes it with its own CLI, in that folder: sf project deploy start", markup=False)

    show({"to": str(to), "files": sorted(texts)}, as_json=as_json, words=words)


def _tell_made(made: dict[str, int]) -> None:
    parts = [counted(count, name.replace("_", " ").removesuffix("s")) for name, count in made.items() if count]
    out.print(f"Defined: {', '.join(parts)}." if parts else "The files define nothing.", markup=False)


@told
def seed(
    file: NewFile = Path("org.db"),
    size: Annotated[int, typer.Option(min=1, max=100, help="How many times the sample's year is lived.")] = 1,
    number: Annotated[int, typer.Option("--seed", help="The same number gives the same company.")] = 7,
    defects: Annotated[int, typer.Option(min=0, help="How many things go wrong in it, for an audit to find.")] = 0,
    as_json: Json = False,
) -> None:
    """Fill a new org with Acme, an invented company that lived a year: people, accounts, leads, deals, history."""
    if served(file):
        raise UpbeatError(
            "the org is being served, and the sample lives its year on a clock of its own",
            where=str(file),
            fix=f"Stop it first: upbeat org stop --file {file}",
        )
    if file.exists():
        raise UpbeatError("there is an org already", where=str(file), fix="Name a new file with --file.")
    clock = ManualClock(sample.BEGAN)
    with (
        working("Acme lives its year", quiet=as_json) as say,
        taken_back(file),
        opened(file, sample.TIME_ZONE, clock) as org,
    ):
        ids = sample.build(org, clock, seed=number, size=size, progress=lambda day: say(f"{day:%B %Y}"))
        planted = sample.plant(org, ids, defects, number)
        counts = org.archive.counts()
    found: dict[str, Any] = {"file": str(file), "org_id": org.id, "objects": counts}
    found |= {"from": sample.BEGAN, "to": sample.NOW, "defects": [asdict(one) for one in planted]}

    def words() -> None:
        shown = ", ".join(
            f"{counts.get(name, 0):,} {name}" for name in ("Account", "Contact", "Lead", "Opportunity", "Task")
        )
        out.print(f"{file} holds Acme, from {sample.BEGAN:%d %b %Y} to {sample.NOW:%d %b %Y}: {shown}.", markup=False)
        if planted:
            kinds = Counter(one.kind for one in planted)
            rows = [(kind, kinds[kind]) for kind in sorted(kinds)]
            table("Planted", ("Defect", "How many"), rows, "")
            out.print("--json says of each what it is, and which check of an audit must find it.", markup=False)
        out.print(f"Serve it: upbeat org start --file {file}", markup=False)

    show(found, as_json=as_json, words=words)


@told
def reset(
    file: File = Path("org.db"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Take every record away and keep what makes the org: definitions, users, roles, queues, permissions, apps."""
    running = served(file)
    with nullcontext() if running else existing(file) as org:
        counts: dict[str, int] = org.archive.counts() if org else running.ask("info")["objects"] if running else {}
        many = sum(counts.values())
        if not yes and (
            as_json or not typer.confirm(f"Take the records of {file} away? There is no way back", err=True)
        ):
            raise UpbeatError(f"nothing is taken away of {many:,} records", fix="Add --yes to do it unasked.")
        gone: dict[str, int] = org.archive.empty() if org else running.ask("reset") if running else {}
    words = f"{sum(gone.values()):,} records of {counted(len(gone), 'object')} are gone." if gone else "It had none."
    show({"gone": gone}, as_json=as_json, words=lambda: out.print(words, markup=False))
