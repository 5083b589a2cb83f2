"""models: which may read here and where they do, what they cost, what exactly was sent."""

from typing import Annotated

import typer

from upbeat import operations
from upbeat.cli.frame import Dir, Json, at, counted, out, show, since, table, told, workspace
from upbeat.operations import AllModels, ModelCall, ModelUse, ReadingStep, Tried

app = typer.Typer(no_args_is_help=True, help="Models that read for agents: what they may, what they cost, what left.")

Key = Annotated[
    str, typer.Argument(metavar="[RECORD|RUN]", help="A record, a conversation or a run.", show_default=False)
]
Since = Annotated[str, typer.Option("--since", help="Since then: '1 day', or 2026-11-01.")]
Name = Annotated[str, typer.Argument(metavar="MODEL", help="Its name in upbeat.yaml.", show_default=False)]


@app.command("list")
@told
def list_models(folder: Dir = None, as_json: Json = False) -> None:
    """List the models that upbeat.yaml allows, and every step that one reads for."""
    with workspace(folder) as space:
        found = operations.models(space.house, space.settings.models)
    show(found, as_json=as_json, words=lambda: _all(found))


def _all(found: AllModels) -> None:
    if found.off:
        out.print("Models are switched off in upbeat.yaml: none is asked anything, and rules go on alone.")
    headers = ["model", "id", "at", "tasks", "names and numbers", "owner"]
    rows = [(one.model, one.id, one.to, ", ".join(one.tasks), _redacts(one), one.owner) for one in found.models]
    empty = "None is allowed: rules decide alone. To allow one, write 'models:' in upbeat.yaml."
    table("Models", headers, rows, empty)
    reading = [(one.workflow, one.step, one.function, one.model, one.task, one.why_not) for one in found.reading]
    if reading:
        table(
            "Steps that a model reads for", ["workflow", "step", "function", "model", "task", "not asked"], reading, ""
        )
    out.print(_share(found.reading, found.steps))


def _redacts(one: ModelUse) -> str:
    return "covered" if one.redacts else "sent as they are"


def _share(reading: tuple[ReadingStep, ...], steps: int) -> str:
    return f"A model reads for {len(reading)} of {counted(steps, 'step')}; all others compute by rules alone."


@app.command("usage")
@told
def usage(folder: Dir = None, as_json: Json = False) -> None:
    """Show today's calls and this month's money against the budgets, and how the models answered."""
    with workspace(folder) as space:
        found = operations.models(space.house, space.settings.models).models

    def words() -> None:
        headers = ["model", "calls today", "calls of 30 days", "this month", "answers kept", "owner"]
        table("What models cost", headers, [_usage(one) for one in found], "None is allowed, and none was asked.")

    show(found, as_json=as_json, words=words)


def _usage(one: ModelUse) -> tuple[str, ...]:
    limit = "" if one.per_month is None else f" of {one.per_month:,.2f}"
    spent = f"{one.spent:,.2f}{limit} {one.currency}"
    answers = ", ".join(f"{count:,} {said}" for said, count in one.answers.items())
    return (one.model, f"{one.calls_today:,} of {one.calls_per_day:,}", f"{one.calls:,}", spent, answers, one.owner)


@app.command("sent")
@told
def sent(key: Key = "", since_: Since = "", folder: Dir = None, as_json: Json = False) -> None:
    """Show what left this machine for a model, word by word: of a record, a run or a time."""
    with workspace(folder) as space:
        found = operations.model_calls(space.house, key, since(since_, space.clock.now(), "--since"))
    show(found, as_json=as_json, words=lambda: _sent(found))


def _sent(found: list[ModelCall]) -> None:
    for one in found:
        if one.erased:
            out.print(f"{at(one.at)} erased: the ledger's entry {one.erased} says by whom, and why", markup=False)
            continue
        cost = f"{one.cost:,.4f} {one.currency} at the most"
        out.print(f"{at(one.at)} {one.model} at {one.to}, for {one.workflow} on {one.record_id}, {cost}", markup=False)
        for name, text in (("instruction", one.told), *one.given.items(), ("form of the answer", one.form)):
            out.print(f"  {name}:", markup=False)
            out.print("\n".join(f"    {line}" for line in text.splitlines()), markup=False)
        out.print()
    if not found:
        out.print("Nothing was sent. An answer that was there already stands with the run that asked first.")


@app.command("test")
@told
def try_one(name: Name, folder: Dir = None, as_json: Json = False) -> None:
    """Ask a model something harmless: whether its address, key and form of answers are right. It is one call."""
    with workspace(folder) as space:
        found = operations.try_model(name, space.settings.models, space.open_models)
    show(found, as_json=as_json, words=lambda: _tried(found))
    if not found.answered:
        raise typer.Exit(1)


def _tried(found: Tried) -> None:
    if found.answered:
        tokens = f"{found.sent:,} tokens sent, {found.said:,} said"
        out.print(f"{found.model} answers in {found.seconds:g} seconds, {tokens}: {found.words}", markup=False)
    else:
        out.print(f"{found.model} gives no answer: {found.words}", markup=False)
