"""capture coaching: how each rep's calls stand beside the others', and which calls to listen to."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape

from upbeat.cli.frame import Dir, Json, at, counted, out, show, table, told, working, workspace
from upbeat.cli.frame import since as moment_since
from upbeat.conversation.coaching import Coverage, Example, Rep
from upbeat.operations import capture
from upbeat.operations.capture import LEAST, MARGIN, Coaching

Since = Annotated[str, typer.Option(help="How far back: '90 days', or a date.")]
Margin = Annotated[float, typer.Option(min=0, max=1, help="By how much a share must be below the others' to count.")]
Least = Annotated[int, typer.Option("--calls", min=1, help="Calls that a rep needs before anything is said of them.")]


@told
def coaching(
    since: Since = "90 days", margin: Margin = MARGIN, calls: Least = LEAST, folder: Dir = None, as_json: Json = False
) -> None:
    """Show each rep's calls beside the others': talk ratio, depth, clarity, what of the methodology they establish."""
    with workspace(folder) as space, working("Reading conversations", quiet=as_json) as progress:
        begin = moment_since(since, space.clock.now(), "--since")
        found = capture.coach(space.house, begin, margin, calls, lambda done, of: progress(f"{done:,} of {of:,}"))
    show(found, as_json=as_json, words=lambda: _tell(found))


def _tell(found: Coaching) -> None:
    empty = (
        "No call or meeting with a customer is kept from this time: `upbeat capture add FOLDER` takes some in, and "
        "`upbeat capture list` shows what is there."
    )
    headers = ("rep", "calls", "our talk", "depth of 4", "clarity of 4", "falls behind in")
    table("Calls and meetings with customers", headers, [_row(one) for one in found.reps], empty)
    if not found.reps:
        return
    names = [one.element.replace("_", " ") for one in found.reps[0].elements]
    rows = [(one.name, *(_of(each.share.share) for each in one.elements)) for one in found.reps]
    table("\nShare of calls that establish it", ("rep", *names), rows, "")
    for rep in found.reps:
        for one in rep.elements:
            if one.behind:
                _tell_gap(rep, one)
    out.print(
        f"\nBehind is who is more than {found.margin:.0%} below everybody else, with {counted(found.least, 'call')} on "
        f"both sides. Rules read {counted(found.calls, 'talk')}; {found.left:,} without a customer's or our own voice."
    )


def _row(one: Rep) -> tuple[object, ...]:
    gaps = ", ".join(each.element.replace("_", " ") for each in one.elements if each.behind) or "nothing"
    behind = "too few calls to say" if one.few else gaps
    return (one.name, one.calls, _of(one.talk_ratio), f"{one.depth:.1f}", f"{one.clarity:.1f}", behind)


def _tell_gap(rep: Rep, one: Coverage) -> None:
    mine, others = one.share, one.others
    between = f"{mine.low:.0%} to {mine.high:.0%} at 95 %"
    name = one.element.replace("_", " ")
    out.print(
        f"\n[bold]{escape(rep.name)}, {name}[/bold]: {mine.part} of {counted(mine.of, 'call')} ({between}), everybody "
        f"else {_of(others.share)} of {others.of:,}"
    )
    _tell_examples("without it; the last question", one.lacking)
    _tell_examples("others, with it", one.shown)


def _tell_examples(what: str, some: Sequence[Example]) -> None:
    for one in some:
        minutes, seconds = divmod(round(one.at), 60)
        words = f"{minutes:02}:{seconds:02} \u201c{one.quote}\u201d" if one.quote else "no question of discovery"
        out.print(f"  {what}: {one.key} of {at(one.began)}, {escape(words)}")


def _of(share: float | None) -> str:
    return "none" if share is None else f"{share:.0%}"
