"""capture list and show: what was taken in, and one conversation with what became of it."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape

from upbeat.cli.frame import Dir, Json, at, counted, out, show, table, told, workspace
from upbeat.conversation import Captured, Conversation, Reading, Turn, where
from upbeat.operations import capture
from upbeat.operations.capture import Heard, Listed

Key = Annotated[str, typer.Argument(help="The conversation's key, or how it begins: `upbeat capture list` gives them.")]
About = Annotated[str, typer.Option("--about", help="Of what was said, only the stretch that speaks of this.")]
State = Annotated[str, typer.Option("--state", help="Only those that are kept, excluded or erased.")]


@told
def list_(state: State = "", folder: Dir = None, as_json: Json = False) -> None:
    """List what was captured, the newest first: what it is of, and what it was logged as."""
    with workspace(folder) as space:
        found = capture.listed(space.house, state=state)

    def words() -> None:
        headers = ["key", "what", "source", "began", "state", "logged as", "of"]
        empty = "Nothing is captured yet: `upbeat capture add FOLDER`, or name sources in capture.yaml."
        table("Captured conversations", headers, [_row(one) for one in found], empty)

    show(found, as_json=as_json, words=words)


@told
def show_(key: Key, about: About = "", folder: Dir = None, as_json: Json = False) -> None:
    """Show a conversation: who took part, what it is of, what was said, and what became of it in the org."""
    with workspace(folder) as space:
        found = capture.heard(space.house, key, about)
    show(found, as_json=as_json, words=lambda: _tell(found))


def _row(one: Listed) -> tuple[str, ...]:
    of = one.opportunity or one.account or (f"{one.candidates} candidates" if one.candidates else one.why)
    return (one.key, one.medium, one.source, at(one.began), one.state, one.activity, of)


def _tell(found: Heard) -> None:
    one = found.listed
    out.print(f"{one.key}: {one.medium} of {at(one.began)}, from {escape(one.source)}, {one.state}")
    if found.captured is None:
        out.print(f"Nothing of it is here: {escape(one.why)}.")
    else:
        _tell_talk(found.captured, found.turns)
    if found.reading is not None and found.captured is not None:
        _tell_reading(found.reading, found.captured.conversation)
    if one.activity:
        out.print(f"Logged as {found.object} {one.activity}.")
    for run in found.runs:
        out.print(f"  {run.workflow} on {run.object} {run.record_id}: {run.outcome or run.state}")
    if found.runs:
        out.print(f"Why: `upbeat explain {one.key}`.")


def _tell_talk(one: Captured, turns: Sequence[Turn]) -> None:
    talk, link = one.conversation, one.link
    out.print(f"[bold]{escape(talk.title)}[/bold]")
    for party in talk.parties:
        known = f"{party.kind} {party.record_id}" if party.record_id else "nobody that the org knows for certain"
        out.print(f"  {escape(party.name or party.address)}, {party.side}: {known}")
    for named, key in (("account", link.account), ("opportunity", link.opportunity)):
        if key:
            out.print(f"Its {named} is {key}.")
    if link.why:
        out.print(escape(link.why))
    for candidate in link.candidates:
        reasons = "; ".join(candidate.reasons)
        out.print(f"  may be of {candidate.object} {escape(candidate.name)} ({candidate.record_id}): {escape(reasons)}")
    for said in talk.odd:
        out.print(f"[yellow]Noticed[/yellow]: {escape(said)}")
    some = "" if len(turns) == len(talk.turns) else f" of {len(talk.turns):,}"
    out.print(f"{counted(len(turns), 'turn')}{some}:")
    for turn in turns:
        minutes, seconds = divmod(round(turn.start), 60)
        out.print(f"  {turn.number:>3} {minutes:02}:{seconds:02} {escape(turn.label)}: {escape(turn.text)}")


def _tell_reading(reading: Reading, talk: Conversation) -> None:
    """Tell what rules find, each with the words that prove it."""
    for one in reading.findings:
        said = f"\u201c{one.place.quote}\u201d, {where(talk, one.place)}"
        out.print(f"  [bold]{one.kind}[/bold], {escape(one.name)}: {escape(one.value)}: {escape(said)}")
    for told_so in reading.injections:
        asks = f"{told_so.asks}: \u201c{told_so.place.quote}\u201d"
        out.print(
            f"[yellow]Somebody tells the note-taker what to write[/yellow], which changes nothing: {escape(asks)}"
        )
