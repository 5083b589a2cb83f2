"""upbeat eval: how well calls are read, on calls that people labelled; and what changed since another evaluation."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from upbeat.base import UpbeatError, decode, encode
from upbeat.cli.frame import Dir, Json, counted, out, show, table, told, working, workspace
from upbeat.operations.evaluating import (
    ELEMENTS,
    KINDS,
    RULES,
    Evaluation,
    Searched,
    evaluate,
    model_reader,
    search,
    terms_of_methodology,
)
from upbeat.operations.tally import Tally

Folder = Annotated[Path, typer.Argument(help="A folder of labelled calls: a folder each, with labels.json.")]
By = Annotated[str, typer.Option("--extractor", help="Who reads: rules, or the name of a model in upbeat.yaml.")]
Methodology = Annotated[str, typer.Option(help="Whose elements a model looks for: a file in methodologies/.")]
Save = Annotated[Path | None, typer.Option("--save", help="Keep the figures in this file, to compare with later.")]
Internal = Annotated[list[str] | None, typer.Option("--internal", help="A domain of ours, where no meeting.json says.")]
Against = Annotated[Path | None, typer.Option("--against", help="Figures that were kept before: say what changed.")]
_CHANGE = 0.0005  # of a share: less is rounded away in what is printed


@told
def evaluation(
    folder: Folder,
    by: By = RULES,
    methodology: Methodology = "meddpicc",
    save: Save = None,
    against: Against = None,
    internal: Internal = None,
    workspace_dir: Dir = None,
    as_json: Json = False,
) -> None:
    """Read labelled calls and say how good each part of the reading is: precision, recall and F1, grounding, cost.

    Nothing is stored and no org is asked; a model is asked what it would be asked of captured calls. A .jsonl file
    holds meetings with questions, in QMSum's form: whether the stretch of turns that answers each is found.
    """
    if folder.suffix == ".jsonl":
        with working("Reading meetings", quiet=as_json):
            searched = search(folder)
        show(searched, as_json=as_json, words=lambda: _searched(searched))
        return
    before = None if against is None else _kept(against)
    with ExitStack() as opened:
        model = None
        if by != RULES:
            space = opened.enter_context(workspace(workspace_dir))
            model = model_reader(by, space.settings.models, space.open_models)
        terms = terms_of_methodology(workspace_dir, methodology)
        progress = opened.enter_context(working("Reading calls", quiet=as_json))
        found = evaluate(folder, terms, model, internal or (), lambda done, of: progress(f"{done} of {of} calls"))
    if save is not None:
        save.write_text(encode({"extractor": by, "figures": found.figures()}) + "\n", encoding="utf-8")
    show(_json(found, before), as_json=as_json, words=lambda: _words(found, before))


def _searched(found: Searched) -> None:
    held = (found.meetings, "meeting"), (found.turns, "turn"), (found.next_steps, "next step")
    out.print(", ".join(counted(number, thing) for number, thing in held))
    shares = f"precision {_share(found.precision)}, recall {_share(found.recall)}, F1 {_share(found.f1)}"
    out.print(f"{counted(found.questions, 'question')}: {shares}; the whole meeting each time {_share(found.whole)}")


def _kept(file: Path) -> Mapping[str, float | None]:
    try:
        return decode(file.read_text(encoding="utf-8"))["figures"]
    except (ValueError, KeyError, TypeError) as error:
        raise UpbeatError(
            "these are no figures of an evaluation", where=str(file), fix="Keep some with --save."
        ) from error


def _words(found: Evaluation, before: Mapping[str, float | None] | None) -> None:
    rows = [(name.replace("_", " "), *_row(found.element(name))) for name in ELEMENTS]
    rows.append(("all elements", *_row(found.elements)))
    rows += [(name.replace("_", " "), *_row(found.kind(name))) for name in KINDS]
    out.print(f"{counted(len(found.calls), 'call')} read by {found.extractor}")
    table("", ("", "precision", "recall", "F1", "right", "wrong", "missed"), rows, "")
    figures = found.figures()
    shares = [(name, _share(figures[name])) for name in figures if not name.endswith((" precision", " recall", " f1"))]
    table("", ("share of calls, or of findings", ""), shares, "")
    out.print(f"dropped as not proved: {sum(one.score.dropped for one in found.calls):,}")
    out.print(f"read in {sum(one.seconds for one in found.calls):.2f} seconds")
    if found.asked:
        out.print(f"{counted(found.asked, 'call')} of a model, {found.cost} {found.currency} at the most")
    for why in dict.fromkeys(found.unheard):
        out.print(
            f"{found.extractor} gave no answer {found.unheard.count(why)} times: {why}", style="yellow", markup=False
        )
    for name, why in found.unread.items():
        out.print(f"{name} could not be read: {why}", style="yellow", markup=False)
    if before is not None:
        changed = list(_changes(before, figures))
        table("\nAgainst the figures kept", ("", "then", "now"), changed, "\nNothing changed.")


def _changes(before: Mapping[str, float | None], now: Mapping[str, float | None]) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys([*before, *now]):
        then, here = before.get(name), now.get(name)
        if (then is None) != (here is None) or (
            then is not None and here is not None and abs(float(then) - here) > _CHANGE
        ):
            yield name, _share(then), _share(here)


def _row(one: Tally) -> tuple[object, ...]:
    return _share(one.precision), _share(one.recall), _share(one.f1), one.right, one.wrong, one.missed


def _share(share: float | None) -> str:
    return "none" if share is None else f"{share:.3f}"


def _json(found: Evaluation, before: Mapping[str, float | None] | None) -> dict[str, Any]:
    return {
        "extractor": found.extractor,
        "figures": found.figures(),
        "calls": found.calls,
        "unread": found.unread,
        "calls_of_models": found.asked,
        "cost": found.cost,
        "unheard": found.unheard,
        **({} if before is None else {"before": before}),
    }
