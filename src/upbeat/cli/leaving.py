"""upbeat forget, org disconnect: what is erased, what stays where, and that it is meant."""

from dataclasses import asdict
from typing import Annotated

import typer

from upbeat import operations
from upbeat.app import Disconnected, Left, disconnect, disconnect_approver
from upbeat.cli.frame import As, Dir, Json, at, counted, out, show, told, working, workspace
from upbeat.operations import Asker, Forgotten, Known, Refused

_WORD = "erase"

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask once more.")]


@told
def forget(
    record: Annotated[
        str, typer.Argument(metavar="RECORD", help="The id of a record, such as a person's lead or contact.")
    ],
    why: Annotated[
        str, typer.Option(help="What the ledger should remember about it; it should not name the person.")
    ] = "",
    yes: Yes = False,
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Erase everything that is known of a record on this machine, for good. The ledger still verifies."""
    with workspace(folder) as space:
        _must_be_meant(_what_goes(operations.known_of(space.house, record)), yes=yes, as_json=as_json)
        with working("forgetting", quiet=as_json):
            found = operations.forget(space.house, record, user, why)
    show(found, as_json=as_json, words=lambda: _tell_forgotten(found))


@told
def disconnect_org(
    erase: Annotated[bool, typer.Option("--erase", help="Erase the store, the ledger and its keys as well.")] = False,
    approver: Annotated[str, typer.Option(help="Take back only the name that this approver lent.")] = "",
    yes: Yes = False,
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Leave the org: take back tokens, forget what logs in, list what remains; `upbeat org connect` comes back."""
    if not user:
        raise Refused("nobody says who leaves", fix="Add --as USERNAME, or set UPBEAT_USER.")
    if approver:
        with workspace(folder) as space:
            left = disconnect_approver(space, approver, user)
        show(left, as_json=as_json, words=lambda: _tell_returned(left))
        return
    if erase:
        _must_be_meant("The store, the ledger and its keys are erased for good.", yes=yes, as_json=as_json)
    with workspace(folder) as space, working("leaving the org", quiet=as_json):
        done = disconnect(space, user, erase=erase)
    show(asdict(done), as_json=as_json, words=lambda: _tell_left(done))


def _tell_returned(left: Left) -> None:
    taken = "Salesforce took its token back" if left.revoked else f"Salesforce did not take its token back {left.why}"
    out.print(f"{left.username} lends their name no more: {taken.rstrip()}.", markup=False)


def _must_be_meant(what: str, *, yes: bool, as_json: bool) -> None:
    """Have a person type the word, where they have not said --yes. Raises Refused where it is not meant."""
    if yes:
        return
    if as_json or typer.prompt(f"{what} Type {_WORD} to go on", default="", show_default=False).strip() != _WORD:
        raise Refused("nothing was erased", fix=f"Type the word {_WORD}, or add --yes.")


def _what_goes(known: Known) -> str:
    """Say what is erased: that runs of others go with it is nothing that people expect."""
    own = counted(known.runs - known.runs_of_others, "run")
    who = ", ".join((known.record_id, *known.joined))
    if known.conversations:
        own += f", {counted(known.conversations, 'captured conversation')} whole"
    if known.audit_rows:
        own += f", {counted(known.audit_rows, 'row')} of audits"
    said = f"Everything that is known of {who} here is erased for good: {own}"
    payloads = f" and {counted(known.payloads, 'ledger payload')}"
    if not known.runs_of_others:
        return f"{said}{payloads}."
    others = counted(known.runs_of_others, "ended run")
    return (
        f"{said}, {others} of other records that name it, whole,{payloads}, {known.payloads_of_others:,} of them of "
        f"those others: what was done to them can then be neither explained nor taken back."
    )


def _tell_forgotten(found: Forgotten) -> None:
    _tell_unchecked(found.by)
    out.print(
        f"[green]Forgotten[/green]: {counted(found.payloads, 'ledger payload')}, {counted(found.runs, 'run')}, "
        f"{counted(found.reviews, 'review')}, {counted(found.conversations, 'captured conversation')}, "
        f"{counted(found.audit_rows, 'row')} of audits. "
        "`upbeat ledger verify` still holds."
    )
    if found.joined:
        out.print(f"With it the records of the same person, merged or converted: {', '.join(found.joined)}.")
    if found.runs_of_others:
        out.print(f"Of other records, which named it: {counted(found.runs_of_others, 'run')} of these.")
    if not found.rewritten:
        out.print("Another process used the store: its free pages may hold traces until you ask again without it.")
    if found.still_named_in:
        out.print(
            f"{counted(len(found.still_named_in), 'run')} of other records name it: ask again when they have ended."
        )
    out.print("Out of reach:")
    for line in found.out_of_reach:
        out.print(f"   {line}", markup=False)


def _tell_unchecked(by: Asker) -> None:
    if by.unchecked:
        out.print(f"Nobody could check that {by.username} is a user of the org: {by.unchecked}.", markup=False)


def _tell_left(done: Disconnected) -> None:
    if done.before is not None:
        out.print(
            f"Nothing is connected any more: {done.before.by} disconnected {done.org} on {at(done.before.at)}.",
            markup=False,
        )
    if done.before is None or done.erased:
        _tell_unchecked(done.by)
    for one in done.identities:
        how = (
            "its token is taken back" if one.revoked else f"its token was not taken back: {one.why or 'there was none'}"
        )
        out.print(f"{one.connection} {one.username}".rstrip() + f": {how}", markup=False)
    for line in done.forgotten:
        out.print(f"erased here: {line}", markup=False)
    for line in done.kept:
        out.print(f"yours, and left here: {line}", markup=False)
    out.print(f"\n[bold]What remains in Salesforce[/bold] ({done.org}), for an admin to keep or to remove:")
    for one in done.identities:
        out.print(
            f"   the External Client App of {one.client_id}, its user {one.username}".rstrip()
            + " and its permission set",
            markup=False,
        )
    for field in done.remaining.custom_fields:
        out.print(f"   the custom field {field}", markup=False)
    for name, ids in done.remaining.created.items():
        out.print(f"   {counted(len(ids), f'{name} record')} that Upbeat created; --json lists them", markup=False)
    if done.erased:
        out.print(
            f"\n{counted(len(done.erased), 'file')} erased. What you wrote stays: workflows, agents, upbeat.yaml."
        )
    else:
        out.print("\nThe store and the ledger stay here; --erase erases them. `upbeat org connect` comes back.")
